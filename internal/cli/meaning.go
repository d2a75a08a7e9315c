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

package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// The kinds of codes, besides the catalogue's own local-zone and wavelength-zone.
const (
	kindRegion = "region"
	kindZone   = "zone"
	// kindAlias is another name of a region, by which no node is located.
	kindAlias = "alias"
)

// Meaning is what a code is at one provider.
type Meaning struct {
	Provider string `json:"provider"`
	Code     string `json:"code"`
	// Kind is region, zone, local-zone, wavelength-zone, or alias: another name of a
	// region that nodes do not carry.
	Kind string `json:"kind"`
	// Region that it is, or lies in. A Local or Wavelength Zone lies in none.
	Region string `json:"region,omitempty"`
	// RegionLabel is the region label that nodes in a Local or Wavelength Zone carry.
	RegionLabel string `json:"regionLabel,omitempty"`
	// Aliases are other names of a region.
	Aliases []string `json:"aliases,omitempty"`
	City    string   `json:"city,omitempty"`
	// Area is what is known instead of a city, such as a state.
	Area    string `json:"area,omitempty"`
	Country string `json:"country"`
	// Confidence is how far the source goes: low, medium or high.
	Confidence string `json:"confidence"`
	Source     string `json:"source"`
	// unlabelled is set if no node carries the code as its region label.
	unlabelled bool
	// area is set if nodes that carry it as their region label may stand elsewhere.
	area bool
}

func newMeaning(provider, code, kind string, m catalogue.Match) Meaning {
	out := Meaning{
		Provider: provider, Code: code, Kind: kind,
		Area: m.Area(), Confidence: m.Confidence().String(), Source: m.Source(),
	}
	out.City, out.Country = m.Place()
	switch {
	case m.Zone != nil:
		out.Kind, out.RegionLabel = m.Zone.Kind, m.Zone.RegionLabel
	case m.Region != nil:
		out.Region = m.Region.Name
		out.unlabelled = kind == kindRegion && !m.Region.HasLabel(code)
		out.area = kind == kindRegion && m.Region.LabelIsArea
	}
	return out
}

// place returns the place for people: "London, GB".
func (m *Meaning) place() string {
	if city := cmp.Or(m.City, m.Area); city != "" {
		return city + ", " + m.Country
	}
	return m.Country
}

// kindWord says what kind of code it is.
func (m *Meaning) kindWord() string {
	switch m.Kind {
	case catalogue.KindLocalZone:
		return "a Local Zone"
	case catalogue.KindWavelengthZone:
		return "a Wavelength Zone"
	case kindZone:
		return "a zone of " + m.Region
	case kindAlias:
		return "another name of region " + m.Region
	case kindRegion:
		if m.Region != m.Code {
			return "the label of region " + m.Region
		}
	}
	return "a region"
}

// meaningsAt returns what a code is at one provider, at most a region and a zone.
func meaningsAt(cat *catalogue.Catalogue, provider, code string) []Meaning {
	var out []Meaning
	region, isRegion := cat.Region(provider, code)
	if isRegion {
		out = append(out, newMeaning(provider, code, kindRegion, catalogue.Match{Region: region}))
	}
	// Where providers call the one zone of a region like the region, it is one meaning.
	if m, ok := cat.Zone(provider, code); ok && (!isRegion || m.Region != region) {
		out = append(out, newMeaning(provider, code, kindZone, m))
	}
	if len(out) > 0 {
		return out
	}
	for _, r := range cat.Regions() {
		if r.Provider == provider && slices.Contains(r.Aliases, code) {
			out = append(out, newMeaning(provider, code, kindAlias, catalogue.Match{Region: r}))
		}
	}
	return out
}

// allMeanings returns what a code is at every provider, sorted by provider. Providers
// that write it in another case count, and so do those that have the region of a zone:
// the catalogue does not know how all of them name their zones.
func allMeanings(cat *catalogue.Catalogue, code string) []Meaning {
	var out []Meaning
	for _, provider := range cat.Providers() {
		out = append(out, meaningsAt(cat, provider, code)...)
	}
	add := func(r *catalogue.Region) {
		if !slices.ContainsFunc(out, func(m Meaning) bool { return m.Provider == r.Provider }) {
			out = append(out, newMeaning(r.Provider, r.Name, kindRegion, catalogue.Match{Region: r}))
		}
	}
	for _, r := range cat.RegionsByCode(code) {
		add(r)
	}
	for _, m := range slices.Clone(out) {
		if m.Kind == kindZone {
			for _, r := range cat.RegionsByCode(m.Region) {
				add(r)
			}
		}
	}
	sortMeanings(out)
	return out
}

func sortMeanings(all []Meaning) {
	slices.SortStableFunc(all, func(a, b Meaning) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Code, b.Code))
	})
}

// meaningsGrid returns meanings as a table.
func meaningsGrid(all []Meaning, wide bool) *grid {
	g := &grid{columns: []column{
		{header: "PROVIDER", gives: 4, least: 12},
		{header: "CODE", key: true, least: 22, tail: 3},
		{header: "KIND", gives: 2},
		{header: "PLACE", gives: 3, least: 8},
		{header: "COUNTRY"},
		{header: "CONFIDENCE", gives: 1},
	}}
	if wide {
		g.columns = append(g.columns, column{header: "REGION LABEL"}, column{header: "ALIASES"}, column{header: "SOURCE"})
	}
	for i := range all {
		m := &all[i]
		cells := []string{m.Provider, m.Code, m.Kind, cmp.Or(m.City, m.Area), m.Country, m.Confidence}
		if wide {
			cells = append(cells, cmp.Or(m.RegionLabel, m.Region), strings.Join(m.Aliases, ","), m.Source)
		}
		g.add(cells...)
	}
	return g
}
