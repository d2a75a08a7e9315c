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
	"slices"
	"testing"

	"pgregory.net/rapid"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/place"
)

// The oracle judges without the algebra of places: it tries every place that a
// location may be, and asks of each listed place, one by one, whether it is that one.

type exactPlace struct {
	country, city    string
	provider, region string
}

func (p exactPlace) matches(cat *catalogue.Catalogue, rule residencyv1.Place) bool {
	switch {
	case rule.Jurisdiction != nil:
		j, ok := cat.Jurisdiction(string(*rule.Jurisdiction))
		return ok && slices.Contains(j.Countries, p.country)
	case rule.Country != nil:
		return p.country == string(*rule.Country)
	case rule.City != nil:
		return p.country == string(rule.City.Country) && p.city == catalogue.CanonicalCity(string(rule.City.Name))
	default:
		return p.provider == string(rule.Region.Provider) && p.region == string(rule.Region.Name)
	}
}

func oracle(cat *catalogue.Catalogue, rule residencyv1.ProcessingRule, l *location.Location) Outcome {
	if !l.Known() {
		return Undetermined
	}
	cities := []string{catalogue.CanonicalCity(l.City)}
	if l.City == "" {
		cities = []string{"a city that nobody names"}
		for _, p := range slices.Concat(rule.Allowed, rule.Denied) {
			if p.City != nil && string(p.City.Country) == l.Country {
				cities = append(cities, catalogue.CanonicalCity(string(p.City.Name)))
			}
		}
	}
	providers := []string{l.Provider}
	if l.Provider == "" {
		// Whoever has the code in that country may be the one.
		providers = nil
		for _, r := range cat.RegionsByCode(l.Region) {
			providers = append(providers, r.Provider)
		}
	}
	found := map[bool]bool{}
	for _, c := range cities {
		for _, provider := range providers {
			at := exactPlace{country: l.Country, city: c, provider: provider, region: l.Region}
			is := func(p residencyv1.Place) bool { return at.matches(cat, p) }
			found[slices.ContainsFunc(rule.Allowed, is) && !slices.ContainsFunc(rule.Denied, is)] = true
		}
	}
	switch {
	case len(found) > 1:
		return Undetermined
	case found[true]:
		return Permitted
	default:
		return Prohibited
	}
}

func drawPlace(cat *catalogue.Catalogue, t *rapid.T) residencyv1.Place {
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return jurisdiction(rapid.SampledFrom([]residencyv1.JurisdictionName{"EU", "EEA"}).Draw(t, "jurisdiction"))
	case 1:
		return country(rapid.SampledFrom([]residencyv1.CountryCode{"DE", "GB", "IE", "FR", "US", "TR"}).Draw(t, "country"))
	case 2:
		c := rapid.SampledFrom([][2]string{{"Frankfurt", "DE"}, {"London", "GB"}, {"Dublin", "IE"}, {"Paris", "FR"}}).Draw(t, "city")
		return city(residencyv1.CityName(c[0]), residencyv1.CountryCode(c[1]))
	default:
		r := rapid.SampledFrom(nearRegions(cat)).Draw(t, "region")
		return region(residencyv1.ProviderName(r.Provider), residencyv1.RegionName(r.Name))
	}
}

// nearRegions are the regions of the countries that the drawn policies speak of.
func nearRegions(cat *catalogue.Catalogue) []*catalogue.Region {
	var out []*catalogue.Region
	for _, r := range cat.Regions() {
		if slices.Contains([]string{"DE", "GB", "IE", "FR", "US"}, r.Country) {
			out = append(out, r)
		}
	}
	return out
}

func TestEvaluateAgreesWithTheOracle(t *testing.T) {
	cat := load(t)
	fixed := world(cat)
	names := make([]string, 0, len(fixed))
	for name := range fixed {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		var n *Node
		if rapid.Bool().Draw(t, "fixed") {
			n = fixed[rapid.SampledFrom(names).Draw(t, "node")]
		} else {
			r := rapid.SampledFrom(nearRegions(cat)).Draw(t, "node region")
			n = node(cat, "drawn", "", r.Name, "")
		}
		rule := residencyv1.ProcessingRule{}
		for range rapid.IntRange(1, 4).Draw(t, "allowed") {
			rule.Allowed = append(rule.Allowed, drawPlace(cat, t))
		}
		for range rapid.IntRange(0, 3).Draw(t, "denied") {
			rule.Denied = append(rule.Denied, drawPlace(cat, t))
		}
		rb := Compile(cat, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{personal("p", rule.Allowed, rule.Denied...)}, Options{})
		in := pod("customers")
		in.Node = n
		v := Evaluate(rb, &in)
		if want := oracle(cat, rule, &n.Location); v.Outcome != want {
			t.Fatalf("%s on %s under %+v: got %s, want %s", n.Name, n.Location.Place(), rule, v.Outcome, want)
		}
		if len(v.Findings) != 1 || v.Findings[0].Sentence(v.Subject) == "" {
			t.Fatalf("a governed pod has %d findings", len(v.Findings))
		}
	})
}

// A policy can only take away: adding one, or adding a denied place, never permits more.
func TestMorePoliciesNeverPermitMore(t *testing.T) {
	cat := load(t)
	fixed := world(cat)
	rapid.Check(t, func(t *rapid.T) {
		var policies []residencyv1.ResidencyPolicy
		last := NotGoverned
		n := fixed[rapid.SampledFrom([]string{"fra-aws", "fra-label", "dub-aws", "ldn-ali", "lost", "ist-aws"}).Draw(t, "node")]
		for _, name := range []string{"a", "b", "c"} {
			policies = append(policies, personal(name, places(drawPlace(cat, t)), drawPlace(cat, t)))
			in := pod("customers")
			in.Node = n
			got := Evaluate(Compile(cat, []residencyv1.Dataset{customers()}, policies, Options{}), &in).Outcome
			if got < last {
				t.Fatalf("policy %s turned %s into %s", name, last, got)
			}
			last = got
		}
	})
}

func TestPointOfALocationKeepsEveryProvider(t *testing.T) {
	cat := load(t)
	n := world(cat)["fra-label"]
	want := []place.RegionID{{Provider: "alibabacloud", Name: "eu-central-1"}, {Provider: "aws", Name: "eu-central-1"}}
	if !slices.Equal(n.point.Regions, want) {
		t.Errorf("got %v, want %v", n.point.Regions, want)
	}
}
