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

package differential

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
)

// policy makes a policy for processing, for storage, or for both.
func (g *generator) policy(name string) residencyv1.ResidencyPolicy {
	p := residencyv1.ResidencyPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: residencyv1.GroupVersion.String(), Kind: "ResidencyPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
	}
	if !g.in(3) {
		p.Spec.DatasetSelector = g.selector("sensitivity", []string{"personal", "open"})
	}
	if p.Spec.DatasetSelector == nil || g.in(4) {
		p.Spec.Datasets = []residencyv1.ObjectName{residencyv1.ObjectName(pick(g, datasets))}
	}
	p.Spec.Processing = g.rule()
	if g.in(2) {
		p.Spec.Storage = g.storageRule(p.Spec.Processing)
		if g.in(3) {
			p.Spec.Processing = residencyv1.PlacesRule{}
		}
	}
	rests := slices.ContainsFunc(slices.Concat(p.Spec.Processing.Allowed, p.Spec.Storage.Allowed), func(at residencyv1.Place) bool { return at.Site != nil })
	if g.in(3) || rests && g.in(2) {
		p.Spec.Assurance = &residencyv1.AssuranceRule{Minimum: pick(g, []residencyv1.Assurance{
			residencyv1.AssuranceClaimed, residencyv1.AssuranceConsistent, residencyv1.AssuranceDeclared,
		})}
	}
	if g.in(2) {
		g.transfers(&p)
	}
	modes := []residencyv1.EnforcementMode{residencyv1.EnforcementDeny, residencyv1.EnforcementWarn, residencyv1.EnforcementAudit}
	p.Spec.Enforcement.Admission = pick(g, modes)
	if g.in(3) {
		p.Spec.Enforcement.Undetermined = pick(g, modes)
	}
	if g.in(5) {
		p.Spec.Enforcement.Steering = residencyv1.SteeringDisabled
	}
	return p
}

// partOfSite has all rest on a Site into which a kubelet has put its node, but for the city in
// which the node is. By chance alone that comes up too seldom.
func (g *generator) partOfSite() {
	for _, n := range g.w.Nodes {
		room, ok := n.Object.Labels[plainRoom]
		if !ok || n.Word < oracle.Claimed || n.Place.City == "" || !g.cat.HasCity(n.Place.City, n.Place.Country) {
			continue
		}
		s := oracle.Site{Object: residencyv1.Site{
			TypeMeta:   metav1.TypeMeta{APIVersion: residencyv1.GroupVersion.String(), Kind: "Site"},
			ObjectMeta: metav1.ObjectMeta{Name: "site-whole"},
			Spec: residencyv1.SiteSpec{
				Country:      residencyv1.CountryCode(n.Place.Country),
				NodeSelector: &metav1.LabelSelector{MatchLabels: map[string]string{plainRoom: room}},
				Basis:        residencyv1.Basis{Reference: "contract", VerifiedAt: "2020-01-01"},
			},
		}, Place: oracle.Place{Country: n.Place.Country}}
		g.w.Sites = append(g.w.Sites, s)
		p := g.policy("policy-0")
		p.Spec.Datasets, p.Spec.DatasetSelector = nil, &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: "sensitivity", Operator: metav1.LabelSelectorOpExists},
		}}
		p.Spec.Processing = residencyv1.PlacesRule{
			Allowed: []residencyv1.Place{{Site: new(residencyv1.ObjectName("site-whole"))}},
			Denied: []residencyv1.Place{{City: &residencyv1.CityPlace{
				Name: residencyv1.CityName(catalogue.DisplayCity(n.Place.City)), Country: residencyv1.CountryCode(n.Place.Country),
			}}},
		}
		p.Spec.Enforcement.Admission, p.Spec.Enforcement.Steering = residencyv1.EnforcementDeny, ""
		g.w.Policies = []residencyv1.ResidencyPolicy{p}
		return
	}
}

// rule allows some places, and may deny some.
func (g *generator) rule() residencyv1.PlacesRule {
	var r residencyv1.PlacesRule
	if len(g.w.Sites) > 0 && g.in(3) {
		// All rests on a Site, of which a part may be denied.
		site := pick(g, g.w.Sites)
		r.Allowed = []residencyv1.Place{{Site: new(residencyv1.ObjectName(site.Object.Name))}}
		if at := pick(g, g.w.Nodes).Place; at.City != "" && at.Country == site.Place.Country && g.cat.HasCity(at.City, at.Country) && g.in(2) {
			r.Denied = []residencyv1.Place{{City: &residencyv1.CityPlace{
				Name: residencyv1.CityName(catalogue.DisplayCity(at.City)), Country: residencyv1.CountryCode(at.Country),
			}}}
		}
	} else {
		for range 1 + g.IntN(4) {
			r.Allowed = append(r.Allowed, g.place())
		}
	}
	for range max(0, g.IntN(5)-2) {
		r.Denied = append(r.Denied, g.place())
	}
	return r
}

// place is one of which the cluster has to do with, or, seldom, one that does not exist.
func (g *generator) place() residencyv1.Place {
	row := pick(g, g.palette)
	n := pick(g, g.w.Nodes)
	country, city := row.Country, catalogue.DisplayCity(row.City)
	if n.Place.Country != "" && g.in(2) {
		country, city = n.Place.Country, catalogue.DisplayCity(n.Place.City)
	}
	switch g.IntN(6) {
	case 0:
		name := pick(g, []string{"EU", "EEA", "home", "alliance"})
		if g.in(20) {
			name = "nowhere"
		}
		return residencyv1.Place{Jurisdiction: new(residencyv1.JurisdictionName(name))}
	case 1:
		if cities := g.cat.Cities(country); city == "" && len(cities) > 0 {
			city = pick(g, cities)
		}
		if g.cat.HasCity(city, country) {
			return residencyv1.Place{City: &residencyv1.CityPlace{Name: residencyv1.CityName(city), Country: residencyv1.CountryCode(country)}}
		}
	case 2:
		return residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: residencyv1.ProviderName(row.Provider), Name: residencyv1.RegionName(row.Name)}}
	case 3:
		if g.in(20) {
			return residencyv1.Place{Site: new(residencyv1.ObjectName("gone"))}
		}
		if len(g.w.Sites) > 0 {
			return residencyv1.Place{Site: new(residencyv1.ObjectName(pick(g, g.w.Sites).Object.Name))}
		}
	}
	return residencyv1.Place{Country: new(residencyv1.CountryCode(country))}
}

// storageRule says where data may be stored, often where it may be processed.
func (g *generator) storageRule(processing residencyv1.PlacesRule) residencyv1.PlacesRule {
	if g.in(3) {
		return processing
	}
	return g.rule()
}
