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
	"fmt"
	"strings"
	"testing"
)

// refused fails unless parse refuses the files with an error for the file, line
// (0: of no line) and field, that says what is wanted.
func refused(t *testing.T, f files, file string, line int, field, want string) {
	t.Helper()
	c, err := parse(f)
	if err == nil || c != nil {
		t.Fatalf("parse() = %v, %v", c, err)
	}
	where := file
	if line > 0 {
		where = fmt.Sprintf("%s:%d", file, line)
	}
	if field != "" {
		where += ": " + field
	}
	for fault := range strings.SplitSeq(err.Error(), "\n") {
		if strings.HasPrefix(fault, where+": ") && strings.Contains(fault, want) {
			return
		}
	}
	t.Errorf("no fault at %q says %q:\n%v", where, want, err)
}

func TestBrokenJurisdictions(t *testing.T) {
	const (
		eu      = "    countries: [AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT"
		eea     = "    countries: [AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IS"
		full    = "    countries_full: [AD, AR"
		partial = "    countries_partial: [CA, JP, KR, US]"
		andorra = "      - {country: AD, name: Andorra"
	)
	for name, tc := range map[string]struct{ old, by, at, field, want string }{
		"the EU without Greece":  {eu, strings.Replace(eu, "GR, ", "", 1), eu[:30], "groups.eu.countries", "has 26 countries, the EU has 27"},
		"and the count is wrong": {eu, strings.Replace(eu, "GR, ", "", 1), "    count: 27", "groups.eu.count", `says "27", but there are 26`},
		"the EU with EL for GR": {eu, strings.Replace(eu, "GR", "EL", 1), eu[:30], "groups.eu.countries",
			`"EL" is not an ISO 3166-1 country; its code is GR`},
		"the EU with GB":             {eu, strings.Replace(eu, "GR", "GB", 1), eu[:30], "groups.eu.countries", "GB is not in the EU"},
		"the EU with CH":             {eu, strings.Replace(eu, "GR", "CH", 1), eu[:30], "groups.eu.countries", "CH is not in the EU"},
		"a country twice":            {eu, strings.Replace(eu, "GR", "AT", 1), eu[:30], "groups.eu.countries", `"AT" is there twice`},
		"the EEA without Iceland":    {eea, strings.Replace(eea, ", IS", "", 1), eea[:len(eea)-4] + ", IT, LI", "groups.eea.countries", "but the EU with IS, LI and NO is"},
		"the EEA without an EU land": {eea, strings.Replace(eea, "GR, ", "", 1), "    countries: [AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, HR", "groups.eea.countries", `GR is missing, although it is in "eu"`},
		"the EEA with CH":            {eea, strings.Replace(eea, "IS", "CH", 1), eea[:len(eea)-2] + "CH", "groups.eea.countries", "CH is not in the EEA"},
		"the EEA with GB":            {eea, strings.Replace(eea, "IS", "GB", 1), eea[:len(eea)-2] + "GB", "groups.eea.countries", "GB is not in the EEA"},
		"a bare NO":                  {`MT, NL, "NO", PL`, `MT, NL, NO, PL`, eea[:len(eea)-2] + "IS", "groups.eea.countries", "NO must be quoted"},
		"no EU":                      {"  eu:\n", "  eux:\n", "", "groups.eu", "is missing"},
		"no EEA":                     {"  eea:\n", "  eeax:\n", "", "groups.eea", "is missing"},
		"an include that is no group": {"includes: [eu]", "includes: [europe]", "    includes: [europe]", "groups.eea.includes",
			`there is no group "europe"`},
		"a date that is none": {`as_of: "2020-02-01"   #`, `as_of: "soon"   #`, `    as_of: "soon"`, "groups.eu.as_of", `"soon" is not a date`},
		"no day of the data":  {`  built: "2026-11-22"` + "\n", "", "", "meta.built", "is missing"},
		"no state":            {`  as_of: "2026-08-22"` + "\n", "", "", "meta.as_of", "is missing"},
		"a confidence that is none": {"    confidence: high\n    code_note", "    confidence: sure\n    code_note", "    confidence: sure",
			"groups.eu.confidence", `"sure" is none of low, medium, high`},
		"a group without a confidence": {"dach:       {countries: [AT, CH, DE], note: \"CH is outside EU and EEA\", confidence: low}", "dach: {countries: [AT, CH, DE]}",
			"  dach:", "groups.dach.confidence", `"" is none of low`},
		"a group without a source": {`note: "CH is outside EU and EEA", confidence: low}`, "confidence: high}", "  dach:",
			"groups.dach.source", "is missing; without one the confidence is low"},
		"a group with UK in it": {"five_eyes:  {countries: [AU, CA, GB", "five_eyes:  {countries: [AU, CA, UK", "  five_eyes:",
			"groups.five_eyes.countries", `"UK" is not an ISO 3166-1 country; its code is GB`},
		"a group of nobody": {"benelux:    {countries: [BE, LU, NL]", "benelux:    {countries: []", "",
			"groups.benelux.countries", "is empty"},
		"an empty group": {"benelux:    {countries: [BE, LU, NL], confidence: low}", "benelux:", "", "groups.benelux", "is empty"},
		"a partial decision among the full": {full, "    countries_full: [US, AD, AR", "    countries_full: [US", "groups.eu_adequacy.countries_full",
			"US has a partial decision and can never be covered in full"},
		"a full decision that is not listed": {full, "    countries_full: [AR", "    countries_full: [AR", "groups.eu_adequacy.countries_full",
			"AD is missing, although 2010/625/EU covers it"},
		"a country without a decision": {full, "    countries_full: [DE, AD, AR", "    countries_full: [DE", "groups.eu_adequacy.countries_full",
			"DE has no decision"},
		"a partial country without one": {partial, "    countries_partial: [CA, JP, KR, US, TR]", "    countries_partial: [CA, JP, KR, US, TR]",
			"groups.eu_adequacy.countries_partial", "TR has no partial decision"},
		"a partial decision not listed": {partial, "    countries_partial: [CA, JP, KR]", "    countries_full: [AD, AR", "groups.eu_adequacy.countries_partial",
			"US is missing, although (EU) 2023/1795 covers it in part"},
		"a decision on a wrong day": {`date: "2010-10-19"`, `date: "19.10.2010"`, andorra, "groups.eu_adequacy.decisions[0].date",
			`"19.10.2010" is not a date`},
		"a decision neither full nor partial": {`date: "2010-10-19", partial: false`, `date: "2010-10-19", partial: maybe`, andorra,
			"groups.eu_adequacy.decisions[0].partial", `"maybe" is neither true nor false`},
		"a decision without a number": {`decision: "2010/625/EU", `, "", andorra, "groups.eu_adequacy.decisions[0].decision", "is missing"},
		"a field that is not known":   {"    count: 27", "    counts: 27", "    counts: 27", "", "field counts not found"},
		"a group twice":               {"  baltics:", "  benelux:", "  benelux:    {countries: [BE", "", `"benelux" already defined`},
		"a list for a value":          {"title: European Economic Area", "title: [EEA]", "    title: [EEA]", "groups.eea.title", "is not a single value"},
		"a list for a group":          {"benelux:    {countries: [BE, LU, NL], confidence: low}", "benelux:    [BE, LU, NL]", "  benelux:", "", "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			change(t, &f.jurisdictions, tc.old, tc.by)
			line := 0
			if tc.at != "" {
				line = lineOf(t, f.jurisdictions, tc.at)
			}
			refused(t, f, "jurisdictions.yaml", line, tc.field, tc.want)
		})
	}
	t.Run("a key twice", func(t *testing.T) {
		f := embedded()
		line := lineOf(t, f.jurisdictions, "    count: 27")
		change(t, &f.jurisdictions, "    count: 27\n", "    count: 27\n    count: 27\n")
		refused(t, f, "jurisdictions.yaml", line+1, "", `"count" already defined`)
	})
	t.Run("a bracket that is not closed", func(t *testing.T) {
		f := embedded()
		change(t, &f.jurisdictions, "  eea:\n", "  eea: [\n")
		// The decoder blames the line before the bracket.
		line := lineOf(t, f.jurisdictions, "  eea:") - 1
		refused(t, f, "jurisdictions.yaml", line, "", "did not find expected ',' or ']'")
	})
	t.Run("two documents", func(t *testing.T) {
		f := embedded()
		f.jurisdictions += "---\nmeta: {}\n"
		refused(t, f, "jurisdictions.yaml", 0, "", "has more than one document")
	})
}
