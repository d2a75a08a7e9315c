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
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/place"
)

// transfers compiles where the data of a policy comes from, and how it may go elsewhere.
func (c *compiler) transfers(p *policy, spec *residencyv1.ResidencyPolicySpec, path *field.Path) {
	if spec.Origin == nil {
		if len(spec.Transfers) > 0 {
			c.fault(residencyv1.ReasonInvalidTransfer, field.Required(path.Child("origin"), "transfers need an origin: without one no transfer is asked for"))
		}
		return
	}
	p.hasOrigin = true
	name := string(spec.Origin.Jurisdiction)
	p.originName = name
	p.origin = c.jurisdiction(name, path.Child("origin", "jurisdiction"))
	p.jurisdictions = append(p.jurisdictions, name)
	var origin []string
	if j := c.allJurisdictions().byName[name]; j != nil {
		origin = j.info.Countries
	}
	for i := range spec.Transfers {
		t := &spec.Transfers[i]
		p.goesTo = append(p.goesTo, t.To)
		p.transfers = append(p.transfers, c.transfer(t, origin, path.Child("transfers").Index(i))...)
	}
	p.turns = turnsOf(p.transfers)
}

// transfer compiles one transfer: into several, if there is a decision on each of several
// countries. What is wrong covers nothing.
func (c *compiler) transfer(spec *residencyv1.Transfer, origin []string, path *field.Path) []*Transfer {
	t := Transfer{
		Path: path.String(), Mechanism: spec.Mechanism, Reference: spec.Reference, Module: spec.Module,
		Scope: spec.Scope, Assessment: spec.Assessment, To: placeWords(spec.To),
		to: c.place(&spec.To, path.Child("to")),
	}
	if spec.To.Site != nil {
		t.site = string(*spec.To.Site)
	}
	if spec.ValidFrom != nil {
		t.From = spec.ValidFrom.Time
	}
	if spec.ValidUntil != nil {
		t.Until = spec.ValidUntil.Time
		if !t.Until.After(t.From) {
			c.fault(residencyv1.ReasonInvalidTransfer, field.Invalid(path.Child("validUntil"), spec.ValidUntil.UTC().Format(time.RFC3339), "it must come after validFrom"))
			return nil
		}
	}
	switch spec.Mechanism {
	case residencyv1.MechanismAdequacyDecision:
		return c.adequacy(spec, t, origin, path)
	case residencyv1.MechanismStandardContractualClauses, residencyv1.MechanismBindingCorporateRules, residencyv1.MechanismDerogation:
		return []*Transfer{&t}
	default:
		c.fault(residencyv1.ReasonInvalidTransfer, field.NotSupported(path.Child("mechanism"), spec.Mechanism, []residencyv1.TransferMechanism{
			residencyv1.MechanismAdequacyDecision, residencyv1.MechanismStandardContractualClauses,
			residencyv1.MechanismBindingCorporateRules, residencyv1.MechanismDerogation,
		}))
		return nil
	}
}

// adequacy holds a transfer that rests on adequacy decisions against the catalogue: there must
// be one on every country outside the origin that data may go to by it, and each ends by itself.
func (c *compiler) adequacy(spec *residencyv1.Transfer, t Transfer, origin []string, path *field.Path) []*Transfer {
	group := c.cat.Adequacy(origin)
	if group == nil {
		c.fault(residencyv1.ReasonAdequacyNotFound, field.Invalid(path.Child("mechanism"), spec.Mechanism,
			"the catalogue has adequacy decisions for data from the EEA and from GB only, and the origin is neither"))
		return nil
	}
	var out []*Transfer
	for _, country := range c.countriesOf(&spec.To) {
		if slices.Contains(origin, country) {
			continue
		}
		d := group.DecisionOn(country)
		switch {
		case d == nil:
			c.fault(residencyv1.ReasonAdequacyNotFound, field.Invalid(path.Child("to"), placeWords(spec.To),
				fmt.Sprintf("the catalogue (%s, as of %s) has no adequacy decision on %s: name another mechanism", group.Name, group.AsOf, country)))
			continue
		case d.Partial && spec.Scope == "":
			c.fault(residencyv1.ReasonAdequacyPartial, field.Required(path.Child("scope"),
				fmt.Sprintf("the decision on %s (%s) covers only some recipients (%s): say why this one is covered", country, d.Instrument, d.Scope)))
			continue
		}
		one := t
		one.Decision, one.CatalogueAsOf = d, group.AsOf
		one.to = t.to.Intersect(place.Countries(country))
		if start := d.Start(); start.After(one.From) {
			one.From = start
		}
		if end := d.End(); !end.IsZero() && (one.Until.IsZero() || end.Before(one.Until)) {
			one.Until = end
		}
		if !one.Until.IsZero() && !one.Until.After(one.From) {
			c.fault(residencyv1.ReasonInvalidTransfer, field.Invalid(path, placeWords(spec.To),
				fmt.Sprintf("it could never be valid: the decision on %s (%s) holds from %s%s", country, d.Instrument, d.Start().Format(time.DateOnly), untilEnd(d))))
			continue
		}
		if spec.To.Jurisdiction != nil {
			one.To = country
		}
		out = append(out, &one)
	}
	return out
}

