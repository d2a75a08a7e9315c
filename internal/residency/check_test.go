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
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestCheckSite(t *testing.T) {
	w := World{Catalogue: load(t)}
	at := func(provider, region, zone, city, country string) func(*residencyv1.SiteSpec) {
		return func(s *residencyv1.SiteSpec) {
			s.Provider, s.Region, s.Zone = residencyv1.ProviderName(provider), residencyv1.RegionName(region), residencyv1.ZoneName(zone)
			s.City, s.Country = residencyv1.CityName(city), residencyv1.CountryCode(country)
		}
	}
	by := func(selector metav1.LabelSelector) func(*residencyv1.SiteSpec) {
		return func(s *residencyv1.SiteSpec) { s.NodeSelector = &selector }
	}
	expression := func(key string, op metav1.LabelSelectorOperator, values ...string) metav1.LabelSelector {
		return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: op, Values: values}}}
	}
	const restricted = "example.node-restriction.kubernetes.io/room"
	var out strings.Builder
	for _, tc := range []struct {
		name   string
		change func(*residencyv1.SiteSpec)
	}{
		{"a room of one's own", at("", "", "", "Paris", "FR")},
		{"only the country", at("", "", "", "", "FR")},
		{"a village that the catalogue does not know", at("", "", "", "Oberammergau", "DE")},
		{"a city that may be misspelt", at("", "", "", "Frankfort", "DE")},
		{"a region", at("aws", "eu-west-3", "", "", "FR")},
		{"a region and its city, as people write it", at("aws", "sa-east-1", "", "SÃO PAULO", "BR")},
		{"a zone", at("aws", "eu-west-3", "eu-west-3a", "Paris", "FR")},
		{"a zone without its region", at("aws", "", "eu-west-3a", "", "FR")},
		{"a zone that lies elsewhere than its region", at("aws", "eu-central-1", "eu-central-1-ist-1a", "Istanbul", "TR")},
		{"a provider that the catalogue does not have", at("example-hosting", "north-1", "north-1a", "Turku", "FI")},
		{"a provider that may be misspelt", at("outscal", "eu-west-2", "", "", "FR")},

		{"a zone that lies elsewhere, in its region's country", at("aws", "eu-central-1", "eu-central-1-ist-1a", "", "DE")},
		{"another country than the region's", at("aws", "eu-west-3", "", "", "DE")},
		{"another city than the region's", at("aws", "eu-west-3", "", "Lyon", "FR")},
		{"another region than the zone's", at("aws", "eu-central-1", "eu-west-3a", "", "FR")},
		{"a region that the provider does not have", at("aws", "eu-wst-3", "", "", "FR")},
		{"a zone that the provider does not have", at("aws", "eu-west-3", "eu-west-3-xyz-1a", "", "FR")},
		{"a region without a provider", at("", "eu-west-3", "", "", "FR")},
		{"the United Kingdom's other code", at("", "", "", "", "UK")},
		{"Greece's other code", at("", "", "", "Athens", "EL")},
		{"no country", at("", "", "", "", "")},

		{"neither names nor a selector", func(s *residencyv1.SiteSpec) { s.NodeNames = nil }},
		{"an empty selector", by(metav1.LabelSelector{})},
		{"a selector that cannot be read", by(expression("a", "Near"))},
		{"a label that no node can have", by(metav1.LabelSelector{MatchLabels: map[string]string{"not a key": "a"}})},
		{"its own stamp", by(metav1.LabelSelector{MatchLabels: map[string]string{residencyv1.StampCountry: "FR"}})},
		{"its own stamp, among others", by(metav1.LabelSelector{
			MatchLabels:      map[string]string{restricted: "7"},
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: residencyv1.StampSite, Operator: metav1.LabelSelectorOpDoesNotExist}},
		})},
		{"restricted labels", by(metav1.LabelSelector{MatchLabels: map[string]string{restricted: "7"}})},
		{"a kubelet's labels", by(metav1.LabelSelector{MatchLabels: map[string]string{"room": "7"}})},
		{"one label of each kind", by(metav1.LabelSelector{MatchLabels: map[string]string{"room": "7", restricted: "7"}})},
		{"the lack of a restricted label", by(expression(restricted, metav1.LabelSelectorOpDoesNotExist))},

		{"several errors", func(s *residencyv1.SiteSpec) {
			at("aws", "mars-1", "", "", "XX")(s)
			s.NodeNames = nil
		}},
	} {
		s := siteOf("room", tc.change)
		writeChecked(&out, tc.name, CheckSite(w, &s))
	}
	golden(t, "sites.txt", out.String())
}

