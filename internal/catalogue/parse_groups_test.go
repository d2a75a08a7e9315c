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

// refused fails unless parse refuses the files with a fault at the file, line
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

// brokenGroups is a change of jurisdictions.json, and what is to be said of it.
type brokenGroups struct {
	old, by string
	// at is in the line that is to be blamed, and in no line before it. It is by,
	// if it is not given.
	at    string
	field string
	want  string
}

func (tc brokenGroups) run(t *testing.T) {
	f := embedded()
	change(t, &f.jurisdictions, tc.old, tc.by)
	at := tc.at
	if at == "" {
		at = tc.by
	}
	before, _, ok := strings.Cut(f.jurisdictions, at)
	if !ok {
		t.Fatalf("no line has %q", at)
	}
	refused(t, f, "jurisdictions.json", strings.Count(before, "\n")+1, tc.field, tc.want)
}

const (
	euList  = `"FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT"`
	eeaList = `"FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT"`
)

func TestBrokenJurisdictions(t *testing.T) {
	eu := func(old, by string) string { return strings.Replace(euList, old, by, 1) }
	eea := func(old, by string) string { return strings.Replace(eeaList, old, by, 1) }
	for name, tc := range map[string]brokenGroups{
		"the EU without Greece":   {euList, eu(`"GR", `, ""), "", "groups.eu.countries", "has 26 countries, the EU has 27"},
		"and the count is wrong":  {euList, eu(`"GR", `, ""), `"count"`, "groups.eu.count", `says "27", but there are 26`},
		"the EU with EL for GR":   {euList, eu("GR", "EL"), "", "groups.eu.countries", `"EL" is not an ISO 3166-1 country; its code is GR`},
		"the EU with GB":          {euList, eu("GR", "GB"), "", "groups.eu.countries", "GB is not in the EU"},
		"the EU with CH":          {euList, eu("GR", "CH"), "", "groups.eu.countries", "CH is not in the EU"},
		"the EU with Turkey":      {euList, eu("GR", "TR"), eeaList, "groups.eea.countries", "but the EU with IS, LI and NO is"},
		"a country twice":         {euList, eu("GR", "AT"), "", "groups.eu.countries", `"AT" is there twice`},
		"a country in lower case": {euList, eu("GR", "gr"), "", "groups.eu.countries", `"gr" is not an ISO 3166-1 country`},
		"false for Norway":        {`"NL", "NO", "PL"`, `"NL", false, "PL"`, "", "groups.eea.countries", "has true or false, want a text"},
		"the EEA without Iceland": {eeaList, eea(`"IS", `, ""), "", "groups.eea.countries", "but the EU with IS, LI and NO is"},
		"the EEA without Greece":  {eeaList, eea(`"GR", `, ""), "", "groups.eea.countries", `GR is missing, although it is in "eu"`},
		"the EEA with CH":         {eeaList, eea("IS", "CH"), "", "groups.eea.countries", "CH is not in the EEA"},
		"the EEA with GB":         {eeaList, eea("IS", "GB"), "", "groups.eea.countries", "GB is not in the EEA"},
		"no EU":                   {`"eu": {`, `"eux": {`, "{", "groups.eu", "is missing"},
		"no EEA":                  {`"eea": {`, `"eeax": {`, "{", "groups.eea", "is missing"},
		"an include of nobody":    {`"includes": ["eu"]`, `"includes": ["europe"]`, "", "groups.eea.includes", `there is no jurisdiction "europe"`},
		"a date that is none":     {`"as_of": "2020-02-01"`, `"as_of": "soon"`, "", "groups.eu.as_of", `"soon" is not a date`},
		"no title":                {`"title": "European Economic Area"`, `"title": ""`, "", "groups.eea.title", "is missing"},
		"no source":               {`"source": "EU list`, `"source": null, "note": "EU list`, "", "groups.eea.source", "is missing"},
		"a confidence of nobody":  {`"confidence": "high"`, `"confidence": "sure"`, "", "groups.eu.confidence", `"sure" is none of low, medium, high`},
		"decisions of the EU":     {`"count": 27`, `"decisions": [], "count": 27`, "", "groups.eu.decisions", "is not known"},
		"no day of the data":      {`"built": "2026-11-23",`, "", `"meta"`, "meta.built", "is missing"},
		"a day that is none":      {`"built": "2026-11-23"`, `"built": "2026-11-31"`, "", "meta.built", "is not a date"},
		"no state of the data":    {`"as_of": "2026-08-22",`, "", `"meta"`, "meta.as_of", "is missing"},
		"a list for a text":       {`"title": "European Economic Area"`, `"title": ["EEA"]`, "", "groups.eea.title", "is a list, want a text"},
		"a text for a number":     {`"count": 27`, `"count": "27"`, "", "groups.eu.count", "is a text, want a number"},
		"a field of nobody":       {`"count": 27`, `"counts": 27`, "", "groups.eu.counts", "is not known"},
		"a field twice":           {`"count": 27`, `"count": 27, "count": 27`, "", "", `"count" is on line`},
	} {
		t.Run(name, tc.run)
	}
}

