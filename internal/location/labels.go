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

package location

import (
	"cmp"
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// byLabels says where a node without a providerID is. Every provider is possible, so a
// code counts only where all that use it agree on the country.
func (r *reading) byLabels(cat *catalogue.Catalogue) Location {
	codes := r.codes(identity{})
	zone, region := codes[1], codes[2]
	switch {
	case zone.value != "":
		return r.byZoneLabel(cat, zone, region)
	case region.value != "":
		users := regionUsers(cat, region.value)
		if len(users) == 0 {
			return r.unknownCode(region, "any provider")
		}
		return r.agreed(region, users)
	default:
		return r.undetermined(ReasonNoWitness, "there is neither a providerID nor a topology label")
	}
}

// byZoneLabel asks the zone first: the region label is coarser than the place, and it is
// never the place of a zone that nobody knows.
func (r *reading) byZoneLabel(cat *catalogue.Catalogue, zone, region code) Location {
	matches := cat.ZonesByCode(zone.value)
	if len(matches) == 0 {
		return r.unknownCode(zone, "any provider")
	}
	if region.value != "" && len(cat.RegionsByCode(region.value)) == 0 {
		return r.unknownCode(region, "any provider")
	}
	users := make([]catalogue.ProviderMatch, 0, 8)
	for _, m := range matches {
		if region.value == "" || carries(cat, m, region.value) {
			users = appendUsers(users, cat, m)
		}
	}
	if len(users) == 0 {
		return r.undetermined(ReasonConflictingWitnesses,
			zone.says(matches)+" and "+region.says(regionUsers(cat, region.value)))
	}
	slices.SortFunc(users, func(a, b catalogue.ProviderMatch) int { return cmp.Compare(a.Provider, b.Provider) })
	return r.agreed(zone, users)
}

// carries reports whether nodes in the zone carry that region label at its provider.
func carries(cat *catalogue.Catalogue, zone catalogue.ProviderMatch, regionLabel string) bool {
	row, ok := cat.Region(zone.Provider, regionLabel)
	return ok && row.Name == regionLabelOf(zone.Match)
}

// regionUsers returns all providers that have the region, sorted by provider.
func regionUsers(cat *catalogue.Catalogue, name string) []catalogue.ProviderMatch {
	rows := cat.RegionsByCode(name)
	users := make([]catalogue.ProviderMatch, 0, len(rows))
	for _, row := range rows {
		users = append(users, catalogue.ProviderMatch{Provider: row.Provider, Match: catalogue.Match{Region: row}})
	}
	return users
}

// appendUsers adds all providers that may mean something by the zone: besides the one
// whose zone it is, those that have its region. The catalogue does not know how every
// provider names its zones, and who has a region of that name may well name zones after
// it (Huawei's ap-southeast-1 is Hong Kong, the others' is Singapore).
func appendUsers(users []catalogue.ProviderMatch, cat *catalogue.Catalogue, zone catalogue.ProviderMatch) []catalogue.ProviderMatch {
	add := func(provider string, m catalogue.Match) {
		for i := range users {
			if users[i].Provider == provider {
				return
			}
		}
		users = append(users, catalogue.ProviderMatch{Provider: provider, Match: m})
	}
	add(zone.Provider, zone.Match)
	if zone.Region != nil {
		for _, row := range cat.RegionsByCode(zone.Region.Name) {
			add(row.Provider, catalogue.Match{Region: row})
		}
	}
	return users
}

// agreed gives the place that all users of a code mean by it, with as much of it as they
// agree on. There is at least one user.
func (r *reading) agreed(c code, users []catalogue.ProviderMatch) Location {
	first := users[0]
	city, country := first.Place()
	area := first.Area()
	sameCity, sameRegion, low := true, true, true
	source := first.Source()
	for _, u := range users {
		sameRegion = sameRegion && u.Region != nil && first.Region != nil && u.Region.Name == first.Region.Name
		otherCity, otherCountry := u.Place()
		if u.Area() != area {
			area = ""
		}
		if otherCountry != country {
			return r.undetermined(ReasonAmbiguousRegion, c.says(users)+", and there is no providerID to say which")
		}
		sameCity = sameCity && (otherCity == city || catalogue.CanonicalCity(otherCity) == catalogue.CanonicalCity(city))
		low = low && u.Confidence() == catalogue.ConfidenceLow
		if other := u.Source(); !strings.Contains(source, other) {
			source += "; " + other
		}
	}
	if low {
		return r.undetermined(ReasonLowConfidence, c.says(users)+", which rests on no catalogue row of more than low confidence")
	}
	l := Location{Area: area, Country: country, Assurance: Claimed, Witnesses: r.witnesses(), Source: source}
	if sameCity {
		l.City = city
	}
	if c.zone {
		l.Zone = c.value
	}
	if sameRegion {
		l.Region = first.Region.Name
	}
	if len(users) == 1 {
		l.Provider = first.Provider
		return l
	}
	for _, u := range users {
		l.Providers = append(l.Providers, u.Provider)
	}
	return l
}
