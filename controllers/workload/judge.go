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
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

// judge judges one pod and records what was found. The pod is the cache's own and is not
// changed. If that has flagged a pod which was not flagged before, the verdict is returned.
func (r *Reconciler) judge(ctx context.Context, pod *corev1.Pod) (flagged *residency.Verdict, err error) {
	if facts.Ended(pod) {
		r.remove(pod.Namespace, pod.Name)
		return nil, nil
	}
	who := ledger.Pod{UID: pod.UID, Namespace: pod.Namespace, Name: pod.Name, Node: pod.Spec.NodeName}
	now := r.Clock.Now()
	for {
		rb := r.Ledger.Rulebook()
		in, err := r.Gatherer.Pod(ctx, rb, facts.PodSubject(pod), pod)
		if err != nil {
			return nil, fmt.Errorf("judging pod %s/%s: %w", pod.Namespace, pod.Name, err)
		}
		verdict := residency.Evaluate(rb, in)
		change, ok := r.Ledger.Record(who, in, &verdict, rb, now)
		if !ok {
			// A new rulebook came into force meanwhile.
			continue
		}
		r.wakeStatuses(change)
		if change.Turned() && !change.Known {
			r.tell(func() { r.announce(pod, &verdict, now) })
			if !change.Before.Flagged() {
				flagged = &verdict
			}
		}
		r.noteWaiting(pod, in, &verdict, rb, now)
		return flagged, nil
	}
}

// remove takes a pod that is gone or has ended out of the ledger.
func (r *Reconciler) remove(namespace, name string) {
	delete(r.waiting, types.NamespacedName{Namespace: namespace, Name: name})
	r.wakeStatuses(r.Ledger.Remove(namespace, name))
}

func (r *Reconciler) wakeStatuses(c ledger.Change) {
	r.Datasets.WakeAfter(wake.Batch, wake.Named(c.Datasets)...)
	r.Policies.WakeAfter(wake.Batch, wake.Named(c.Policies)...)
}

// tell sends Events, or keeps them while the beginning may have to begin again, so that
// a turn is told once.
func (r *Reconciler) tell(send func()) {
	if r.Ledger.Primed() {
		send()
		return
	}
	r.held = append(r.held, send)
}
