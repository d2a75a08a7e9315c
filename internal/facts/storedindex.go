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
	"k8s.io/apimachinery/pkg/types"

	"github.com/domicile-dev/domicile/internal/volume"
)

// StoredIndex is StoredObjects for those who have many of them: nothing is looked for one by one.
type StoredIndex struct {
	all StoredObjects

	claims           map[types.NamespacedName]*corev1.PersistentVolumeClaim
	volumes          map[types.NamespacedName]*corev1.PersistentVolume
	snapshots        map[types.NamespacedName]*snapshotv1.VolumeSnapshot
	snapshotContents map[types.NamespacedName]*snapshotv1.VolumeSnapshotContent
	classes          map[types.NamespacedName]*storagev1.StorageClass
	// ends are the claims to which chains lead: all of them are there.
	ends map[types.NamespacedName]string
	// byVolumeHandle and bySnapshotHandle are what holds the same data.
	byVolumeHandle   map[string][]*corev1.PersistentVolume
	bySnapshotHandle map[string][]*snapshotv1.VolumeSnapshotContent
}

var _ Storage = (*StoredIndex)(nil)

// Index returns an index of the objects, which are not to be changed afterwards.
func (s StoredObjects) Index() *StoredIndex {
	x := &StoredIndex{
		all: s, claims: byName[corev1.PersistentVolumeClaim](s.Claims), volumes: byName[corev1.PersistentVolume](s.Volumes),
		snapshots: byName[snapshotv1.VolumeSnapshot](s.Snapshots), classes: byName[storagev1.StorageClass](s.Classes),
		snapshotContents: byName[snapshotv1.VolumeSnapshotContent](s.SnapshotContents),
		byVolumeHandle:   map[string][]*corev1.PersistentVolume{}, bySnapshotHandle: map[string][]*snapshotv1.VolumeSnapshotContent{},
	}
	x.ends = make(map[types.NamespacedName]string, len(s.Claims))
	for key := range x.claims {
		x.findEnd(key)
	}
	for i := range s.Volumes {
		for _, name := range volume.Names(&s.Volumes[i]) {
			key := HandleKey(name.Of, name.Value)
			x.byVolumeHandle[key] = append(x.byVolumeHandle[key], &s.Volumes[i])
		}
	}
	for i := range s.SnapshotContents {
		c := &s.SnapshotContents[i]
		for _, handle := range SnapshotHandles(c) {
			key := HandleKey(c.Spec.Driver, handle)
			x.bySnapshotHandle[key] = append(x.bySnapshotHandle[key], c)
		}
	}
	return x
}

// byName indexes objects. Of two with one name the first counts, as in StoredObjects.
func byName[T any, P interface {
	*T
	metav1.Object
}](all []T) map[types.NamespacedName]*T {
	out := make(map[types.NamespacedName]*T, len(all))
	for i := range slices.Backward(all) {
		o := P(&all[i])
		out[types.NamespacedName{Namespace: o.GetNamespace(), Name: o.GetName()}] = &all[i]
	}
	return out
}

// findEnd finds where the chain ends that begins with a claim, and notes it for all that are on
// the way. Of a ring it is one of its claims.
func (x *StoredIndex) findEnd(at types.NamespacedName) {
	var way []types.NamespacedName
	walked := map[types.NamespacedName]bool{}
	var end string
	for {
		if known, ok := x.ends[at]; ok {
			end = known
			break
		}
		end = at.Name
		next := types.NamespacedName{Namespace: at.Namespace, Name: onlyOf(x.claims[at])}
		if x.claims[next] == nil || walked[at] {
			break
		}
		walked[at] = true
		way = append(way, at)
		at = next
	}
	x.ends[at] = end
	for _, key := range way {
		x.ends[key] = end
	}
}

// onlyOf is the claim in its namespace of which a claim is made that says nothing else about
// what it holds; empty if there is none.
func onlyOf(c *corev1.PersistentVolumeClaim) string {
	if c == nil || c.Spec.VolumeName != "" || metaKeys(c).Any() {
		return ""
	}
	for _, t := range sourceOf(&c.Spec, c.Namespace) {
		if t.kind == kindClaim && t.namespace == c.Namespace {
			return t.name
		}
	}
	return ""
}

// ChainEnd returns the claim to which a chain of claims leads, or the claim itself.
func (x *StoredIndex) ChainEnd(namespace, name string) string {
	if end, ok := x.ends[types.NamespacedName{Namespace: namespace, Name: name}]; ok {
		return end
	}
	return name
}

// Claim returns a claim.
func (x *StoredIndex) Claim(_ context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	return x.claims[types.NamespacedName{Namespace: namespace, Name: name}], nil
}

// ClaimNow returns a claim.
func (x *StoredIndex) ClaimNow(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	return x.Claim(ctx, namespace, name)
}

// PersistentVolume returns a volume.
func (x *StoredIndex) PersistentVolume(_ context.Context, name string) (*corev1.PersistentVolume, error) {
	return x.volumes[types.NamespacedName{Name: name}], nil
}

// PersistentVolumes returns those that hold the same data.
func (x *StoredIndex) PersistentVolumes(_ context.Context, driver, handle string) ([]*corev1.PersistentVolume, error) {
	return x.byVolumeHandle[HandleKey(driver, handle)], nil
}

// StorageClass returns a class.
func (x *StoredIndex) StorageClass(_ context.Context, name string) (*storagev1.StorageClass, error) {
	return x.classes[types.NamespacedName{Name: name}], nil
}

// DefaultStorageClass returns the default class.
func (x *StoredIndex) DefaultStorageClass(ctx context.Context) (*storagev1.StorageClass, error) {
	return x.all.DefaultStorageClass(ctx)
}

// VolumeAttributesClass returns a class of attributes.
func (x *StoredIndex) VolumeAttributesClass(ctx context.Context, name string) (*storagev1.VolumeAttributesClass, error) {
	return x.all.VolumeAttributesClass(ctx, name)
}

// VolumeSnapshot returns a snapshot.
func (x *StoredIndex) VolumeSnapshot(_ context.Context, namespace, name string) (*snapshotv1.VolumeSnapshot, error) {
	return x.snapshots[types.NamespacedName{Namespace: namespace, Name: name}], nil
}

// VolumeSnapshotContent returns the content of a snapshot.
func (x *StoredIndex) VolumeSnapshotContent(_ context.Context, name string) (*snapshotv1.VolumeSnapshotContent, error) {
	return x.snapshotContents[types.NamespacedName{Name: name}], nil
}

// VolumeSnapshotContents returns those that hold the same data.
func (x *StoredIndex) VolumeSnapshotContents(_ context.Context, driver, handle string) ([]*snapshotv1.VolumeSnapshotContent, error) {
	return x.bySnapshotHandle[HandleKey(driver, handle)], nil
}

// VolumeSnapshotClass returns a class of snapshots.
func (x *StoredIndex) VolumeSnapshotClass(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotClass, error) {
	return x.all.VolumeSnapshotClass(ctx, name)
}

// DefaultVolumeSnapshotClass returns the default class for volumes of the driver.
func (x *StoredIndex) DefaultVolumeSnapshotClass(ctx context.Context, driver string) (*snapshotv1.VolumeSnapshotClass, error) {
	return x.all.DefaultVolumeSnapshotClass(ctx, driver)
}
