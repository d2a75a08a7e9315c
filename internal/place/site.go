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

// Home is where a site is. All points in the site lie there.
type Home struct {
	// Country is an ISO 3166-1 alpha-2 code.
	Country string
	// City is the canonical name of the city, empty if it is not known.
	City string
	// Region is the provider's region, the zero value if the site names none.
	Region RegionID
}

// Ground is the set of all points that can be at home, in any site or none.
func (h Home) Ground() Set {
	switch {
	case h.Region != RegionID{}:
		return Region(h.Region, h.City, h.Country)
	case h.City != "":
		return City(h.City, h.Country)
	default:
		return Countries(h.Country)
	}
}

// siteOf is the part of a Set that lies in one site.
type siteOf struct {
	name   string
	home   Home
	ground ground // for points that can be at home: see within
}

// Site is the set of all points in one site.
func Site(name string, home Home) Set {
	return Set{sites: []siteOf{{name: name, home: home, ground: constant(true)}}}
}

// containsInSites is the answer for a point in at least one site. Several sites have to
// give the same: whether one counts or all do depends on what the set was made for.
func (s Set) containsInSites(p Point) Truth {
	answer := s.inSite(p.Sites[0], p)
	for _, name := range p.Sites[1:] {
		if s.inSite(name, p) != answer {
			return Unknown
		}
	}
	return answer
}

func (s Set) inSite(name string, p Point) Truth {
	i, listed := slices.BinarySearchFunc(s.sites, name, func(site siteOf, name string) int { return strings.Compare(site.name, name) })
	if !listed {
		return s.containsOutside(p)
	}
	site := &s.sites[i]
	if !site.home.mayHold(p) {
		// The point and the set were made of different states of the site.
		return Unknown
	}
	return site.ground.contains(p)
}

// mayHold reports whether the point can be at home, as far as both are known.
func (h Home) mayHold(p Point) bool {
	return p.Country == h.Country &&
		(p.City == "" || h.City == "" || p.City == h.City) &&
		(len(p.Regions) == 0 || h.Region == RegionID{} || slices.Contains(p.Regions, h.Region))
}

// constant is a ground with one answer for all points.
func constant(answer bool) ground { return ground{area: area{rest: answer}} }

// groundAt is the answers that the set gives to points at home and in no listed site.
func (s Set) groundAt(h Home) ground {
	c := s.find(h.Country)
	if c == nil {
		return constant(s.rest)
	}
	return c.within(h)
}

// within is the ground as far as points can be at home. Answers about other points are
// dropped, so that two grounds are equal if they say the same of the site.
func (g ground) within(h Home) ground {
	if (h.Region != RegionID{}) {
		if r := g.region(h.Region); r != nil {
			g.area = r.area
		}
		g.regions = nil
	}
	if h.City == "" {
		return g
	}
	out := constant(g.area.at(h.City))
	for _, r := range g.regions {
		possible := r.city == "" || r.city == h.City
		if answer := r.area.at(h.City); possible && answer != out.area.rest {
			out.regions = append(out.regions, regionOf{id: r.id, city: r.city, area: area{rest: answer}})
		}
	}
	return out
}

func (s siteOf) equal(o siteOf) bool {
	return s.name == o.name && s.home == o.home && s.ground.equal(o.ground)
}
