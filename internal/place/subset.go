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

// SubsetOf reports whether every point of s lies in o. It allocates nothing: verdicts ask it.
func (s Set) SubsetOf(o Set) bool {
	if s.rest && !o.rest {
		// There is always a country that neither lists.
		return false
	}
	for i := range s.countries {
		c := &s.countries[i]
		if !c.ground.subsetOf(o.groundIn(c.code)) {
			return false
		}
	}
	for i := 0; s.rest && i < len(o.countries); i++ {
		if c := &o.countries[i]; s.find(c.code) == nil && !constant(true).subsetOf(c.ground) {
			return false
		}
	}
	for i := range s.sites {
		if site := &s.sites[i]; !s.siteSubsetOf(o, site) {
			return false
		}
	}
	for i := range o.sites {
		if site := &o.sites[i]; !s.siteSubsetOf(o, site) {
			return false
		}
	}
	return true
}

// groundIn is the answers that the set gives in a country, in no listed site.
func (s Set) groundIn(country string) ground {
	if c := s.find(country); c != nil {
		return c.ground
	}
	return constant(s.rest)
}

// siteSubsetOf reports whether every point of s in a site that one of the two lists lies in o.
func (s Set) siteSubsetOf(o Set, site *siteOf) bool {
	return s.groundOf(site).subsetOf(o.groundOf(site))
}

// groundOf is the answers that the set gives in the site.
func (s Set) groundOf(site *siteOf) ground {
	for i := range s.sites {
		if own := &s.sites[i]; own.name == site.name {
			return own.ground
		}
	}
	return s.groundAt(site.home)
}

func (g ground) subsetOf(o ground) bool {
	if !g.area.subsetOf(o.area) {
		return false
	}
	for i := range g.regions {
		r := &g.regions[i]
		if !r.area.subsetOf(orRegion(o.region(r.id), r, o.area).area) {
			return false
		}
	}
	for i := range o.regions {
		r := &o.regions[i]
		if g.region(r.id) == nil && !orRegion(nil, r, g.area).area.subsetOf(r.area) {
			return false
		}
	}
	return true
}

func (a area) subsetOf(o area) bool {
	if a.rest && !o.rest {
		return false
	}
	lacks := func(city string) bool { return a.at(city) && !o.at(city) }
	return !slices.ContainsFunc(a.cities, lacks) && !slices.ContainsFunc(o.cities, lacks)
}
