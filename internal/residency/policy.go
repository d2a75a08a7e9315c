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

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/place"
)

// policy is a compiled ResidencyPolicy.
type policy struct {
	name       string
	uid        types.UID
	generation int64

	// permitted is what is allowed and not denied.
	permitted place.Set
	denied    place.Set
	// words is permitted in people's words.
	words string

	onProhibited, onUndetermined Effect

	// fault is why the policy is not accepted, nil if it is.
	fault *Fault
	// scope selects the datasets that it governs.
	scope scope
	// datasets are the names of the existing datasets that it governs, sorted.
	datasets []string
}

func (p *policy) accepted() bool { return p.fault == nil }

// Fault is why a policy is not accepted.
type Fault struct {
	// Reason of the condition Accepted.
	Reason string
	// Errors are all that is wrong with the policy.
	Errors field.ErrorList
}

// Message returns all errors as one sentence part.
func (f *Fault) Message() string { return f.Errors.ToAggregate().Error() }

// Checked is what checking a policy against the catalogue has found.
type Checked struct {
	// Fault is nil if the policy is valid.
	Fault *Fault
	// Warnings are sentences about what is valid and surely not meant.
	Warnings []string
}

// Check checks a policy against the catalogue, for those who only want to know
// whether Compile would accept it.
func Check(cat *catalogue.Catalogue, rp *residencyv1.ResidencyPolicy) Checked {
	c := newCompiler(cat)
	p := c.policy(rp)
	checked := Checked{Fault: p.fault}
	if p.accepted() {
		processing := field.NewPath("spec", "processing")
		checked.Warnings = overlapWarnings(rp,
			c.places(rp.Spec.Processing.Allowed, processing.Child("allowed")),
			c.places(rp.Spec.Processing.Denied, processing.Child("denied")))
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
	p.onProhibited = c.mode(rp.Spec.Enforcement.Admission, spec.Child("enforcement", "admission"))
	p.onUndetermined = p.onProhibited
	if m := rp.Spec.Enforcement.Undetermined; m != "" {
		p.onUndetermined = c.mode(m, spec.Child("enforcement", "undetermined"))
	}

	p.denied = place.UnionOf(denied...)
	p.permitted = place.UnionOf(allowed...).Minus(p.denied)
	p.words = p.permitted.Describe(c.names)
	p.fault = c.found
	return p
}

// compiler compiles policies, one after the other, and gathers what is wrong with each.
type compiler struct {
	cat   *catalogue.Catalogue
	names place.Names
	// jurisdictions are their sets, made once.
	jurisdictions map[string]place.Set
	found         *Fault
}

func newCompiler(cat *catalogue.Catalogue) *compiler {
	return &compiler{cat: cat, names: names(cat), jurisdictions: map[string]place.Set{}}
}

// fault notes an error. The first one gives the condition its reason.
func (c *compiler) fault(reason string, err *field.Error) {
	if c.found == nil {
		c.found = &Fault{Reason: reason}
	}
	c.found.Errors = append(c.found.Errors, err)
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
	for i, s := range denied {
		if !s.Overlaps(allAllowed) {
			warnings = append(warnings, fmt.Sprintf("spec.processing.denied[%d] (%s) has no effect: it lies in no allowed place",
				i, placeWords(rp.Spec.Processing.Denied[i])))
		}
	}
	return warnings
}
