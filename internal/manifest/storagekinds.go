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

package manifest

import (
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// storageKinds are the kinds that say where data rests, besides workloads.
func storageKinds() []string {
	return []string{
		"PersistentVolumeClaim", "PersistentVolume", "StorageClass", "VolumeAttributesClass",
		"VolumeSnapshot", "VolumeSnapshotContent", "VolumeSnapshotClass",
	}
}

// storageOf returns the kind of a group on which rests where data does; b is what it has in
// common with others.
func storageOf(gk schema.GroupKind, b builtin) (builtin, bool) {
	b.cluster = true
	switch gk {
	case schema.GroupKind{Kind: "PersistentVolumeClaim"}:
		b.cluster, b.empty = false, func() metav1.Object { return &corev1.PersistentVolumeClaim{} }
	case schema.GroupKind{Kind: "PersistentVolume"}:
		b.empty = func() metav1.Object { return &corev1.PersistentVolume{} }
	case schema.GroupKind{Group: storagev1.GroupName, Kind: "StorageClass"}:
		b.empty = func() metav1.Object { return &storagev1.StorageClass{} }
	case schema.GroupKind{Group: storagev1.GroupName, Kind: "VolumeAttributesClass"}:
		b.empty = func() metav1.Object { return &storagev1.VolumeAttributesClass{} }
	case schema.GroupKind{Group: snapshotv1.GroupName, Kind: "VolumeSnapshot"}:
		b.cluster, b.empty = false, func() metav1.Object { return &snapshotv1.VolumeSnapshot{} }
	case schema.GroupKind{Group: snapshotv1.GroupName, Kind: "VolumeSnapshotContent"}:
		b.empty = func() metav1.Object { return &snapshotv1.VolumeSnapshotContent{} }
	case schema.GroupKind{Group: snapshotv1.GroupName, Kind: "VolumeSnapshotClass"}:
		b.empty = func() metav1.Object { return &snapshotv1.VolumeSnapshotClass{} }
	default:
		return builtin{}, false
	}
	return b, true
}

// AddStorage adds an object on which rests where data does; others are passed over.
func (in *Input) AddStorage(object metav1.Object, ref Ref, at Origin) {
	s := &in.Storage
	switch o := object.(type) {
	case *corev1.PersistentVolumeClaim:
		s.Claims = append(s.Claims, *o)
	case *corev1.PersistentVolume:
		s.Volumes = append(s.Volumes, *o)
	case *snapshotv1.VolumeSnapshot:
		s.Snapshots = append(s.Snapshots, *o)
	case *snapshotv1.VolumeSnapshotContent:
		s.SnapshotContents = append(s.SnapshotContents, *o)
	case *storagev1.StorageClass:
		s.Classes = append(s.Classes, *o)
		return
	case *storagev1.VolumeAttributesClass:
		s.AttributesClasses = append(s.AttributesClasses, *o)
		return
	case *snapshotv1.VolumeSnapshotClass:
		s.SnapshotClasses = append(s.SnapshotClasses, *o)
		return
	default:
		return
	}
	in.Stored = append(in.Stored, Stored{Ref: ref, Origin: at, Object: object})
}