// untilEnd says until when a decision holds, empty if it names no end.
func untilEnd(d *catalogue.Decision) string {
	if end := d.End(); !end.IsZero() {
		return " until " + lastDay(end)
	}
	return ""
}

// countriesOf returns the countries in which a place lies, sorted; none if it cannot be read.
func (c *compiler) countriesOf(p *residencyv1.Place) []string {
	switch {
	case p.Jurisdiction != nil:
		if j := c.allJurisdictions().byName[string(*p.Jurisdiction)]; j != nil {
			return j.info.Countries
		}
	case p.Country != nil:
		return []string{string(*p.Country)}
	case p.City != nil:
		return []string{string(p.City.Country)}
	case p.Region != nil:
		if r, ok := c.cat.Region(string(p.Region.Provider), string(p.Region.Name)); ok {
			return []string{r.Country}
		}
	case p.Site != nil:
		if s := c.sites.get(string(*p.Site)); s != nil {
			return []string{s.site.Country}
		}
	}
	return nil
}

// transferWarnings name transfers that are valid and surely not meant as they are written.
func (c *compiler) transferWarnings(p *policy, rp *residencyv1.ResidencyPolicy) []string {
	var out []string
	allowed := place.Nowhere()
	for _, r := range p.rules() {
		allowed = allowed.Union(r.permitted)
	}
	for i := range rp.Spec.Transfers {
		spec := &rp.Spec.Transfers[i]
		path := field.NewPath("spec", "transfers").Index(i)
		to := c.place(&spec.To, path.Child("to"))
		warn := func(format string, args ...any) {
			out = append(out, fmt.Sprintf("%s (%s) ", path, placeWords(spec.To))+fmt.Sprintf(format, args...))
		}
		switch {
		case to.SubsetOf(p.origin):
			warn("has no effect: it lies within the origin %s", rp.Spec.Origin.Jurisdiction)
		case !to.Overlaps(allowed):
			warn("has no effect: a transfer allows nothing by itself, and the policy permits no place there")
		}
		if spec.Mechanism == residencyv1.MechanismStandardContractualClauses && spec.Assessment == "" {
			warn("rests on standard contractual clauses and names no assessment of the transfer's impact")
		}
		if d := c.soleDecision(spec, rp.Spec.Origin); d != nil {
			end := d.End()
			if spec.ValidUntil != nil && !end.IsZero() && end.Before(spec.ValidUntil.Time) {
				warn("ends at %s and not at validUntil, because the adequacy decision does", lastDay(end))
			}
			if spec.Scope != "" && !d.Partial {
				warn("needs no scope: the adequacy decision covers every recipient")
			}
		}
	}
	return out
}

// soleDecision is the adequacy decision that a transfer to one country rests on, nil if it rests on none
// or on several.
func (c *compiler) soleDecision(spec *residencyv1.Transfer, origin *residencyv1.Origin) *catalogue.Decision {
	countries := c.countriesOf(&spec.To)
	j := c.allJurisdictions().byName[string(origin.Jurisdiction)]
	if spec.Mechanism != residencyv1.MechanismAdequacyDecision || len(countries) != 1 || j == nil {
		return nil
	}
	if group := c.cat.Adequacy(j.info.Countries); group != nil {
		return group.DecisionOn(countries[0])
	}
	return nil
}
