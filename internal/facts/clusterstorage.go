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
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// VolumeHandle is the index of a cache by which Cluster finds the PersistentVolumes that hold the
// same data, with the value that HandleKey returns.
const VolumeHandle = "volumeHandle"

// SnapshotHandle is the index by which it finds the VolumeSnapshotContents that do, with the same
// value. Their kind may come to the cluster late, so Cluster.Late makes it.
const SnapshotHandle = "snapshotHandle"

// HandleKey is the value of VolumeHandle and SnapshotHandle.
func HandleKey(driver, handle string) string { return driver + "/" + handle }

// read reads an object into o, and returns whether it is there. A kind that the API server does
// not have has no objects.
func (c *Cluster) read(ctx context.Context, namespace, name string, o client.Object) (bool, error) {
	key := types.NamespacedName{Namespace: namespace, Name: name}
	err := c.Cache.Get(ctx, key, o, client.UnsafeDisableDeepCopy)
	if apierrors.IsNotFound(err) && !c.Told {
		err = c.Live.Get(ctx, key, o)
	}
	return exists(err)
}

func exists(err error) (bool, error) {
	if apierrors.IsNotFound(err) || apimeta.IsNoMatchError(err) {
		return false, nil
	}
	return err == nil, err
}

// get is read for those who return the object.
func get[T any, P interface {
	*T
	client.Object
}](ctx context.Context, c *Cluster, namespace, name string) (P, error) {
	o := P(new(T))
	if ok, err := c.read(ctx, namespace, name, o); err != nil || !ok {
		return nil, err
	}
	return o, nil
}

// list reads what the cache has of a kind; nothing if the API server does not have it.
func (c *Cluster) list(ctx context.Context, into client.ObjectList, opts ...client.ListOption) error {
	_, err := exists(c.Cache.List(ctx, into, append(opts, client.UnsafeDisableDeepCopy)...))
	return err
}

// Claim returns a claim.
func (c *Cluster) Claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	return get[corev1.PersistentVolumeClaim](ctx, c, namespace, name)
}

// ClaimNow returns a claim as the API server has it. Who is told of every change is told of this
// one too, and judges again.
func (c *Cluster) ClaimNow(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	if c.Told {
		return c.Claim(ctx, namespace, name)
	}
	claim := &corev1.PersistentVolumeClaim{}
	if ok, err := exists(c.Live.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, claim)); err != nil || !ok {
		return nil, err
	}
	return claim, nil
}

// PersistentVolume returns a volume.
func (c *Cluster) PersistentVolume(ctx context.Context, name string) (*corev1.PersistentVolume, error) {
	return get[corev1.PersistentVolume](ctx, c, "", name)
}

// PersistentVolumes returns those that hold the same data, as far as the cache has them.
func (c *Cluster) PersistentVolumes(ctx context.Context, driver, handle string) ([]*corev1.PersistentVolume, error) {
	var all corev1.PersistentVolumeList
	if err := c.list(ctx, &all, client.MatchingFields{VolumeHandle: HandleKey(driver, handle)}); err != nil {
		return nil, err
	}
	out := make([]*corev1.PersistentVolume, len(all.Items))
	for i := range all.Items {
		out[i] = &all.Items[i]
	}
	return out, nil
}

// StorageClass returns a class.
func (c *Cluster) StorageClass(ctx context.Context, name string) (*storagev1.StorageClass, error) {
	return get[storagev1.StorageClass](ctx, c, "", name)
}

// DefaultStorageClass returns the default class, as the cache has it.
func (c *Cluster) DefaultStorageClass(ctx context.Context) (*storagev1.StorageClass, error) {
	var all storagev1.StorageClassList
	if err := c.list(ctx, &all); err != nil {
		return nil, err
	}
	return defaultClass(all.Items), nil
}

// VolumeAttributesClass returns a class of attributes.
func (c *Cluster) VolumeAttributesClass(ctx context.Context, name string) (*storagev1.VolumeAttributesClass, error) {
	return get[storagev1.VolumeAttributesClass](ctx, c, "", name)
}

// VolumeSnapshot returns a snapshot.
func (c *Cluster) VolumeSnapshot(ctx context.Context, namespace, name string) (*snapshotv1.VolumeSnapshot, error) {
	return get[snapshotv1.VolumeSnapshot](ctx, c, namespace, name)
}

// VolumeSnapshotContent returns the content of a snapshot.
func (c *Cluster) VolumeSnapshotContent(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotContent, error) {
	return get[snapshotv1.VolumeSnapshotContent](ctx, c, "", name)
}

// VolumeSnapshotContents returns those that hold the same data, as far as the cache has them.
func (c *Cluster) VolumeSnapshotContents(ctx context.Context, driver, handle string) ([]*snapshotv1.VolumeSnapshotContent, error) {
	if c.Late != nil {
		if there, err := exists(c.Late(ctx, &snapshotv1.VolumeSnapshotContent{})); err != nil || !there {
			return nil, err
		}
	}
	var all snapshotv1.VolumeSnapshotContentList
	if err := c.list(ctx, &all, client.MatchingFields{SnapshotHandle: HandleKey(driver, handle)}); err != nil {
		return nil, err
	}
	out := make([]*snapshotv1.VolumeSnapshotContent, len(all.Items))
	for i := range all.Items {
		out[i] = &all.Items[i]
	}
	return out, nil
}

// VolumeSnapshotClass returns a class of snapshots.
func (c *Cluster) VolumeSnapshotClass(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotClass, error) {
	return get[snapshotv1.VolumeSnapshotClass](ctx, c, "", name)
}

// DefaultVolumeSnapshotClass returns the default class for volumes of the driver, as the cache
// has it.
func (c *Cluster) DefaultVolumeSnapshotClass(ctx context.Context, driver string) (*snapshotv1.VolumeSnapshotClass, error) {
	var all snapshotv1.VolumeSnapshotClassList
	if err := c.list(ctx, &all); err != nil {
		return nil, err
	}
	return defaultSnapshotClass(all.Items, driver), nil
}
