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

package dataset

import (
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
)

const actionSummarise = "Summarise"

// complianceTurned returns the Event that sums up what has become of a dataset, if its
// condition Compliant has turned: to another status, or to another reason for not being
// True. That a new dataset has nothing wrong with it is no news.
func complianceTurned(before, after *residencyv1.Dataset) (event.Event, bool) {
	old := apimeta.FindStatusCondition(before.Status.Conditions, residencyv1.ConditionCompliant)
	c := apimeta.FindStatusCondition(after.Status.Conditions, residencyv1.ConditionCompliant)
	if c == nil || !turned(old, c) {
		return event.Event{}, false
	}
	e := event.Event{
		Regarding: corev1.ObjectReference{
			APIVersion: residencyv1.GroupVersion.String(), Kind: "Dataset",
			Name: after.Name, UID: after.UID, ResourceVersion: after.ResourceVersion,
		},
		Type:   corev1.EventTypeNormal,
		Reason: c.Reason,
		Action: actionSummarise,
		Note:   c.Message,
	}
	if flagged(c) {
		e.Type = corev1.EventTypeWarning
	}
	return e, true
}

func turned(old, c *metav1.Condition) bool {
	if old == nil || old.Reason == residencyv1.ReasonPending {
		return flagged(c)
	}
	if c.Status == metav1.ConditionTrue && old.Status == metav1.ConditionTrue {
		return false
	}
	return old.Status != c.Status || old.Reason != c.Reason
}

// flagged reports whether something is wrong, rather than only not said.
func flagged(c *metav1.Condition) bool {
	switch c.Reason {
	case residencyv1.ReasonProhibited, residencyv1.ReasonUndetermined, residencyv1.ReasonPolicyNotAccepted:
		return true
	default:
		return false
	}
}
