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
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// What a selector has at most. The schema cannot hold it to that: the cost of such rules, for
// every selector of every item, is beyond what an API server allows.
const (
	maxRequirements = 16
	maxValues       = 64
)

// PodsSelector selects pods by the labels of their namespace and by their own.
type PodsSelector struct {
	Namespaces, Pods labels.Selector
}

// podsSelector is a PodsSelector with the text by which two of them are compared.
type podsSelector struct {
	PodsSelector
	text string
}

// selectors compiles who handles a dataset. What cannot be read selects nobody, and is said:
// to select everybody instead would stop a cluster for a slip that the schema and admission
// both missed.
func selectors(list []residencyv1.PodsSelector) (out []podsSelector, fault string) {
	path := field.NewPath("spec", "handledBy")
	var errs []error
	for i := range list {
		s, err := selector(&list[i], path.Index(i))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, s)
	}
	if len(errs) > 0 {
		fault = errors.Join(errs...).Error()
	}
	return out, fault
}

func selector(s *residencyv1.PodsSelector, path *field.Path) (podsSelector, error) {
	if s.NamespaceSelector == nil && s.PodSelector == nil {
		return podsSelector{}, field.Required(path, "name a namespaceSelector, a podSelector, or both")
	}
	namespaces, err := labelSelector(s.NamespaceSelector, path.Child("namespaceSelector"))
	if err != nil {
		return podsSelector{}, err
	}
	pods, err := labelSelector(s.PodSelector, path.Child("podSelector"))
	if err != nil {
		return podsSelector{}, err
	}
	if key := setAtBinding(s.PodSelector); key != "" {
		return podsSelector{}, field.Invalid(path.Child("podSelector"), key,
			"the API server gives pods this label when they are bound, so it cannot say who handles a dataset: name other labels")
	}
	return podsSelector{
		PodsSelector: PodsSelector{Namespaces: namespaces, Pods: pods},
		text:         namespaces.String() + "|" + pods.String(),
	}, nil
}

// labelSelector compiles one selector. One that is left out selects everything; one that is
// there and empty was meant to select something.
func labelSelector(s *metav1.LabelSelector, path *field.Path) (labels.Selector, error) {
	if s == nil {
		return labels.Everything(), nil
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	switch {
	case err != nil:
		return nil, field.Invalid(path, field.OmitValueType{}, err.Error())
	case len(s.MatchLabels) > maxRequirements || len(s.MatchExpressions) > maxRequirements || slices.ContainsFunc(s.MatchExpressions, tooLong):
		return nil, field.Invalid(path, field.OmitValueType{}, fmt.Sprintf("a selector has at most %d labels and %d expressions, with at most %d values each", maxRequirements, maxRequirements, maxValues))
	case selector.Empty():
		return nil, field.Required(path, "name labels with matchLabels or matchExpressions, or leave it out")
	default:
		return selector, nil
	}
}

// setAtBinding returns a label of the selector that pods have not until they are bound, when the
// API server copies it from the node: a pod would come to be selected, or not any more, by being
// bound. Empty if there is none.
func setAtBinding(s *metav1.LabelSelector) string {
	if s == nil {
		return ""
	}
	for _, key := range []string{corev1.LabelTopologyRegion, corev1.LabelTopologyZone} {
		_, named := s.MatchLabels[key]
		if named || slices.ContainsFunc(s.MatchExpressions, func(r metav1.LabelSelectorRequirement) bool { return r.Key == key }) {
			return key
		}
	}
	return ""
}

func tooLong(r metav1.LabelSelectorRequirement) bool { return len(r.Values) > maxValues }

// CheckDataset checks a Dataset, for those who only want to know whether all of it means
// something. The warnings are of what is valid and far-reaching.
func CheckDataset(d *residencyv1.Dataset) (warnings []string, err error) {
	if _, fault := selectors(d.Spec.HandledBy); fault != "" {
		return nil, errors.New(fault)
	}
	for i := range d.Spec.HandledBy {
		if d.Spec.HandledBy[i].NamespaceSelector == nil {
			warnings = append(warnings, fmt.Sprintf("spec.handledBy[%d] has no namespaceSelector: every namespace is marked as governed, for good, so pods in all of them have to ask Domicile at admission, those of networking and storage add-ons too", i))
		}
	}
	return warnings, nil
}

// HandledBy appends the datasets that select a pod with these labels in a namespace with
// these, sorted by name. A rulebook of nil selects nothing.
func (rb *Rulebook) HandledBy(out []Handling, namespace, pod map[string]string) []Handling {
	if rb == nil {
		return out
	}
	for _, d := range rb.selecting {
		if d.selects(labels.Set(namespace), labels.Set(pod)) {
			out = append(out, Handling{Dataset: d.name, Way: ByHandledBy})
		}
	}
	return out
}

func (d *dataset) selects(namespace, pod labels.Set) bool {
	for i := range d.handledBy {
		if s := &d.handledBy[i]; s.Namespaces.Matches(namespace) && s.Pods.Matches(pod) {
			return true
		}
	}
	return false
}

// SelectsIn reports whether pods in a namespace with these labels can be selected by a
// dataset, so that all of them have to ask.
func (rb *Rulebook) SelectsIn(namespace map[string]string) bool {
	for _, d := range rb.selecting {
		for i := range d.handledBy {
			if d.handledBy[i].Namespaces.Matches(labels.Set(namespace)) {
				return true
			}
		}
	}
	return false
}

// StopsSelecting returns the datasets, sorted, that may no longer select pods in a namespace
// once its labels are others. A rulebook of nil selects nothing.
func (rb *Rulebook) StopsSelecting(before, after map[string]string) []string {
	if rb == nil {
		return nil
	}
	var out []string
	for _, d := range rb.selecting {
		for i := range d.handledBy {
			s := &d.handledBy[i]
			if s.Namespaces.Matches(labels.Set(before)) && !s.Namespaces.Matches(labels.Set(after)) {
				out = append(out, d.name)
				break
			}
		}
	}
	return out
}

// Selectors returns who handles a dataset although they may not say so themselves.
func (rb *Rulebook) Selectors(name string) []PodsSelector {
	d := rb.datasets[name]
	if d == nil {
		return nil
	}
	var out []PodsSelector
	for i := range d.handledBy {
		out = append(out, d.handledBy[i].PodsSelector)
	}
	return out
}

// SelectorsOf returns who a Dataset selects that is in no rulebook yet. What cannot be read
// selects nobody.
func SelectorsOf(d *residencyv1.Dataset) []PodsSelector {
	compiled, _ := selectors(d.Spec.HandledBy)
	out := make([]PodsSelector, len(compiled))
	for i := range compiled {
		out[i] = compiled[i].PodsSelector
	}
	return out
}

// NewlySelecting returns the datasets, sorted, that may select pods or namespaces which they
// did not select under the old rulebook.
func (rb *Rulebook) NewlySelecting(old *Rulebook) []string {
	var out []string
	for _, d := range rb.selecting {
		if old == nil || old.datasets[d.name] == nil || !d.selectsSame(old.datasets[d.name]) {
			out = append(out, d.name)
		}
	}
	return out
}

func (d *dataset) selectsSame(o *dataset) bool {
	return d.handledByFault == o.handledByFault &&
		slices.EqualFunc(d.handledBy, o.handledBy, func(a, b podsSelector) bool { return a.text == b.text })
}