func TestCheckJurisdiction(t *testing.T) {
	w := World{Catalogue: load(t), Jurisdictions: []residencyv1.Jurisdiction{
		jurisdictionOf("dach", ofCountries("DE", "AT", "CH")),
		jurisdictionOf("faulty", ofCountries("UK")),
		jurisdictionOf("a", including("b")),
		jurisdictionOf("b", including("c")),
	}}
	var out strings.Builder
	for _, tc := range []struct {
		name, is string
		change   func(*residencyv1.JurisdictionSpec)
	}{
		{"countries", "benelux", ofCountries("BE", "NL", "LU")},
		{"one that is built in and another", "most", including("EU", "dach")},
		{"as it was before", "dach", ofCountries("DE", "AT", "CH")},
		{"without one of them", "most", func(s *residencyv1.JurisdictionSpec) {
			s.Includes, s.Excludes = []residencyv1.JurisdictionName{"EU"}, []residencyv1.CountryCode{"HU"}
		}},
		{"excluded in vain", "most", func(s *residencyv1.JurisdictionSpec) {
			s.Countries, s.Includes, s.Excludes = []residencyv1.CountryCode{"GB"}, []residencyv1.JurisdictionName{"EU"}, []residencyv1.CountryCode{"US", "GB"}
		}},
		{"nothing left", "none", func(s *residencyv1.JurisdictionSpec) {
			s.Includes, s.Excludes = []residencyv1.JurisdictionName{"dach"}, []residencyv1.CountryCode{"AT", "CH", "DE"}
		}},
		{"nothing at all", "none", ofCountries()},
		{"codes that ISO does not have", "some", func(s *residencyv1.JurisdictionSpec) {
			s.Countries, s.Excludes = []residencyv1.CountryCode{"FR", "UK"}, []residencyv1.CountryCode{"EL"}
		}},
		{"one that does not exist", "some", including("dahc")},
		{"one in another case", "some", including("eu")},
		{"one in another case, not built in", "some", including("DACH")},
		{"one that is not valid", "some", including("faulty")},
		{"itself", "some", including("some")},
		{"itself through another", "c", including("a")},
		{"one that includes itself", "d", including("d", "dach")},
		{"eu", "eu", ofCountries("DE")},
		{"EEA", "EEA", ofCountries("DE")},
		{"Eea", "Eea", ofCountries("DE")},
		{"an adequacy decision", "eu-adequacy", ofCountries("CH")},
		{"an adequacy decision, in other words", "adequate-countries", ofCountries("CH")},
		{"an adequacy decision, in capitals", "UK_Adequacy", ofCountries("CH")},
		{"including an adequacy decision", "some", including("eu-adequacy")},
	} {
		j := jurisdictionOf(tc.is, tc.change)
		writeChecked(&out, tc.name, CheckJurisdiction(w, &j))
	}
	golden(t, "jurisdictions.txt", out.String())
}

func TestCheckAPolicyThatNamesSitesAndJurisdictions(t *testing.T) {
	w := declared(load(t))
	w.Sites = append(w.Sites, siteOf("faulty", func(s *residencyv1.SiteSpec) { s.Country = "UK" }))
	w.Sites = append(w.Sites, siteOf("nameless", func(s *residencyv1.SiteSpec) { s.NodeNames, s.City, s.Country = nil, "Smalltown", "MT" }))
	w.Jurisdictions = append(w.Jurisdictions, jurisdictionOf("faulty", ofCountries("UK")))
	var out strings.Builder
	for _, tc := range []struct {
		name   string
		policy residencyv1.ResidencyPolicy
	}{
		{"a site", personal("p", places(site("paris-room")))},
		{"a site that does not exist", personal("p", places(site("paris-rom")))},
		{"a site that is not valid", personal("p", places(site("faulty")))},
		{"a site denied in vain", personal("p", places(country("FR")), site("cage"))},
		{"a site denied beside another, and nodes can be in both", personal("p", places(site("aisle")), site("paris-room"))},
		{"a site of a denied country", personal("p", places(site("paris-room"), country("DE")), country("FR"))},
		{"a site that a node can enter", personal("p", places(site("shelf")))},
		{"the same, where that is not enough", with(personal("p", places(site("shelf"))), atLeast(residencyv1.AssuranceDeclared))},
		{"a site that a node can leave", personal("p", places(jurisdiction("EU")), site("shelf"))},
		{"a site and a country", personal("p", places(residencyv1.Place{Site: new(residencyv1.ObjectName("cage")), Country: new(residencyv1.CountryCode("DE"))}))},
		{"a city that only a site declares", personal("p", places(city("Buxtehude", "DE")))},
		{"the same city in another country", personal("p", places(city("Buxtehude", "AT")))},
		{"a city of a site that is not valid", personal("p", places(city("Smalltown", "MT")))},
		{"a jurisdiction", personal("p", places(jurisdiction("dach")))},
		{"a jurisdiction that does not exist", personal("p", places(jurisdiction("nordics")))},
		{"a jurisdiction in another case", personal("p", places(jurisdiction("DACH")))},
		{"a jurisdiction that is not valid", personal("p", places(jurisdiction("faulty")))},
		{"an adequacy decision", personal("p", places(jurisdiction("eu-adequacy")))},
		{"an unknown assurance", with(personal("p", places(country("FR"))), atLeast("Sworn"))},
	} {
		writeChecked(&out, tc.name, Check(w, &tc.policy))
	}
	golden(t, "named.txt", out.String())
}

func TestOnlyUnknownSites(t *testing.T) {
	w := declared(load(t))
	for name, tc := range map[string]struct {
		policy residencyv1.ResidencyPolicy
		want   bool
	}{
		"one":                       {personal("p", places(site("later"))), true},
		"several":                   {personal("p", places(site("later"), country("FR")), site("later-too")), true},
		"and something else after":  {personal("p", places(site("later"), country("XX"))), false},
		"and something else before": {personal("p", places(country("XX"), site("later"))), false},
		"something else":            {personal("p", places(jurisdiction("later"))), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Check(w, &tc.policy).Fault.OnlyUnknownSites(); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// Whatever is wrong with a Site or a Jurisdiction, checking it changes nobody's list.
func TestCheckingLeavesTheWorldAsItIs(t *testing.T) {
	w := declared(load(t))
	before := slices.Clone(w.Jurisdictions)
	j := jurisdictionOf("dach", ofCountries("LI"))
	CheckJurisdiction(w, &j)
	for i := range before {
		if before[i].Name != w.Jurisdictions[i].Name || len(before[i].Spec.Countries) != len(w.Jurisdictions[i].Spec.Countries) {
			t.Errorf("jurisdiction %d is now %s", i, w.Jurisdictions[i].Name)
		}
	}
}
