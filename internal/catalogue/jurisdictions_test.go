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
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestJurisdictions(t *testing.T) {
	c := load(t)
	eu := strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
	eea := strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK")
	if len(eu) != 27 || len(eea) != 30 {
		t.Fatal("this test's own lists are wrong")
	}
	for name, want := range map[string][]string{"EU": eu, "EEA": eea} {
		j, ok := c.Jurisdiction(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		if diff := gocmp.Diff(want, j.Countries); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if j.Name != name || j.Title == "" || j.Source == "" || j.AsOf != "2020-02-01" || j.Confidence != ConfidenceHigh {
			t.Errorf("%s is %+v", name, *j)
		}
		for _, outside := range []string{"GB", "CH", "TR", "RS", "GL", "GI", "JE"} {
			if slices.Contains(j.Countries, outside) {
				t.Errorf("%s is not in the %s", outside, name)
			}
		}
	}
	var all []string
	for _, j := range c.Jurisdictions() {
		all = append(all, j.Name)
	}
	if diff := gocmp.Diff([]string{"EEA", "EU"}, all); diff != "" {
		t.Error(diff)
	}
}

// TestOnlyEUAndEEAAreJurisdictions: above all, adequacy is not membership, and a
// partial decision never becomes a list of countries that a policy can name.
func TestOnlyEUAndEEAAreJurisdictions(t *testing.T) {
	c := load(t)
	for _, g := range c.Groups() {
		for _, name := range []string{g.Name, strings.ToUpper(g.Name), g.Title} {
			if _, ok := c.Jurisdiction(name); ok {
				t.Errorf("%q is a jurisdiction", name)
			}
		}
	}
	for _, name := range []string{"eu", "eea", "Eea", "", "GB", "UK"} {
		if _, ok := c.Jurisdiction(name); ok {
			t.Errorf("%q is a jurisdiction", name)
		}
	}
}

func TestGroupsAreKept(t *testing.T) {
	c := load(t)
	groups := map[string]*Group{}
	var all []string
	for _, g := range c.Groups() {
		groups[g.Name] = g
		all = append(all, g.Name)
	}
	want := []string{
		"apec", "asean", "baltics", "benelux", "dach", "efta", "eu_adequacy", "five_eyes", "gcc", "greater_china_split",
		"nordics", "uk_adequacy",
	}
	if diff := gocmp.Diff(want, all); diff != "" {
		t.Error(diff)
	}

	eu := groups["eu_adequacy"]
	if diff := gocmp.Diff(strings.Fields("AD AR BR CH FO GB GG IL IM JE NZ UY"), eu.Countries); diff != "" {
		t.Errorf("EU, full:\n%s", diff)
	}
	if diff := gocmp.Diff([]string{"European Patent Organisation"}, eu.NonCountries); diff != "" {
		t.Error(diff)
	}
	for _, g := range []*Group{eu, groups["uk_adequacy"]} {
		if diff := gocmp.Diff([]string{"CA", "JP", "KR", "US"}, g.Partial); diff != "" {
			t.Errorf("%s, partial:\n%s", g.Name, diff)
		}
		for _, partial := range g.Partial {
			if slices.Contains(g.Countries, partial) {
				t.Errorf("%s: %s is covered in part and in full", g.Name, partial)
			}
		}
		for _, d := range g.Decisions {
			if d.Source == "" || d.Instrument == "" {
				t.Errorf("%s: %s has source %q, instrument %q", g.Name, d.Name, d.Source, d.Instrument)
			}
		}
	}
	if uk := groups["uk_adequacy"]; slices.Contains(uk.Countries, "BR") || !slices.Contains(uk.Countries, "GI") || uk.Confidence != ConfidenceMedium {
		t.Errorf("the UK's list is %v, %v", uk.Countries, uk.Confidence)
	}
	if diff := gocmp.Diff([]string{"AT", "CH", "DE"}, groups["dach"].Countries); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff([]string{"DK", "FI", "IS", "NO", "SE"}, groups["nordics"].Countries); diff != "" {
		t.Error(diff)
	}
}

func TestDecisionsKeepWhatTheActsSay(t *testing.T) {
	c := load(t)
	i := slices.IndexFunc(c.Groups(), func(g *Group) bool { return g.Name == "eu_adequacy" })
	byName := map[string]Decision{}
	for _, d := range c.Groups()[i].Decisions {
		byName[d.Name] = d
	}
	gb := byName["United Kingdom"]
	got := Decision{
		Countries: gb.Countries, Name: gb.Name, Date: gb.Date, Renewed: gb.Renewed, Expiry: gb.Expiry, Partial: gb.Partial, Confidence: gb.Confidence,
	}
	want := Decision{
		Countries: []string{"GB"}, Name: "United Kingdom", Date: "2021-06-28", Renewed: "2025-12-19", Expiry: "2031-12-27", Confidence: ConfidenceMedium,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if us := byName["United States"]; !us.Partial || us.Expiry != "" || us.Scope == "" || us.Litigation == "" {
		t.Errorf("the US decision is %+v", us)
	}
	if epo := byName["European Patent Organisation"]; len(epo.Countries) != 0 || epo.Kind != "international-organisation" || !epo.Partial {
		t.Errorf("the EPO decision is %+v", epo)
	}
}
