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

package oracle

import (
	"slices"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// atom is a place that nobody tells into parts: one city, or what of a country is in no city that
// anybody names, in a region of a provider or in none, in a Site or in none.
type atom struct {
	Place

	sites []string
}

// Where nobody names anything.
const (
	otherCity    = "somewhere that nobody names"
	otherCountry = "ZZ"
)

// permits says what a rule says of all atoms of a place: Undetermined if it permits only some.
// The parts are the places of which the place is made.
func (w *World) permits(p *residencyv1.ResidencyPolicy, rule *residencyv1.PlacesRule, in func(atom) bool, parts []residencyv1.Place) Outcome {
	var yes, no bool
	for _, at := range w.atoms(slices.Concat(rule.Allowed, rule.Denied, destinations(p), parts)) {
		switch {
		case !in(at):
		case w.within(at, rule.Allowed) && !w.within(at, rule.Denied) && w.covered(p, at.Place, at.sites):
			yes = true
		default:
			no = true
		}
	}
	switch {
	case yes && no:
		return Undetermined
	case no:
		return Prohibited
	default:
		return Permitted
	}
}

// within reports whether an atom is in one of some places.
func (w *World) within(at atom, list []residencyv1.Place) bool {
	return w.among(list, at.Place, at.sites)
}

// atoms are all that places can tell apart.
func (w *World) atoms(list []residencyv1.Place) []atom {
	countries := append(slices.Clone(members["EEA"]), otherCountry)
	cities, regions := map[string][]string{}, map[string][]Place{}
	var sites []*Site
	names := func(at Place) {
		countries = append(countries, at.Country)
		if at.City != "" {
			cities[at.Country] = append(cities[at.Country], catalogue.CanonicalCity(at.City))
		}
		if at.Region != "" {
			regions[at.Country] = append(regions[at.Country], at)
		}
	}
	for _, j := range w.Jurisdictions {
		for _, country := range j.Spec.Countries {
			countries = append(countries, string(country))
		}
	}
	for _, at := range list {
		switch {
		case at.Country != nil:
			names(Place{Country: string(*at.Country)})
		case at.City != nil:
			names(Place{Country: string(at.City.Country), City: string(at.City.Name)})
		case at.Region != nil:
			names(w.ofRegion(at.Region))
		case at.Site != nil:
			if s := w.site(string(*at.Site)); s != nil {
				sites = append(sites, s)
				names(s.Place)
			}
		}
	}
	slices.Sort(countries)
	var out []atom
	for _, country := range slices.Compact(countries) {
		towns := append(cities[country], otherCity)
		slices.Sort(towns)
		for _, city := range slices.Compact(towns) {
			for _, r := range append(regions[country], Place{}) {
				if differCity(r.City, city) {
					continue
				}
				at := Place{Country: country, City: city, Provider: r.Provider, Region: r.Region}
				out = append(out, atom{Place: at})
				for _, s := range sites {
					if w.mayBeIn(s, at) {
						out = append(out, atom{at, []string{s.Object.Name}})
					}
				}
			}
		}
	}
	return out
}

// mayBeIn reports whether a Site can be at a place.
func (w *World) mayBeIn(s *Site, at Place) bool {
	if s.Place.Region != "" && (s.Place.Provider != at.Provider || s.Place.Region != at.Region) {
		return false
	}
	return s.Place.Country == at.Country && !differCity(s.Place.City, at.City)
}

// ofRegion is where a region is.
func (w *World) ofRegion(r *residencyv1.RegionPlace) Place {
	for _, code := range w.Atlas.Regions[string(r.Name)] {
		if code.Place.Provider == string(r.Provider) {
			return code.Place
		}
	}
	return Place{}
}
