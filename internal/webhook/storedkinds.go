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

package webhook

import (
	"context"
	"maps"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/volume"
)

// storedKind is a kind of which a storedAnswerer answers.
type storedKind[T any] struct {
	want want
	meta func(*T) *metav1.ObjectMeta
	// usedIn is the namespace in which an object that has none itself is used, empty if in none;
	// nil for kinds that have a namespace.
	usedIn func(*T) string

	gather func(*facts.Gatherer, context.Context, *residency.Rulebook, *T) (*residency.Input, error)
	ways   waysOf[T]
	// said is what others that are made of it are held to, if it has keys of its own; nil where
	// such keys hide nothing.
	said waysOf[T]
	// missing names what it is to be made of and that is not there yet; nil where nothing is made
	// of another object.
	missing func(*facts.Gatherer, context.Context, *T) (string, error)

	// decides reports whether data comes to rest somewhere by an update, wherever that is: it is
	// judged as if the object were made now.
	decides func(before, after *T) bool
	// holds reports whether there may be data in it already.
	holds func(*T) bool
	// unbound is the claim that stays without a volume if the change is refused, nil if none does,
	// and the volume that it was to have, nil if that is not known.
	unbound func(*change[T]) (claim, volume *corev1.ObjectReference)
}

type waysOf[T any] func(*facts.Gatherer, context.Context, *T) ([]residency.Handling, error)

func wantStored(group, kind string, resources ...string) want {
	return want{
		kind: groupKind{Group: group, Kind: kind}, resources: resources,
		operations: []admissionv1.Operation{admissionv1.Create, admissionv1.Update},
	}
}

// ofClaims are PersistentVolumeClaims. An update of the status may change labels and annotations too.
func ofClaims() *storedKind[corev1.PersistentVolumeClaim] {
	return &storedKind[corev1.PersistentVolumeClaim]{
		want:    wantStored("", "PersistentVolumeClaim", "persistentvolumeclaims", "persistentvolumeclaims/status"),
		meta:    func(c *corev1.PersistentVolumeClaim) *metav1.ObjectMeta { return &c.ObjectMeta },
		gather:  (*facts.Gatherer).Claim,
		ways:    (*facts.Gatherer).WaysOfClaim,
		said:    (*facts.Gatherer).WaysOfClaim,
		missing: (*facts.Gatherer).MissingSourceOfClaim,
		decides: func(before, after *corev1.PersistentVolumeClaim) bool {
			was, hadClass := volume.ClassOf(before)
			class, hasClass := volume.ClassOf(after)
			node := facts.SelectedNode(after)
			return before.Spec.VolumeName != after.Spec.VolumeName || was != class || hadClass != hasClass ||
				node != "" && node != facts.SelectedNode(before)
		},
		holds: func(c *corev1.PersistentVolumeClaim) bool { return c.Spec.VolumeName != "" },
		unbound: func(c *change[corev1.PersistentVolumeClaim]) (claim, volume *corev1.ObjectReference) {
			if c.before == nil || c.before.Spec.VolumeName != "" {
				return nil, nil
			}
			if c.after.Spec.VolumeName != "" {
				volume = reference("PersistentVolume", "", c.after.Spec.VolumeName, "")
			}
			return reference("PersistentVolumeClaim", c.after.Namespace, c.after.Name, c.after.UID), volume
		},
	}
}

// ofVolumes are PersistentVolumes. Their keys hide nothing: what is in another one of the same
// handle counts besides.
func ofVolumes() *storedKind[corev1.PersistentVolume] {
	return &storedKind[corev1.PersistentVolume]{
		want: wantStored("", "PersistentVolume", "persistentvolumes", "persistentvolumes/status"),
		meta: func(pv *corev1.PersistentVolume) *metav1.ObjectMeta { return &pv.ObjectMeta },
		usedIn: func(pv *corev1.PersistentVolume) string {
			if pv.Spec.ClaimRef == nil {
				return ""
			}
			return pv.Spec.ClaimRef.Namespace
		},
		gather: (*facts.Gatherer).PersistentVolume,
		ways:   (*facts.Gatherer).WaysOfVolume,
		decides: func(before, after *corev1.PersistentVolume) bool {
			return refersNewly(before.Spec.ClaimRef, after.Spec.ClaimRef)
		},
		holds: func(*corev1.PersistentVolume) bool { return true },
		unbound: func(c *change[corev1.PersistentVolume]) (claim, volume *corev1.ObjectReference) {
			ref := c.after.Spec.ClaimRef
			if ref == nil || c.before != nil && !refersNewly(c.before.Spec.ClaimRef, ref) {
				return nil, nil
			}
			return reference("PersistentVolumeClaim", ref.Namespace, ref.Name, ref.UID), reference("PersistentVolume", "", c.after.Name, "")
		},
	}
}

