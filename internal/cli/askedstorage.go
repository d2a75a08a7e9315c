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

package cli

import (
	"context"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// The resources that say where data rests.
const (
	resourceVolumes          = "persistentvolumes"
	resourceClasses          = "storageclasses.storage.k8s.io"
	resourceAttributes       = "volumeattributesclasses.storage.k8s.io"
	resourceSnapshots        = "volumesnapshots.snapshot.storage.k8s.io"
	resourceSnapshotContents = "volumesnapshotcontents.snapshot.storage.k8s.io"
	resourceSnapshotClasses  = "volumesnapshotclasses.snapshot.storage.k8s.io"
)

// objectKey names an object, or, without a name, several of a resource: those of a driver and
// a handle.
type objectKey struct {
	resource, namespace, name string
	driver, handle            string
}

// found is what became of a question for an object.
type found struct {
	object  any
	unknown *Unknown
}

// asking asks for an object once. If it may not be read there is none, and a note.
func asking[T any](a *asked, key objectKey, meaning string, read func() (T, error)) (T, error) {
	answer, ok := a.objects[key]
	if !ok {
		object, err := read()
		switch {
		case apierrors.IsForbidden(err):
			answer.unknown = &Unknown{Verb: "get", Resource: key.resource, Namespace: key.namespace, Name: key.name, Meaning: meaning}
			if key.name == "" {
				answer.unknown.Verb = "list"
			}
		case err != nil:
			return object, err
		default:
			answer.object = object
		}
		a.objects[key] = answer
	}
	if answer.unknown != nil {
		a.denied = append(a.denied, *answer.unknown)
	}
	object, _ := answer.object.(T)
	return object, nil
}

// PersistentVolume returns a volume: none, and a note, if it may not be read.
func (a *asked) PersistentVolume(ctx context.Context, name string) (*corev1.PersistentVolume, error) {
	return asking(a, objectKey{resource: resourceVolumes, name: name}, "whether it carries the key of a dataset, and where it rests, is not known",
		func() (*corev1.PersistentVolume, error) { return a.source.PersistentVolume(ctx, name) })
}

// PersistentVolumes returns those that hold the same data: none, and a note, if they may not be read.
func (a *asked) PersistentVolumes(ctx context.Context, driver, handle string) ([]*corev1.PersistentVolume, error) {
	return asking(a, objectKey{resource: resourceVolumes, driver: driver, handle: handle}, "which volumes hold the same data is not known",
		func() ([]*corev1.PersistentVolume, error) { return a.source.PersistentVolumes(ctx, driver, handle) })
}

// StorageClass returns a class: none, and a note, if it may not be read.
func (a *asked) StorageClass(ctx context.Context, name string) (*storagev1.StorageClass, error) {
	return asking(a, objectKey{resource: resourceClasses, name: name}, "where it makes its volumes is not known",
		func() (*storagev1.StorageClass, error) { return a.source.StorageClass(ctx, name) })
}

// DefaultStorageClass returns the default class: none, and a note, if classes may not be read.
func (a *asked) DefaultStorageClass(ctx context.Context) (*storagev1.StorageClass, error) {
	return asking(a, objectKey{resource: resourceClasses}, "which class claims get that name none is not known",
		func() (*storagev1.StorageClass, error) { return a.source.DefaultStorageClass(ctx) })
}

// VolumeAttributesClass returns a class: none, and a note, if it may not be read.
func (a *asked) VolumeAttributesClass(ctx context.Context, name string) (*storagev1.VolumeAttributesClass, error) {
	return asking(a, objectKey{resource: resourceAttributes, name: name}, "what it changes of a volume is not known",
		func() (*storagev1.VolumeAttributesClass, error) { return a.source.VolumeAttributesClass(ctx, name) })
}

// VolumeSnapshot returns a snapshot: none, and a note, if it may not be read.
func (a *asked) VolumeSnapshot(ctx context.Context, namespace, name string) (*snapshotv1.VolumeSnapshot, error) {
	return asking(a, objectKey{resource: resourceSnapshots, namespace: namespace, name: name}, "whether it carries the key of a dataset is not known",
		func() (*snapshotv1.VolumeSnapshot, error) { return a.source.VolumeSnapshot(ctx, namespace, name) })
}

// VolumeSnapshotContent returns the content of a snapshot: none, and a note, if it may not be read.
func (a *asked) VolumeSnapshotContent(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotContent, error) {
	return asking(a, objectKey{resource: resourceSnapshotContents, name: name}, "whether it carries the key of a dataset, and where it rests, is not known",
		func() (*snapshotv1.VolumeSnapshotContent, error) { return a.source.VolumeSnapshotContent(ctx, name) })
}

// VolumeSnapshotContents returns those that hold the same data: none, and a note, if they may
// not be read.
func (a *asked) VolumeSnapshotContents(ctx context.Context, driver, handle string) ([]*snapshotv1.VolumeSnapshotContent, error) {
	return asking(a, objectKey{resource: resourceSnapshotContents, driver: driver, handle: handle}, "which contents of snapshots hold the same data is not known",
		func() ([]*snapshotv1.VolumeSnapshotContent, error) {
			return a.source.VolumeSnapshotContents(ctx, driver, handle)
		})
}

// VolumeSnapshotClass returns a class: none, and a note, if it may not be read.
func (a *asked) VolumeSnapshotClass(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotClass, error) {
	return asking(a, objectKey{resource: resourceSnapshotClasses, name: name}, "where it has snapshots kept is not known",
		func() (*snapshotv1.VolumeSnapshotClass, error) { return a.source.VolumeSnapshotClass(ctx, name) })
}

// DefaultVolumeSnapshotClass returns the default class: none, and a note, if classes may not be read.
func (a *asked) DefaultVolumeSnapshotClass(ctx context.Context, driver string) (*snapshotv1.VolumeSnapshotClass, error) {
	return asking(a, objectKey{resource: resourceSnapshotClasses, driver: driver}, "which class snapshots get that name none is not known",
		func() (*snapshotv1.VolumeSnapshotClass, error) {
			return a.source.DefaultVolumeSnapshotClass(ctx, driver)
		})
}
