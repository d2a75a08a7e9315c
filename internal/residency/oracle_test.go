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
	"maps"
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
	sites            []string
}

func (p exactPlace) matches(w World, rule residencyv1.Place) bool {
	switch {
	case rule.Jurisdiction != nil:
		return isMember(w, string(*rule.Jurisdiction), p.country)
	case rule.Country != nil:
		return p.country == string(*rule.Country)
	case rule.City != nil:
		return p.country == string(rule.City.Country) && p.city == catalogue.CanonicalCity(string(rule.City.Name))
	case rule.Site != nil:
		return slices.Contains(p.sites, string(*rule.Site))
	default:
		return p.provider == string(rule.Region.Provider) && p.region == string(rule.Region.Name)
	}
}

// isMember follows a jurisdiction, one country at a time.
func isMember(w World, jurisdiction, country string) bool {
	if j, ok := w.Catalogue.Jurisdiction(jurisdiction); ok {
		return slices.Contains(j.Countries, country)
	}
	for _, j := range w.Jurisdictions {
		if j.Name == jurisdiction {
			return !slices.Contains(j.Spec.Excludes, residencyv1.CountryCode(country)) &&
				(slices.Contains(j.Spec.Countries, residencyv1.CountryCode(country)) ||
					slices.ContainsFunc(j.Spec.Includes, func(i residencyv1.JurisdictionName) bool { return isMember(w, string(i), country) }))
		}
	}
	return false
}

var assurances = map[residencyv1.Assurance]location.Assurance{
	residencyv1.AssuranceClaimed:    location.Claimed,
	residencyv1.AssuranceConsistent: location.Consistent,
	residencyv1.AssuranceDeclared:   location.Declared,
}

