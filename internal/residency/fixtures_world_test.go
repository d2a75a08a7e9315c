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
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// now is the time for which the nodes of the tests are located.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func site(name residencyv1.ObjectName) residencyv1.Place { return residencyv1.Place{Site: &name} }

// siteOf is a Site somewhere in France that names one node.
func siteOf(name string, change ...func(*residencyv1.SiteSpec)) residencyv1.Site {
	s := residencyv1.Site{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID("uid-of-" + name), Generation: 1},
		Spec: residencyv1.SiteSpec{
			NodeNames: []residencyv1.NodeName{residencyv1.NodeName(name + "-1")},
			Country:   "FR",
			Basis:     residencyv1.Basis{Reference: "lease 12", VerifiedAt: "2026-10-01"},
		},
	}
	for _, c := range change {
		c(&s.Spec)
	}
	return s
}

// selecting makes a Site select nodes by labels only.
func selecting(labels map[string]string) func(*residencyv1.SiteSpec) {
	return func(s *residencyv1.SiteSpec) {
		s.NodeNames, s.NodeSelector = nil, &metav1.LabelSelector{MatchLabels: labels}
	}
}

func jurisdictionOf(name string, change func(*residencyv1.JurisdictionSpec)) residencyv1.Jurisdiction {
	j := residencyv1.Jurisdiction{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID("uid-of-" + name), Generation: 1},
		Spec:       residencyv1.JurisdictionSpec{Title: "Some " + name},
	}
	change(&j.Spec)
	return j
}

func ofCountries(codes ...residencyv1.CountryCode) func(*residencyv1.JurisdictionSpec) {
	return func(s *residencyv1.JurisdictionSpec) { s.Countries = codes }
}

func including(names ...residencyv1.JurisdictionName) func(*residencyv1.JurisdictionSpec) {
	return func(s *residencyv1.JurisdictionSpec) { s.Includes = names }
}

// declared is a world with Sites and Jurisdictions of every kind.
func declared(cat *catalogue.Catalogue) World {
	return World{
		Catalogue: cat,
		Sites: []residencyv1.Site{
			siteOf("paris-room", func(s *residencyv1.SiteSpec) { s.City = "Paris"; s.NodeNames = append(s.NodeNames, "both") }),
			siteOf("aisle", func(s *residencyv1.SiteSpec) { s.NodeNames = append(s.NodeNames, "both") }),
			siteOf("cage", selecting(map[string]string{"example.node-restriction.kubernetes.io/cage": "7"}),
				func(s *residencyv1.SiteSpec) { s.Country, s.City = "DE", "Buxtehude" }),
			siteOf("rented", func(s *residencyv1.SiteSpec) {
				s.Country, s.Provider, s.Region = "DE", "aws", "eu-central-1"
			}),
			siteOf("shelf", selecting(map[string]string{"shelf": "a"}), func(s *residencyv1.SiteSpec) {
				s.NodeNames = []residencyv1.NodeName{"shelf-1"}
			}),
		},
		Jurisdictions: []residencyv1.Jurisdiction{
			jurisdictionOf("dach", ofCountries("DE", "AT", "CH")),
			jurisdictionOf("most", func(s *residencyv1.JurisdictionSpec) {
				s.Countries, s.Includes, s.Excludes = []residencyv1.CountryCode{"GB"}, []residencyv1.JurisdictionName{"EU", "dach"}, []residencyv1.CountryCode{"FR"}
			}),
		},
	}
}

// declaredNodes are nodes in the Sites of the declared world, and one beside them.
func declaredNodes(w World) map[string]*Node {
	locator := location.Locator{Catalogue: w.Catalogue, Sites: LocationSites(w), Now: now}
	const zone = "topology.kubernetes.io/zone"
	nodes := map[string]*Node{}
	for name, n := range map[string]location.Node{
		"paris-room-1": {},
		"aisle-1":      {},
		"both":         {},
		"rented-1":     {},
		"shelf-1":      {Labels: map[string]string{"shelf": "a"}},
		"shelf-2":      {Labels: map[string]string{"shelf": "a"}},
		"shelf-aws":    {ProviderID: "aws:///eu-west-3a/i-0dbe03668241abc84", Labels: map[string]string{zone: "eu-west-3a", "shelf": "a"}},
		"caged":        {Labels: map[string]string{"example.node-restriction.kubernetes.io/cage": "7"}},
		"outside":      {ProviderID: "aws:///eu-west-3a/i-0dbe03668241abc85", Labels: map[string]string{zone: "eu-west-3a"}},
		"claimed":      {Labels: map[string]string{zone: "europe-west3-a"}},
	} {
		n.Name = name
		nodes[name] = NewNode(name, locator.Locate(n, nil).Location)
	}
	// A node that one Site declares, and that has labelled itself into another.
	nodes["declared-and-claimed"] = NewNode("declared-and-claimed", location.Location{
		Country: "FR", Sites: []string{"aisle", "shelf"}, Assurance: location.Declared,
		Witnesses: []location.Witness{{Kind: location.WitnessSite, Value: "aisle"}},
	})
	return nodes
}

// undetermined are nodes of which Sites, or their own past, leave nothing to say.
func undetermined(w World) []*Node {
	w.Sites = []residencyv1.Site{
		siteOf("room", func(s *residencyv1.SiteSpec) {
			s.NodeNames, s.ValidUntil = []residencyv1.NodeName{"expired"}, &metav1.Time{Time: now.Add(-time.Hour)}
		}),
		siteOf("hall", func(s *residencyv1.SiteSpec) { s.NodeNames, s.Country = []residencyv1.NodeName{"misdeclared"}, "UK" }),
	}
	locator := location.Locator{Catalogue: w.Catalogue, Sites: LocationSites(w), Now: now}
	at := func(name, zone string, m *location.Memory) location.Answer {
		return locator.Locate(location.Node{Name: name, Labels: map[string]string{"topology.kubernetes.io/zone": zone}}, m)
	}
	var nodes []*Node
	for _, name := range []string{"expired", "misdeclared"} {
		nodes = append(nodes, NewNode(name, at(name, "europe-west3-a", nil).Location))
	}
	first := at("moved", "europe-west3-a", nil)
	return append(nodes, NewNode("moved", at("moved", "europe-west2-a", first.Memory).Location))
}

// atLeast makes a policy ask for an assurance.
func atLeast(minimum residencyv1.Assurance) func(*residencyv1.ResidencyPolicySpec) {
	return func(s *residencyv1.ResidencyPolicySpec) {
		s.Assurance = &residencyv1.AssuranceRule{Minimum: minimum}
	}
}
