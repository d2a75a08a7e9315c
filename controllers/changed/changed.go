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

// Package changed says which changes of objects mean something to who judges.
package changed

import (
	"maps"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
)

// Keys reports whether the dataset keys of two states of an object differ. It tells a key that
// is empty from one that is absent: both mean something.
func Keys(a, b metav1.Object) bool {
	return value(a.GetLabels(), b.GetLabels(), residencyv1.DatasetLabel) ||
		value(a.GetAnnotations(), b.GetAnnotations(), residencyv1.DatasetsAnnotation)
}

// Processors reports whether two states of an object name other processors.
func Processors(a, b metav1.Object) bool {
	return value(a.GetAnnotations(), b.GetAnnotations(), residencyv1.ProcessorsAnnotation)
}

func value(a, b map[string]string, key string) bool {
	old, had := a[key]
	now, has := b[key]
	return had != has || old != now
}

// By lets through what comes and goes, and the updates that differ.
func By[T client.Object](differ func(a, b T) bool) predicate.TypedPredicate[T] {
	return predicate.TypedFuncs[T]{UpdateFunc: func(e event.TypedUpdateEvent[T]) bool {
		return e.ObjectOld.GetUID() != e.ObjectNew.GetUID() || differ(e.ObjectOld, e.ObjectNew)
	}}
}

// Claims reports whether two states of a claim differ in what it holds, or where.
func Claims(a, b *corev1.PersistentVolumeClaim) bool {
	return Keys(a, b) || value(a.Annotations, b.Annotations, corev1.BetaStorageClassAnnotation) ||
		facts.SelectedNode(a) != facts.SelectedNode(b) || !equality.Semantic.DeepEqual(a.Spec, b.Spec)
}

// Volumes reports whether two states of a PersistentVolume differ in what it holds, or where.
func Volumes(a, b *corev1.PersistentVolume) bool {
	return Keys(a, b) || value(a.Annotations, b.Annotations, corev1.BetaStorageClassAnnotation) ||
		!maps.Equal(a.Labels, b.Labels) || !equality.Semantic.DeepEqual(a.Spec, b.Spec)
}

// Snapshots reports whether two states of a snapshot differ in what it holds, or where.
func Snapshots(a, b *snapshotv1.VolumeSnapshot) bool {
	return Keys(a, b) || !equality.Semantic.DeepEqual(a.Spec, b.Spec) || !equality.Semantic.DeepEqual(bound(a), bound(b))
}

func bound(s *snapshotv1.VolumeSnapshot) *string {
	if s.Status == nil {
		return nil
	}
	return s.Status.BoundVolumeSnapshotContentName
}

// Contents reports whether two states of the content of a snapshot differ in what it holds, or
// where.
func Contents(a, b *snapshotv1.VolumeSnapshotContent) bool {
	return Keys(a, b) || !equality.Semantic.DeepEqual(a.Spec, b.Spec) || !equality.Semantic.DeepEqual(handle(a), handle(b))
}

func handle(c *snapshotv1.VolumeSnapshotContent) *string {
	if c.Status == nil {
		return nil
	}
	return c.Status.SnapshotHandle
}

// Versions lets through every write of an object of which there are few.
func Versions[T client.Object](a, b T) bool { return a.GetResourceVersion() != b.GetResourceVersion() }