func TestBrokenGroups(t *testing.T) {
	const (
		full     = `"countries_full": ["AD", "AR", "BR"`
		partial  = `"countries_partial": ["CA", "JP", "KR", "US"]`
		dach     = `"countries": ["AT", "CH", "DE"],`
		andorra  = "groups.eu_adequacy.decisions[0]"
		adFull   = `"countries_full": ["AR", "BR"`
		usFull   = `"countries_full": ["US", "AD", "AR", "BR"`
		dachEnd  = "\"note\": \"CH is outside EU and EEA\",\n      \"confidence\": \"low\""
		withoutD = `"countries_full": ["DE", "AD", "AR", "BR"`
	)
	for name, tc := range map[string]brokenGroups{
		"UK in a group":        {`["AU", "CA", "GB", "NZ", "US"]`, `["AU", "CA", "UK", "NZ", "US"]`, "", "groups.five_eyes.countries", "its code is GB"},
		"nobody in a group":    {`["BE", "LU", "NL"]`, `[]`, `"countries": []`, "groups.benelux.countries", "is empty"},
		"a list for a group":   {`"gcc": {`, `"nobody": ["AE"], "gcc": {`, "", "groups.nobody", "is a list, want an object"},
		"no confidence":        {dachEnd, `"note": "."`, `"dach": {`, "groups.dach.confidence", `"" is none of low`},
		"sure without source":  {dachEnd, `"confidence": "high"`, `"dach": {`, "groups.dach.source", "is missing; without one the confidence is low"},
		"a count in a group":   {dach, dach + ` "count": 3,`, "", "groups.dach.count", "is not known"},
		"a group twice":        {`"baltics": {`, `"dach": {`, "\"dach\": {\n      \"countries\": [\"EE\"", "", `"dach" is on line`},
		"partial among full":   {full, usFull, "", "groups.eu_adequacy.countries_full", "US has a partial decision and can never be covered in full"},
		"full and not listed":  {full, adFull, "", "groups.eu_adequacy.countries_full", "AD is missing, although 2010/625/EU covers it"},
		"full without an act":  {full, withoutD, "", "groups.eu_adequacy.countries_full", "DE has no decision"},
		"partial without one":  {partial, `"countries_partial": ["CA", "JP", "KR", "TR", "US"]`, "", "groups.eu_adequacy.countries_partial", "TR has no partial decision"},
		"partial, not listed":  {partial, `"countries_partial": ["CA", "JP", "KR"]`, "", "groups.eu_adequacy.countries_partial", "US is missing, although (EU) 2023/1795 covers it in part"},
		"a wrong day":          {`"date": "2010-10-19"`, `"date": "19.10.2010"`, "", andorra + ".date", `"19.10.2010" is not a date`},
		"a date that is empty": {`"partial": false`, `"expiry": 2031, "partial": false`, "", andorra + ".expiry", "is a number, want a text"},
		"perhaps partial":      {`"partial": false`, `"partial": "maybe"`, "", andorra + ".partial", "is neither true nor false"},
		"partial not said":     {`"partial": false,`, "", "{\n          \"country\": \"AD\"", andorra + ".partial", "is neither true nor false"},
		"an act of no number":  {`"decision": "2010/625/EU"`, `"decision": ""`, "", andorra + ".decision", "is missing"},
		"an act of no country": {`"country": "AD",`, "", "{\n          \n          \"name\": \"Andorra\"", andorra + ".country", "without a country"},
		"an act of UK":         {`"country": "GB"`, `"country": "UK"`, "", "groups.eu_adequacy.decisions[6].country", "its code is GB"},
		"an act of too much":   {`"country": "AD"`, `"country": "AD", "until": "2030-01-01"`, "", andorra + ".until", "is not known"},
	} {
		t.Run(name, tc.run)
	}
}
