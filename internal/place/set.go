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

import (
	"slices"
	"strings"
)

// Point is where something is, as far as that is known.
type Point struct {
	// Country is an ISO 3166-1 alpha-2 code. A point without one is nowhere in particular.
	Country string
	// City is the canonical name of the city, empty if it is not known.
	City string
	// Regions are the providers' regions that the point may lie in: none if it lies in
	// no region, several if it is not known which of several providers it is with.
	Regions []RegionID
	// Sites are the names of all sites that the point lies in.
	Sites []string
}

// RegionID names a region of a provider.
type RegionID struct {
	Provider, Name string
}

func (r RegionID) compare(o RegionID) int {
	if c := strings.Compare(r.Provider, o.Provider); c != 0 {
		return c
	}
	return strings.Compare(r.Name, o.Name)
}

// Set is a set of points. The zero value is the empty set.
type Set struct {
	rest      bool        // the answer for every country that is not listed
	countries []countryOf // sorted by code, each different from rest
	sites     []siteOf    // sorted by name, each different from its country
}

// countryOf is the part of a Set that lies in one country, in no site that is listed.
type countryOf struct {
	code string
	ground
}

// ground is the answers within a country, or within a site.
type ground struct {
	area    area       // for points in no region, and in regions that are not listed
	regions []regionOf // sorted, each different from area
}

// regionOf is the part of a country that lies in one region.
type regionOf struct {
	id   RegionID
	city string // the region's own city, empty if the catalogue does not know it
	area area   // a constant if city is known
}

// area is a set of cities, all of one country: the answer and the cities that differ from it.
type area struct {
	rest   bool
	cities []string // sorted canonical names whose answer is !rest
}

// Everywhere is the set of all points.
func Everywhere() Set { return Set{rest: true} }

// Nowhere is the empty set.
func Nowhere() Set { return Set{} }

// Countries is the set of all points in the given countries.
func Countries(codes ...string) Set {
	sorted := slices.Clone(codes)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	s := Set{countries: make([]countryOf, 0, len(sorted))}
	for _, c := range sorted {
		s.countries = append(s.countries, countryOf{code: c, ground: constant(true)})
	}
	return s
}

// City is the set of all points in one city, named canonically.
func City(name, country string) Set {
	return Set{countries: []countryOf{{code: country, ground: ground{area: area{cities: []string{name}}}}}}
}

// Region is the set of all points in one region of a provider. The city is the
// canonical name of the city that the region lies in, empty if it is not known.
func Region(id RegionID, city, country string) Set {
	return Set{countries: []countryOf{{
		code:   country,
		ground: ground{regions: []regionOf{{id: id, city: city, area: area{rest: true}}}},
	}}}
}

// Contains reports whether the point lies in the set. It is Unknown if that depends
// on a country, a city or a provider that is not known of the point, or on which of
// several sites is asked. It does not allocate.
func (s Set) Contains(p Point) Truth {
	if len(s.sites) > 0 && len(p.Sites) > 0 {
		return s.containsInSites(p)
	}
	return s.containsOutside(p)
}

// containsOutside is the answer for a point in no site that is listed.
func (s Set) containsOutside(p Point) Truth {
	if p.Country == "" {
		if len(s.countries) == 0 && len(s.sites) == 0 {
			return truth(s.rest)
		}
		return Unknown
	}
	c := s.find(p.Country)
	if c == nil {
		return truth(s.rest)
	}
	return c.contains(p)
}

func (g *ground) contains(p Point) Truth {
	if len(p.Regions) == 0 {
		return g.area.contains(p.City)
	}
	answer := g.in(p.Regions[0], p.City)
	for _, r := range p.Regions[1:] {
		if g.in(r, p.City) != answer {
			return Unknown
		}
	}
	return answer
}

// in is the answer for a city in one region.
func (g *ground) in(id RegionID, city string) Truth {
	if r := g.region(id); r != nil {
		return r.area.contains(city)
	}
	return g.area.contains(city)
}

func (g *ground) region(id RegionID) *regionOf {
	i, ok := slices.BinarySearchFunc(g.regions, id, func(r regionOf, id RegionID) int { return r.id.compare(id) })
	if !ok {
		return nil
	}
	return &g.regions[i]
}

func (s Set) find(country string) *countryOf {
	lo, hi := 0, len(s.countries)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch c := &s.countries[mid]; {
		case c.code == country:
			return c
		case c.code < country:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return nil
}

func (a area) contains(city string) Truth {
	if len(a.cities) == 0 {
		return truth(a.rest)
	}
	if city == "" {
		return Unknown
	}
	return truth(a.at(city))
}

func (a area) at(city string) bool {
	_, listed := slices.BinarySearch(a.cities, city)
	return a.rest != listed
}

// IsEmpty reports whether no point lies in the set.
func (s Set) IsEmpty() bool { return !s.rest && s.unlisted() }

// IsEverywhere reports whether every point lies in the set.
func (s Set) IsEverywhere() bool { return s.rest && s.unlisted() }

func (s Set) unlisted() bool { return len(s.countries) == 0 && len(s.sites) == 0 }

// Equal reports whether both sets hold the same points.
func (s Set) Equal(o Set) bool {
	return s.rest == o.rest && slices.EqualFunc(s.countries, o.countries, countryOf.equal) && slices.EqualFunc(s.sites, o.sites, siteOf.equal)
}

func (c countryOf) equal(o countryOf) bool { return c.code == o.code && c.ground.equal(o.ground) }

func (g ground) equal(o ground) bool {
	return g.area.equal(o.area) && slices.EqualFunc(g.regions, o.regions, func(a, b regionOf) bool {
		return a.id == b.id && a.city == b.city && a.area.equal(b.area)
	})
}

func (a area) equal(o area) bool { return a.rest == o.rest && slices.Equal(a.cities, o.cities) }
