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
	"fmt"
	"slices"
	"strings"
)

// Group is a set of countries that has a name which people use.
type Group struct {
	Name      string
	Countries []string
}

// Names is how the parts of a set are called in people's words.
type Names struct {
	// Groups are tried in order: the first whose countries are in the set gives them its name.
	Groups []Group
	// City returns a city's display name for its canonical one.
	City func(canonical, country string) string
	// Max is how many names are written out before "and N more". Zero means all.
	Max int
}

// Describe returns the set in people's words, the same words for equal sets: "EEA",
// "EEA and GB, but not aws eu-south-1 (IT)", "anywhere but CN", "nowhere".
func (s Set) Describe(n Names) string {
	switch {
	case s.IsEverywhere():
		return "anywhere"
	case s.IsEmpty():
		return "nowhere"
	case s.rest:
		return "anywhere but " + s.Complement().Describe(n)
	}
	in, out := s.parts(n)
	words := list(in, n.Max)
	if len(out) > 0 {
		words += ", but not " + list(out, n.Max)
	}
	return words
}

// String returns the set in codes, for tests and logs.
func (s Set) String() string { return s.Describe(Names{}) }

// parts returns the names of what is in the set, and of what is left out of it.
func (s Set) parts(n Names) (in, out []string) {
	grouped := map[string]bool{}
	// A group that fits is better than a wider one with exceptions.
	for _, exceptions := range []bool{false, true} {
		for _, g := range n.Groups {
			missing, few := s.missing(g)
			if !few || (len(missing) > 0) != exceptions || anyOf(g.Countries, grouped) {
				continue
			}
			in = append(in, g.Name)
			out = append(out, missing...)
			for _, c := range g.Countries {
				grouped[c] = true
			}
		}
	}
	var whole, cities, regions, notCities, notRegions []string
	for _, c := range s.countries {
		if c.area.rest && !grouped[c.code] {
			whole = append(whole, c.code)
		}
		for _, city := range c.area.cities {
			name := fmt.Sprintf("%s (%s)", n.city(city, c.code), c.code)
			if c.area.rest {
				notCities = append(notCities, name)
			} else {
				cities = append(cities, name)
			}
		}
		for _, r := range c.regions {
			name := fmt.Sprintf("%s %s (%s)", r.id.Provider, r.id.Name, c.code)
			switch {
			case len(r.area.cities) > 0:
				regions = append(regions, name+" in part")
			case r.area.rest:
				regions = append(regions, name)
			default:
				notRegions = append(notRegions, name)
			}
		}
	}
	sites, notSites := s.siteNames()
	in = slices.Concat(in, whole, cities, regions, sites)
	out = slices.Concat(out, notCities, notRegions, notSites)
	return in, out
}

// siteNames returns the names of the listed sites that are in the set, and of those that are not.
func (s Set) siteNames() (in, out []string) {
	for _, site := range s.sites {
		name := fmt.Sprintf("site %s (%s)", site.name, site.home.Country)
		switch {
		case site.ground.equal(constant(true)):
			in = append(in, name)
		case site.ground.equal(constant(false)):
			out = append(out, name)
		default:
			in = append(in, name+" in part")
		}
	}
	return in, out
}

// missing returns the countries of the group that the set leaves out, and whether so few
// of them are that the group's name with exceptions is the shorter description.
func (s Set) missing(g Group) (missing []string, few bool) {
	for _, code := range g.Countries {
		if c := s.find(code); c == nil || !c.area.rest {
			missing = append(missing, code)
		}
	}
	return missing, len(missing)*6 <= len(g.Countries)
}

func anyOf(codes []string, in map[string]bool) bool {
	return slices.ContainsFunc(codes, func(c string) bool { return in[c] })
}

func (n Names) city(canonical, country string) string {
	if n.City == nil {
		return canonical
	}
	return n.City(canonical, country)
}

// list writes names as people do: "a", "a and b", "a, b and c", "a, b and 7 more".
func list(names []string, limit int) string {
	if limit > 0 && len(names) > limit {
		names = append(slices.Clone(names[:limit]), fmt.Sprintf("%d more", len(names)-limit))
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
