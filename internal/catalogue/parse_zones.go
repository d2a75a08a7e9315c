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

package catalogue

import (
	"cmp"
	"slices"
	"strings"
)

// zoneRow is a zone and where it was read.
type zoneRow struct {
	*Zone
	position
}

// readZones reads zones.csv and returns its rows in the file's order.
func (c *Catalogue) readZones(t table, names cityNames, bad *faults) []zoneRow {
	header := []string{"provider", "zone_prefix", "region_label", "city", "country", "kind", "source", "confidence"}
	owners := map[codeKey]zoneRow{}
	var rows []zoneRow
	t.read(header, bad, func(r record) {
		zone := &Zone{
			Provider:    r.code("provider"),
			Prefix:      r.code("zone_prefix"),
			RegionLabel: r.code("region_label"),
			City:        r.city("city"),
			Country:     r.country("country", c),
			Kind:        r.required("kind"),
			Source:      r.source("source"),
			Confidence:  r.confidence("confidence"),
		}
		if zone.City == "" {
			r.fault("city", "is empty")
		}
		var note string
		zone.City, zone.Area, note = names.apply(zone.City, zone.Country, r.position)
		zone.Source += note
		if zone.Kind != KindLocalZone && zone.Kind != KindWavelengthZone {
			r.fault("kind", "%q is none of %s, %s", zone.Kind, KindLocalZone, KindWavelengthZone)
		}
		key := codeKey{zone.Provider, strings.ToLower(zone.Prefix)}
		if first, seen := owners[key]; seen {
			switch {
			case !r.replacedBy(first.position):
				r.fault("zone_prefix", "%s %q is on %s already", zone.Provider, zone.Prefix, first.seenFrom(r.position))
			case first.Prefix != zone.Prefix:
				first.fault(bad, "zone_prefix", "%s %q is written %q on %s", zone.Provider, first.Prefix, zone.Prefix, r.seenFrom(first.position))
			}
			return
		}
		c.checkRegionLabel(zone, r)
		row := zoneRow{Zone: zone, position: r.position}
		owners[key] = row
		rows = append(rows, row)
		c.zones = append(c.zones, zone)
	})
	slices.SortFunc(c.zones, func(a, b *Zone) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Prefix, b.Prefix))
	})
	return rows
}

// checkRegionLabel holds the row against the region whose label its nodes carry.
func (c *Catalogue) checkRegionLabel(z *Zone, r record) {
	p, ok := c.byProvider[z.Provider]
	if !ok {
		r.fault("provider", "%q has no region in %s", z.Provider, regionsFile)
		return
	}
	if _, ok := p.names[z.RegionLabel]; !ok {
		r.fault("region_label", "%s has no region %q in %s", z.Provider, z.RegionLabel, regionsFile)
		return
	}
	if !strings.HasPrefix(z.Prefix, z.RegionLabel+"-") {
		r.fault("zone_prefix", "%q does not begin with %q", z.Prefix, z.RegionLabel+"-")
	}
}

// checkZoneNames refuses names that could be read in two ways: a region's name, or
// a prefix, that is itself a zone of something else, and zones that are in two places.
func (c *Catalogue) checkZoneNames(regions []regionRow, zones []zoneRow, bad *faults) {
	for _, r := range regions {
		if m, ok := c.Zone(r.Provider, r.Name); ok && m.Region != r.Region {
			city, country := m.Place()
			r.fault(bad, "region", "%s %q is also a zone in %s %s", r.Provider, r.Name, city, country)
		}
		for _, f := range c.zoneFormsOf(r.Region) {
			c.checkSingle(f.stem(r.Name)+f.ending.sample(), r.Provider, Match{Region: r.Region}, r.position, "region", bad)
		}
	}
	for _, z := range zones {
		p, ok := c.byProvider[z.Provider]
		if !ok {
			continue
		}
		if _, ok := p.region(z.Prefix); ok {
			z.fault(bad, "zone_prefix", "%s %q is also a region", z.Provider, z.Prefix)
		}
		if _, ok := c.Zone(z.Provider, z.Prefix); ok {
			z.fault(bad, "zone_prefix", "%s %q is also a zone", z.Provider, z.Prefix)
		}
		e, stem := z.stem()
		c.checkSingle(stem+e.sample(), z.Provider, Match{Zone: z.Zone}, z.position, "zone_prefix", bad)
	}
}

// checkSingle refuses a zone that is something else at the provider too.
func (c *Catalogue) checkSingle(zone, provider string, want Match, at position, field string, bad *faults) {
	for _, meanings := range c.zonesByStem.meanings(zone) {
		for _, m := range meanings {
			if m.Provider == provider && m.Match != want {
				city, country := m.Place()
				at.fault(bad, field, "%s zone %q is also one in %s %s", provider, zone, city, country)
			}
		}
	}
}
