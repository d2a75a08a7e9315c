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
	"slices"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/volume"
)

// StoredObjects is the Storage of those who have all objects at hand, such as those of files.
type StoredObjects struct {
	Claims            []corev1.PersistentVolumeClaim
	Volumes           []corev1.PersistentVolume
	Classes           []storagev1.StorageClass
	AttributesClasses []storagev1.VolumeAttributesClass
	Snapshots         []snapshotv1.VolumeSnapshot
	SnapshotContents  []snapshotv1.VolumeSnapshotContent
	SnapshotClasses   []snapshotv1.VolumeSnapshotClass
}

var _ Storage = StoredObjects{}

// find returns the object of that name, nil if there is none.
func find[T any, P interface {
	*T
	metav1.Object
}](all []T, namespace, name string) (P, error) {
	for i := range all {
		if o := P(&all[i]); o.GetNamespace() == namespace && o.GetName() == name {
			return o, nil
		}
	}
	return nil, nil
}

// Claim returns a claim.
func (s StoredObjects) Claim(_ context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	return find(s.Claims, namespace, name)
}

// ClaimNow returns a claim.
func (s StoredObjects) ClaimNow(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	return s.Claim(ctx, namespace, name)
}

// PersistentVolume returns a volume.
func (s StoredObjects) PersistentVolume(_ context.Context, name string) (*corev1.PersistentVolume, error) {
	return find(s.Volumes, "", name)
}

// PersistentVolumes returns those that hold the same data.
func (s StoredObjects) PersistentVolumes(_ context.Context, driver, handle string) ([]*corev1.PersistentVolume, error) {
	var out []*corev1.PersistentVolume
	for i := range s.Volumes {
		if slices.Contains(volume.Names(&s.Volumes[i]), volume.Identity{Of: driver, Value: handle}) {
			out = append(out, &s.Volumes[i])
		}
	}
	return out, nil
}

// StorageClass returns a class.
func (s StoredObjects) StorageClass(_ context.Context, name string) (*storagev1.StorageClass, error) {
	return find(s.Classes, "", name)
}

// DefaultStorageClass returns the default class.
func (s StoredObjects) DefaultStorageClass(context.Context) (*storagev1.StorageClass, error) {
	return defaultClass(s.Classes), nil
}

// VolumeAttributesClass returns a class of attributes.
func (s StoredObjects) VolumeAttributesClass(_ context.Context, name string) (*storagev1.VolumeAttributesClass, error) {
	return find(s.AttributesClasses, "", name)
}

// VolumeSnapshot returns a snapshot.
func (s StoredObjects) VolumeSnapshot(_ context.Context, namespace, name string) (*snapshotv1.VolumeSnapshot, error) {
	return find(s.Snapshots, namespace, name)
}

// VolumeSnapshotContent returns the content of a snapshot.
func (s StoredObjects) VolumeSnapshotContent(_ context.Context, name string) (*snapshotv1.VolumeSnapshotContent, error) {
	return find(s.SnapshotContents, "", name)
}

// VolumeSnapshotContents returns those that hold the same data.
func (s StoredObjects) VolumeSnapshotContents(_ context.Context, driver, handle string) ([]*snapshotv1.VolumeSnapshotContent, error) {
	var out []*snapshotv1.VolumeSnapshotContent
	for i := range s.SnapshotContents {
		if c := &s.SnapshotContents[i]; c.Spec.Driver == driver && slices.Contains(SnapshotHandles(c), handle) {
			out = append(out, c)
		}
	}
	return out, nil
}

// VolumeSnapshotClass returns a class of snapshots.
func (s StoredObjects) VolumeSnapshotClass(_ context.Context, name string) (*snapshotv1.VolumeSnapshotClass, error) {
	return find(s.SnapshotClasses, "", name)
}

// DefaultVolumeSnapshotClass returns the default class for volumes of the driver.
func (s StoredObjects) DefaultVolumeSnapshotClass(_ context.Context, driver string) (*snapshotv1.VolumeSnapshotClass, error) {
	return defaultSnapshotClass(s.SnapshotClasses, driver), nil
}

// SnapshotHandles returns the handles by which a content is told to hold the same data as
// another one: the one that it was given, and the one that its driver has returned.
func SnapshotHandles(c *snapshotv1.VolumeSnapshotContent) []string {
	var out []string
	if h := c.Spec.Source.SnapshotHandle; h != nil && *h != "" {
		out = append(out, *h)
	}
	if c.Status != nil && c.Status.SnapshotHandle != nil && *c.Status.SnapshotHandle != "" && !slices.Contains(out, *c.Status.SnapshotHandle) {
		out = append(out, *c.Status.SnapshotHandle)
	}
	return out
}
