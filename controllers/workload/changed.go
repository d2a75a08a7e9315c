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
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/internal/facts"
)

// podChanged lets through what a verdict on a pod rests on.
func podChanged() predicate.TypedPredicate[*corev1.Pod] {
	return predicate.TypedFuncs[*corev1.Pod]{UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*corev1.Pod]) bool {
		return podsDiffer(e.ObjectOld, e.ObjectNew)
	}}
}

func podsDiffer(a, b *corev1.Pod) bool {
	return a.UID != b.UID || changed.Keys(a, b) || !maps.Equal(a.Labels, b.Labels) || facts.Ended(a) != facts.Ended(b) ||
		!equality.Semantic.DeepEqual(a.Spec.Volumes, b.Spec.Volumes) ||
		a.Spec.NodeName != b.Spec.NodeName ||
		!equality.Semantic.DeepEqual(a.Spec.NodeSelector, b.Spec.NodeSelector) ||
		!equality.Semantic.DeepEqual(a.Spec.Affinity, b.Spec.Affinity)
}

// namespaceChanged lets through changes of the keys, and of the labels by which Datasets select.
func namespaceChanged() predicate.TypedPredicate[*metav1.PartialObjectMetadata] {
	return predicate.TypedFuncs[*metav1.PartialObjectMetadata]{
		UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata]) bool {
			return changed.Keys(e.ObjectOld, e.ObjectNew) || !maps.Equal(e.ObjectOld.Labels, e.ObjectNew.Labels)
		},
	}
}

// carrierChanged lets through what comes and goes with keys, and changes of them.
func carrierChanged() predicate.TypedPredicate[*metav1.PartialObjectMetadata] {
	return predicate.TypedFuncs[*metav1.PartialObjectMetadata]{
		CreateFunc: func(e ctrlevent.TypedCreateEvent[*metav1.PartialObjectMetadata]) bool { return keyed(e.Object) },
		UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata]) bool {
			return changed.Keys(e.ObjectOld, e.ObjectNew)
		},
		DeleteFunc: func(e ctrlevent.TypedDeleteEvent[*metav1.PartialObjectMetadata]) bool { return keyed(e.Object) },
	}
}

func keyed(o metav1.Object) bool {
	return facts.Keys{Labels: o.GetLabels(), Annotations: o.GetAnnotations()}.Any()
}
