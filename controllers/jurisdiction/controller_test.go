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

package jurisdiction

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/residency"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func jurisdiction(name string, countries []residencyv1.CountryCode, includes ...residencyv1.JurisdictionName) residencyv1.Jurisdiction {
	return residencyv1.Jurisdiction{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: "u", Generation: 2},
		Spec:       residencyv1.JurisdictionSpec{Title: name, Countries: countries, Includes: includes},
	}
}

func compiler(t *testing.T) func(...residencyv1.Jurisdiction) *residency.Rulebook {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	return func(all ...residencyv1.Jurisdiction) *residency.Rulebook {
		return residency.Compile(residency.World{Catalogue: cat, Jurisdictions: all}, nil, nil, residency.Options{})
	}
}

func TestStatus(t *testing.T) {
	compile := compiler(t)
	for name, tc := range map[string]struct {
		jurisdiction residencyv1.Jurisdiction
		others       []residencyv1.Jurisdiction
		reason       string
		says         string
		countries    []residencyv1.CountryCode
	}{
		"its own countries, sorted": {
			jurisdiction: jurisdiction("dach", []residencyv1.CountryCode{"DE", "CH", "AT"}), reason: "Valid",
			says: "It has 3 members.", countries: []residencyv1.CountryCode{"AT", "CH", "DE"},
		},
		"those of others": {
			jurisdiction: jurisdiction("alps", []residencyv1.CountryCode{"FR"}, "dach"), reason: "Valid",
			others:    []residencyv1.Jurisdiction{jurisdiction("dach", []residencyv1.CountryCode{"DE", "CH", "AT"})},
			countries: []residencyv1.CountryCode{"AT", "CH", "DE", "FR"},
		},
		"what it includes is gone": {jurisdiction: jurisdiction("alps", []residencyv1.CountryCode{"FR"}, "dach"), reason: "UnknownJurisdiction", says: "dach"},
		"a cycle":                  {jurisdiction: jurisdiction("alps", nil, "alps"), reason: "Cycle", says: "includes itself"},
		"a name that is taken":     {jurisdiction: jurisdiction("eea", []residencyv1.CountryCode{"FR"}), reason: "ReservedName"},
	} {
		t.Run(name, func(t *testing.T) {
			j := tc.jurisdiction
			j.Status.Countries = []residencyv1.CountryCode{"XX"}
			info, ok := compile(append(tc.others, j)...).Jurisdiction(j.Name)
			if !ok || info.UID != j.UID || info.Generation != j.Generation {
				t.Fatalf("the rulebook holds %+v", info)
			}
			update(&j, info, now)
			c := j.Status.Conditions[0]
			if c.Type != residencyv1.ConditionAccepted || c.Reason != tc.reason || (c.Status == metav1.ConditionTrue) != (tc.reason == "Valid") ||
				c.ObservedGeneration != 2 || !strings.Contains(c.Message, tc.says) {
				t.Errorf("the condition is %+v", c)
			}
			if diff := cmp.Diff(tc.countries, j.Status.Countries); diff != "" {
				t.Errorf("countries (-want +got):\n%s", diff)
			}
		})
	}
}

// What one Jurisdiction becomes changes those that include it.
func TestWhichJurisdictionsANewRulebookTouches(t *testing.T) {
	compile := compiler(t)
	dach, alps := jurisdiction("dach", []residencyv1.CountryCode{"DE", "AT", "CH"}), jurisdiction("alps", nil, "dach")
	gcc := jurisdiction("gcc", []residencyv1.CountryCode{"AE"})
	wider := jurisdiction("dach", []residencyv1.CountryCode{"DE", "AT", "CH", "LI"})
	wider.Generation = 3
	if diff := cmp.Diff([]string{"alps", "dach"}, changed(compile(dach, alps, gcc), compile(wider, alps, gcc))); diff != "" {
		t.Errorf("edited (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"alps"}, changed(compile(dach, alps, gcc), compile(alps, gcc))); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
}
