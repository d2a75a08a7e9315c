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
	_ "embed"
	"fmt"
)

//go:embed data/regions.csv
var regionsCSV string

//go:embed data/zones.csv
var zonesCSV string

//go:embed data/countries.csv
var countriesCSV string

//go:embed data/city_names.csv
var cityNamesCSV string

//go:embed data/providers.csv
var providersCSV string

//go:embed data/schemes.csv
var schemesCSV string

//go:embed data/pairs.csv
var pairsCSV string

//go:embed data/multi_regions.csv
var multiRegionsCSV string

//go:embed data/jurisdictions.json
var jurisdictionsJSON string

// Catalogue is the world as the data describes it. It is immutable and safe for
// concurrent use.
type Catalogue struct {
	date          string
	countries     map[string]string
	titles        map[string]*providerRow
	schemes       []*Scheme
	byScheme      map[string]*Scheme
	providers     []string
	byProvider    map[string]*provider
	byCode        map[string][]*Region
	regions       []*Region
	zones         []*Zone
	zonesByStem   zoneIndex
	cities        map[string][]city
	jurisdictions []*Jurisdiction
	groups        []*Group
	pairs         map[codeKey]*Pair
	multiRegions  map[codeKey]*MultiRegion
}

// provider is what the catalogue knows of one provider that has regions.
type provider struct {
	// names is keyed by region name.
	names map[string]*Region
	// labels is keyed by what nodes carry as their region label.
	labels map[string]*Region
}

// Load returns the embedded catalogue. An error names the file, line and field
// of every fact that is broken or contradicts another.
func Load() (*Catalogue, error) {
	c, err := parse(embeddedFiles())
	if err != nil {
		return nil, fmt.Errorf("reading the embedded catalogue: %w", err)
	}
	return c, nil
}

func embeddedFiles() files {
	return files{
		regions:       regionsCSV,
		zones:         zonesCSV,
		countries:     countriesCSV,
		cityNames:     cityNamesCSV,
		providers:     providersCSV,
		schemes:       schemesCSV,
		pairs:         pairsCSV,
		multiRegions:  multiRegionsCSV,
		jurisdictions: jurisdictionsJSON,
	}
}

// Date returns the day on which the data was put together, as YYYY-MM-DD.
func (c *Catalogue) Date() string { return c.date }

// Providers returns the names of all providers that have regions, sorted.
func (c *Catalogue) Providers() []string { return c.providers }

// HasProvider reports whether the catalogue has regions of a provider of exactly
// that name.
func (c *Catalogue) HasProvider(provider string) bool {
	_, ok := c.byProvider[provider]
	return ok
}

// Region returns the region of the provider that is called exactly code: by its name, or
// by an alias that its nodes carry. It is for what people write: whether a node can carry
// the code is told by RegionOfLabel. It does not allocate.
func (c *Catalogue) Region(provider, code string) (*Region, bool) {
	p, ok := c.byProvider[provider]
	if !ok {
		return nil, false
	}
	return p.region(code)
}

// RegionOfLabel returns the region of the provider whose nodes carry exactly that region
// label. A name that is only known as that of a place for buckets is none. It does not
// allocate.
func (c *Catalogue) RegionOfLabel(provider, label string) (*Region, bool) {
	p, ok := c.byProvider[provider]
	if !ok {
		return nil, false
	}
	r, ok := p.labels[label]
	return r, ok
}

// region finds a region by its name, or by a label.
func (p *provider) region(code string) (*Region, bool) {
	if r, ok := p.names[code]; ok {
		return r, true
	}
	r, ok := p.labels[code]
	return r, ok
}

// RegionsByCode returns what the code means at every provider that has it as the name or
// as the label of a region, sorted by provider. The code must be written exactly as at least one of the
// providers writes it; then those that write it in another case are returned
// too, so that no meaning is missed. It does not allocate.
func (c *Catalogue) RegionsByCode(code string) []*Region { return c.byCode[code] }

// Regions returns all regions, sorted by provider and name.
func (c *Catalogue) Regions() []*Region { return c.regions }

// Zones returns all zones whose names do not follow from that of the region whose label they
// carry, sorted by provider and prefix.
func (c *Catalogue) Zones() []*Zone { return c.zones }
