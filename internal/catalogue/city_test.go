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
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestCityNames(t *testing.T) {
	for name, tc := range map[string]struct{ in, display, canonical string }{
		"a plain name":               {"Frankfurt", "Frankfurt", "frankfurt"},
		"a vendor's number":          {"London 2", "London", "london"},
		"a number of two digits":     {"London 12", "London", "london"},
		"two numbers":                {"London 2 3", "London", "london"},
		"brackets":                   {"Frankfurt (Main)", "Frankfurt", "frankfurt"},
		"square brackets":            {"Frankfurt [2]", "Frankfurt", "frankfurt"},
		"brackets and a number":      {"Frankfurt (Main) 2", "Frankfurt", "frankfurt"},
		"a number and brackets":      {"Frankfurt 2 (Main)", "Frankfurt", "frankfurt"},
		"brackets in the middle":     {"New (old) York", "New York", "new york"},
		"brackets in front":          {"(EU) Paris", "Paris", "paris"},
		"two pairs of brackets":      {"Paris (a) (b)", "Paris", "paris"},
		"an open bracket is kept":    {"Paris (a", "Paris (a", "paris (a"},
		"a closing one is kept":      {"Paris a)", "Paris a)", "paris a)"},
		"an accent":                  {"São Paulo", "São Paulo", "sao paulo"},
		"no accent":                  {"Sao Paulo", "Sao Paulo", "sao paulo"},
		"a combining accent":         {"Sa\u0303o Paulo", "Sa\u0303o Paulo", "sao paulo"},
		"an umlaut":                  {"Gävle", "Gävle", "gavle"},
		"letters without an accent":  {"Łódź", "Łódź", "lodz"},
		"a dotted capital I":         {"İstanbul", "İstanbul", "istanbul"},
		"a stroke":                   {"Tromsø", "Tromsø", "tromso"},
		"a ligature":                 {"Næstved", "Næstved", "naestved"},
		"another script is kept":     {"東京", "東京", "東京"},
		"upper case":                 {"PARIS", "PARIS", "paris"},
		"blanks around":              {"  Paris  ", "Paris", "paris"},
		"a digit inside":             {"Area51", "Area51", "area51"},
		"a number alone is the name": {"2", "2", "2"},
		"a comma says where":         {"Ashburn, VA", "Ashburn, VA", "ashburn, va"},
		"nothing but brackets":       {"(x)", "", ""},
		"nothing":                    {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := DisplayCity(tc.in); got != tc.display {
				t.Errorf("DisplayCity(%q) = %q, want %q", tc.in, got, tc.display)
			}
			if got := CanonicalCity(tc.in); got != tc.canonical {
				t.Errorf("CanonicalCity(%q) = %q, want %q", tc.in, got, tc.canonical)
			}
		})
	}
}

func FuzzCanonicalCity(f *testing.F) {
	f.Add("São Paulo (Brasil) 2")
	f.Add("[(]) 1")
	f.Fuzz(func(t *testing.T, name string) {
		if once := DisplayCity(name); DisplayCity(once) != once {
			t.Fatalf("DisplayCity(%q) = %q, and of that %q", name, once, DisplayCity(once))
		}
		if CanonicalCity(DisplayCity(name)) != CanonicalCity(name) {
			t.Fatalf("CanonicalCity(%q) = %q differs from that of its display name", name, CanonicalCity(name))
		}
	})
}

func TestHasCity(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct {
		city, country string
		want          bool
	}{
		"a city of regions":                 {"Frankfurt", "DE", true},
		"in another case":                   {"frankfurt", "DE", true},
		"with a vendor's number":            {"London 2", "GB", true},
		"which a vendor numbers":            {"Tokyo", "JP", true},
		"with an accent":                    {"São Paulo", "BR", true},
		"without one":                       {"Sao Paulo", "BR", true},
		"with an accent that nobody writes": {"Zürich", "CH", true},
		"a city of zones only":              {"Istanbul", "TR", true},
		"in another country":                {"Frankfurt", "FR", false},
		"not there":                         {"Atlantis", "GR", false},
		"a country that is not one":         {"London", "UK", false},
		"a country in lower case":           {"Frankfurt", "de", false},
		"nothing":                           {"", "IE", false},
		"nothing but brackets":              {"(x)", "IE", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.HasCity(tc.city, tc.country); got != tc.want {
				t.Errorf("HasCity(%q, %q) = %t", tc.city, tc.country, got)
			}
		})
	}
}

func TestHasTheCityOfEveryRow(t *testing.T) {
	c := load(t)
	for _, r := range c.Regions() {
		if r.City != "" && !c.HasCity(r.City, r.Country) {
			t.Errorf("no %s in %s", r.City, r.Country)
		}
	}
	for _, z := range c.Zones() {
		if z.City != "" && !c.HasCity(z.City, z.Country) {
			t.Errorf("no %s in %s", z.City, z.Country)
		}
	}
}

func TestCitiesAreNamedOnceAndSorted(t *testing.T) {
	c := load(t)
	for country, want := range map[string][]string{
		"GB": {"Cardiff", "London", "Manchester", "Newport"},
		"FR": {"Gravelines", "Marseille", "Paris", "Roubaix", "Strasbourg"},
		"PL": {"Warsaw"},
		"TR": {"Istanbul"},
		"GR": {},
		"ZZ": {},
	} {
		if diff := gocmp.Diff(want, c.Cities(country)); diff != "" {
			t.Errorf("%s:\n%s", country, diff)
		}
	}
	for _, r := range c.Regions() {
		if cities := c.Cities(r.Country); !slices.IsSorted(cities) {
			t.Errorf("the cities of %s are not sorted: %v", r.Country, cities)
		}
	}
}
