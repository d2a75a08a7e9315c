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
	"errors"
	"strings"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// MaxTerms is how many terms a pod's required node affinity may come to have.
const MaxTerms = 256

// ErrTooManyTerms says that what would be asked of a node cannot be written in MaxTerms terms.
var ErrTooManyTerms = errors.New("the permitted places, together with the pod's own node affinity, make too many terms")

// By is on which labels of nodes pods are steered.
type By uint8

const (
	// ByStamp steers by what Domicile has written on the nodes. It is exact.
	ByStamp By = iota
	// ByTopology steers by topology.kubernetes.io/region and zone, which an autoscaler knows of
	// nodes that are still to be made. Two providers with one code cannot be told apart, a node
	// without these labels is not found, and a place that is a city or a country is as good as
	// the regions that the catalogue has there.
	ByTopology
)

// Options are on what a Plan depends besides the constraints.
type Options struct {
	// By is on which labels pods are steered.
	By By
	// Catalogue is the catalogue in force. Required.
	Catalogue *catalogue.Catalogue
	// Providers are those whose regions count by topology. None: all.
	Providers []string
}

// Plan is what pods are given. It is shared and must not be changed.
type Plan struct {
	// Required are the terms of which a node has to meet one; none if nothing is asked.
	Required []corev1.NodeSelectorTerm
	// Preferred is what a node had better meet, nil if nothing.
	Preferred *corev1.PreferredSchedulingTerm

	// whole is the patch of a pod that has no affinity, as most have none.
	whole []byte
}

// undetermined is the assurance of a node whose place is not known.
const undetermined = "undetermined"

// nowhere is met by no node: no country has that code.
const nowhere = "nowhere"

// PlanFor returns what all constraints together ask of a node. Without constraints that is
// nothing. If no node can be permitted, there is one term, which no node meets.
func PlanFor(constraints []residency.Constraint, o Options) (*Plan, error) {
	if len(constraints) == 0 {
		return &Plan{}, nil
	}
	w := &writer{options: o}
	for i := range constraints {
		w.denied = append(w.denied, constraints[i].DeniedSites...)
	}
	w.denied = sortedOnce(w.denied)
	branches, err := branchesOf(constraints, w.denied)
	if err != nil {
		return nil, err
	}
	for i := range branches {
		w.branch(&branches[i])
	}
	if len(w.terms) == 0 {
		w.add(in(residencyv1.StampCountry, nowhere))
	}
	if len(w.terms) > MaxTerms {
		return nil, ErrTooManyTerms
	}
	return NewPlan(w.terms, preferred(constraints)), nil
}

// NewPlan returns a plan of the terms, and of what a node had better meet.
func NewPlan(required []corev1.NodeSelectorTerm, preferred *corev1.PreferredSchedulingTerm) *Plan {
	p := &Plan{Required: required, Preferred: preferred}
	p.whole = p.patch(required, len(required) > 0, preferred == nil, nil)
	return p
}

// Sure returns the plan with the assurance that it prefers required, or any at all if it prefers
// none: a node that is Undetermined may still have the labels of its last place. It is not for
// pods: their kubelet would fail them once their node has become less sure.
func (p *Plan) Sure() *Plan {
	sure := corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{notIn(residencyv1.StampAssurance, undetermined)}}
	if p.Preferred != nil {
		sure = p.Preferred.Preference
	}
	if len(p.Required) == 0 {
		return NewPlan([]corev1.NodeSelectorTerm{sure}, nil)
	}
	terms := make([]corev1.NodeSelectorTerm, len(p.Required))
	for i := range p.Required {
		terms[i] = joined(&p.Required[i], &sure)
	}
	return NewPlan(terms, nil)
}

// preferred asks for the assurance that counts, if that is more than a claim. Whether it is
// enough is for admission to say: required, a kubelet would fail running pods whose node has
// become less sure.
func preferred(constraints []residency.Constraint) *corev1.PreferredSchedulingTerm {
	minimum := location.Claimed
	for i := range constraints {
		minimum = max(minimum, constraints[i].Minimum)
	}
	if minimum == location.Claimed {
		return nil
	}
	var enough []string
	for a := minimum; a <= location.Declared; a++ {
		enough = append(enough, strings.ToLower(a.String()))
	}
	return &corev1.PreferredSchedulingTerm{Weight: 100, Preference: corev1.NodeSelectorTerm{
		MatchExpressions: []corev1.NodeSelectorRequirement{in(residencyv1.StampAssurance, enough...)},
	}}
}

func in(key string, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}
}

func notIn(key string, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpNotIn, Values: values}
}

func absent(key string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpDoesNotExist}
}
