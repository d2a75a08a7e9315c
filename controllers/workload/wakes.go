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

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

type queue = workqueue.TypedRateLimitingInterface[Request]

// podHandler asks for the pod itself. Pods that existed before are judged all together
// when the controller starts.
func podHandler() handler.TypedEventHandler[*corev1.Pod, Request] {
	add := func(q queue, pod *corev1.Pod) {
		q.Add(Request{Kind: onePod, Namespace: pod.Namespace, Name: pod.Name})
	}
	return handler.TypedFuncs[*corev1.Pod, Request]{
		CreateFunc: func(_ context.Context, e ctrlevent.TypedCreateEvent[*corev1.Pod], q queue) {
			if !e.IsInInitialList {
				add(q, e.Object)
			}
		},
		UpdateFunc: func(_ context.Context, e ctrlevent.TypedUpdateEvent[*corev1.Pod], q queue) { add(q, e.ObjectNew) },
		DeleteFunc: func(_ context.Context, e ctrlevent.TypedDeleteEvent[*corev1.Pod], q queue) { add(q, e.Object) },
	}
}

// namespaceHandler asks for the pods in the namespace. A namespace that is gone has none.
func namespaceHandler() handler.TypedEventHandler[*metav1.PartialObjectMetadata, Request] {
	add := func(q queue, kind Kind, ns *metav1.PartialObjectMetadata) {
		q.Add(Request{Kind: kind, Name: ns.Name})
	}
	return handler.TypedFuncs[*metav1.PartialObjectMetadata, Request]{
		CreateFunc: func(_ context.Context, e ctrlevent.TypedCreateEvent[*metav1.PartialObjectMetadata], q queue) {
			if !e.IsInInitialList {
				add(q, podsInNamespace, e.Object)
			}
		},
		UpdateFunc: func(_ context.Context, e ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata], q queue) {
			if handledDiffer(e.ObjectOld, e.ObjectNew) {
				add(q, podsInNamespace, e.ObjectNew)
			}
			if changed.Processors(e.ObjectOld, e.ObjectNew) {
				add(q, podsCalling, e.ObjectNew)
			}
		},
	}
}

// serviceHandler asks for the pods in the namespace of a Service, all of which may call it.
func serviceHandler() handler.TypedEventHandler[*corev1.Service, Request] {
	add := func(q queue, s *corev1.Service) { q.Add(Request{Kind: podsCalling, Name: s.Namespace}) }
	return handler.TypedFuncs[*corev1.Service, Request]{
		CreateFunc: func(_ context.Context, e ctrlevent.TypedCreateEvent[*corev1.Service], q queue) {
			if !e.IsInInitialList {
				add(q, e.Object)
			}
		},
		UpdateFunc: func(_ context.Context, e ctrlevent.TypedUpdateEvent[*corev1.Service], q queue) { add(q, e.ObjectNew) },
		DeleteFunc: func(_ context.Context, e ctrlevent.TypedDeleteEvent[*corev1.Service], q queue) { add(q, e.Object) },
	}
}

// carrierHandler asks for the pods that refer to the object.
func carrierHandler[T client.Object](kind Kind) handler.TypedEventHandler[T, Request] {
	add := func(q queue, o T) {
		q.Add(Request{Kind: kind, Namespace: o.GetNamespace(), Name: o.GetName()})
	}
	return handler.TypedFuncs[T, Request]{
		CreateFunc: func(_ context.Context, e ctrlevent.TypedCreateEvent[T], q queue) {
			if !e.IsInInitialList {
				add(q, e.Object)
			}
		},
		UpdateFunc: func(_ context.Context, e ctrlevent.TypedUpdateEvent[T], q queue) { add(q, e.ObjectNew) },
		DeleteFunc: func(_ context.Context, e ctrlevent.TypedDeleteEvent[T], q queue) { add(q, e.Object) },
	}
}

// rulebookChanged asks for the pods about which the new rulebook may say something else.
func (r *Reconciler) rulebookChanged(old, current *residency.Rulebook) {
	touched := current.ChangedSince(old)
	r.Ledger.Turnover(current, touched)
	if old == nil {
		r.Woken.Wake(Request{Kind: everything})
		return
	}
	for _, dataset := range touched {
		r.Woken.Wake(Request{Kind: podsOfDataset, Name: dataset})
	}
	for _, dataset := range current.NewlySelecting(old) {
		r.Woken.Wake(Request{Kind: podsSelected, Name: dataset})
	}
}

// relocated asks for the pods that were judged where their volumes rest, since the catalogue, a
// Site or the time says that of volumes too.
func (r *Reconciler) relocated() { r.Woken.Wake(Request{Kind: podsStoring}) }

// nodeChanged asks for the pods on the node if it is elsewhere than it was, and for the
// pods that can reach it, or may now, or no longer. A burst of nodes is one request.
func (r *Reconciler) nodeChanged(c facts.NodeChange) {
	if c.Location {
		r.Woken.Wake(Request{Kind: podsOnNode, Name: c.Name})
	}
	if c.Labels || c.Location {
		r.Woken.WakeAfter(wake.Batch, Request{Kind: podsWithoutNode})
	}
}
