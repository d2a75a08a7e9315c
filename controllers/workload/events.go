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

package workload

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/residency"
)

// actionSummarise is the action of the Event on an owner.
const actionSummarise = "Summarise"

// reasonManyTurns is the reason of the Event on an owner.
const reasonManyTurns = "ManyVerdictsTurned"

// announce sends the Event that a turn calls for.
func (r *Reconciler) announce(pod *corev1.Pod, v *residency.Verdict, now time.Time) {
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		r.Events.Send(verdictTurned(pod, v))
		return
	}
	switch r.owners.turn(owner.UID, now) {
	case tellPod:
		r.Events.Send(verdictTurned(pod, v))
	case tellOwner:
		r.Summaries.Send(manyTurned(pod.Namespace, owner, v))
	}
}

// verdictTurned tells of a pod whose verdict has turned.
func verdictTurned(pod *corev1.Pod, v *residency.Verdict) event.Event {
	return event.Turned(corev1.ObjectReference{
		APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name,
		UID: pod.UID, ResourceVersion: pod.ResourceVersion,
	}, v)
}

// manyTurned tells of an owner whose pods turn too often to tell of each.
func manyTurned(namespace string, owner *metav1.OwnerReference, v *residency.Verdict) event.Event {
	e := event.Event{
		Regarding: corev1.ObjectReference{
			APIVersion: owner.APIVersion, Kind: owner.Kind, Namespace: namespace, Name: owner.Name, UID: owner.UID,
		},
		Type:   corev1.EventTypeNormal,
		Reason: reasonManyTurns,
		Action: actionSummarise,
		Note: fmt.Sprintf("The verdicts on more than %d pods of %s %s/%s have turned within a minute, the last one to %s. "+
			"For the rest of the minute there are no more Events on its pods; the statuses of the Datasets stay exact.",
			maxTurns, strings.ToLower(owner.Kind), namespace, owner.Name, v.Outcome),
	}
	if v.Outcome.Flagged() {
		e.Type = corev1.EventTypeWarning
	}
	return e
}
