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

package steer

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/place"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// writer writes terms.
type writer struct {
	options Options
	denied  []string // the Sites in which no node is permitted, sorted
	// sites are those of the branch that is being written.
	sites []string
	terms []corev1.NodeSelectorTerm
}

// add adds a term of the expressions and of what the Sites ask.
func (w *writer) add(expressions ...corev1.NodeSelectorRequirement) {
	all := make([]corev1.NodeSelectorRequirement, 0, len(w.sites)+len(expressions)+len(w.denied))
	for _, name := range w.sites {
		all = append(all, in(stamp.SiteKey(name), residencyv1.StampMember))
	}
	all = append(all, expressions...)
	for _, name := range w.denied {
		all = append(all, absent(stamp.SiteKey(name)))
	}
	w.terms = append(w.terms, corev1.NodeSelectorTerm{MatchExpressions: all})
}

// branch writes the terms of a branch. What is in a Site has a stamp, and no autoscaler makes it.
func (w *writer) branch(b *branch) {
	w.sites = nil
	for _, s := range b.sites {
		w.sites = append(w.sites, s.Name)
	}
	if w.options.By == ByTopology && len(b.sites) == 0 {
		w.byTopology(b.set)
		return
	}
	w.byStamp(b.set)
}

// byStamp writes one term for each kind of place that is permitted: countries, cities of
// others, and regions besides.
func (w *writer) byStamp(set place.Set) {
	parts, rest := set.Parts()
	var countries, but, cities, notCities []string
	var notInWhole, notInCities []place.RegionID
	var groups []regionGroup
	for i := range parts {
		p := &parts[i]
		if p.Whole {
			countries = append(countries, p.Country)
			notCities = append(notCities, cityValues(p.Cities, p.Country)...)
		} else {
			but = append(but, p.Country)
			cities = append(cities, cityValues(p.Cities, p.Country)...)
		}
		for j := range p.Regions {
			r := &p.Regions[j]
			switch {
			case p.Whole:
				notInWhole = append(notInWhole, r.ID)
			case slices.ContainsFunc(p.Cities, func(c string) bool { return !r.At(c) }):
				notInCities = append(notInCities, r.ID)
			}
			if r.Whole || len(r.Cities) > 0 {
				groups = joinGroup(groups, r, p.Country)
			}
		}
	}
	if rest || len(countries) > 0 {
		var e []corev1.NodeSelectorRequirement
		switch {
		case !rest:
			e = append(e, in(residencyv1.StampCountry, countries...))
		case len(but) > 0:
			e = append(e, notIn(residencyv1.StampCountry, but...))
		}
		if len(notCities) > 0 {
			e = append(e, notIn(residencyv1.StampCity, notCities...))
		}
		w.add(append(e, w.notInRegions(notInWhole)...)...)
	}
	if len(cities) > 0 {
		w.add(append([]corev1.NodeSelectorRequirement{in(residencyv1.StampCity, cities...)}, w.notInRegions(notInCities)...)...)
	}
	for i := range groups {
		w.regions(&groups[i])
	}
}

func cityValues(canonical []string, country string) []string {
	out := make([]string, len(canonical))
	for i, c := range canonical {
		out[i] = stamp.City(c, country)
	}
	return out
}

// notInRegions leaves regions out, also for nodes that only may be in one of them.
func (w *writer) notInRegions(ids []place.RegionID) []corev1.NodeSelectorRequirement {
	if len(ids) == 0 {
		return nil
	}
	var values []string
	var out []corev1.NodeSelectorRequirement
	for _, id := range ids {
		values = append(values, stamp.Region(id.Provider, id.Name))
		if len(w.options.Catalogue.RegionsByCode(id.Name)) > 1 {
			out = append(out, absent(stamp.PossibleRegionKey(id.Provider, id.Name)))
		}
	}
	return append([]corev1.NodeSelectorRequirement{notIn(residencyv1.StampRegion, values...)}, out...)
}

// regionGroup are regions of which the same is permitted: all but some cities, or some cities.
type regionGroup struct {
	whole     bool
	cities    []string // as values of the label
	ids       []place.RegionID
	countries []string // of the regions
}

