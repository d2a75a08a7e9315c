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

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/place"
)

// policy is a compiled ResidencyPolicy.
type policy struct {
	name       string
	uid        types.UID
	generation int64

	// origin is where the data comes from, if it says so, and transfers are how it may go
	// elsewhere; turns are the instants at which one of these begins or ends.
	hasOrigin  bool
	originName string
	origin     place.Set
	transfers  []*Transfer
	turns      []time.Time
	// requires is what it asks of processors besides their places, nil if nothing.
	requires *requirements
	// goesTo are the places that the transfers name.
	goesTo []residencyv1.Place

	// processing and storage are what it says of these; nil: nothing.
	processing, storage *rule
	// minimum is the least assurance that counts.
	minimum location.Assurance
	// sites and jurisdictions are the names of those that its rules name, sorted.
	sites, jurisdictions []string

	onProhibited, onUndetermined Effect

	// steers is whether new pods are given what the constraints of its rules say.
	steers bool

	// fault is why the policy is not accepted, nil if it is.
	fault *Fault
	// scope selects the datasets that it governs.
	scope scope
	// datasets are the names of the existing datasets that it governs, sorted.
	datasets []string
}

func (p *policy) accepted() bool { return p.fault == nil }

// Check checks a policy against the world, for those who only want to know
// whether Compile would accept it.
func Check(w World, rp *residencyv1.ResidencyPolicy) Checked {
	c := newCompiler(w)
	p := c.policy(rp)
	checked := Checked{Fault: p.fault}
	if !p.accepted() {
		return checked
	}
	for _, spec := range []struct {
		rule *residencyv1.PlacesRule
		path *field.Path
		verb string
	}{
		{&rp.Spec.Storage, field.NewPath("spec", "storage"), "stored"},
		{&rp.Spec.Processing, field.NewPath("spec", "processing"), "processed"},
	} {
		checked.Warnings = append(checked.Warnings, c.overlapWarnings(spec.rule, spec.path, spec.verb)...)
		checked.Warnings = append(checked.Warnings, c.siteWarnings(spec.rule, spec.path, p.minimum)...)
	}
	checked.Warnings = append(checked.Warnings, c.transferWarnings(p, rp)...)
	return checked
}

// policy compiles one policy. It always returns one: a policy that has a fault keeps
// governing.
func (c *compiler) policy(rp *residencyv1.ResidencyPolicy) *policy {
	p := &policy{name: rp.Name, uid: rp.UID, generation: rp.Generation}
	spec := field.NewPath("spec")
	c.found = nil

	p.scope = c.scope(&rp.Spec, spec)
	p.minimum = c.minimum(rp.Spec.Assurance, spec.Child("assurance", "minimum"))
	p.onProhibited = c.mode(rp.Spec.Enforcement.Admission, spec.Child("enforcement", "admission"))
	p.onUndetermined = p.onProhibited
	if m := rp.Spec.Enforcement.Undetermined; m != "" {
		p.onUndetermined = c.mode(m, spec.Child("enforcement", "undetermined"))
	}

	// A policy that only warns or audits is a trial: nothing waits because of it.
	p.steers = p.onProhibited == Deny && rp.Spec.Enforcement.Steering != residencyv1.SteeringDisabled

	c.transfers(p, &rp.Spec, spec)
	p.requires = c.requirements(rp.Spec.Processors, spec.Child("processors"))
	p.storage = c.rule(p, residencyv1.AspectStorage, &rp.Spec.Storage, spec.Child("storage"))
	p.processing = c.rule(p, residencyv1.AspectProcessing, &rp.Spec.Processing, spec.Child("processing"))
	if p.storage == nil && p.processing == nil {
		c.fault(residencyv1.ReasonNoPlaces, field.Required(spec, "a policy needs storage, processing, or both: name at least one place in spec.processing.allowed or spec.storage.allowed"))
		p.processing = c.nowhere(p)
	}
	for _, r := range p.rules() {
		p.sites = append(p.sites, r.sites...)
		p.jurisdictions = append(p.jurisdictions, r.jurisdictions...)
	}
	p.sites = append(p.sites, sitesOf(p.goesTo)...)
	for i := range p.goesTo {
		if j := p.goesTo[i].Jurisdiction; j != nil {
			p.jurisdictions = append(p.jurisdictions, string(*j))
		}
	}
	p.sites, p.jurisdictions = sortedOnce(p.sites), sortedOnce(p.jurisdictions)
	p.fault = c.found
	return p
}

func (c *compiler) mode(m residencyv1.EnforcementMode, path *field.Path) Effect {
	switch m {
	case residencyv1.EnforcementDeny, residencyv1.EnforcementWarn, residencyv1.EnforcementAudit:
	default:
		c.fault(residencyv1.ReasonInvalidEnforcement, field.NotSupported(path, m,
			[]residencyv1.EnforcementMode{residencyv1.EnforcementDeny, residencyv1.EnforcementWarn, residencyv1.EnforcementAudit}))
	}
	return effectOf(m)
}

// rules returns what the policy says, of one aspect or of both.
func (p *policy) rules() []*rule {
	rules := make([]*rule, 0, 2)
	if p.processing != nil {
		rules = append(rules, p.processing)
	}
	if p.storage != nil {
		rules = append(rules, p.storage)
	}
	return rules
}

// nowhere is the rule of a policy that has none: it is not accepted, and keeps governing.
func (c *compiler) nowhere(p *policy) *rule {
	r := &rule{policy: p, aspect: residencyv1.AspectProcessing, minimum: p.minimum}
	r.periods = []period{{words: r.permitted.Describe(c.names), constraint: Constraint{Policy: p.name, Permitted: r.permitted, Minimum: p.minimum}}}
	return r
}

func sortedOnce(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// overlapWarnings names allowed places that are denied as well, and denied places that
// were never allowed.
func (c *compiler) overlapWarnings(rule *residencyv1.PlacesRule, path *field.Path, verb string) []string {
	var warnings []string
	allowed, denied := c.places(rule.Allowed, path.Child("allowed")), c.places(rule.Denied, path.Child("denied"))
	allDenied, allAllowed := place.UnionOf(denied...), place.UnionOf(allowed...)
	for i, s := range allowed {
		if s.SubsetOf(allDenied) {
			warnings = append(warnings, fmt.Sprintf("%s (%s) is denied as well: denied wins, so nothing may be %s there",
				path.Child("allowed").Index(i), placeWords(rule.Allowed[i]), verb))
		}
	}
	inSites := slices.ContainsFunc(rule.Allowed, func(p residencyv1.Place) bool { return p.Site != nil })
	for i, s := range denied {
		// A node can be in an allowed Site and in a denied one.
		mayMeet := inSites && rule.Denied[i].Site != nil
		if !mayMeet && !s.Overlaps(allAllowed) {
			warnings = append(warnings, fmt.Sprintf("%s (%s) has no effect: it lies in no allowed place",
				path.Child("denied").Index(i), placeWords(rule.Denied[i])))
		}
	}
	return warnings
}
