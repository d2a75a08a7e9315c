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
)

// readAdequacy reads the lists and decisions of a group of adequacy, and holds
// them against each other. A decision has the group's confidence unless it says
// otherwise; a group that says nothing has the lowest of its decisions.
func (c *Catalogue) readAdequacy(g *fields, out *Group) {
	out.Countries = g.countryList("countries_full")
	out.Partial = g.countryList("countries_partial")
	out.NonCountries = g.texts("non_country")
	confidence := ConfidenceHigh
	said := g.has("confidence")
	if said {
		confidence = g.confidence("confidence")
	}
	// The EU's acts are known by their number, the UK's by the regulation that they rest on.
	for _, d := range g.objects("decisions") {
		out.Decisions = append(out.Decisions, c.readDecision(d, "decision", out.Source, confidence))
	}
	for _, d := range g.objects("entries") {
		out.Decisions = append(out.Decisions, c.readDecision(d, "basis", out.Source, confidence))
	}
	if !said {
		for _, d := range out.Decisions {
			confidence = min(confidence, d.Confidence)
		}
	}
	out.Confidence = confidence
	if len(out.Countries) == 0 {
		g.fault("countries_full", "is empty")
	}
	checkAdequacy(g, out)
}

func (c *Catalogue) readDecision(d *fields, instrument, source string, confidence Confidence) Decision {
	out := Decision{
		Countries:  c.decisionCountries(d),
		Name:       d.text("name"),
		Instrument: d.required(instrument),
		Kind:       d.text("kind"),
		Date:       d.date("date"),
		Published:  d.date("published"),
		Renewed:    d.date("renewed"),
		Expiry:     d.date("expiry"),
		Review:     d.text("review"),
		Scope:      d.text("scope"),
		Litigation: d.text("litigation"),
		Note:       d.text("note"),
		Source:     cmp.Or(d.text("source"), source),
		Confidence: confidence,
	}
	if d.has("confidence") {
		out.Confidence = d.confidence("confidence")
	}
	// To say nothing must not pass as full cover.
	partial, ok := d.take("partial", kindBoolean)
	if !ok {
		d.fault("partial", "is neither true nor false")
	}
	out.Partial = partial.text == "true"
	if len(out.Countries) == 0 && (out.Name == "" || !out.Partial) {
		d.fault("country", "without a country there must be a name, and the decision is partial")
	}
	d.done()
	return out
}

// decisionCountries returns the countries that a decision is about. The name of
// a jurisdiction stands for its countries.
func (c *Catalogue) decisionCountries(d *fields) []string {
	var codes []string
	for _, code := range d.texts("country") {
		if j, ok := c.Jurisdiction(code); ok {
			codes = append(codes, j.Countries...)
			continue
		}
		codes = append(codes, code)
	}
	return d.countriesOf("country", codes)
}

// checkAdequacy refuses a country in a list that no decision supports, above all
// one whose decision is partial among those that are covered in full.
func checkAdequacy(g *fields, out *Group) {
	full, partial := map[string]bool{}, map[string]bool{}
	for _, d := range out.Decisions {
		for _, country := range d.Countries {
			switch {
			case d.Partial:
				partial[country] = true
				if !slices.Contains(out.Partial, country) {
					g.fault("countries_partial", "%s is missing, although %s covers it in part", country, d.Instrument)
				}
			default:
				full[country] = true
				// What a low confidence rests on is too little to list the country as covered.
				if d.Confidence > ConfidenceLow && !slices.Contains(out.Countries, country) {
					g.fault("countries_full", "%s is missing, although %s covers it", country, d.Instrument)
				}
			}
		}
	}
	for _, country := range out.Countries {
		if partial[country] || slices.Contains(out.Partial, country) {
			g.fault("countries_full", "%s has a partial decision and can never be covered in full", country)
		} else if !full[country] {
			g.fault("countries_full", "%s has no decision", country)
		}
	}
	for _, country := range out.Partial {
		if !partial[country] {
			g.fault("countries_partial", "%s has no partial decision", country)
		}
	}
}
