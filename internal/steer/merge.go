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

package steer

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Terms returns the terms with which a pod asks for what it asks for itself, and for what the
// plan does. Its own terms are ORed, so each of them is joined with each of the plan's, all of
// its expressions and fields kept. Changed is false if its own say that already, in whatever
// order. A pod without required node affinity has nil as its own.
func (p *Plan) Terms(own *corev1.NodeSelector) (terms []corev1.NodeSelectorTerm, changed bool, err error) {
	if own == nil {
		return p.Required, len(p.Required) > 0, nil
	}
	if len(p.Required) == 0 {
		return own.NodeSelectorTerms, false, nil
	}
	for i := range own.NodeSelectorTerms {
		t := &own.NodeSelectorTerms[i]
		// A term that asks for nothing is met by no node, and has to stay so.
		if len(t.MatchExpressions)+len(t.MatchFields) == 0 || p.says(t) {
			terms = append(terms, *t)
			continue
		}
		changed = true
		for j := range p.Required {
			terms = append(terms, joined(t, &p.Required[j]))
		}
		if len(terms) > MaxTerms {
			return nil, false, ErrTooManyTerms
		}
	}
	return terms, changed, nil
}

// Prefers reports whether the plan's preference is among the pod's own, or there is none.
func (p *Plan) Prefers(own []corev1.PreferredSchedulingTerm) bool {
	return p.Preferred == nil || slices.ContainsFunc(own, func(o corev1.PreferredSchedulingTerm) bool {
		return len(o.Preference.MatchFields) == 0 && includes(o.Preference.MatchExpressions, p.Preferred.Preference.MatchExpressions)
	})
}

// says reports whether a term has all that one of the plan's asks for.
func (p *Plan) says(t *corev1.NodeSelectorTerm) bool {
	return slices.ContainsFunc(p.Required, func(o corev1.NodeSelectorTerm) bool { return includes(t.MatchExpressions, o.MatchExpressions) })
}

func includes(all, some []corev1.NodeSelectorRequirement) bool {
	for i := range some {
		if !has(all, &some[i]) {
			return false
		}
	}
	return true
}

func has(all []corev1.NodeSelectorRequirement, one *corev1.NodeSelectorRequirement) bool {
	return slices.ContainsFunc(all, func(e corev1.NodeSelectorRequirement) bool {
		return e.Key == one.Key && e.Operator == one.Operator && sameValues(e.Values, one.Values)
	})
}

// sameValues reports whether two lists have the same values, in any order and however often.
func sameValues(a, b []string) bool {
	within := func(a, b []string) bool {
		return !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
	}
	return slices.Equal(a, b) || within(a, b) && within(b, a)
}

// joined is a term that asks for all that two others do.
func joined(own, ours *corev1.NodeSelectorTerm) corev1.NodeSelectorTerm {
	out := corev1.NodeSelectorTerm{MatchFields: own.MatchFields}
	out.MatchExpressions = slices.Clone(own.MatchExpressions)
	for i := range ours.MatchExpressions {
		if !has(own.MatchExpressions, &ours.MatchExpressions[i]) {
			out.MatchExpressions = append(out.MatchExpressions, ours.MatchExpressions[i])
		}
	}
	return out
}
