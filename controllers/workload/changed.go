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
	return a.UID != b.UID || changed.Keys(a, b) || changed.Processors(a, b) || !maps.Equal(a.Labels, b.Labels) || facts.Ended(a) != facts.Ended(b) ||
		!equality.Semantic.DeepEqual(a.Spec.Volumes, b.Spec.Volumes) ||
		// Of the others neither the environment nor what they are run by ever changes.
		!equality.Semantic.DeepEqual(a.Spec.EphemeralContainers, b.Spec.EphemeralContainers) ||
		a.Spec.NodeName != b.Spec.NodeName ||
		!equality.Semantic.DeepEqual(a.Spec.NodeSelector, b.Spec.NodeSelector) ||
		!equality.Semantic.DeepEqual(a.Spec.Affinity, b.Spec.Affinity)
}

// namespaceChanged lets through changes of the keys, of the labels by which Datasets select, and
// of the processors that are called.
func namespaceChanged() predicate.TypedPredicate[*metav1.PartialObjectMetadata] {
	return predicate.TypedFuncs[*metav1.PartialObjectMetadata]{
		UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata]) bool {
			return handledDiffer(e.ObjectOld, e.ObjectNew) || changed.Processors(e.ObjectOld, e.ObjectNew)
		},
	}
}

// handledDiffer reports whether pods in a namespace may handle something else than before.
func handledDiffer(a, b *metav1.PartialObjectMetadata) bool {
	return changed.Keys(a, b) || !maps.Equal(a.Labels, b.Labels)
}

// serviceChanged lets through what stands for a host elsewhere, and what no longer does.
func serviceChanged() predicate.TypedPredicate[*corev1.Service] {
	return predicate.TypedFuncs[*corev1.Service]{
		CreateFunc: func(e ctrlevent.TypedCreateEvent[*corev1.Service]) bool { return elsewhere(e.Object) != "" },
		UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*corev1.Service]) bool {
			return elsewhere(e.ObjectOld) != elsewhere(e.ObjectNew)
		},
		DeleteFunc: func(e ctrlevent.TypedDeleteEvent[*corev1.Service]) bool { return elsewhere(e.Object) != "" },
	}
}

// elsewhere is the host elsewhere for which a Service stands, empty if it stands for none.
func elsewhere(s *corev1.Service) string {
	if s.Spec.Type != corev1.ServiceTypeExternalName {
		return ""
	}
	return s.Spec.ExternalName
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
