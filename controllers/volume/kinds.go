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
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/controllers/late"
)

// The kinds that a cluster need not have, and may get later.
const (
	kindSnapshots         = "VolumeSnapshot"
	kindContents          = "VolumeSnapshotContent"
	kindSnapshotClasses   = "VolumeSnapshotClass"
	kindAttributesClasses = "VolumeAttributesClass"
)

// lateKinds are these kinds, and whom they wake.
func lateKinds(c cache.Cache) []late.Kind[Request] {
	snapshots := snapshotv1.SchemeGroupVersion
	return []late.Kind[Request]{
		{
			Kind: snapshots.WithKind(kindSnapshots), Object: &snapshotv1.VolumeSnapshot{}, Indexed: true, Definition: "volumesnapshots." + snapshots.Group,
			Source: source.TypedKind(c, &snapshotv1.VolumeSnapshot{}, objectHandler[*snapshotv1.VolumeSnapshot](oneSnapshot), changed.By(changed.Snapshots)),
		},
		{
			Kind: snapshots.WithKind(kindContents), Object: &snapshotv1.VolumeSnapshotContent{}, Indexed: true, Definition: "volumesnapshotcontents." + snapshots.Group,
			Source: source.TypedKind(c, &snapshotv1.VolumeSnapshotContent{}, objectHandler[*snapshotv1.VolumeSnapshotContent](oneContent), changed.By(changed.Contents)),
		},
		{
			Kind: snapshots.WithKind(kindSnapshotClasses), Object: &snapshotv1.VolumeSnapshotClass{}, Definition: "volumesnapshotclasses." + snapshots.Group,
			Source: source.TypedKind(c, &snapshotv1.VolumeSnapshotClass{}, classHandler[*snapshotv1.VolumeSnapshotClass](ofSnapshotClass), changed.By(changed.Versions[*snapshotv1.VolumeSnapshotClass])),
		},
		{
			Kind: storagev1.SchemeGroupVersion.WithKind(kindAttributesClasses), Object: &storagev1.VolumeAttributesClass{},
			Source: source.TypedKind(c, &storagev1.VolumeAttributesClass{}, known(objectHandler[*storagev1.VolumeAttributesClass](ofAttributes)), changed.By(changed.Versions[*storagev1.VolumeAttributesClass])),
		},
	}
}

// definitionHandler asks whether there are kinds to be watched.
func definitionHandler() handler.TypedFuncs[*metav1.PartialObjectMetadata, Request] {
	return asking(func(*metav1.PartialObjectMetadata) []Request { return []Request{{Kind: kinds}} })
}
