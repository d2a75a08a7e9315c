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
	thing := ledger.Thing{Ref: ref(pod.Namespace, pod.Name), UID: pod.UID, Node: pod.Spec.NodeName, Open: pod.Spec.NodeName == ""}
	now := r.Clock.Now()
	j, err := r.Ledger.Judge(thing, now, func(rb *residency.Rulebook) (*residency.Input, error) {
		return r.Gatherer.Pod(ctx, rb, facts.PodSubject(pod), pod)
	})
	if err != nil {
		return nil, fmt.Errorf("judging pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}
	r.wakeStatuses(j.Change)
	if j.Change.Turned() && !j.Change.Known {
		r.tell(func() { r.announce(pod, &j.Verdict, now) })
		if !j.Change.Before.Flagged() {
			flagged = &j.Verdict
		}
	}
	r.noteWaiting(pod, j.Input, &j.Verdict, j.Rulebook, now)
	return flagged, nil
}

// ref names a pod to the ledger.
func ref(namespace, name string) ledger.Ref {
	return ledger.Ref{Kind: ledger.KindPod, Namespace: namespace, Name: name}
}

// remove takes a pod that is gone or has ended out of the ledger.
func (r *Reconciler) remove(namespace, name string) {
	delete(r.waiting, types.NamespacedName{Namespace: namespace, Name: name})
	r.wakeStatuses(r.Ledger.Remove(ref(namespace, name)))
}

func (r *Reconciler) wakeStatuses(c ledger.Change) {
	r.Datasets.WakeAfter(wake.Batch, wake.Named(c.Datasets)...)
	r.Policies.WakeAfter(wake.Batch, wake.Named(c.Policies)...)
}

// tell sends Events, or keeps them while the beginning may have to begin again, so that
// a turn is told once.
func (r *Reconciler) tell(send func()) {
	if r.Ledger.Primed(ledger.Pods) {
		send()
		return
	}
	r.held = append(r.held, send)
}
