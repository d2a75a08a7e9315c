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

// regionRow is a region and where it was read.
type regionRow struct {
	*Region
	position
}

// codeKey is a code of a provider in lower case.
type codeKey struct{ provider, code string }

// labelMark stands before an alias that nodes of the region carry as their region label.
const labelMark = "="

// readRegions reads regions.csv and returns its rows in the file's order.
func (c *Catalogue) readRegions(t table, names cityNames, bad *faults) []regionRow {
	header := []string{"provider", "region", "city", "country", "aliases", "source", "confidence"}
	rows := make([]regionRow, 0, strings.Count(t.text, "\n")+strings.Count(t.overlay, "\n"))
	owners := make(map[codeKey]regionRow, cap(rows))
	t.read(header, bad, func(r record) {
		region := &Region{
			Provider:   r.provider("provider"),
			Name:       r.code("region"),
			City:       r.city("city"),
			Country:    r.country("country", c),
			Source:     r.source("source"),
			Confidence: r.confidence("confidence"),
		}
		var note string
		region.City, region.Area, note = names.apply(region.City, region.Country, r.position)
		region.Source += note
		c.namesProvider(region.Provider, "provider", r)
		c.readAliases(region, r)
		c.markForms(region, r.position)
		// Names that differ only in case are one name to a person, so they collide too.
		key := codeKey{region.Provider, strings.ToLower(region.Name)}
		if first, seen := owners[key]; seen {
			switch {
			case !r.replacedBy(first.position):
				r.fault("region", "%s %q is on %s already", region.Provider, region.Name, first.seenFrom(r.position))
			case first.Name != region.Name:
				first.fault(bad, "region", "%s %q is written %q on %s", region.Provider, first.Name, region.Name, r.seenFrom(first.position))
			}
			return
		}
		row := regionRow{Region: region, position: r.position}
		owners[key] = row
		rows = append(rows, row)
		c.addRegion(region)
	})
	checkAliases(rows, owners, bad)
	slices.SortFunc(c.regions, compareRegions)
	return rows
}

func compareRegions(a, b *Region) int {
	return cmp.Or(strings.Compare(a.Provider, b.Provider), strings.Compare(a.Name, b.Name))
}

func (c *Catalogue) addRegion(r *Region) {
	p, ok := c.byProvider[r.Provider]
	if !ok {
		p = &provider{
			names:  map[string]*Region{},
			labels: map[string]*Region{},
		}
		c.byProvider[r.Provider] = p
	}
	c.regions = append(c.regions, r)
	p.names[r.Name] = r
	for _, label := range r.Labels {
		p.labels[label] = r
	}
}

// readAliases fills Aliases and Labels. What is marked is a label, which may be the name
// itself where the provider's names are not labels.
func (c *Catalogue) readAliases(region *Region, r record) {
	var label regionLabel
	if row, ok := c.titles[region.Provider]; ok {
		label = row.label
	}
	region.LabelIsArea = label == labelIsArea
	if label != labelIsAlias {
		region.Labels = []string{region.Name}
	}
	written := r.optional("aliases")
	if written == "" {
		return
	}
	for alias := range strings.SplitSeq(written, ";") {
		alias, marked := strings.CutPrefix(alias, labelMark)
		switch {
		case marked && !isCode(alias):
			r.fault("aliases", "%q is no label of letters, digits and dashes", alias)
		case marked && slices.Contains(region.Labels, alias):
			r.fault("aliases", "nodes in %q carry %q already", region.Name, alias)
		case marked:
			region.Labels = append(region.Labels, alias)
		}
		if !marked || alias != region.Name {
			region.Aliases = append(region.Aliases, alias)
		}
	}
}

// checkAliases refuses an alias that is the name or the alias of another region
// of the provider, or that the row has twice. It adds the aliases to the owners of names.
func checkAliases(rows []regionRow, owners map[codeKey]regionRow, bad *faults) {
	for _, row := range rows {
		for _, alias := range row.Aliases {
			if alias == "" || alias != strings.TrimSpace(alias) {
				row.fault(bad, "aliases", "%q is no alias", alias)
				continue
			}
			k := codeKey{row.Provider, strings.ToLower(alias)}
			owner, taken := owners[k]
			switch {
			case !taken:
				owners[k] = row
			case row.replacedBy(owner.position):
				// The embedded data is in order by itself, so the overlay is to blame.
				owner.fault(bad, "region", "%s %q has %q, an alias of %q on %s", row.Provider, owner.Name, alias, row.Name, row.seenFrom(owner.position))
			default:
				row.fault(bad, "aliases", "%s %q belongs to %q on %s already", row.Provider, alias, owner.Name, owner.seenFrom(row.position))
			}
		}
	}
}
