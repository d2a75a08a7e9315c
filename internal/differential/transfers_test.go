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
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
)

// times picks the instants at which things begin and end, and the one at which all is judged: at one
// of them, right before it, or apart from all.
func (g *generator) times() {
	day := func(year, month, day int) time.Time {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	}
	// The first is after all that is dated once, the second and the third are those at which the
	// decisions on BR and GB begin and end; and one is in the middle of a second.
	all := []time.Time{day(2025, 3, 1), day(2026, 1, 26), day(2031, 12, 28), day(2026, 6, 1).Add(90 * time.Minute), day(2026, 11, 2), day(2040, 2, 29)}
	g.instants = nil
	for range 2 + g.IntN(3) {
		g.instants = append(g.instants, pick(g, all))
	}
	g.w.Now = pick(g, all)
	if g.in(3) {
		g.w.Now = pick(g, g.instants)
	}
	g.w.later = pick(g, g.instants)
	switch g.IntN(4) {
	case 0:
		g.w.Now = g.w.Now.Add(-time.Nanosecond)
	case 1:
		g.w.Now = g.w.Now.Add(time.Duration(g.IntN(1e9)))
	case 2:
		// An instant is the same in any zone.
		g.w.Now = g.w.Now.In(time.FixedZone("", 14*60*60))
	}
}

// transfers gives a policy an origin, and instruments by which data may leave it.
func (g *generator) transfers(p *residencyv1.ResidencyPolicy) {
	origins := []residencyv1.JurisdictionName{"EEA", "EEA", "EU", "home", "alliance"}
	if g.in(20) {
		origins = []residencyv1.JurisdictionName{"nowhere"}
	}
	if !g.in(30) {
		p.Spec.Origin = &residencyv1.Origin{Jurisdiction: pick(g, origins)}
	}
	for range g.IntN(5) {
		p.Spec.Transfers = append(p.Spec.Transfers, g.transfer(p))
	}
}

// abroad has a policy rest on dated transfers to where a node is, to its country, its city or a Site
// that has it, and allow it as one of these. By chance alone that comes up too seldom.
func (g *generator) abroad() {
	for _, n := range g.w.Nodes {
		if n.Word < oracle.Claimed || n.Place.City == "" || !g.cat.HasCity(n.Place.City, n.Place.Country) {
			continue
		}
		country := residencyv1.CountryCode(n.Place.Country)
		places := []residencyv1.Place{
			{Country: new(country)},
			{City: &residencyv1.CityPlace{Name: residencyv1.CityName(catalogue.DisplayCity(n.Place.City)), Country: country}},
		}
		for _, s := range g.w.Sites {
			if s.Place.Country == n.Place.Country {
				places = append(places, residencyv1.Place{Site: new(residencyv1.ObjectName(s.Object.Name))})
			}
		}
		p := g.policy("policy-0")
		p.Spec.Datasets, p.Spec.DatasetSelector = nil, &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: "sensitivity", Operator: metav1.LabelSelectorOpExists},
		}}
		p.Spec.Processing = residencyv1.PlacesRule{Allowed: []residencyv1.Place{pick(g, places)}}
		// That most nodes are outside the origin, it is a country that has none of them.
		p.Spec.Origin, p.Spec.Transfers = &residencyv1.Origin{Jurisdiction: pick(g, []residencyv1.JurisdictionName{"EEA", "afar", "afar"})}, nil
		for range 1 + max(0, g.IntN(4)-1) {
			t := g.transfer(&p)
			t.To, t.Scope = pick(g, places), ""
			if t.Mechanism == residencyv1.MechanismAdequacyDecision {
				t.Mechanism = residencyv1.MechanismDerogation
			}
			p.Spec.Transfers = append(p.Spec.Transfers, t)
			// The very instant is what is easily got wrong.
			switch {
			case t.ValidUntil != nil && g.in(2):
				g.w.Now = t.ValidUntil.Time
			case t.ValidFrom != nil && g.in(2):
				g.w.Now = t.ValidFrom.Time
			}
		}
		if n.Place.Country == "GB" {
			g.byDecision(&p)
		}
		g.w.Policies[0] = p
		return
	}
}

// byDecision has a policy rest on the adequacy decision on GB, on its last day or right after it.
func (g *generator) byDecision(p *residencyv1.ResidencyPolicy) {
	p.Spec.Origin.Jurisdiction = "EEA"
	t := &p.Spec.Transfers[0]
	t.Mechanism, t.ValidFrom, t.ValidUntil = residencyv1.MechanismAdequacyDecision, nil, nil
	p.Spec.Transfers = p.Spec.Transfers[:1]
	g.w.Now = pick(g, []time.Time{
		time.Date(2031, 12, 27, 0, 0, 0, 0, time.UTC), time.Date(2031, 12, 27, 23, 59, 59, 999999999, time.UTC), time.Date(2031, 12, 28, 0, 0, 0, 0, time.UTC),
	})
}

// transfer goes where the policy allows data, or anywhere.
func (g *generator) transfer(p *residencyv1.ResidencyPolicy) residencyv1.Transfer {
	t := residencyv1.Transfer{To: g.place(), Reference: "contract", Mechanism: pick(g, []residencyv1.TransferMechanism{
		residencyv1.MechanismStandardContractualClauses, residencyv1.MechanismBindingCorporateRules, residencyv1.MechanismDerogation,
	})}
	if !g.in(3) {
		t.To = pick(g, slices.Concat(p.Spec.Processing.Allowed, p.Spec.Storage.Allowed))
	}
	if g.in(4) {
		g.decided(p, &t)
	}
	if g.in(3) {
		t.ValidFrom = new(metav1.NewTime(pick(g, g.instants)))
	}
	if g.in(2) {
		t.ValidUntil = new(metav1.NewTime(pick(g, g.instants)))
	}
	if t.ValidFrom != nil && t.ValidUntil != nil && !t.ValidFrom.Before(t.ValidUntil) && !g.in(20) {
		t.ValidFrom = nil
	}
	return t
}

// decided has a transfer rest on an adequacy decision: most often there is one on where it goes, for
// a policy is refused if there is none.
func (g *generator) decided(p *residencyv1.ResidencyPolicy, t *residencyv1.Transfer) {
	eea := p.Spec.Origin != nil && slices.Contains([]residencyv1.JurisdictionName{"EU", "EEA"}, p.Spec.Origin.Jurisdiction)
	if !eea && !g.in(4) {
		return
	}
	t.Mechanism = residencyv1.MechanismAdequacyDecision
	if !g.in(10) {
		t.Scope = "the recipient is on the list"
	}
	if g.in(8) {
		return
	}
	gb := residencyv1.CountryCode("GB")
	t.To = residencyv1.Place{Country: new(pick(g, []residencyv1.CountryCode{gb, gb, gb, "BR", "CH", "JP", "US", "DE"}))}
	if g.in(3) {
		t.To = residencyv1.Place{City: &residencyv1.CityPlace{Name: "London", Country: gb}}
	}
	if !g.in(3) {
		// To be held against the dates, it is allowed as well.
		p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, t.To)
	}
}