func oracle(w World, spec *residencyv1.ResidencyPolicySpec, n *Node) Outcome {
	cat, l, rule := w.Catalogue, &n.Location, spec.Processing
	minimum := location.Claimed
	if spec.Assurance != nil {
		minimum = assurances[spec.Assurance.Minimum]
	}
	if !l.Known() || l.Assurance < minimum {
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
		if l.Region != "" {
			providers = nil
		}
		for _, r := range cat.RegionsByCode(l.Region) {
			providers = append(providers, r.Provider)
		}
	}
	// What a kubelet has put its node into may not be true, where more than a claim is asked for.
	memberships := [][]string{l.Sites}
	for i := range w.Sites {
		if s := &w.Sites[i]; minimum > location.Claimed && s.Name == "shelf" && !slices.Contains(s.Spec.NodeNames, residencyv1.NodeName(n.Name)) {
			memberships = append(memberships, slices.DeleteFunc(slices.Clone(l.Sites), func(name string) bool { return name == s.Name }))
		}
	}
	found := map[bool]bool{}
	for _, c := range cities {
		for _, provider := range providers {
			for _, sites := range memberships {
				at := exactPlace{country: l.Country, city: c, provider: provider, region: l.Region, sites: sites}
				allowed := slices.ContainsFunc(rule.Allowed, func(p residencyv1.Place) bool { return at.matches(w, p) })
				// It is denied where it may not be, whoever has put it there.
				at.sites = l.Sites
				denied := slices.ContainsFunc(rule.Denied, func(p residencyv1.Place) bool { return at.matches(w, p) })
				found[allowed && !denied] = true
			}
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

func drawPlace(w World, t *rapid.T) residencyv1.Place {
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return jurisdiction(rapid.SampledFrom([]residencyv1.JurisdictionName{"EU", "EEA", "dach", "most"}).Draw(t, "jurisdiction"))
	case 1:
		return country(rapid.SampledFrom([]residencyv1.CountryCode{"DE", "GB", "IE", "FR", "US", "TR"}).Draw(t, "country"))
	case 2:
		c := rapid.SampledFrom([][2]string{{"Frankfurt", "DE"}, {"London", "GB"}, {"Dublin", "IE"}, {"Paris", "FR"}, {"Buxtehude", "DE"}}).Draw(t, "city")
		return city(residencyv1.CityName(c[0]), residencyv1.CountryCode(c[1]))
	case 3, 4:
		return site(residencyv1.ObjectName(rapid.SampledFrom(w.Sites).Draw(t, "site").Name))
	default:
		r := rapid.SampledFrom(nearRegions(w.Catalogue)).Draw(t, "region")
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
	w := declared(cat)
	fixed := world(cat)
	maps.Copy(fixed, declaredNodes(w))
	names := slices.Sorted(maps.Keys(fixed))
	rapid.Check(t, func(t *rapid.T) {
		var n *Node
		if rapid.IntRange(0, 3).Draw(t, "fixed") > 0 {
			n = fixed[rapid.SampledFrom(names).Draw(t, "node")]
		} else {
			r := rapid.SampledFrom(nearRegions(cat)).Draw(t, "node region")
			n = node(cat, "drawn", "", r.Name, "")
		}
		p := personal("p", nil)
		for range rapid.IntRange(1, 4).Draw(t, "allowed") {
			p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, drawPlace(w, t))
		}
		for range rapid.IntRange(0, 3).Draw(t, "denied") {
			p.Spec.Processing.Denied = append(p.Spec.Processing.Denied, drawPlace(w, t))
		}
		if minimum := rapid.SampledFrom([]residencyv1.Assurance{"", "", "Claimed", "Consistent", "Declared"}).Draw(t, "minimum"); minimum != "" {
			p = with(p, atLeast(minimum))
		}
		rb := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
		in := pod("customers")
		in.Node = n
		v := Evaluate(rb, &in)
		if want := oracle(w, &p.Spec, n); v.Outcome != want {
			t.Fatalf("%s at %+v under %+v: got %s (%s), want %s", n.Name, n.Location, p.Spec, v.Outcome, v.Findings[0].Reason, want)
		}
		if len(v.Findings) != 1 || v.Findings[0].Sentence(v.Subject) == "" {
			t.Fatalf("a governed pod has %d findings", len(v.Findings))
		}
	})
}

// A policy can only take away: adding one, or adding a denied place, never permits more.
func TestMorePoliciesNeverPermitMore(t *testing.T) {
	cat := load(t)
	w := declared(cat)
	fixed := world(cat)
	maps.Copy(fixed, declaredNodes(w))
	rapid.Check(t, func(t *rapid.T) {
		var policies []residencyv1.ResidencyPolicy
		last := NotGoverned
		n := fixed[rapid.SampledFrom([]string{"fra-aws", "fra-label", "dub-aws", "ldn-ali", "lost", "ist-aws", "both", "caged", "shelf-2"}).Draw(t, "node")]
		for _, name := range []string{"a", "b", "c"} {
			policies = append(policies, personal(name, places(drawPlace(w, t)), drawPlace(w, t)))
			in := pod("customers")
			in.Node = n
			got := Evaluate(Compile(w, []residencyv1.Dataset{customers()}, policies, Options{}), &in).Outcome
			if got < last {
				t.Fatalf("policy %s turned %s into %s", name, last, got)
			}
			last = got
		}
	})
}

// Asking for more assurance can only take away.
func TestMoreAssuranceNeverPermitsMore(t *testing.T) {
	w := declared(load(t))
	fixed := declaredNodes(w)
	names := slices.Sorted(maps.Keys(fixed))
	rapid.Check(t, func(t *rapid.T) {
		n := fixed[rapid.SampledFrom(names).Draw(t, "node")]
		r := placesRule(drawPlace(w, t), drawPlace(w, t), "but", drawPlace(w, t))
		was := true
		for _, minimum := range []residencyv1.Assurance{"Claimed", "Consistent", "Declared"} {
			is := judged(w, r, atLeast(minimum), n) == "Permitted(PlacePermitted)"
			if is && !was {
				t.Fatalf("%s is permitted only from %s on under %+v", n.Name, minimum, r)
			}
			was = is
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
