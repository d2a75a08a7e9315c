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

package site

import (
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
)

const actionLocate = "Locate"

// turned returns the Events about what has become of a Site: that the providerID of a node
// says otherwise, and that another Site does.
func turned(before, after *residencyv1.Site) []event.Event {
	var out []event.Event
	for _, kind := range []string{residencyv1.ConditionContradicted, residencyv1.ConditionConflicting} {
		c := apimeta.FindStatusCondition(after.Status.Conditions, kind)
		if c == nil || c.Status != metav1.ConditionTrue || apimeta.IsStatusConditionTrue(before.Status.Conditions, kind) {
			continue
		}
		out = append(out, event.Event{
			Regarding: corev1.ObjectReference{
				APIVersion: residencyv1.GroupVersion.String(), Kind: "Site",
				Name: after.Name, UID: after.UID, ResourceVersion: after.ResourceVersion,
			},
			Type: corev1.EventTypeWarning, Reason: c.Reason, Action: actionLocate, Note: c.Message,
		})
	}
	return out
}
