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
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// resolver settles jurisdictions, each after those that it includes. It is Tarjan's
// algorithm for strongly connected components: what is left on the stack when the first
// of them is done are those that include each other.
type resolver struct {
	cat *catalogue.Catalogue
	all *jurisdictions

	order, low map[*resolved]int
	stack      []*resolved
	stacked    map[*resolved]bool
	groups     int
}

func newResolver(cat *catalogue.Catalogue, all *jurisdictions) *resolver {
	return &resolver{
		cat: cat, all: all,
		order: map[*resolved]int{}, low: map[*resolved]int{}, stacked: map[*resolved]bool{},
	}
}

func (r *resolver) visit(j *resolved) {
	r.order[j] = len(r.order) + 1
	r.low[j] = r.order[j]
	r.stack = append(r.stack, j)
	r.stacked[j] = true
	for _, name := range j.spec.Includes {
		included := r.all.byName[string(name)]
		switch {
		case included == nil || included.info.BuiltIn:
		case r.order[included] == 0:
			r.visit(included)
			r.low[j] = min(r.low[j], r.low[included])
		case r.stacked[included]:
			r.low[j] = min(r.low[j], r.order[included])
		}
	}
	if r.low[j] != r.order[j] {
		return
	}
	var component []*resolved
	for done := false; !done; done = component[len(component)-1] == j {
		last := len(r.stack) - 1
		component = append(component, r.stack[last])
		r.stacked[r.stack[last]] = false
		r.stack = r.stack[:last]
	}
	r.groups++
	for _, member := range component {
		member.group = r.groups
	}
	for _, member := range component {
		r.settle(member)
	}
}

// settle makes the set of a jurisdiction, or says what is wrong with it.
func (r *resolver) settle(j *resolved) {
	if j.info.Fault = reservedName(r.cat, j.info.Name); j.info.Fault != nil {
		return
	}
	var found faults
	spec := field.NewPath("spec")
	member := map[string]bool{}
	for i, code := range j.spec.Countries {
		member[string(code)] = found.country(r.cat, string(code), spec.Child("countries").Index(i))
	}
	for i, name := range j.spec.Includes {
		for _, code := range r.include(&found, j, string(name), spec.Child("includes").Index(i)) {
			member[code] = true
		}
	}
	for i, code := range j.spec.Excludes {
		found.country(r.cat, string(code), spec.Child("excludes").Index(i))
		delete(member, string(code))
	}
	if found.found == nil && len(member) == 0 {
		found.fault(residencyv1.ReasonNoCountries, field.Invalid(spec, field.OmitValueType{}, "nothing is left of the jurisdiction: it has no member"))
	}
	if j.info.Fault = found.found; j.info.Fault == nil {
		j.info.Countries = slices.Sorted(maps.Keys(member))
	}
}

// include returns the members of an included jurisdiction, or notes why it has none.
func (r *resolver) include(found *faults, j *resolved, name string, path *field.Path) []string {
	included := r.all.byName[name]
	switch {
	case included == nil:
		found.fault(residencyv1.ReasonUnknownJurisdiction, field.Invalid(path, name, unknownJurisdiction(r.cat, r.all, name)))
	case included == j:
		found.fault(residencyv1.ReasonCycle, field.Invalid(path, name, "the jurisdiction includes itself"))
	case included.group == j.group:
		found.fault(residencyv1.ReasonCycle, field.Invalid(path, name, fmt.Sprintf("the jurisdiction includes itself through %s", name)))
	case included.info.Fault != nil:
		found.fault(residencyv1.ReasonInvalidJurisdiction, field.Invalid(path, name,
			fmt.Sprintf("the jurisdiction %s is not valid itself (%s)", name, included.info.Fault.Reason)))
	default:
		return included.info.Countries
	}
	return nil
}

// warnings are about what a valid Jurisdiction says in vain.
func (all *jurisdictions) warnings(j *residencyv1.Jurisdiction) []string {
	var out []string
	for i, code := range j.Spec.Excludes {
		included := slices.ContainsFunc(j.Spec.Includes, func(name residencyv1.JurisdictionName) bool {
			return slices.Contains(all.byName[string(name)].info.Countries, string(code))
		})
		switch {
		case slices.Contains(j.Spec.Countries, code):
			out = append(out, fmt.Sprintf("spec.excludes[%d] (%s) is among spec.countries as well: excluded wins, so it is no member", i, code))
		case !included:
			out = append(out, fmt.Sprintf("spec.excludes[%d] (%s) has no effect: no included jurisdiction has it", i, code))
		}
	}
	return out
}
