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
	"time"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// decision is an adequacy decision on a country.
type decision struct {
	partial bool
	// from is the first day, until the last one; empty: there is none.
	from, until string
}

// decisions of the EU, for data from within the EEA.
var euDecisions = map[string]decision{
	"AD": {from: "2010-10-19"}, "AR": {from: "2003-06-30"}, "BR": {from: "2026-01-26"}, "CH": {from: "2000-07-26"},
	"FO": {from: "2010-03-05"}, "GB": {from: "2021-06-28", until: "2031-12-27"}, "GG": {from: "2003-11-21"}, "IL": {from: "2011-01-31"},
	"IM": {from: "2004-04-28"}, "JE": {from: "2008-05-08"}, "NZ": {from: "2012-12-19"}, "UY": {from: "2012-08-21"},
	"CA": {from: "2001-12-20", partial: true}, "JP": {from: "2019-01-23", partial: true},
	"KR": {from: "2021-12-17", partial: true}, "US": {from: "2023-07-10", partial: true},
}

// decisions of the United Kingdom, for data from there, besides those on all of the EEA.
var ukDecisions = map[string]decision{
	"GI": {}, "AD": {}, "AR": {}, "CH": {}, "GG": {}, "IL": {}, "IM": {}, "JE": {}, "NZ": {}, "UY": {},
	"CA": {partial: true}, "JP": {partial: true}, "KR": {from: "2022-12-19", partial: true}, "US": {from: "2023-10-12", partial: true},
}

// countries of a jurisdiction.
func (w *World) countries(name string) []string {
	var out []string
	all := slices.Clone(members["EEA"])
	for _, r := range w.Atlas.Regions {
		for _, code := range r {
			all = append(all, code.Place.Country)
		}
	}
	for _, j := range w.Jurisdictions {
		for _, country := range j.Spec.Countries {
			all = append(all, string(country))
		}
	}
	slices.Sort(all)
	for _, country := range slices.Compact(all) {
		if in, _ := w.member(name, country); in {
			out = append(out, country)
		}
	}
	return out
}

// decided returns the decision on a country for data from a jurisdiction.
func (w *World) decided(origin, country string) (decision, bool) {
	eea, british := true, true
	for _, from := range w.countries(origin) {
		eea = eea && slices.Contains(members["EEA"], from)
		british = british && from == "GB"
	}
	switch {
	case british && slices.Contains(members["EEA"], country):
		return decision{}, true
	case british:
		d, ok := ukDecisions[country]
		return d, ok
	case eea:
		d, ok := euDecisions[country]
		return d, ok
	default:
		return decision{}, false
	}
}

// goesTo returns the countries to which a transfer goes.
func (w *World) goesTo(to *residencyv1.Place) []string {
	switch {
	case to.Jurisdiction != nil:
		return w.countries(string(*to.Jurisdiction))
	case to.Country != nil:
		return []string{string(*to.Country)}
	case to.City != nil:
		return []string{string(to.City.Country)}
	case to.Site != nil:
		if s := w.site(string(*to.Site)); s != nil {
			return []string{s.Place.Country}
		}
		return nil
	}
	for _, code := range w.Atlas.Regions[string(to.Region.Name)] {
		if code.Place.Provider == string(to.Region.Provider) {
			return []string{code.Place.Country}
		}
	}
	return nil
}

// lawful reports whether what a policy says of transfers can be accepted.
func (w *World) lawful(p *residencyv1.ResidencyPolicy) bool {
	if p.Spec.Origin == nil {
		return len(p.Spec.Transfers) == 0
	}
	origin := string(p.Spec.Origin.Jurisdiction)
	if _, exists := w.member(origin, ""); !exists {
		return false
	}
	for _, t := range p.Spec.Transfers {
		if t.ValidFrom != nil && t.ValidUntil != nil && !t.ValidFrom.Before(t.ValidUntil) {
			return false
		}
		if t.Mechanism != residencyv1.MechanismAdequacyDecision {
			continue
		}
		if _, any := w.decided(origin, "CH"); !any {
			return false // Nobody decides on data from there.
		}
		for _, country := range w.goesTo(&t.To) {
			if within, _ := w.member(origin, country); within {
				continue
			}
			if d, ok := w.decided(origin, country); !ok || d.partial && t.Scope == "" || !d.meets(&t) {
				return false
			}
		}
	}
	return true
}

// meets reports whether there is a time at which both the decision and a transfer by it are valid.
func (d decision) meets(t *residencyv1.Transfer) bool {
	if t.ValidFrom != nil && d.until != "" && t.ValidFrom.UTC().Format(time.DateOnly) > d.until {
		return false
	}
	return t.ValidUntil == nil || d.from == "" || t.ValidUntil.UTC().Add(-time.Nanosecond).Format(time.DateOnly) >= d.from
}

// covered reports whether data may go to a place as far as transfers are concerned.
func (w *World) covered(p *residencyv1.ResidencyPolicy, at Place, sites []string) bool {
	if p.Spec.Origin == nil {
		return true
	}
	origin := string(p.Spec.Origin.Jurisdiction)
	if within, _ := w.member(origin, at.Country); within {
		return true
	}
	return slices.ContainsFunc(p.Spec.Transfers, func(t residencyv1.Transfer) bool {
		return w.among([]residencyv1.Place{t.To}, at, sites) && w.valid(&t, origin, at.Country)
	})
}

// valid reports whether a transfer to a country is valid now: from its first instant up to the one
// at which it ends. A decision begins with its day, and ends with its last one.
func (w *World) valid(t *residencyv1.Transfer, origin, country string) bool {
	if t.ValidFrom != nil && w.Now.Before(t.ValidFrom.Time) || t.ValidUntil != nil && !w.Now.Before(t.ValidUntil.Time) {
		return false
	}
	if t.Mechanism != residencyv1.MechanismAdequacyDecision {
		return true
	}
	d, ok := w.decided(origin, country)
	today := w.Now.UTC().Format(time.DateOnly)
	return ok && (d.from == "" || today >= d.from) && (d.until == "" || today <= d.until)
}

// reachesSite reports whether a transfer to a Site is valid now.
func (w *World) reachesSite(p *residencyv1.ResidencyPolicy) bool {
	return p.Spec.Origin != nil && slices.ContainsFunc(p.Spec.Transfers, func(t residencyv1.Transfer) bool {
		if t.To.Site == nil {
			return false
		}
		country := w.site(string(*t.To.Site)).Place.Country
		within, _ := w.member(string(p.Spec.Origin.Jurisdiction), country)
		if t.Mechanism == residencyv1.MechanismAdequacyDecision && within {
			return false // There is nothing to decide on.
		}
		return w.valid(&t, string(p.Spec.Origin.Jurisdiction), country)
	})
}

// maySuit reports whether a node that comes to be at a place that is prohibited may be permitted,
// because it is in a Site.
func (w *World) maySuit(p *residencyv1.ResidencyPolicy, rule *residencyv1.PlacesRule, l *located) bool {
	bare := p.DeepCopy()
	bare.Spec.Origin, bare.Spec.Transfers = nil, nil
	if w.inPlace(bare, &residencyv1.PlacesRule{Allowed: rule.Denied}, l) == Permitted {
		return false
	}
	if w.inPlace(bare, &residencyv1.PlacesRule{Allowed: rule.Allowed}, l) == Permitted {
		return w.reachesSite(p)
	}
	return slices.ContainsFunc(rule.Allowed, func(at residencyv1.Place) bool { return at.Site != nil })
}
