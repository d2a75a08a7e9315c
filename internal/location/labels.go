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
	codes := r.codes()
	zone, region := codes[1], codes[2]
	switch {
	case zone.value != "":
		return r.byZoneLabel(cat, zone, region)
	case region.value != "":
		users := appendRegionUsers(make([]catalogue.ProviderMatch, 0, 8), cat, region.value)
		if len(users) == 0 {
			return r.unknownCode(region, "any provider")
		}
		if !carried(region.value, users) {
			return r.notCarried(region, users)
		}
		return r.agreed(cat, region, users)
	default:
		return r.undetermined(ReasonNoWitness, "there is neither a providerID nor a topology label"+r.notByBeta())
	}
}

// byZoneLabel asks the zone first: the region label is coarser than the place, and it is
// never the place of a zone that nobody knows.
func (r *reading) byZoneLabel(cat *catalogue.Catalogue, zone, region code) Location {
	matches := make([]catalogue.ProviderMatch, 0, 8)
	cat.EachZone(zone.value, func(m catalogue.ProviderMatch) { matches = append(matches, m) })
	if len(matches) == 0 {
		return r.unknownCode(zone, "any provider")
	}
	if region.value != "" {
		named := appendRegionUsers(make([]catalogue.ProviderMatch, 0, 8), cat, region.value)
		switch {
		case len(named) == 0:
			return r.unknownCode(region, "any provider")
		case !carried(region.value, named):
			return r.notCarried(region, named)
		}
	}
	users := make([]catalogue.ProviderMatch, 0, 8)
	for _, m := range matches {
		if region.value == "" || carries(cat, m, region.value) {
			users = appendUsers(users, cat, m)
		}
	}
	if len(users) == 0 {
		others := appendRegionUsers(make([]catalogue.ProviderMatch, 0, 8), cat, region.value)
		return r.undetermined(ReasonConflictingWitnesses, zone.says(matches)+" and "+region.says(others))
	}
	slices.SortFunc(users, func(a, b catalogue.ProviderMatch) int { return cmp.Compare(a.Provider, b.Provider) })
	return r.agreed(cat, zone, users)
}

// carried reports whether the nodes of any of the regions carry that region label.
func carried(label string, users []catalogue.ProviderMatch) bool {
	return slices.ContainsFunc(users, func(u catalogue.ProviderMatch) bool { return u.Region.HasLabel(label) })
}

// notCarried is the answer to a region label that is only known as a name of regions.
func (r *reading) notCarried(c code, users []catalogue.ProviderMatch) Location {
	return r.undetermined(ReasonUnknownRegion, c.says(users)+", which is a name of a region, and no label that its nodes are known to carry")
}

// carries reports whether nodes in the zone carry that region label at its provider.
func carries(cat *catalogue.Catalogue, zone catalogue.ProviderMatch, regionLabel string) bool {
	row, ok := cat.RegionOfLabel(zone.Provider, regionLabel)
	return ok && row.Name == regionLabelOf(zone.Match)
}

// appendRegionUsers adds all providers that have the region, sorted by provider.
func appendRegionUsers(users []catalogue.ProviderMatch, cat *catalogue.Catalogue, name string) []catalogue.ProviderMatch {
	for _, row := range cat.RegionsByCode(name) {
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
func (r *reading) agreed(cat *catalogue.Catalogue, c code, users []catalogue.ProviderMatch) Location {
	if against := r.betaAgainst(cat, c, users); against != "" {
		return r.undetermined(ReasonConflictingWitnesses, c.says(users)+" and "+against)
	}
	first := users[0]
	city, country := first.Place()
	area := first.Area()
	sameCity, sameRegion, low := true, true, true
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
	}
	if !c.zone {
		for _, u := range users {
			if u.Region.LabelIsArea {
				return r.areaOnly(c, users, u.Provider)
			}
		}
	}
	if low {
		return r.undetermined(ReasonLowConfidence, c.says(users)+", which rests on no catalogue row of more than low confidence")
	}
	l := Location{Area: area, Country: country, Assurance: Claimed, Witnesses: r.witnesses(0), Source: sourceOf(users)}
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
	l.Providers = make([]string, 0, len(users))
	for _, u := range users {
		l.Providers = append(l.Providers, u.Provider)
	}
	if !sameRegion {
		l.Regions = regionsOf(users)
	}
	return l
}

// regionsOf is what each user calls the region in which the code lies, nil if it lies in none.
func regionsOf(users []catalogue.ProviderMatch) []string {
	names := make([]string, len(users))
	any := false
	for i, u := range users {
		if u.Region != nil {
			names[i], any = u.Region.Name, true
		}
	}
	if !any {
		return nil
	}
	return names
}

// sourceOf cites the rows of all users, each source once.
func sourceOf(users []catalogue.ProviderMatch) string {
	if len(users) == 1 {
		return users[0].Source()
	}
	sources := make([]string, 0, 8)
	for _, u := range users {
		if s := u.Source(); !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
	}
	return strings.Join(sources, "; ")
}
