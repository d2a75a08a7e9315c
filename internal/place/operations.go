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

import "strings"

// Union is the set of points that lie in s or in o.
func (s Set) Union(o Set) Set { return combine(s, o, func(a, b bool) bool { return a || b }) }

// Intersect is the set of points that lie in both s and o.
func (s Set) Intersect(o Set) Set { return combine(s, o, func(a, b bool) bool { return a && b }) }

// Minus is the set of points that lie in s and not in o.
func (s Set) Minus(o Set) Set { return combine(s, o, func(a, b bool) bool { return a && !b }) }

// Complement is the set of points that do not lie in s.
func (s Set) Complement() Set { return Everywhere().Minus(s) }

// Overlaps reports whether a point lies in both s and o.
func (s Set) Overlaps(o Set) bool { return !s.Intersect(o).IsEmpty() }

// UnionOf is the set of points that lie in any of the sets.
func UnionOf(sets ...Set) Set {
	// Pairwise by halves, so that a long list costs n log n and not n squared.
	switch len(sets) {
	case 0:
		return Nowhere()
	case 1:
		return sets[0]
	}
	mid := len(sets) / 2
	return UnionOf(sets[:mid]...).Union(UnionOf(sets[mid:]...))
}

// operator is a function of two answers. Applied point by point it makes one set of two.
type operator func(a, b bool) bool

// combine applies the operator at every level and drops what does not differ from the
// level above it, which is what keeps the form canonical.
func combine(s, o Set, op operator) Set {
	out := Set{rest: op(s.rest, o.rest)}
	if n := len(s.countries) + len(o.countries); n > 0 {
		out.countries = make([]countryOf, 0, n)
	}
	merge(s.countries, o.countries,
		func(a, b countryOf) int { return strings.Compare(a.code, b.code) },
		func(a, b *countryOf) {
			x, y := orCountry(a, b, s.rest), orCountry(b, a, o.rest)
			c := countryOf{code: x.code, ground: combineGround(x.ground, y.ground, op)}
			if !c.ground.equal(constant(out.rest)) {
				out.countries = append(out.countries, c)
			}
		})
	merge(s.sites, o.sites,
		func(a, b siteOf) int { return strings.Compare(a.name, b.name) },
		func(a, b *siteOf) {
			x, y := s.orSite(a, b), o.orSite(b, a)
			site := siteOf{name: x.name, home: x.home, ground: combineGround(x.ground, y.ground, op)}
			if !site.ground.equal(out.groundAt(site.home)) {
				out.sites = append(out.sites, site)
			}
		})
	return out
}

// orSite is the site, or the site of the other set with the answers that this set gives to it.
func (s Set) orSite(site, other *siteOf) siteOf {
	if site != nil {
		return *site
	}
	return siteOf{name: other.name, home: other.home, ground: s.groundAt(other.home)}
}

// orCountry is c, or the country of the other set with the answer that this set gives to it.
func orCountry(c, other *countryOf, rest bool) countryOf {
	if c != nil {
		return *c
	}
	return countryOf{code: other.code, ground: constant(rest)}
}

func combineGround(a, b ground, op operator) ground {
	out := ground{area: combineArea(a.area, b.area, op)}
	merge(a.regions, b.regions,
		func(x, y regionOf) int { return x.id.compare(y.id) },
		func(x, y *regionOf) {
			rx, ry := orRegion(x, y, a.area), orRegion(y, x, b.area)
			r := regionOf{id: rx.id, city: rx.city, area: combineArea(rx.area, ry.area, op)}
			if !r.same(out.area) {
				out.regions = append(out.regions, r)
			}
		})
	return out
}

// orRegion is r, or the region of the other ground with the answer that this ground gives to it.
func orRegion(r, other *regionOf, a area) regionOf {
	if r != nil {
		return *r
	}
	if other.city != "" {
		a = area{rest: a.at(other.city)}
	}
	return regionOf{id: other.id, city: other.city, area: a}
}

// same reports whether listing the region says nothing that the area around it does not say.
func (r regionOf) same(around area) bool {
	if r.city != "" {
		return r.area.rest == around.at(r.city)
	}
	return r.area.equal(around)
}

func combineArea(a, b area, op operator) area {
	out := area{rest: op(a.rest, b.rest)}
	merge(a.cities, b.cities, strings.Compare, func(x, y *string) {
		city := x
		if city == nil {
			city = y
		}
		if op(a.at(*city), b.at(*city)) != out.rest {
			out.cities = append(out.cities, *city)
		}
	})
	return out
}

// merge walks two sorted lists together and calls visit once for every key, with nil
// for the list that does not have it.
func merge[T any](a, b []T, compare func(T, T) int, visit func(a, b *T)) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || (len(a) > 0 && compare(a[0], b[0]) < 0):
			visit(&a[0], nil)
			a = a[1:]
		case len(a) == 0 || compare(a[0], b[0]) > 0:
			visit(nil, &b[0])
			b = b[1:]
		default:
			visit(&a[0], &b[0])
			a, b = a[1:], b[1:]
		}
	}
}
