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

package volume

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/volume"
)

const anyHost = index.Any

type queue = workqueue.TypedRateLimitingInterface[Request]

// asking is a handler that asks for the requests of an object that comes, changes or goes.
func asking[T client.Object](ask func(o T) []Request) handler.TypedFuncs[T, Request] {
	add := func(q queue, o T) {
		for _, r := range ask(o) {
			q.Add(r)
		}
	}
	return handler.TypedFuncs[T, Request]{
		CreateFunc: func(_ context.Context, e ctrlevent.TypedCreateEvent[T], q queue) { add(q, e.Object) },
		UpdateFunc: func(_ context.Context, e ctrlevent.TypedUpdateEvent[T], q queue) { add(q, e.ObjectNew) },
		DeleteFunc: func(_ context.Context, e ctrlevent.TypedDeleteEvent[T], q queue) { add(q, e.Object) },
	}
}

// known leaves out what existed before: it is judged all together when the controller starts.
func known[T client.Object](h handler.TypedFuncs[T, Request]) handler.TypedEventHandler[T, Request] {
	create := h.CreateFunc
	h.CreateFunc = func(ctx context.Context, e ctrlevent.TypedCreateEvent[T], q queue) {
		if !e.IsInInitialList {
			create(ctx, e, q)
		}
	}
	return h
}

// objectHandler asks for the object itself.
func objectHandler[T client.Object](kind Kind) handler.TypedFuncs[T, Request] {
	return asking(func(o T) []Request { return []Request{{Kind: kind, Namespace: o.GetNamespace(), Name: o.GetName()}} })
}

// volumeHandler asks for the volume itself, and once it is gone for what else holds its data,
// since nobody can look up by then what that was.
func volumeHandler() handler.TypedFuncs[*corev1.PersistentVolume, Request] {
	h := objectHandler[*corev1.PersistentVolume](oneVolume)
	itself := h.DeleteFunc
	h.DeleteFunc = func(ctx context.Context, e ctrlevent.TypedDeleteEvent[*corev1.PersistentVolume], q queue) {
		itself(ctx, e, q)
		for _, name := range volume.Names(e.Object) {
			q.Add(Request{Kind: sameData, Name: facts.HandleKey(name.Of, name.Value)})
		}
	}
	return h
}

// classHandler asks for what the class makes, and for what the default class makes: this one
// may be it, or no longer.
func classHandler[T client.Object](kind Kind) handler.TypedFuncs[T, Request] {
	return asking(func(o T) []Request {
		return []Request{{Kind: kind, Name: o.GetName()}, {Kind: kind, Name: index.Default}}
	})
}

// namespaceHandler asks for what is in the namespace.
func namespaceHandler() handler.TypedFuncs[*metav1.PartialObjectMetadata, Request] {
	return asking(func(o *metav1.PartialObjectMetadata) []Request {
		return []Request{{Kind: inNamespace, Name: o.GetName()}}
	})
}

func namespaceKeys(a, b *metav1.PartialObjectMetadata) bool { return changed.Keys(a, b) }
