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
	"fmt"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// NewStored returns an empty object of a kind that holds data, to read one into.
func NewStored(kind string) client.Object {
	switch kind {
	case kindClaim:
		return &corev1.PersistentVolumeClaim{}
	case kindVolume:
		return &corev1.PersistentVolume{}
	case kindSnapshot:
		return &snapshotv1.VolumeSnapshot{}
	default:
		return &snapshotv1.VolumeSnapshotContent{}
	}
}

// StoredVersion is the version of the API in which such an object is read.
func StoredVersion(kind string) string {
	if kind == kindClaim || kind == kindVolume {
		return corev1.SchemeGroupVersion.String()
	}
	return snapshotv1.SchemeGroupVersion.String()
}

// Stored gathers the facts about a claim, a PersistentVolume, a snapshot or the content of one.
// Another object is an error.
func (g *Gatherer) Stored(ctx context.Context, rb *residency.Rulebook, object metav1.Object) (*residency.Input, error) {
	switch o := object.(type) {
	case *corev1.PersistentVolumeClaim:
		return g.Claim(ctx, rb, o)
	case *corev1.PersistentVolume:
		return g.PersistentVolume(ctx, rb, o)
	case *snapshotv1.VolumeSnapshot:
		return g.Snapshot(ctx, rb, o)
	case *snapshotv1.VolumeSnapshotContent:
		return g.SnapshotContent(ctx, rb, o)
	default:
		return nil, holdsNothing(object)
	}
}

// WaysOfStored returns by which ways such an object holds datasets, all of them, sorted by dataset.
func (g *Gatherer) WaysOfStored(ctx context.Context, object metav1.Object) (ways []residency.Handling, err error) {
	switch o := object.(type) {
	case *corev1.PersistentVolumeClaim:
		ways, err = g.WaysOfClaim(ctx, o)
	case *corev1.PersistentVolume:
		ways, err = g.WaysOfVolume(ctx, o)
	case *snapshotv1.VolumeSnapshot:
		ways, err = g.WaysOfSnapshot(ctx, o)
	case *snapshotv1.VolumeSnapshotContent:
		ways, err = g.WaysOfSnapshotContent(ctx, o)
	default:
		return nil, holdsNothing(object)
	}
	byDataset(ways)
	return ways, err
}

// RestOf says where such an object rests, or will, whether that is restricted or not.
func (g *Gatherer) RestOf(ctx context.Context, object metav1.Object) (location.Rest, error) {
	w, err := g.Nodes.volumeWorld()
	if err != nil {
		return location.Rest{}, err
	}
	switch o := object.(type) {
	case *corev1.PersistentVolumeClaim:
		return g.ofClaim(ctx, w, o)
	case *corev1.PersistentVolume:
		return g.ofVolumeAsItIs(ctx, w, o)
	case *snapshotv1.VolumeSnapshot:
		return g.ofSnapshot(ctx, w, o)
	case *snapshotv1.VolumeSnapshotContent:
		return g.ofContent(ctx, w, o)
	default:
		return location.Rest{}, holdsNothing(object)
	}
}

// ClassOfClaim returns the class by which the volume of a claim is made, nil if there is none.
func (g *Gatherer) ClassOfClaim(ctx context.Context, c *corev1.PersistentVolumeClaim) (*storagev1.StorageClass, error) {
	return g.storageClass(ctx, c)
}

func holdsNothing(object metav1.Object) error {
	return fmt.Errorf("%T %s is none of the objects that hold data", object, object.GetName())
}
