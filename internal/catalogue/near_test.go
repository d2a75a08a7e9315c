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
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestNear(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct{ got, want []string }{
		"a letter is missing":                  {c.NearRegions("aws", "eu-centrl-1"), []string{"eu-central-1", "eu-central-2"}},
		"a number too high":                    {c.NearRegions("aws", "eu-west-4"), []string{"eu-west-1", "eu-west-2", "eu-west-3"}},
		"upper case":                           {c.NearRegions("aws", "EU-CENTRAL-2"), []string{"eu-central-2"}},
		"one dash too many":                    {c.NearRegions("gcp", "europe-west-9"), []string{"europe-west9", "europe-west1", "europe-west10"}},
		"the name for people":                  {c.NearRegions("azure", "West Europe"), []string{"westeurope"}},
		"an alias that is no label":            {c.NearRegions("oci", "fra"), []string{"eu-frankfurt-1"}},
		"a zone":                               {c.NearRegions("aws", "eu-west-2a"), []string{"eu-west-2", "eu-west-1", "eu-west-3"}},
		"nothing near":                         {c.NearRegions("aws", "frankfurt"), nil},
		"another provider's":                   {c.NearRegions("aws", "westeurope"), nil},
		"no such provider":                     {c.NearRegions("amazon", "eu-central-1"), nil},
		"nothing written":                      {c.NearRegions("aws", ""), nil},
		"a provider with a wrong letter":       {c.NearProviders("awz"), []string{"aws"}},
		"a provider in upper case":             {c.NearProviders("AZURE"), []string{"azure"}},
		"the beginning of a provider":          {c.NearProviders("alibaba"), []string{"alibabacloud"}},
		"no provider near":                     {c.NearProviders("kubernetes"), nil},
		"a city with a wrong letter":           {c.NearCities("Frankfort", "DE"), []string{"Frankfurt"}},
		"a city with an accent":                {c.NearCities("Sãu Paulo", "BR"), []string{"Sao Paulo"}},
		"a city of another country":            {c.NearCities("Frankfurt", "FR"), nil},
		"a city of no country":                 {c.NearCities("Frankfurt", "ZZ"), nil},
		"a jurisdiction in lower case":         {c.NearJurisdictions("eea"), []string{"EEA"}},
		"a jurisdiction with a letter":         {c.NearJurisdictions("EUU"), []string{"EU"}},
		"a jurisdiction by its title":          {c.NearJurisdictions("European Union"), []string{"EU"}},
		"a group is no jurisdiction":           {c.NearJurisdictions("dach"), nil},
		"UK":                                   {c.NearCountries("UK"), []string{"GB"}},
		"EL":                                   {c.NearCountries("EL"), []string{"GR"}},
		"uk":                                   {c.NearCountries("uk"), []string{"GB"}},
		"a code in lower case":                 {c.NearCountries("de"), []string{"DE"}},
		"a country by its name":                {c.NearCountries("Germany"), []string{"DE"}},
		"a code that only shares a letter":     {c.NearCountries("DX"), nil},
		"countries whose names look the same":  {c.NearCountries("Nigeri"), []string{"NE", "NG"}},
		"the codes of an alliance are no code": {c.NearCountries("EU"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := gocmp.Diff(tc.want, tc.got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// naive is the distance by its definition.
func naive(a, b []rune) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	case a[0] == b[0]:
		return naive(a[1:], b[1:])
	default:
		return 1 + min(naive(a[1:], b), naive(a, b[1:]), naive(a[1:], b[1:]))
	}
}

func TestDistanceIsLevenshteins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("abcé")), 0, 6, -1)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		bound := rapid.IntRange(0, 6).Draw(t, "bound")
		want := naive([]rune(a), []rune(b))
		got := distance(a, b, bound)
		if want <= bound && got != want || want > bound && got <= bound {
			t.Fatalf("distance(%q, %q, %d) = %d, want %d", a, b, bound, got, want)
		}
	})
}
