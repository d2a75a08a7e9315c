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
	"maps"
	"slices"
	"strings"
)

// providerRow is one row of providers.csv.
type providerRow struct {
	title, source string
	label         regionLabel
	forms         zoneForms
	position
	// named is set once a scheme or a region names the provider.
	named bool
}

// regionLabel is what the region label of a provider's nodes says.
type regionLabel uint8

const (
	// labelIsName: the region's name, or an alias that is marked.
	labelIsName regionLabel = iota
	// labelIsAlias: only what is marked. The names are known from elsewhere, such as the
	// provider's storage for objects, and its nodes do not carry them.
	labelIsAlias
	// labelIsArea: as labelIsName, but there are nodes with the label elsewhere.
	labelIsArea
)

// regionLabel returns the field, one of three words.
func (r record) regionLabel(field string) regionLabel {
	switch value := r.required(field); value {
	case "alias":
		return labelIsAlias
	case "area":
		return labelIsArea
	case "name", "":
		return labelIsName
	default:
		r.fault(field, "%q is none of name, alias, area", value)
		return labelIsName
	}
}

// ProviderTitle returns the name for people of the provider of exactly that name,
// which may be one of which no region is known.
func (c *Catalogue) ProviderTitle(provider string) (string, bool) {
	row, ok := c.titles[provider]
	if !ok {
		return "", false
	}
	return row.title, true
}

// readProviders reads providers.csv.
func (c *Catalogue) readProviders(t table, bad *faults) {
	t.read([]string{"provider", "title", "region_label", "zone_forms", "source"}, bad, func(r record) {
		name := r.provider("provider")
		row := &providerRow{
			title: r.required("title"), label: r.regionLabel("region_label"), forms: r.zoneForms("zone_forms"),
			source: r.source("source"), position: r.position,
		}
		if first, seen := c.titles[name]; seen {
			if !r.replacedBy(first.position) {
				r.fault("provider", "%q is on %s already", name, first.seenFrom(r.position))
			}
			return
		}
		c.titles[name] = row
	})
}

// namesProvider refuses a provider that providers.csv does not have.
func (c *Catalogue) namesProvider(name, field string, r record) {
	row, ok := c.titles[name]
	if !ok {
		r.fault(field, "%q is not in %s", name, providersFile)
		return
	}
	row.named = true
}

// markForms marks an embedded region whose zones are known by the forms of an overlay.
func (c *Catalogue) markForms(region *Region, at position) {
	row, ok := c.titles[region.Provider]
	if ok && row.overlay() && !at.overlay() {
		region.Source += "; " + row.source
	}
}

// checkProvidersAreNamed refuses providers that nothing speaks of: a name that is
// misspelled here would otherwise be seen only where it is missing.
func (c *Catalogue) checkProvidersAreNamed(bad *faults) {
	for _, name := range slices.Sorted(maps.Keys(c.titles)) {
		row := c.titles[name]
		if !row.named {
			row.fault(bad, "provider", "%q is named by no scheme and no region", name)
		}
	}
}

// checkFormsHaveRegions refuses forms of regions that are not there.
func (c *Catalogue) checkFormsHaveRegions(bad *faults) {
	for _, name := range slices.Sorted(maps.Keys(c.titles)) {
		row := c.titles[name]
		for _, region := range slices.Sorted(maps.Keys(row.forms.own)) {
			if p, ok := c.byProvider[name]; !ok || p.names[region] == nil {
				row.fault(bad, "zone_forms", "%s has no region %q in %s", name, region, regionsFile)
			}
		}
	}
}

// provider returns the field, a provider's name, which is in lower case.
func (r record) provider(field string) string {
	name := r.code(field)
	if name != strings.ToLower(name) {
		r.fault(field, "%q is not in lower case", name)
	}
	return name
}
