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

package place

import "slices"

// CountryPart is what a Set says of one country, of points in no site that is listed.
type CountryPart struct {
	// Country is its ISO 3166-1 alpha-2 code.
	Country string
	// Whole is whether the points are in the Set that no list below speaks of.
	Whole bool
	// Cities are the canonical names of the cities for which the answer is the other one, sorted.
	Cities []string
	// Regions are those that have answers of their own, sorted.
	Regions []RegionPart
}

// RegionPart is what a Set says of one region, in all its cities.
type RegionPart struct {
	// ID names the region.
	ID RegionID
	// Whole is whether the points are in the Set that are in none of the Cities.
	Whole bool
	// Cities are the canonical names of the cities for which the answer is the other one, sorted.
	Cities []string
}

// At returns the answer for a city by its canonical name.
func (r *RegionPart) At(city string) bool { return area{rest: r.Whole, cities: r.Cities}.at(city) }

// Parts returns what the Set says, country by country, sorted; rest is whether the points of
// all other countries are in it. What it says of its sites is not among that.
func (s Set) Parts() (parts []CountryPart, rest bool) {
	parts = make([]CountryPart, len(s.countries))
	for i, c := range s.countries {
		parts[i] = CountryPart{Country: c.code, Whole: c.area.rest, Cities: slices.Clone(c.area.cities)}
		for _, r := range c.regions {
			parts[i].Regions = append(parts[i].Regions, RegionPart{ID: r.id, Whole: r.area.rest, Cities: slices.Clone(r.area.cities)})
		}
	}
	return parts, s.rest
}
