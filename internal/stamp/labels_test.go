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

package stamp

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

func london() location.Location {
	return location.Location{
		Provider: "aws", Region: "eu-west-2", Zone: "eu-west-2a", City: "London", Country: "GB", Assurance: location.Consistent,
		Source: "a table", Witnesses: []location.Witness{{Kind: location.WitnessZoneLabel, Value: "eu-west-2a"}},
	}
}

// labelsOf returns the labels of a node's first stamp, without what all prefixes have.
func labelsOf(t *testing.T, answer location.Answer) map[string]string {
	t.Helper()
	s, err := For("n1", answer, Stamp{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for key, value := range s.Labels {
		if faults := validation.IsValidLabelValue(value); len(faults) > 0 {
			t.Errorf("the value %q of %s is none: %v", value, key, faults)
		}
		if faults := validation.IsQualifiedName(key); len(faults) > 0 || !residencyv1.IsStamp(key) {
			t.Errorf("the key %q is none: %v", key, faults)
		}
		out[strings.Replace(key, residencyv1.StampPrefix, "", 1)] = value
	}
	return out
}

func TestLabels(t *testing.T) {
	type labels = map[string]string
	for name, tc := range map[string]struct {
		answer location.Answer
		want   labels
	}{
		"a whole place": {
			location.Answer{Location: london()},
			labels{"provider": "aws", "region": "aws.eu-west-2", "zone": "aws.eu-west-2a", "city": "gb.london", "country": "GB", "assurance": "consistent"},
		},
		"accents and spaces": {
			location.Answer{Location: location.Location{Provider: "gcp", Region: "southamerica-east1", City: "São Paulo", Country: "BR", Assurance: location.Claimed}},
			labels{"provider": "gcp", "region": "gcp.southamerica-east1", "city": "br.sao-paulo", "country": "BR", "assurance": "claimed"},
		},
		"several providers": {
			location.Answer{Location: location.Location{Providers: []string{"alibaba", "aws"}, Region: "eu-central-1", City: "Frankfurt", Country: "DE", Assurance: location.Claimed}},
			labels{"region.alibaba.eu-central-1": "true", "region.aws.eu-central-1": "true", "city": "de.frankfurt", "country": "DE", "assurance": "claimed"},
		},
		"several providers with regions of different names": {
			location.Answer{Location: location.Location{Providers: []string{"alibaba", "aws"}, Zone: "x-1a", Country: "DE", Assurance: location.Claimed}},
			labels{"country": "DE", "assurance": "claimed"},
		},
		"no city": {
			location.Answer{Location: location.Location{Provider: "aws", Region: "us-east-1", Area: "N. Virginia", Country: "US", Assurance: location.Claimed}},
			labels{"provider": "aws", "region": "aws.us-east-1", "country": "US", "assurance": "claimed"},
		},
		"a zone that lies in no region": {
			location.Answer{Location: location.Location{Provider: "aws", Zone: "eu-central-1-ist-1a", City: "Istanbul", Country: "TR", Assurance: location.Claimed}},
			labels{"provider": "aws", "zone": "aws.eu-central-1-ist-1a", "city": "tr.istanbul", "country": "TR", "assurance": "claimed"},
		},
		"codes in upper case": {
			location.Answer{Location: location.Location{Provider: "oci", Zone: "PHX-AD-1", Country: "US", Assurance: location.Claimed}},
			labels{"provider": "oci", "zone": "oci.PHX-AD-1", "country": "US", "assurance": "claimed"},
		},
		"the first of its Sites": {
			location.Answer{Location: location.Location{City: "Paris", Country: "FR", Sites: []string{"hall-1", "paris"}, Assurance: location.Declared}},
			labels{"site": "hall-1", "site.hall-1": "true", "site.paris": "true", "city": "fr.paris", "country": "FR", "assurance": "declared"},
		},
		"a Site that adds nothing to a place that is Consistent": {
			location.Answer{Location: location.Location{Provider: "aws", Country: "GB", Sites: []string{"hall"}, Assurance: location.Consistent}},
			labels{"provider": "aws", "site.hall": "true", "country": "GB", "assurance": "consistent"},
		},
		"a Site that adds nothing to a place that the node says itself": {
			location.Answer{Location: location.Location{Country: "GB", Sites: []string{"hall"}, Assurance: location.Claimed},
				Memory: &location.Memory{Country: "GB"}},
			labels{"site.hall": "true", "country": "GB", "assurance": "claimed"},
		},
		"a Site that a place rests on": {
			location.Answer{Location: location.Location{Country: "GB", Sites: []string{"corridor", "hall"}, Assurance: location.Claimed},
				Memory: &location.Memory{Country: "GB", Sites: []location.SiteRef{{Name: "attic", Left: true}, {Name: "hall"}}}},
			labels{"site": "hall", "site.corridor": "true", "site.hall": "true", "country": "GB", "assurance": "claimed"},
		},
		"never had a place": {
			location.Answer{Location: location.Location{Reason: location.ReasonNoWitness}},
			labels{"assurance": "undetermined"},
		},
		"Undetermined, and the place is remembered": {
			location.Answer{
				Location: location.Location{Reason: location.ReasonMovedNode, Sites: []string{"elsewhere"}},
				Memory: &location.Memory{Provider: "aws", Region: "eu-west-2", City: "London", Country: "GB", MovedTo: "Paris, FR",
					Sites: []location.SiteRef{{Name: "b"}, {Name: "a"}}},
			},
			labels{"provider": "aws", "region": "aws.eu-west-2", "city": "gb.london", "country": "GB", "site": "a", "site.a": "true", "site.b": "true", "assurance": "undetermined"},
		},
		"Undetermined, and it may have been in several regions": {
			location.Answer{
				Location: location.Location{Reason: location.ReasonNoWitness},
				Memory:   &location.Memory{Providers: []string{"alibaba", "aws"}, Region: "eu-central-1", Country: "DE"},
			},
			labels{"region.alibaba.eu-central-1": "true", "region.aws.eu-central-1": "true", "country": "DE", "assurance": "undetermined"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, labelsOf(t, tc.answer)); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesThatNoLabelCanHaveKeepApart(t *testing.T) {
	long := strings.Repeat("a", 70)
	seen := map[string]string{}
	for name, want := range map[string]string{
		"clermont ferrand":  "fr.clermont-ferrand",
		"clermont-ferrand":  "fr.clermont-ferrand-?",
		"clermont  ferrand": "fr.clermont--ferrand-?",
		"clermont/ferrand":  "fr.clermont-ferrand-?",
		"l'isle":            "fr.l-isle-?",
		"st. denis":         "fr.st--denis-?",
		"東京":                "fr-?",
		"-":                 "fr-?",
		" ":                 "",
		long:                "fr." + long[:51] + "-?",
		long + "a":          "fr." + long[:51] + "-?",
	} {
		got := City(name, "FR")
		if faults := validation.IsValidLabelValue(got); len(faults) > 0 {
			t.Errorf("%q is written %q: %v", name, got, faults)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q are both written %q", name, other, got)
		}
		seen[got] = name
		if base, hashed := strings.CutSuffix(want, "?"); hashed {
			if !strings.HasPrefix(got, base) || len(got) != len(base)+8 {
				t.Errorf("%q is written %q, want %q", name, got, want)
			}
		} else if got != want {
			t.Errorf("%q is written %q, want %q", name, got, want)
		}
	}
}

func TestCodesThatNoLabelCanHaveKeepApart(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range []string{"a/b", "a b", "a-b", "-a", "a-", "a", "é", "è", strings.Repeat("x", 64), strings.Repeat("x", 65)} {
		got := code(text)
		if faults := validation.IsValidLabelValue(got); len(faults) > 0 || got == "" || seen[got] {
			t.Errorf("%q is written %q: %v", text, got, faults)
		}
		seen[got] = true
	}
	if got := code("a-b_c.D"); got != "a-b_c.D" {
		t.Errorf("a code that needs nothing is written %q", got)
	}
}

// One value is one place: over all that the catalogue knows.
func TestEveryPlaceOfTheCatalogueHasItsOwnLabel(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	cities := map[string]string{}
	city := func(name, country string) {
		if name == "" {
			return
		}
		value, key := City(name, country), country+" "+catalogue.CanonicalCity(name)
		if faults := validation.IsValidLabelValue(value); len(faults) > 0 {
			t.Errorf("%s is written %q: %v", key, value, faults)
		}
		if other, ok := cities[value]; ok && other != key {
			t.Errorf("%s and %s are both written %q", key, other, value)
		}
		cities[value] = key
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for _, name := range cat.Cities(string(a) + string(b)) {
				city(name, string(a)+string(b))
			}
		}
	}
	regions := map[string]string{}
	for _, r := range cat.Regions() {
		city(r.City, r.Country)
		value, key := qualified(r.Provider, r.Name), r.Provider+" "+r.Name
		if faults := validation.IsValidLabelValue(value); len(faults) > 0 || value != r.Provider+"."+r.Name {
			t.Errorf("%s is written %q: %v", key, value, faults)
		}
		if other, ok := regions[value]; ok && other != key {
			t.Errorf("%s and %s are both written %q", key, other, value)
		}
		regions[value] = key
	}
	for _, z := range cat.Zones() {
		city(z.City, z.Country)
	}
	if len(cities) < 100 || len(regions) < 200 {
		t.Errorf("only %d cities and %d regions were seen", len(cities), len(regions))
	}
}
