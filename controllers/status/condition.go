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

// Pending is the condition Compliant while the pods are not judged yet.
func Pending() metav1.Condition {
	return metav1.Condition{
		Type: residencyv1.ConditionCompliant, Status: metav1.ConditionUnknown, Reason: residencyv1.ReasonPending,
		Message: "The pods are not judged yet.",
	}
}

// Compliant is the condition Compliant as the counts of pods have it. example, if there
// is one, tells of the first violation.
func Compliant(counts ledger.Counts, example string) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionCompliant}
	total := counts.Total()
	switch {
	case counts.Prohibited > 0:
		c.Status, c.Reason = metav1.ConditionFalse, residencyv1.ReasonProhibited
		c.Message = fmt.Sprintf("%s not where it may be%s.", of(counts.Prohibited, total), example)
	case counts.Undetermined > 0:
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonUndetermined
		c.Message = fmt.Sprintf("%s where nobody can say whether it may be%s.", of(counts.Undetermined, total), example)
	case total == 0:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonAllPermitted
		c.Message = "No pod is where it may not be: there is none."
	default:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonAllPermitted
		c.Message = fmt.Sprintf("%s where it may be.", of(counts.Permitted, total))
	}
	return c
}

// of says "1 of 12 pods is" or "3 of 12 pods are".
func of(n, total int) string {
	pods, verb := "pods", "are"
	if total == 1 {
		pods = "pod"
	}
	if n == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%d of %d %s %s", n, total, pods, verb)
}
