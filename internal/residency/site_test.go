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
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

func TestLocationSites(t *testing.T) {
	cat := load(t)
	paris, _ := cat.Region("aws", "eu-west-3")
	for name, tc := range map[string]struct {
		change func(*residencyv1.SiteSpec)
		want   location.Site
	}{
		"as it is written": {
			func(s *residencyv1.SiteSpec) {
				s.City, s.ValidUntil = "Saint-Denis", &metav1.Time{Time: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
			},
			location.Site{City: "Saint-Denis", Country: "FR", ValidUntil: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)},
		},
		"a region's city, by the catalogue": {
			func(s *residencyv1.SiteSpec) { s.Provider, s.Region = "aws", "eu-west-3" },
			location.Site{Provider: "aws", Region: "eu-west-3", City: "Paris", Country: "FR", Source: "; its city by " + paris.Source},
		},
		"a city in another spelling": {
			func(s *residencyv1.SiteSpec) { s.Provider, s.Region, s.City = "aws", "eu-west-3", "PARIS" },
			location.Site{Provider: "aws", Region: "eu-west-3", City: "Paris", Country: "FR"},
		},
		"a zone's region": {
			func(s *residencyv1.SiteSpec) { s.Provider, s.Zone, s.City = "aws", "eu-west-3a", "Paris" },
			location.Site{Provider: "aws", Region: "eu-west-3", Zone: "eu-west-3a", City: "Paris", Country: "FR"},
		},
		"a region's own name": {
			func(s *residencyv1.SiteSpec) {
				s.Provider, s.Region, s.City, s.Country = "oci", "iad", "Ashburn", "US"
			},
			location.Site{Provider: "oci", Region: "us-ashburn-1", City: "Ashburn", Country: "US"},
		},
		"a zone that lies elsewhere is in no region": {
			func(s *residencyv1.SiteSpec) {
				s.Provider, s.Region, s.Zone, s.City, s.Country = "aws", "eu-central-1", "eu-central-1-ist-1a", "Istanbul", "TR"
			},
			location.Site{Provider: "aws", Zone: "eu-central-1-ist-1a", City: "Istanbul", Country: "TR"},
		},
		"a provider of one's own": {
			func(s *residencyv1.SiteSpec) { s.Provider, s.Region, s.Zone = "example-hosting", "north-1", "north-1a" },
			location.Site{Provider: "example-hosting", Region: "north-1", Zone: "north-1a", Country: "FR"},
		},
		"one that is not valid": {
			func(s *residencyv1.SiteSpec) { s.Country = "UK" },
			location.Site{Country: "UK", Fault: `spec.country: Invalid value: "UK": ISO 3166-1 has no country UK; did you mean GB?`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.Name, tc.want.UID, tc.want.NodeNames = "room", "uid-of-room", []string{"room-1"}
			tc.want.Source = "Site room: lease 12 (verified 2026-10-01)" + tc.want.Source
			got, ok := LocationSites(World{Catalogue: cat, Sites: []residencyv1.Site{siteOf("room", tc.change)}}).Get("room")
			if !ok {
				t.Fatal("the Site is gone")
			}
			if diff := cmp.Diff(&tc.want, got, cmpopts.IgnoreFields(location.Site{}, "Selector", "Word")); diff != "" {
				t.Errorf("site (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLocationSitesSelect(t *testing.T) {
	cat := load(t)
	const restricted = "example.node-restriction.kubernetes.io/room"
	for name, tc := range map[string]struct {
		selector *metav1.LabelSelector
		want     string
		declares bool
	}{
		"no selector":       {nil, "", false},
		"an empty selector": {&metav1.LabelSelector{}, "", false},
		"restricted labels": {&metav1.LabelSelector{MatchLabels: map[string]string{restricted: "7"}}, restricted + "=7", true},
		"a kubelet's label": {&metav1.LabelSelector{MatchLabels: map[string]string{"room": "7"}}, "room=7", false},
		"one that cannot be read": {&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: restricted, Operator: "Near"},
		}}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := siteOf("room", func(s *residencyv1.SiteSpec) { s.NodeSelector = tc.selector })
			got, _ := LocationSites(World{Catalogue: cat, Sites: []residencyv1.Site{s}}).Get("room")
			selector := ""
			if got.Selector != nil {
				selector = got.Selector.String()
			}
			if selector != tc.want || got.SelectorDeclares() != tc.declares {
				t.Errorf("got %q, declares %v; want %q, %v", selector, got.SelectorDeclares(), tc.want, tc.declares)
			}
		})
	}
}

// A row of low confidence neither refuses an administrator's word nor adds to it.
func TestARowOfLowConfidenceIsNoWord(t *testing.T) {
	cat := load(t)
	var low *catalogue.Region
	for _, r := range cat.Regions() {
		if r.Confidence == catalogue.ConfidenceLow && r.City != "" {
			low = r
			break
		}
	}
	if low == nil {
		t.Fatal("the catalogue has no row of low confidence with a city: this test needs another one")
	}
	at := func(city, country string) residencyv1.Site {
		return siteOf("room", func(s *residencyv1.SiteSpec) {
			s.Provider, s.Region = residencyv1.ProviderName(low.Provider), residencyv1.RegionName(low.Name)
			s.City, s.Country = residencyv1.CityName(city), residencyv1.CountryCode(country)
		})
	}
	elsewhere := "AQ"
	for name, s := range map[string]residencyv1.Site{"another country": at("", elsewhere), "another city": at("Elsewhere", low.Country)} {
		t.Run(name, func(t *testing.T) {
			checked := CheckSite(World{Catalogue: cat}, &s)
			if checked.Fault != nil || len(checked.Warnings) != 1 {
				t.Errorf("got fault %v, warnings %q; want one warning", checked.Fault, checked.Warnings)
			}
		})
	}
	got, _ := LocationSites(World{Catalogue: cat, Sites: []residencyv1.Site{at("", low.Country)}}).Get("room")
	if got.City != "" {
		t.Errorf("the city is %s by a row of low confidence", got.City)
	}
}

// What the catalogue adds to a Site is not its word: a row that is corrected withdraws nothing.
func TestTheWordOfASiteIsWhatIsWritten(t *testing.T) {
	cat := load(t)
	word := func(change func(*residencyv1.SiteSpec)) string {
		s, _ := LocationSites(World{Catalogue: cat, Sites: []residencyv1.Site{siteOf("room", change)}}).Get("room")
		return s.Word
	}
	bare := func(s *residencyv1.SiteSpec) { s.Country, s.Provider, s.Region = "GB", "aws", "eu-west-2" }
	full := func(s *residencyv1.SiteSpec) { bare(s); s.City = "London" }
	renewed := func(s *residencyv1.SiteSpec) {
		bare(s)
		s.Basis.Reference, s.NodeNames = "lease 13", []residencyv1.NodeName{"other"}
	}
	if word(bare) != location.WordOf("aws", "eu-west-2", "", "", "GB") || word(bare) == word(full) || word(bare) != word(renewed) {
		t.Errorf("bare %s, full %s, renewed %s", word(bare), word(full), word(renewed))
	}
}
