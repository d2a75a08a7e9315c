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

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
)

// podChanged lets through what a verdict on a pod rests on.
func podChanged() predicate.TypedPredicate[*corev1.Pod] {
	return predicate.TypedFuncs[*corev1.Pod]{UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*corev1.Pod]) bool {
		return podsDiffer(e.ObjectOld, e.ObjectNew)
	}}
}

func podsDiffer(a, b *corev1.Pod) bool {
	return a.UID != b.UID || keysDiffer(a, b) || !maps.Equal(a.Labels, b.Labels) || facts.Ended(a) != facts.Ended(b) ||
		!equality.Semantic.DeepEqual(a.Spec.Volumes, b.Spec.Volumes) ||
		a.Spec.NodeName != b.Spec.NodeName ||
		!equality.Semantic.DeepEqual(a.Spec.NodeSelector, b.Spec.NodeSelector) ||
		!equality.Semantic.DeepEqual(a.Spec.Affinity, b.Spec.Affinity)
}

// namespaceChanged lets through changes of the keys, and of the labels by which Datasets select.
func namespaceChanged() predicate.TypedPredicate[*metav1.PartialObjectMetadata] {
	return predicate.TypedFuncs[*metav1.PartialObjectMetadata]{
		UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata]) bool {
			return keysDiffer(e.ObjectOld, e.ObjectNew) || !maps.Equal(e.ObjectOld.Labels, e.ObjectNew.Labels)
		},
	}
}

// carrierChanged lets through what comes and goes with keys, and changes of them.
func carrierChanged() predicate.TypedPredicate[*metav1.PartialObjectMetadata] {
	return predicate.TypedFuncs[*metav1.PartialObjectMetadata]{
		CreateFunc: func(e ctrlevent.TypedCreateEvent[*metav1.PartialObjectMetadata]) bool { return keyed(e.Object) },
		UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata]) bool {
			return keysDiffer(e.ObjectOld, e.ObjectNew)
		},
		DeleteFunc: func(e ctrlevent.TypedDeleteEvent[*metav1.PartialObjectMetadata]) bool { return keyed(e.Object) },
	}
}

// claimChanged lets through what comes and goes, since a pod stores there, and changes of what a
// claim holds, and of where.
func claimChanged() predicate.TypedPredicate[*corev1.PersistentVolumeClaim] {
	return predicate.TypedFuncs[*corev1.PersistentVolumeClaim]{
		UpdateFunc: func(e ctrlevent.TypedUpdateEvent[*corev1.PersistentVolumeClaim]) bool {
			a, b := e.ObjectOld, e.ObjectNew
			return a.UID != b.UID || keysDiffer(a, b) || !equality.Semantic.DeepEqual(a.Spec, b.Spec) ||
				valueDiffers(a.Annotations, b.Annotations, corev1.BetaStorageClassAnnotation)
		},
	}
}

func keyed(o metav1.Object) bool {
	return facts.Keys{Labels: o.GetLabels(), Annotations: o.GetAnnotations()}.Any()
}

// keysDiffer tells a key that is empty from one that is absent: both mean something.
func keysDiffer(a, b metav1.Object) bool {
	return valueDiffers(a.GetLabels(), b.GetLabels(), residencyv1.DatasetLabel) ||
		valueDiffers(a.GetAnnotations(), b.GetAnnotations(), residencyv1.DatasetsAnnotation)
}

func valueDiffers(a, b map[string]string, key string) bool {
	old, had := a[key]
	now, has := b[key]
	return had != has || old != now
}
