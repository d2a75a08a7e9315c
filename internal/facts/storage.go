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

package facts

import (
	"context"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
)

// Storage is where the gatherer looks up what volumes and snapshots rest on. What does not
// exist is nil, also where its kind does not exist in the cluster. What is returned is not to
// be changed.
type Storage interface {
	Claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error)
	// ClaimNow returns a claim as it is, where Claim may return it as it was a moment ago.
	ClaimNow(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error)
	PersistentVolume(ctx context.Context, name string) (*corev1.PersistentVolume, error)
	// PersistentVolumes returns all that have the driver and the handle.
	PersistentVolumes(ctx context.Context, driver, handle string) ([]*corev1.PersistentVolume, error)
	StorageClass(ctx context.Context, name string) (*storagev1.StorageClass, error)
	// DefaultStorageClass returns the one that claims without a class get.
	DefaultStorageClass(ctx context.Context) (*storagev1.StorageClass, error)
	VolumeAttributesClass(ctx context.Context, name string) (*storagev1.VolumeAttributesClass, error)
	VolumeSnapshot(ctx context.Context, namespace, name string) (*snapshotv1.VolumeSnapshot, error)
	VolumeSnapshotContent(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotContent, error)
	// VolumeSnapshotContents returns all that have the driver and the handle of a snapshot.
	VolumeSnapshotContents(ctx context.Context, driver, handle string) ([]*snapshotv1.VolumeSnapshotContent, error)
	VolumeSnapshotClass(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotClass, error)
	// DefaultVolumeSnapshotClass returns the one that snapshots without a class get of volumes of
	// the driver.
	DefaultVolumeSnapshotClass(ctx context.Context, driver string) (*snapshotv1.VolumeSnapshotClass, error)
}

// The annotations by which a class is the default:
// https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass and
// https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/
const (
	defaultClassAnnotation         = "storageclass.kubernetes.io/is-default-class"
	betaDefaultClassAnnotation     = "storageclass.beta.kubernetes.io/is-default-class"
	defaultSnapshotClassAnnotation = "snapshot.storage.kubernetes.io/is-default-class"
)

// defaultClass returns the default class of these, nil if there is none: of several the newest,
// and of these the first by name, as the API server does.
func defaultClass(all []storagev1.StorageClass) *storagev1.StorageClass {
	var found *storagev1.StorageClass
	for i := range all {
		c := &all[i]
		if c.Annotations[defaultClassAnnotation] != "true" && c.Annotations[betaDefaultClassAnnotation] != "true" {
			continue
		}
		switch {
		case found == nil, found.CreationTimestamp.Before(&c.CreationTimestamp),
			found.CreationTimestamp.Equal(&c.CreationTimestamp) && c.Name < found.Name:
			found = c
		}
	}
	return found
}

// defaultSnapshotClass returns the default class for the driver, nil if there is none or more
// than one: the snapshotter refuses to choose.
func defaultSnapshotClass(all []snapshotv1.VolumeSnapshotClass, driver string) *snapshotv1.VolumeSnapshotClass {
	var found *snapshotv1.VolumeSnapshotClass
	for i := range all {
		if all[i].Driver != driver || all[i].Annotations[defaultSnapshotClassAnnotation] != "true" {
			continue
		}
		if found != nil {
			return nil
		}
		found = &all[i]
	}
	return found
}
