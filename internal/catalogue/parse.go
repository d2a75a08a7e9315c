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
	"cmp"
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
	jurisdictionsFile = "jurisdictions.yaml"
)

// files is the text of the data.
type files struct{ regions, zones, countries, jurisdictions string }

// parse builds a catalogue of the data, or returns everything that is wrong with
// it. Each step reads one file against those before it.
func parse(f files) (*Catalogue, error) {
	var bad faults
	for _, file := range []struct{ name, text string }{
		{regionsFile, f.regions}, {zonesFile, f.zones}, {countriesFile, f.countries}, {jurisdictionsFile, f.jurisdictions},
	} {
		if !utf8.ValidString(file.text) {
			bad.add(file.name, 0, "", "is not UTF-8")
		}
	}
	if err := bad.err(); err != nil {
		return nil, err
	}

	c := &Catalogue{
		countries:  make(map[string]string, isoCountries),
		byProvider: map[string]*provider{},
		cities:     map[string][]city{},
	}
	c.readCountries(f.countries, &bad)
	regionRows := c.readRegions(f.regions, &bad)
	zoneRows := c.readZones(f.zones, &bad)
	c.checkZoneNames(regionRows, zoneRows, &bad)
	c.readGroups(f.jurisdictions, &bad)
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
	type use struct {
		folded, code string
		region       *Region
	}
	uses := make([]use, 0, len(c.regions)+2)
	for _, r := range c.regions {
		uses = append(uses, use{strings.ToLower(r.Name), r.Name, r})
		if alias, ok := labelAlias(r.Provider, r.Name); ok {
			uses = append(uses, use{strings.ToLower(alias), alias, r})
		}
	}
	slices.SortFunc(uses, func(a, b use) int {
		return cmp.Or(strings.Compare(a.folded, b.folded), compareRegions(a.region, b.region))
	})

	// All the slices of the index are parts of one array, in the order of uses.
	regions := make([]*Region, len(uses))
	for i, u := range uses {
		regions[i] = u.region
	}
	c.byCode = make(map[string][]*Region, len(uses))
	for start := 0; start < len(uses); {
		end := start + 1
		for end < len(uses) && uses[end].folded == uses[start].folded {
			end++
		}
		for _, u := range uses[start:end] {
			c.byCode[u.code] = regions[start:end:end]
		}
		start = end
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