func joinGroup(groups []regionGroup, r *place.RegionPart, country string) []regionGroup {
	cities := cityValues(r.Cities, country)
	at := slices.IndexFunc(groups, func(g regionGroup) bool { return g.whole == r.Whole && slices.Equal(g.cities, cities) })
	if at < 0 {
		at = len(groups)
		groups = append(groups, regionGroup{whole: r.Whole, cities: cities})
	}
	groups[at].ids = append(groups[at].ids, r.ID)
	groups[at].countries = append(groups[at].countries, country)
	return groups
}

// regions writes the terms of a group: one for the regions, and further ones for the nodes of
// which it is not known with which of several providers they are, if all of these are in it.
func (w *writer) regions(g *regionGroup) {
	var values []string
	for _, id := range g.ids {
		values = append(values, stamp.Region(id.Provider, id.Name))
	}
	within := func(e ...corev1.NodeSelectorRequirement) {
		switch {
		case len(g.cities) == 0:
		case g.whole:
			e = append(e, notIn(residencyv1.StampCity, g.cities...))
		default:
			e = append(e, in(residencyv1.StampCity, g.cities...))
		}
		w.add(e...)
	}
	within(in(residencyv1.StampRegion, values...))
	for i, id := range g.ids {
		among, others := w.sameCode(g, id, g.countries[i])
		// Such a node may be in two of them at least, so it is found by any but the last.
		if at := slices.Index(among, id); len(among) < 2 || at == len(among)-1 {
			continue
		}
		e := []corev1.NodeSelectorRequirement{in(stamp.PossibleRegionKey(id.Provider, id.Name), residencyv1.StampMember)}
		for _, other := range others {
			e = append(e, absent(stamp.PossibleRegionKey(other.Provider, other.Name)))
		}
		within(e...)
	}
}

// sameCode returns the regions of that name in the country, those that are in the group and
// the others.
func (w *writer) sameCode(g *regionGroup, id place.RegionID, country string) (among, others []place.RegionID) {
	for _, row := range w.options.Catalogue.RegionsByCode(id.Name) {
		other := place.RegionID{Provider: row.Provider, Name: row.Name}
		switch {
		case row.Name != id.Name || row.Country != country:
		case slices.Contains(g.ids, other):
			among = append(among, other)
		default:
			others = append(others, other)
		}
	}
	return among, others
}

// byTopology writes a term of all region labels that nodes in permitted regions carry, and
// one of the zones that are permitted though their region is not.
func (w *writer) byTopology(set place.Set) {
	var regions, zones, notZones []string
	counts := func(provider string) bool {
		return len(w.options.Providers) == 0 || slices.Contains(w.options.Providers, provider)
	}
	for _, r := range w.options.Catalogue.Regions() {
		at := place.Point{Country: r.Country, City: catalogue.CanonicalCity(r.City), Regions: []place.RegionID{{Provider: r.Provider, Name: r.Name}}}
		if counts(r.Provider) && set.Contains(at) == place.Yes {
			regions = append(regions, r.Labels...)
		}
	}
	regions = sortedOnce(regions)
	for _, z := range w.options.Catalogue.Zones() {
		if !counts(z.Provider) {
			continue
		}
		permitted := set.Contains(place.Point{Country: z.Country, City: catalogue.CanonicalCity(z.City)}) == place.Yes
		switch _, region := slices.BinarySearch(regions, z.RegionLabel); {
		case region && !permitted:
			notZones = append(notZones, zoneNames(z)...)
		case !region && permitted:
			zones = append(zones, zoneNames(z)...)
		}
	}
	if len(regions) > 0 {
		e := []corev1.NodeSelectorRequirement{in(corev1.LabelTopologyRegion, regions...)}
		if len(notZones) > 0 {
			e = append(e, notIn(corev1.LabelTopologyZone, notZones...))
		}
		w.add(e...)
	}
	if len(zones) > 0 {
		w.add(in(corev1.LabelTopologyZone, zones...))
	}
}

// zoneNames returns the names of the first zones of a family. No family is known to have more;
// of a further one admission still says where it is.
func zoneNames(z *catalogue.Zone) []string {
	endings := []string{"a", "b", "c", "d"}
	if z.Kind == catalogue.KindWavelengthZone {
		endings = []string{"-wlz-1", "-wlz-2", "-wlz-3", "-wlz-4"}
	}
	out := make([]string, len(endings))
	for i, end := range endings {
		out[i] = z.Prefix + end
	}
	return out
}

func sortedOnce(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
