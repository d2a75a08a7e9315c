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

package changed

import (
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
)

func TestWhatMeansSomething(t *testing.T) {
	claims := func(change func(*corev1.PersistentVolumeClaim)) bool {
		a := &corev1.PersistentVolumeClaim{}
		a.Labels, a.Annotations = map[string]string{"app": "a"}, map[string]string{}
		b := a.DeepCopy()
		change(b)
		return Claims(a, b)
	}
	volumes := func(change func(*corev1.PersistentVolume)) bool {
		a := &corev1.PersistentVolume{}
		a.Labels, a.Annotations = map[string]string{"app": "a"}, map[string]string{}
		b := a.DeepCopy()
		change(b)
		return Volumes(a, b)
	}
	snapshots := func(change func(*snapshotv1.VolumeSnapshot)) bool {
		a := &snapshotv1.VolumeSnapshot{Status: &snapshotv1.VolumeSnapshotStatus{}}
		b := a.DeepCopy()
		change(b)
		return Snapshots(a, b)
	}
	contents := func(change func(*snapshotv1.VolumeSnapshotContent)) bool {
		a := &snapshotv1.VolumeSnapshotContent{Status: &snapshotv1.VolumeSnapshotContentStatus{}}
		b := a.DeepCopy()
		change(b)
		return Contents(a, b)
	}
	for name, tc := range map[string]struct{ got, want bool }{
		"a claim gets an empty key":      {claims(func(c *corev1.PersistentVolumeClaim) { c.Labels[residencyv1.DatasetLabel] = "" }), true},
		"a claim gets another label":     {claims(func(c *corev1.PersistentVolumeClaim) { c.Labels["app"] = "b" }), false},
		"a claim is bound":               {claims(func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "pv" }), true},
		"a claim gets another status":    {claims(func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimBound }), false},
		"a claim gets a node":            {claims(func(c *corev1.PersistentVolumeClaim) { c.Annotations[facts.SelectedNodeAnnotation] = "n" }), true},
		"a claim gets an old class":      {claims(func(c *corev1.PersistentVolumeClaim) { c.Annotations[corev1.BetaStorageClassAnnotation] = "c" }), true},
		"a volume gets another label":    {volumes(func(v *corev1.PersistentVolume) { v.Labels["app"] = "b" }), true},
		"a volume gets a mount option":   {volumes(func(v *corev1.PersistentVolume) { v.Spec.MountOptions = []string{"addr=10.0.0.1"} }), true},
		"a volume gets a key":            {volumes(func(v *corev1.PersistentVolume) { v.Annotations[residencyv1.DatasetsAnnotation] = "a" }), true},
		"a volume is released":           {volumes(func(v *corev1.PersistentVolume) { v.Status.Phase = corev1.VolumeReleased }), false},
		"a snapshot is bound":            {snapshots(func(s *snapshotv1.VolumeSnapshot) { s.Status.BoundVolumeSnapshotContentName = new("c") }), true},
		"a snapshot is ready":            {snapshots(func(s *snapshotv1.VolumeSnapshot) { s.Status.ReadyToUse = new(true) }), false},
		"a snapshot loses its status":    {snapshots(func(s *snapshotv1.VolumeSnapshot) { s.Status = nil }), false},
		"a content gets its handle":      {contents(func(c *snapshotv1.VolumeSnapshotContent) { c.Status.SnapshotHandle = new("snap-1") }), true},
		"a content is ready":             {contents(func(c *snapshotv1.VolumeSnapshotContent) { c.Status.ReadyToUse = new(true) }), false},
		"a content is of another volume": {contents(func(c *snapshotv1.VolumeSnapshotContent) { c.Spec.Source.VolumeHandle = new("vol-1") }), true},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: it means something: %v, want %v", name, tc.got, tc.want)
		}
	}
}
