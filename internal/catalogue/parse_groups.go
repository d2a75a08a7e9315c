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
	"errors"
	"slices"
	"strconv"
	"strings"
)

// readGroups reads jurisdictions.json.
func (c *Catalogue) readGroups(text string, bad *faults) {
	document, err := readDocument(text)
	if err != nil {
		var wrong *lineError
		if errors.As(err, &wrong) {
			bad.add(jurisdictionsFile, wrong.line, "", "%v", wrong.err)
			return
		}
		bad.add(jurisdictionsFile, 0, "", "%v", err)
		return
	}
	all := c.fieldsOf("", document, bad)
	asOf := c.readMeta(all)
	n, _ := all.take("groups", kindObject)
	all.done()

	jurisdictions := map[string]*fields{}
	for _, m := range n.members {
		g := c.fieldsOf("groups."+m.key, m.value, bad)
		if name, ok := jurisdictionName(m.key); ok {
			jurisdictions[name] = g
			c.jurisdictions = append(c.jurisdictions, c.readJurisdiction(name, g))
		}
	}
	slices.SortFunc(c.jurisdictions, func(a, b *Jurisdiction) int { return cmp.Compare(a.Name, b.Name) })
	c.checkJurisdictions(jurisdictions, all)

	// The groups may name jurisdictions, so they come after them.
	for _, m := range n.members {
		if _, ok := jurisdictionName(m.key); !ok {
			c.groups = append(c.groups, c.readGroup(m.key, c.fieldsOf("groups."+m.key, m.value, bad), asOf))
		}
	}
	slices.SortFunc(c.groups, func(a, b *Group) int { return cmp.Compare(a.Name, b.Name) })
}

// readMeta reads what is said of the whole, and returns the date of its state.
func (c *Catalogue) readMeta(all *fields) (asOf string) {
	n, ok := all.take("meta", kindObject)
	if !ok {
		all.fault("meta", "is missing")
		return ""
	}
	meta := c.fieldsOf("meta", n, all.bad)
	c.date = meta.date("built")
	if c.date == "" {
		meta.fault("built", "is missing")
	}
	asOf = meta.required("as_of")
	meta.required("warning")
	meta.done()
	return asOf
}

// readJurisdiction reads a group of which nothing may be missing.
func (c *Catalogue) readJurisdiction(name string, g *fields) *Jurisdiction {
	j := &Jurisdiction{
		Name:       name,
		Title:      g.required("title"),
		Countries:  g.countryList("countries"),
		AsOf:       g.date("as_of"),
		Source:     g.required("source"),
		Confidence: g.confidence("confidence"),
		Notes:      g.notes(),
	}
	if j.AsOf == "" {
		g.fault("as_of", "is missing")
	}
	return j
}

// readGroup reads a group that is not a jurisdiction. What it does not say of
// its date is that of the whole.
func (c *Catalogue) readGroup(name string, g *fields, asOf string) *Group {
	out := &Group{
		Name:   name,
		Title:  g.text("title"),
		AsOf:   cmp.Or(g.text("as_of"), asOf),
		Source: g.text("source"),
		Notes:  g.notes(),
	}
	if g.has("countries_full") || g.has("decisions") || g.has("entries") {
		c.readAdequacy(g, out)
	} else {
		out.Countries = g.countryList("countries")
		out.Confidence = g.confidence("confidence")
		if len(out.Countries) == 0 {
			g.fault("countries", "is empty")
		}
	}
	if out.Source == "" && out.Confidence > ConfidenceLow {
		g.fault("source", "is missing; without one the confidence is low")
	}
	g.done()
	return out
}

// notes returns the remarks in the order of the keys below.
func (f *fields) notes() []string {
	var notes []string
	for _, key := range []string{
		"note", "use", "code_note", "territory_note", "yaml_note", "number_source", "number_warning", "not_included",
	} {
		if text := f.text(key); text != "" {
			notes = append(notes, text)
		}
	}
	return notes
}

// euCountries is the size of the EU since 2020-02-01.
const euCountries = 27

// checkJurisdictions holds EU and EEA against each other and against what is
// known of them from elsewhere, so that an edit of one list cannot pass
// unnoticed. The EEA is the EU with Iceland, Liechtenstein and Norway (EEA
// Agreement, as the Commission's page on adequacy counts it).
func (c *Catalogue) checkJurisdictions(read map[string]*fields, all *fields) {
	for _, name := range []string{"EU", "EEA"} {
		j, ok := c.Jurisdiction(name)
		if !ok {
			all.fault("groups."+strings.ToLower(name), "is missing")
			return
		}
		g := read[name]
		c.checkCount(g, j)
		c.checkIncludes(g, j)
		for _, outside := range []string{"GB", "CH"} {
			if slices.Contains(j.Countries, outside) {
				g.fault("countries", "%s is not in the %s", outside, name)
			}
		}
		g.done()
	}
	eu, _ := c.Jurisdiction("EU")
	if len(eu.Countries) != euCountries {
		read["EU"].fault("countries", "has %d countries, the EU has %d", len(eu.Countries), euCountries)
	}
	eea, _ := c.Jurisdiction("EEA")
	want := append(slices.Clone(eu.Countries), "IS", "LI", "NO")
	slices.Sort(want)
	if !slices.Equal(eea.Countries, want) {
		read["EEA"].fault("countries", "is %v, but the EU with IS, LI and NO is %v", eea.Countries, want)
	}
}

// checkCount holds the list against the number that is written beside it.
func (c *Catalogue) checkCount(g *fields, j *Jurisdiction) {
	n, _ := g.take("count", kindNumber)
	if count, err := strconv.Atoi(n.text); err != nil || count != len(j.Countries) {
		g.fault("count", "says %q, but there are %d countries", n.text, len(j.Countries))
	}
}

// checkIncludes refuses a jurisdiction that lacks a country of one that it includes.
func (c *Catalogue) checkIncludes(g *fields, j *Jurisdiction) {
	for _, include := range g.texts("includes") {
		name, _ := jurisdictionName(include)
		included, ok := c.Jurisdiction(name)
		if !ok {
			g.fault("includes", "there is no jurisdiction %q", include)
			continue
		}
		for _, country := range included.Countries {
			if !slices.Contains(j.Countries, country) {
				g.fault("countries", "%s is missing, although it is in %q, which is included", country, include)
			}
		}
	}
}
