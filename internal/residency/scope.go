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
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// scope is which datasets a policy governs: those that it names and those that its
// selector selects.
type scope struct {
	names    []string
	selector labels.Selector
}

// scope compiles the selectors of a policy. A selector that cannot be read governs
// every dataset: nobody can say that it does not mean one of them.
func (c *compiler) scope(spec *residencyv1.ResidencyPolicySpec, path *field.Path) scope {
	s := scope{selector: labels.Nothing()}
	for _, name := range spec.Datasets {
		s.names = append(s.names, string(name))
	}
	if spec.DatasetSelector == nil && len(spec.Datasets) == 0 {
		c.fault(residencyv1.ReasonNoSelector, field.Required(path, "a policy needs a datasetSelector, datasets, or both"))
	}
	if spec.DatasetSelector == nil {
		return s
	}
	selector, err := metav1.LabelSelectorAsSelector(spec.DatasetSelector)
	switch {
	case err != nil:
		c.fault(residencyv1.ReasonInvalidSelector, field.Invalid(path.Child("datasetSelector"), field.OmitValueType{}, err.Error()))
		s.selector = labels.Everything()
	case selector.Empty():
		c.fault(residencyv1.ReasonInvalidSelector, field.Required(path.Child("datasetSelector"), "an empty selector would govern every dataset: name labels"))
		s.selector = labels.Everything()
	default:
		s.selector = selector
	}
	return s
}

// datasetIndex finds the datasets that a scope governs without looking at the others,
// as far as its selector names labels that the datasets must have.
type datasetIndex struct {
	all     []residencyv1.Dataset
	byName  map[string]int
	byKey   map[string][]int
	byLabel map[string]map[string][]int
}

func newDatasetIndex(datasets []residencyv1.Dataset) *datasetIndex {
	x := &datasetIndex{
		all:     datasets,
		byName:  make(map[string]int, len(datasets)),
		byKey:   map[string][]int{},
		byLabel: map[string]map[string][]int{},
	}
	for i := range datasets {
		x.byName[datasets[i].Name] = i
		for k, v := range datasets[i].Labels {
			x.byKey[k] = append(x.byKey[k], i)
			if x.byLabel[k] == nil {
				x.byLabel[k] = map[string][]int{}
			}
			x.byLabel[k][v] = append(x.byLabel[k][v], i)
		}
	}
	return x
}

// governed returns the positions of the datasets in scope, sorted, each once.
func (x *datasetIndex) governed(s scope) []int {
	var out []int
	for _, name := range s.names {
		if i, ok := x.byName[name]; ok {
			out = append(out, i)
		}
	}
	for _, i := range x.candidates(s.selector) {
		if s.selector.Matches(labels.Set(x.all[i].Labels)) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// candidates returns the shortest list that holds every dataset that the selector may
// match. Lists are counted before one is made: a label that all datasets share must not
// cost all datasets for every policy that names it.
func (x *datasetIndex) candidates(selector labels.Selector) []int {
	requirements, selectable := selector.Requirements()
	if !selectable {
		return nil
	}
	var best *labels.Requirement
	fewest := len(x.all) + 1
	for i := range requirements {
		if n, ok := x.count(&requirements[i]); ok && n < fewest {
			best, fewest = &requirements[i], n
		}
	}
	if best == nil {
		every := make([]int, len(x.all))
		for i := range every {
			every[i] = i
		}
		return every
	}
	if !byValue(best.Operator()) {
		return x.byKey[best.Key()]
	}
	list := make([]int, 0, fewest)
	for _, v := range best.ValuesUnsorted() {
		list = append(list, x.byLabel[best.Key()][v]...)
	}
	return list
}

// count returns how many datasets a requirement may match. Of one that is met by the
// absence of a label, that is not known: ok is false.
func (x *datasetIndex) count(r *labels.Requirement) (n int, ok bool) {
	switch {
	case byValue(r.Operator()):
		for _, v := range r.ValuesUnsorted() {
			n += len(x.byLabel[r.Key()][v])
		}
		return n, true
	case r.Operator() == selection.Exists, r.Operator() == selection.GreaterThan, r.Operator() == selection.LessThan:
		return len(x.byKey[r.Key()]), true
	default:
		return 0, false
	}
}

// byValue reports whether an operator is met by one of the requirement's values only.
func byValue(o selection.Operator) bool {
	return o == selection.Equals || o == selection.DoubleEquals || o == selection.In
}
