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

package residency

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestRulebookKnowsWhoNamesWhat(t *testing.T) {
	w := declared(load(t))
	w.Sites = append(w.Sites, siteOf("faulty", func(s *residencyv1.SiteSpec) { s.Country = "UK" }))
	rb := Compile(w, nil, []residencyv1.ResidencyPolicy{
		personal("rooms", places(site("paris-room"), jurisdiction("most")), site("aisle")),
		personal("other", places(site("paris-room"), site("gone"))),
		personal("german", places(jurisdiction("dach"), jurisdiction("nordics")), jurisdiction("dach")),
		personal("plain", places(jurisdiction("EU"))),
	}, Options{})
	for name, want := range map[string][]string{
		"paris-room": {"other", "rooms"}, "aisle": {"rooms"}, "gone": {"other"}, "cage": nil,
	} {
		if diff := cmp.Diff(want, rb.PoliciesOfSite(name)); diff != "" {
			t.Errorf("policies of the Site %s (-want +got):\n%s", name, diff)
		}
	}
	for name, want := range map[string][]string{
		"most": {"rooms"}, "dach": {"german", "rooms"}, "nordics": {"german"}, "EU": {"plain", "rooms"}, "EEA": nil,
	} {
		if diff := cmp.Diff(want, rb.PoliciesOfJurisdiction(name)); diff != "" {
			t.Errorf("policies of the jurisdiction %s (-want +got):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff([]string{"aisle", "cage", "faulty", "paris-room", "rented", "shelf"}, rb.Sites()); diff != "" {
		t.Errorf("sites (-want +got):\n%s", diff)
	}
}

func TestRulebookSaysWhatItHoldsOfSitesAndJurisdictions(t *testing.T) {
	w := declared(load(t))
	w.Sites = append(w.Sites, siteOf("faulty", func(s *residencyv1.SiteSpec) { s.Country = "UK" }))
	rb := Compile(w, nil, []residencyv1.ResidencyPolicy{personal("p", places(site("cage")))}, Options{})
	cage, ok := rb.Site("cage")
	if diff := cmp.Diff(SiteInfo{UID: "uid-of-cage", Generation: 1, Policies: []string{"p"}}, cage); diff != "" || !ok {
		t.Errorf("cage (-want +got):\n%s", diff)
	}
	if faulty, ok := rb.Site("faulty"); !ok || faulty.Fault == nil || faulty.Fault.Reason != residencyv1.ReasonUnknownCountry {
		t.Errorf("faulty: %+v", faulty)
	}
	if _, ok := rb.Site("gone"); ok {
		t.Error("the rulebook holds a Site that does not exist")
	}
	dach, ok := rb.Jurisdiction("dach")
	if diff := cmp.Diff([]string{"AT", "CH", "DE"}, dach.Countries); diff != "" || !ok || dach.Generation != 1 {
		t.Errorf("dach: %+v", dach)
	}
	dach.Countries[0] = "RU"
	if again, _ := rb.Jurisdiction("dach"); again.Countries[0] != "AT" {
		t.Error("what a rulebook returns can be used to change it")
	}
	if _, ok := rb.Jurisdiction("nordics"); ok {
		t.Error("the rulebook holds a jurisdiction that does not exist")
	}
}
