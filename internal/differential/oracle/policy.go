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

package oracle

import (
	"slices"
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// members are the countries of the jurisdictions that nobody has to declare.
var members = map[string][]string{
	"EU":  strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"),
	"EEA": strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO"),
}

// member reports whether a country is in a jurisdiction, and whether there is one of that name.
func (w *World) member(name, country string) (in, exists bool) {
	if list, ok := members[name]; ok {
		return slices.Contains(list, country), true
	}
	for _, j := range w.Jurisdictions {
		if j.Name != name {
			continue
		}
		in = slices.Contains(j.Spec.Countries, residencyv1.CountryCode(country))
		for _, included := range j.Spec.Includes {
			is, _ := w.member(string(included), country)
			in = in || is
		}
		return in && !slices.Contains(j.Spec.Excludes, residencyv1.CountryCode(country)), true
	}
	return false, false
}

func (w *World) site(name string) *Site {
	for i := range w.Sites {
		if w.Sites[i].Object.Name == name {
			return &w.Sites[i]
		}
	}
	return nil
}

// accepted reports whether there is everything that the policy names, and its transfers are lawful.
func (w *World) accepted(p *residencyv1.ResidencyPolicy) bool {
	for _, at := range slices.Concat(p.Spec.Processing.Allowed, p.Spec.Processing.Denied, p.Spec.Storage.Allowed, p.Spec.Storage.Denied, destinations(p)) {
		if at.Site != nil && w.site(string(*at.Site)) == nil {
			return false
		}
		if at.Jurisdiction != nil {
			if _, exists := w.member(string(*at.Jurisdiction), ""); !exists {
				return false
			}
		}
	}
	return w.lawful(p)
}

// destinations are the places that transfers go to.
func destinations(p *residencyv1.ResidencyPolicy) []residencyv1.Place {
	var out []residencyv1.Place
	for _, t := range p.Spec.Transfers {
		out = append(out, t.To)
	}
	return out
}

var minima = map[residencyv1.Assurance]Word{
	residencyv1.AssuranceClaimed: Claimed, residencyv1.AssuranceConsistent: Consistent, residencyv1.AssuranceDeclared: declared,
}

func minimum(p *residencyv1.ResidencyPolicy) Word {
	if p.Spec.Assurance == nil {
		return Claimed
	}
	return minima[p.Spec.Assurance.Minimum]
}

// onNode says what a rule of a policy says of a node, or of another place.
func (w *World) onNode(p *residencyv1.ResidencyPolicy, rule *residencyv1.PlacesRule, l *located) Outcome {
	if !w.accepted(p) || l.word < Claimed || l.word < minimum(p) {
		return Undetermined
	}
	return w.inPlace(p, rule, l)
}

// inPlace tries every world that is consistent with what is known of a place.
func (w *World) inPlace(p *residencyv1.ResidencyPolicy, rule *residencyv1.PlacesRule, l *located) Outcome {
	cities := []string{l.place.City}
	if l.place.City == "" {
		cities = []string{"somewhere that nobody names"}
		for _, at := range slices.Concat(rule.Allowed, rule.Denied, destinations(p)) {
			if at.City != nil && string(at.City.Country) == l.place.Country {
				cities = append(cities, string(at.City.Name))
			}
		}
	}
	providers := l.place.Providers
	if len(providers) == 0 {
		providers = []string{l.place.Provider}
	}
	// Where more than a claim is asked for, a node is not surely in a Site into which its kubelet
	// can have put it.
	surely := slices.DeleteFunc(slices.Clone(l.sites), func(name string) bool {
		s := w.site(name)
		return minimum(p) > Claimed && l.name != "" && s.claims() && !slices.Contains(s.Object.Spec.NodeNames, residencyv1.NodeName(l.name))
	})
	var yes, no bool
	for _, city := range cities {
		for i, provider := range providers {
			region := l.place.Region
			if len(l.place.Regions) > 0 {
				region = l.place.Regions[i]
			}
			at := Place{Provider: provider, Region: region, City: city, Country: l.place.Country}
			for _, sites := range [][]string{l.sites, surely} {
				if w.lets(p, rule, at, sites) && !w.among(rule.Denied, at, l.sites) {
					yes = true
				} else {
					no = true
				}
			}
		}
	}
	switch {
	case yes && no:
		return Undetermined
	case yes:
		return Permitted
	default:
		return Prohibited
	}
}

// lets reports whether a place is allowed and data may go there, both of them outside any Site or
// both in one: what one Site allows, no transfer to another one covers.
func (w *World) lets(p *residencyv1.ResidencyPolicy, rule *residencyv1.PlacesRule, at Place, sites []string) bool {
	for i := range len(sites) + 1 {
		// Outside first, and then in each.
		in := sites[max(i-1, 0):i]
		if w.among(rule.Allowed, at, in) && w.covered(p, at, in) {
			return true
		}
	}
	return false
}

// among reports whether a place is one of a list.
func (w *World) among(list []residencyv1.Place, at Place, sites []string) bool {
	return slices.ContainsFunc(list, func(p residencyv1.Place) bool {
		switch {
		case p.Jurisdiction != nil:
			in, _ := w.member(string(*p.Jurisdiction), at.Country)
			return in
		case p.Country != nil:
			return string(*p.Country) == at.Country
		case p.City != nil:
			return string(p.City.Country) == at.Country && catalogue.CanonicalCity(string(p.City.Name)) == catalogue.CanonicalCity(at.City)
		case p.Site != nil:
			return slices.Contains(sites, string(*p.Site))
		default:
			return string(p.Region.Provider) == at.Provider && string(p.Region.Name) == at.Region
		}
	})
}

var effects = map[residencyv1.EnforcementMode]Effect{
	residencyv1.EnforcementDeny: Deny, residencyv1.EnforcementWarn: Warn, residencyv1.EnforcementAudit: Audit,
}

// effect is what a policy does about an outcome.
func effect(p *residencyv1.ResidencyPolicy, o Outcome) Effect {
	mode := p.Spec.Enforcement.Admission
	switch {
	case o < Undetermined:
		return Allow
	case o == Undetermined && p.Spec.Enforcement.Undetermined != "":
		mode = p.Spec.Enforcement.Undetermined
	}
	return effects[mode]
}
