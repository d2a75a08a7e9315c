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
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/steer"
)

const (
	reasonNoNode = "NoNodeInPermittedPlace"
	actionSteer  = "Steer"
)

// noteWaiting tells once of a pod that waits because it is steered and no node is where it may
// be. What is flagged is told of as such.
func (r *Reconciler) noteWaiting(pod *corev1.Pod, in *residency.Input, v *residency.Verdict, rb *residency.Rulebook, now time.Time) {
	key := types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}
	steering := steeringOf(pod, in, v, rb)
	if steering == nil {
		delete(r.waiting, key)
		return
	}
	if r.waiting[key] == pod.UID {
		return
	}
	if r.waiting == nil {
		r.waiting = map[types.NamespacedName]types.UID{}
	}
	r.waiting[key] = pod.UID
	// Pods of one owner wait for the same.
	if owner := metav1.GetControllerOf(pod); owner != nil && r.waits.turn(owner.UID, now) != tellPod {
		return
	}
	e := waits(pod, in, steering[0].Policy, rb, r.SteerBy)
	r.tell(func() { r.Events.Send(e) })
}

// steeringOf returns by what a pod that waits is steered, nil if it does not wait, or not for that.
func steeringOf(pod *corev1.Pod, in *residency.Input, v *residency.Verdict, rb *residency.Rulebook) []residency.Constraint {
	if pod.Spec.NodeName != "" || in.Reach == nil || in.Reach.Nodes > 0 || v.Outcome.Flagged() {
		return nil
	}
	return rb.Constraints(datasetsOf(in), in.StoresOnNode(), in.At)
}

func datasetsOf(in *residency.Input) []string {
	out := make([]string, len(in.Handles))
	for i := range in.Handles {
		out[i] = in.Handles[i].Dataset
	}
	return out
}

// waits tells why a pod stays Pending, and what can be done.
func waits(pod *corev1.Pod, in *residency.Input, policy string, rb *residency.Rulebook, by steer.By) event.Event {
	var where []string
	for _, name := range datasetsOf(in) {
		if d, ok := rb.Dataset(name); ok && len(d.Policies) > 0 {
			where = append(where, fmt.Sprintf("dataset %s may be processed in: %s", name, d.Processing))
			if in.StoresOnNode() {
				where = append(where, "and stored in: "+d.Storage)
			}
		}
	}
	note := fmt.Sprintf("%s waits for a node: of those that there are, none that it can go to is in a permitted place (%s).",
		in.Subject, strings.Join(where, "; "))
	if by == steer.ByStamp {
		note += " If nodes have to be made first, Domicile's manager needs --steer-by=topology: an autoscaler does not know the stamps of nodes that are not there yet."
	}
	return event.Event{
		Regarding: corev1.ObjectReference{
			APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name,
			UID: pod.UID, ResourceVersion: pod.ResourceVersion,
		},
		Related: &corev1.ObjectReference{APIVersion: residencyv1.GroupVersion.String(), Kind: "ResidencyPolicy", Name: policy},
		Type:    corev1.EventTypeWarning,
		Reason:  reasonNoNode,
		Action:  actionSteer,
		Note:    note,
	}
}