// ofSnapshots are VolumeSnapshots.
func ofSnapshots() *storedKind[snapshotv1.VolumeSnapshot] {
	return &storedKind[snapshotv1.VolumeSnapshot]{
		want:    wantStored(snapshotv1.GroupName, "VolumeSnapshot", "volumesnapshots"),
		meta:    func(s *snapshotv1.VolumeSnapshot) *metav1.ObjectMeta { return &s.ObjectMeta },
		gather:  (*facts.Gatherer).Snapshot,
		ways:    (*facts.Gatherer).WaysOfSnapshot,
		said:    (*facts.Gatherer).WaysOfSnapshot,
		missing: (*facts.Gatherer).MissingSourceOfSnapshot,
		decides: func(before, after *snapshotv1.VolumeSnapshot) bool {
			return deref(before.Spec.VolumeSnapshotClassName) != deref(after.Spec.VolumeSnapshotClassName)
		},
		holds: func(s *snapshotv1.VolumeSnapshot) bool {
			return s.Status != nil && deref(s.Status.BoundVolumeSnapshotContentName) != ""
		},
		unbound: func(*change[snapshotv1.VolumeSnapshot]) (claim, volume *corev1.ObjectReference) { return nil, nil },
	}
}

// ofContents are VolumeSnapshotContents. Whoever follows data to one that has keys goes no further.
func ofContents() *storedKind[snapshotv1.VolumeSnapshotContent] {
	return &storedKind[snapshotv1.VolumeSnapshotContent]{
		want:   wantStored(snapshotv1.GroupName, "VolumeSnapshotContent", "volumesnapshotcontents"),
		meta:   func(c *snapshotv1.VolumeSnapshotContent) *metav1.ObjectMeta { return &c.ObjectMeta },
		usedIn: func(c *snapshotv1.VolumeSnapshotContent) string { return c.Spec.VolumeSnapshotRef.Namespace },
		gather: (*facts.Gatherer).SnapshotContent,
		ways:   (*facts.Gatherer).WaysOfSnapshotContent,
		said: func(_ *facts.Gatherer, _ context.Context, c *snapshotv1.VolumeSnapshotContent) ([]residency.Handling, error) {
			return facts.Handles(metaKeys(&c.ObjectMeta), facts.Keys{}), nil
		},
		decides: func(before, after *snapshotv1.VolumeSnapshotContent) bool {
			return refersNewly(&before.Spec.VolumeSnapshotRef, &after.Spec.VolumeSnapshotRef) ||
				deref(before.Spec.VolumeSnapshotClassName) != deref(after.Spec.VolumeSnapshotClassName)
		},
		holds: func(*snapshotv1.VolumeSnapshotContent) bool { return true },
		unbound: func(*change[snapshotv1.VolumeSnapshotContent]) (claim, volume *corev1.ObjectReference) {
			return nil, nil
		},
	}
}

// deref returns a name that may be nil.
func deref(name *string) string {
	if name == nil {
		return ""
	}
	return *name
}

// refersNewly reports whether a reference names another object than before, or one object for good
// by its uid. That a uid is taken out, as where a volume is given free again, brings it nothing.
func refersNewly(before, after *corev1.ObjectReference) bool {
	switch {
	case after == nil || after.Name == "":
		return false
	case before == nil:
		return true
	}
	return before.Namespace != after.Namespace || before.Name != after.Name || after.UID != "" && after.UID != before.UID
}

// withoutKeys returns a map without the dataset keys.
func withoutKeys(from map[string]string) map[string]string {
	out := maps.Clone(from)
	delete(out, residencyv1.DatasetLabel)
	delete(out, residencyv1.DatasetsAnnotation)
	return out
}
