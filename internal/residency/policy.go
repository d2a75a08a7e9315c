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

	// permitted is what is allowed and not denied; both of these are unions of places.
	permitted, allowed, denied place.Set
	// words is permitted in people's words.
	words string

	// minimum is the least assurance that counts.
	minimum location.Assurance
	// allowsSites is whether it allows any place because of the Site that it is.
	allowsSites bool
	// sites and jurisdictions are the names of those that it names, sorted.
	sites, jurisdictions []string
	// weak are allowed Sites of which not every member is as sure as minimum.
	weak []weakSite

	onProhibited, onUndetermined Effect

	// steers is whether new pods are given what constraint says.
	steers     bool
	constraint Constraint

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
	if p.accepted() {
		processing := field.NewPath("spec", "processing")
		checked.Warnings = append(overlapWarnings(rp,
			c.places(rp.Spec.Processing.Allowed, processing.Child("allowed")),
			c.places(rp.Spec.Processing.Denied, processing.Child("denied"))), c.siteWarnings(rp, p.minimum)...)
	}
	return checked
}

// policy compiles one policy. It always returns one: a policy that has a fault keeps
// governing.
func (c *compiler) policy(rp *residencyv1.ResidencyPolicy) *policy {
	p := &policy{name: rp.Name, uid: rp.UID, generation: rp.Generation}
	spec := field.NewPath("spec")
	c.found = nil

	p.scope = c.scope(&rp.Spec, spec)
	processing := spec.Child("processing")
	allowed := c.places(rp.Spec.Processing.Allowed, processing.Child("allowed"))
	denied := c.places(rp.Spec.Processing.Denied, processing.Child("denied"))
	if len(rp.Spec.Processing.Allowed) == 0 {
		c.fault(residencyv1.ReasonNoPlaces, field.Required(processing.Child("allowed"), "name at least one place"))
	}
	p.minimum = c.minimum(rp.Spec.Assurance, spec.Child("assurance", "minimum"))
	p.onProhibited = c.mode(rp.Spec.Enforcement.Admission, spec.Child("enforcement", "admission"))
	p.onUndetermined = p.onProhibited
	if m := rp.Spec.Enforcement.Undetermined; m != "" {
		p.onUndetermined = c.mode(m, spec.Child("enforcement", "undetermined"))
	}

	// A policy that only warns or audits is a trial: nothing waits because of it.
	p.steers = p.onProhibited == Deny && rp.Spec.Enforcement.Steering != residencyv1.SteeringDisabled

	p.denied = place.UnionOf(denied...)
	p.allowed = place.UnionOf(allowed...)
	p.permitted = p.allowed.Minus(p.denied)
	p.sites, p.jurisdictions = named(&rp.Spec.Processing)
	p.allowsSites = slices.ContainsFunc(rp.Spec.Processing.Allowed, func(a residencyv1.Place) bool { return a.Site != nil })
	p.weak = c.weakSites(rp.Spec.Processing.Allowed, p.minimum)
	p.words = p.permitted.Describe(c.namesWith(p.jurisdictions))
	p.constrain(c, &rp.Spec.Processing, allowed, denied)
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

// overlapWarnings names allowed places that are denied as well, and denied places that
// were never allowed.
func overlapWarnings(rp *residencyv1.ResidencyPolicy, allowed, denied []place.Set) []string {
	var warnings []string
	allDenied, allAllowed := place.UnionOf(denied...), place.UnionOf(allowed...)
	for i, s := range allowed {
		if s.SubsetOf(allDenied) {
			warnings = append(warnings, fmt.Sprintf("spec.processing.allowed[%d] (%s) is denied as well: denied wins, so nothing may be processed there",
				i, placeWords(rp.Spec.Processing.Allowed[i])))
		}
	}
	inSites := slices.ContainsFunc(rp.Spec.Processing.Allowed, func(p residencyv1.Place) bool { return p.Site != nil })
	for i, s := range denied {
		// A node can be in an allowed Site and in a denied one.
		mayMeet := inSites && rp.Spec.Processing.Denied[i].Site != nil
		if !mayMeet && !s.Overlaps(allAllowed) {
			warnings = append(warnings, fmt.Sprintf("spec.processing.denied[%d] (%s) has no effect: it lies in no allowed place",
				i, placeWords(rp.Spec.Processing.Denied[i])))
		}
	}
	return warnings
}
