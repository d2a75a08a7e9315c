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

// zoneRow is a zone and the line that it was read from.
type zoneRow struct {
	*Zone
	line int
}

// readZones reads zones.csv and returns its rows in the file's order.
func (c *Catalogue) readZones(text string, bad *faults) []zoneRow {
	header := []string{"provider", "zone_prefix", "region_label", "city", "country", "kind", "source", "confidence"}
	lines := map[codeKey]int{}
	var rows []zoneRow
	readCSV(zonesFile, text, header, bad, func(r record) {
		zone := &Zone{
			Provider:    r.code("provider"),
			Prefix:      r.code("zone_prefix"),
			RegionLabel: r.code("region_label"),
			City:        r.city("city"),
			Country:     r.country("country", c),
			Kind:        r.required("kind"),
			Source:      r.required("source"),
			Confidence:  r.confidence("confidence"),
		}
		if zone.City == "" {
			r.fault("city", "is empty")
		}
		if zone.Kind != KindLocalZone && zone.Kind != KindWavelengthZone {
			r.fault("kind", "%q is none of %s, %s", zone.Kind, KindLocalZone, KindWavelengthZone)
		}
		c.checkRegionLabel(zone, r)
		key := codeKey{zone.Provider, strings.ToLower(zone.Prefix)}
		if first, seen := lines[key]; seen {
			r.fault("zone_prefix", "%s %q is on line %d already", zone.Provider, zone.Prefix, first)
			return
		}
		lines[key] = r.line
		rows = append(rows, zoneRow{Zone: zone, line: r.line})
		c.addZone(zone)
	})
	slices.SortFunc(c.zones, func(a, b *Zone) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Prefix, b.Prefix))
	})
	return rows
}

func (c *Catalogue) addZone(z *Zone) {
	c.zones = append(c.zones, z)
	if p, ok := c.byProvider[z.Provider]; ok {
		p.zones[z.Prefix] = z
	}
}

// checkRegionLabel holds the row against the region whose label its nodes carry.
func (c *Catalogue) checkRegionLabel(z *Zone, r record) {
	p, ok := c.byProvider[z.Provider]
	if !ok {
		r.fault("provider", "%q has no region in %s", z.Provider, regionsFile)
		return
	}
	region, ok := p.names[z.RegionLabel]
	if !ok {
		r.fault("region_label", "%s has no region %q in %s", z.Provider, z.RegionLabel, regionsFile)
		return
	}
	if !strings.HasPrefix(z.Prefix, z.RegionLabel+"-") {
		r.fault("zone_prefix", "%q does not begin with %q", z.Prefix, z.RegionLabel+"-")
	}
	if region.Country == z.Country && CanonicalCity(region.City) == CanonicalCity(z.City) {
		r.fault("city", "%s is where %s %q is: only zones that lie elsewhere belong here", z.City, z.Provider, z.RegionLabel)
	}
}

// checkZoneNames refuses names that could be read in two ways: a region's name,
// or a prefix, that is itself a zone.
func (c *Catalogue) checkZoneNames(regions []regionRow, zones []zoneRow, bad *faults) {
	for _, r := range regions {
		if m, ok := c.Zone(r.Provider, r.Name); ok {
			city, country := m.Place()
			bad.add(regionsFile, r.line, "region", "%s %q is also a zone in %s %s", r.Provider, r.Name, city, country)
		}
	}
	for _, z := range zones {
		p, ok := c.byProvider[z.Provider]
		if !ok {
			continue
		}
		if _, ok := p.region(z.Prefix); ok {
			bad.add(zonesFile, z.line, "zone_prefix", "%s %q is also a region", z.Provider, z.Prefix)
		}
		if _, ok := c.Zone(z.Provider, z.Prefix); ok {
			bad.add(zonesFile, z.line, "zone_prefix", "%s %q is also a zone", z.Provider, z.Prefix)
		}
	}
}
