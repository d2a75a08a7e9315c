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
	"strconv"
)

// adequacy reports whether the group is one of decisions of adequacy.
func (g *yamlGroup) adequacy() bool {
	return len(g.CountriesFull)+len(g.CountriesPartial)+len(g.NonCountry)+len(g.Decisions)+len(g.Entries) > 0
}

// adequacy reads the decisions of a group and holds its lists of countries
// against them. Unless a decision says otherwise, it has the group's confidence.
func (r groupReader) adequacy(path string, g *yamlGroup, out *Group, confidence Confidence) {
	out.Partial = r.countryList(path+".countries_partial", g.CountriesPartial)
	for _, s := range g.NonCountry {
		out.NonCountries = append(out.NonCountries, r.required(path+".non_country", g.line(), s))
	}
	if len(g.Countries) > 0 {
		r.fault(g.line(), path+".countries", "a group of adequacy has countries_full and countries_partial")
	}
	for i, d := range slices.Concat(g.Decisions, g.Entries) {
		field := path + ".decisions[" + strconv.Itoa(i) + "]"
		if i >= len(g.Decisions) {
			field = path + ".entries[" + strconv.Itoa(i-len(g.Decisions)) + "]"
		}
		out.Decisions = append(out.Decisions, r.decision(field, d, out.Source, confidence))
	}
	r.checkAdequacy(path, g, out)
}

func (r groupReader) decision(path string, d yamlDecision, source string, confidence Confidence) Decision {
	line := cmp.Or(d.Decision.line, d.Basis.line, d.Name.line)
	out := Decision{
		Countries:  r.decisionCountries(path+".country", d.Country),
		Name:       r.text(path+".name", d.Name),
		Kind:       r.text(path+".kind", d.Kind),
		Date:       r.date(path+".date", d.Date),
		Published:  r.date(path+".published", d.Published),
		Renewed:    r.date(path+".renewed", d.Renewed),
		Expiry:     r.date(path+".expiry", d.Expiry),
		Review:     r.text(path+".review", d.Review),
		Scope:      r.text(path+".scope", d.Scope),
		Litigation: r.text(path+".litigation", d.Litigation),
		Note:       r.text(path+".note", d.Note),
		Source:     cmp.Or(r.text(path+".source", d.Source), source),
		Confidence: confidence,
	}
	instrument := d.Decision
	if instrument.line == 0 {
		instrument = d.Basis
	}
	out.Instrument = r.required(path+".decision", line, instrument)
	if d.Confidence.line > 0 {
		out.Confidence = r.confidence(path+".confidence", line, d.Confidence)
	}
	partial, err := strconv.ParseBool(r.text(path+".partial", d.Partial))
	if err != nil {
		r.fault(cmp.Or(d.Partial.line, line), path+".partial", "%q is neither true nor false", d.Partial.text)
	}
	out.Partial = partial
	if len(out.Countries) == 0 && (out.Name == "" || !partial) {
		r.fault(line, path+".country", "without a country there must be a name, and the decision is partial")
	}
	return out
}

// decisionCountries returns the codes that a decision is about. The name of a
// jurisdiction stands for its countries.
func (r groupReader) decisionCountries(field string, list scalars) []string {
	var codes scalars
	for _, s := range list {
		if eea := r.file.Groups["eea"]; s.text == "EEA" && eea != nil {
			codes = append(codes, eea.Countries...)
			continue
		}
		codes = append(codes, s)
	}
	return r.countryList(field, codes)
}

// checkAdequacy refuses a country in a list that no decision supports, above all
// one whose decision is partial among those that are covered in full.
func (r groupReader) checkAdequacy(path string, g *yamlGroup, out *Group) {
	full, partial := map[string]Confidence{}, map[string]bool{}
	for _, d := range out.Decisions {
		for _, country := range d.Countries {
			if d.Partial {
				partial[country] = true
			} else {
				full[country] = max(full[country], d.Confidence)
			}
		}
	}
	for _, country := range out.Countries {
		_, decided := full[country]
		switch {
		case partial[country] || slices.Contains(out.Partial, country):
			r.fault(g.line(), path+".countries_full", "%s has a partial decision and can never be covered in full", country)
		case !decided:
			r.fault(g.line(), path+".countries_full", "%s has no decision", country)
		}
	}
	for _, country := range out.Partial {
		if !partial[country] {
			r.fault(g.CountriesPartial[0].line, path+".countries_partial", "%s has no partial decision", country)
		}
	}
	for _, d := range out.Decisions {
		for _, country := range d.Countries {
			// What a low confidence rests on is too little to list the country as covered.
			if !d.Partial && d.Confidence > ConfidenceLow && !slices.Contains(out.Countries, country) {
				r.fault(g.line(), path+".countries_full", "%s is missing, although %s covers it", country, d.Instrument)
			}
			if d.Partial && !slices.Contains(out.Partial, country) {
				r.fault(g.line(), path+".countries_partial", "%s is missing, although %s covers it in part", country, d.Instrument)
			}
		}
	}
}

// The size of the EU since 2020-02-01, and who else is in the EEA (EEA Agreement,
// Art. 126, as the adequacy decisions of the Commission count them).
const euCountries = 27

// checkUnion holds EU and EEA against what is known of them from elsewhere, so
// that an edit of one list cannot pass unnoticed.
func (r groupReader) checkUnion() {
	eu, ok := r.Jurisdiction("EU")
	if !ok {
		r.fault(0, "groups.eu", "is missing")
		return
	}
	eea, ok := r.Jurisdiction("EEA")
	if !ok {
		r.fault(0, "groups.eea", "is missing")
		return
	}
	euLine, eeaLine := r.file.Groups["eu"].line(), r.file.Groups["eea"].line()
	if len(eu.Countries) != euCountries {
		r.fault(euLine, "groups.eu.countries", "has %d countries, the EU has %d", len(eu.Countries), euCountries)
	}
	want := append(slices.Clone(eu.Countries), "IS", "LI", "NO")
	slices.Sort(want)
	if !slices.Equal(eea.Countries, want) {
		r.fault(eeaLine, "groups.eea.countries", "is %v, but the EU with IS, LI and NO is %v", eea.Countries, want)
	}
	for _, out := range []string{"GB", "CH"} {
		if slices.Contains(eu.Countries, out) {
			r.fault(euLine, "groups.eu.countries", "%s is not in the EU", out)
		}
		if slices.Contains(eea.Countries, out) {
			r.fault(eeaLine, "groups.eea.countries", "%s is not in the EEA", out)
		}
	}
}
