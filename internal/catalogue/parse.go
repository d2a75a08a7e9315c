/*
Copyright 2026 The Domicile Authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package catalogue

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// The files of the catalogue, as they are named in errors.
const (
	regionsFile       = "regions.csv"
	zonesFile         = "zones.csv"
	countriesFile     = "countries.csv"
	cityNamesFile     = "city_names.csv"
	providersFile     = "providers.csv"
	schemesFile       = "schemes.csv"
	pairsFile         = "pairs.csv"
	multiRegionsFile  = "multi_regions.csv"
	jurisdictionsFile = "jurisdictions.json"
)

// files is the text of the data.
type files struct {
	regions, zones, countries, cityNames, providers, schemes, pairs, multiRegions, jurisdictions string
	// overlay is the text that lies over it, by the names of the files.
	overlay map[string]string
}

// table returns a file with what lies over it.
func (f files) table(name, text string) table {
	over, ok := f.overlay[name]
	return table{name: name, text: text, overlay: over, overlaid: ok}
}

// checkText refuses files that are no text, and an overlay of unknown files.
func (f files) checkText(bad *faults) {
	for _, file := range []struct{ name, text string }{
		{regionsFile, f.regions}, {zonesFile, f.zones}, {countriesFile, f.countries}, {cityNamesFile, f.cityNames},
		{providersFile, f.providers}, {schemesFile, f.schemes}, {pairsFile, f.pairs},
		{multiRegionsFile, f.multiRegions}, {jurisdictionsFile, f.jurisdictions},
	} {
		if !utf8.ValidString(file.text) {
			bad.add(file.name, 0, "", "is not UTF-8")
		}
	}
	checkOverlay(f.overlay, bad)
	for _, name := range slices.Sorted(maps.Keys(f.overlay)) {
		if !utf8.ValidString(f.overlay[name]) {
			bad.add(overlayPrefix+name, 0, "", "is not UTF-8")
		}
	}
}

// parse builds a catalogue of the data, or returns everything that is wrong with
// it. Each step reads one file against those before it.
func parse(f files) (*Catalogue, error) {
	var bad faults
	f.checkText(&bad)
	if err := bad.err(); err != nil {
		return nil, err
	}

	c := &Catalogue{
		countries:    make(map[string]string, isoCountries),
		titles:       map[string]*providerRow{},
		byScheme:     map[string]*Scheme{},
		byProvider:   map[string]*provider{},
		cities:       map[string][]city{},
		pairs:        map[codeKey]*Pair{},
		multiRegions: map[codeKey]*MultiRegion{},
	}
	c.readCountries(f.countries, &bad)
	c.readProviders(f.table(providersFile, f.providers), &bad)
	c.readSchemes(f.table(schemesFile, f.schemes), &bad)
	names := c.readCityNames(f.table(cityNamesFile, f.cityNames), &bad)
	regionRows := c.readRegions(f.table(regionsFile, f.regions), names, &bad)
	zoneRows := c.readZones(f.table(zonesFile, f.zones), names, &bad)
	names.checkUsed(&bad)
	c.checkProvidersAreNamed(&bad)
	c.checkFormsHaveRegions(&bad)
	c.indexZones()
	c.checkZoneNames(regionRows, zoneRows, &bad)
	c.readGroups(f.jurisdictions, &bad)
	c.readPairs(f.table(pairsFile, f.pairs), &bad)
	c.readMultiRegions(f.table(multiRegionsFile, f.multiRegions), &bad)
	if err := bad.err(); err != nil {
		return nil, err
	}

	c.providers = slices.Sorted(maps.Keys(c.byProvider))
	c.indexCodes()
	c.indexCities()
	return c, nil
}

// indexCodes fills byCode. The rows that write a code in different cases are
// kept together under each spelling that occurs: a match must be exact, but no
// other meaning of the code may be lost.
func (c *Catalogue) indexCodes() {
	meanings := make(map[string][]*Region, len(c.regions))
	c.eachCode(func(code string, i int) {
		folded := strings.ToLower(code)
		if known, ok := meanings[folded]; ok {
			meanings[folded] = append(known, c.regions[i])
			return
		}
		// Most codes have one meaning, and need no slice of their own. This one has
		// no room to grow: append copies it.
		meanings[folded] = c.regions[i : i+1 : i+1]
	})
	c.byCode = make(map[string][]*Region, len(c.regions))
	c.eachCode(func(code string, _ int) { c.byCode[code] = meanings[strings.ToLower(code)] })
}

// eachCode calls visit with every name of a region and every other value that its nodes
// carry as their region label, and the index of the region.
func (c *Catalogue) eachCode(visit func(code string, i int)) {
	for i, r := range c.regions {
		visit(r.Name, i)
		for _, label := range r.Labels {
			if label != r.Name {
				visit(label, i)
			}
		}
	}
}

// indexCities makes every city known in the order of the sorted rows, so that
// the spelling that is shown does not depend on the order of a file.
func (c *Catalogue) indexCities() {
	for _, r := range c.regions {
		c.addCity(r.City, r.Country)
	}
	for _, z := range c.zones {
		c.addCity(z.City, z.Country)
	}
}
