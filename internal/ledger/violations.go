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

package ledger

import (
	"cmp"
	"slices"
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// placed is a violation and the thing that has it.
type placed struct {
	entry     *entry
	violation *violation
}

// firstViolations returns the first violations of a dataset in the order of compare. It
// looks at each once and sorts only as many as it returns.
func firstViolations(dataset string, flagged map[Ref]*entry) []residencyv1.Violation {
	first := make([]placed, 0, residencyv1.MaxViolations)
	for _, e := range flagged {
		for i := range e.violations {
			if e.violations[i].dataset == dataset {
				first = insert(first, placed{entry: e, violation: &e.violations[i]})
			}
		}
	}
	if len(first) == 0 {
		return nil
	}
	out := make([]residencyv1.Violation, len(first))
	for i, p := range first {
		out[i] = p.entry.api(p.violation)
	}
	return out
}

// insert puts a violation where it belongs among the first ones, and drops the last if
// there are too many.
func insert(first []placed, p placed) []placed {
	full := len(first) == residencyv1.MaxViolations
	if full && compare(p, first[len(first)-1]) >= 0 {
		return first
	}
	at, _ := slices.BinarySearchFunc(first, p, compare)
	if full {
		first = first[:len(first)-1]
	}
	return slices.Insert(first, at, p)
}

// compare orders violations: Prohibited before Undetermined, then the oldest first, then
// by namespace, name, kind, policy, aspect and location.
func compare(a, b placed) int {
	return cmp.Or(
		-cmp.Compare(a.violation.outcome, b.violation.outcome),
		a.violation.since.Compare(b.violation.since),
		a.entry.thing.Compare(b.entry.thing.Ref),
		strings.Compare(a.violation.policy, b.violation.policy),
		strings.Compare(string(a.violation.aspect), string(b.violation.aspect)),
		strings.Compare(a.violation.location, b.violation.location),
	)
}
