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

// Pair is the region to which a provider copies what is kept redundantly in another one: one
// row of pairs.csv.
type Pair struct {
	// Provider is the catalogue's name of the provider, Region the name of the region.
	Provider, Region string
	// To is the region that the copy is in; nil: the region is known to have none.
	To *Region
	// Source cites where the row was read.
	Source string
	// Confidence is how far the source goes.
	Confidence Confidence
}

// Pair returns where the provider copies what is kept in the region of exactly that name;
// false if that is not known. Pairs go one way: the other region may have another one, or none.
func (c *Catalogue) Pair(provider, region string) (*Pair, bool) {
	p, ok := c.pairs[codeKey{provider, region}]
	return p, ok
}

// MultiRegion is a place for data that is kept in several regions, of which it is not said in
// which: one row of multi_regions.csv.
type MultiRegion struct {
	// Provider is the catalogue's name of the provider, Name what it calls the place.
	Provider, Name string
	// Countries are all in which the data may be, as ISO 3166-1 alpha-2 codes, sorted.
	Countries []string
	// Source cites where the row was read.
	Source string
	// Confidence is how far the source goes.
	Confidence Confidence
}

// MultiRegion returns the multi-region of exactly that name.
func (c *Catalogue) MultiRegion(provider, name string) (*MultiRegion, bool) {
	m, ok := c.multiRegions[codeKey{provider, name}]
	return m, ok
}
