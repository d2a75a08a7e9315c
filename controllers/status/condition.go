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

// Package status holds what the writers of statuses share: the condition Compliant and
// one way to write.
package status

import (
	"fmt"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/ledger"
)

// maxMessage keeps a condition readable; the API would take 32768 bytes.
const maxMessage = 1024

// Set puts a condition into a list of conditions.
func Set(conditions *[]metav1.Condition, c metav1.Condition) {
	c.Message = event.Cut(c.Message, maxMessage)
	apimeta.SetStatusCondition(conditions, c)
}

// Pending is the condition Compliant while not everything is judged yet.
func Pending() metav1.Condition {
	return metav1.Condition{
		Type: residencyv1.ConditionCompliant, Status: metav1.ConditionUnknown, Reason: residencyv1.ReasonPending,
		Message: "The pods, volumes and snapshots are not judged yet.",
	}
}

// Compliant is the condition Compliant as the tally has it: of pods, volumes and snapshots.
// example, if there is one, tells of the first violation.
func Compliant(tally ledger.Tally, example string) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionCompliant}
	all := tally.All()
	switch {
	case all.Prohibited > 0:
		c.Status, c.Reason = metav1.ConditionFalse, residencyv1.ReasonProhibited
		c.Message = fmt.Sprintf("%s not where it may be%s.", are(&tally, prohibited), example)
	case all.Undetermined > 0:
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonUndetermined
		c.Message = fmt.Sprintf("%s where nobody can say whether it may be%s.", are(&tally, undetermined), example)
	case all.Total() == 0:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonAllPermitted
		c.Message = "Nothing is where it may not be: there is no pod, no volume and no snapshot."
	default:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonAllPermitted
		c.Message = fmt.Sprintf("%s where it may be.", are(&tally, permitted))
	}
	return c
}

func permitted(c *ledger.Counts) int    { return c.Permitted }
func prohibited(c *ledger.Counts) int   { return c.Prohibited }
func undetermined(c *ledger.Counts) int { return c.Undetermined }

// are says of how many things something is so: "1 of 12 pods is", "3 of 12 pods and 1 of 2
// volumes are". What there is none of at all is left out, and so is what it is so of none of,
// unless it is so of nothing.
func are(tally *ledger.Tally, count func(*ledger.Counts) int) string {
	var words, none []string
	sum := 0
	for _, kind := range []struct {
		counts *ledger.Counts
		name   string
	}{{&tally.Workloads, "pod"}, {&tally.Volumes, "volume"}, {&tally.Snapshots, "snapshot"}} {
		n, total := count(kind.counts), kind.counts.Total()
		sum += n
		said := fmt.Sprintf("%d of %s", n, Count(total, kind.name))
		switch {
		case n > 0:
			words = append(words, said)
		case total > 0:
			none = append(none, said)
		}
	}
	if len(words) == 0 {
		words = none
	}
	verb := "are"
	if sum == 1 {
		verb = "is"
	}
	return And(words) + " " + verb
}
