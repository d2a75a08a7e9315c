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

package e2e

import (
	"context"
	"fmt"
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// snapshots waits until the dataset counts its snapshots as given.
func snapshots(t *testing.T, d *residencyv1.Dataset, want outcomes) {
	t.Helper()
	eventually(t, fmt.Sprintf("dataset %s to count snapshots %+v", d.Name, want), func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
			return err
		}
		if d.Status.Snapshots == nil || d.Status.Snapshots.OutcomeCounts != want {
			return fmt.Errorf("it counts %+v, violations %+v", d.Status.Snapshots, d.Status.Violations)
		}
		return nil
	})
}

// TestSnapshotsComeLater installs the kinds of snapshots in a cluster that had none, while the
// manager runs.
func TestSnapshotsComeLater(t *testing.T) {
	d := storedIn(t, country("DE"))
	ns := namespace(t)
	class := name(t, "manual")
	create(t, claimed(ns, "data", d, class))
	pv := volumeIn(t, "home", class, onEBS("vol-"+class, "eu-central-1a"))
	stores(t, d, outcomes{Permitted: 1}, outcomes{})
	inherits(t, pv, d)
	if err := cluster.ApplySnapshots(t.Context()); err != nil {
		t.Fatal(err)
	}
	kind := func(name, driver string) *snapshotv1.VolumeSnapshotClass {
		return &snapshotv1.VolumeSnapshotClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Driver: driver, DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain}
	}
	ebs := kind(name(t, "ebs"), "ebs.csi.aws.com")
	create(t, ebs)
	nightly := &snapshotv1.VolumeSnapshot{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "nightly"},
		Spec:       snapshotv1.VolumeSnapshotSpec{VolumeSnapshotClassName: &ebs.Name, Source: snapshotv1.VolumeSnapshotSource{PersistentVolumeClaimName: new("data")}},
	}
	create(t, nightly)
	snapshots(t, d, outcomes{Permitted: 1})
	inherits(t, nightly, d)

	t.Run("a content whose volume is known by its handle", func(t *testing.T) {
		content := &snapshotv1.VolumeSnapshotContent{
			ObjectMeta: metav1.ObjectMeta{Name: name(t, "content")},
			Spec: snapshotv1.VolumeSnapshotContentSpec{
				Driver: "ebs.csi.aws.com", DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain, VolumeSnapshotClassName: &ebs.Name,
				Source:            snapshotv1.VolumeSnapshotContentSource{VolumeHandle: &pv.Spec.CSI.VolumeHandle},
				VolumeSnapshotRef: corev1.ObjectReference{Namespace: ns.Name, Name: "gone"},
			},
		}
		create(t, content)
		snapshots(t, d, outcomes{Permitted: 2})
		inherits(t, content, d)
	})
	snapshots(t, d, outcomes{Permitted: 1})

	t.Run("a restore is governed", func(t *testing.T) {
		restored := claimed(ns, "restored", nil, class, func(c *corev1.PersistentVolumeClaim) {
			c.Spec.DataSource = &corev1.TypedLocalObjectReference{APIGroup: new(snapshotv1.GroupName), Kind: "VolumeSnapshot", Name: "nightly"}
		})
		create(t, restored)
		stores(t, d, outcomes{Permitted: 1, Undetermined: 1}, outcomes{})
		inherits(t, restored, d)
	})
	t.Run("its class is replaced", func(t *testing.T) {
		if err := admin.Delete(t.Context(), ebs); err != nil {
			t.Fatal(err)
		}
		snapshots(t, d, outcomes{Undetermined: 1})
		create(t, kind(ebs.Name, "ebs.csi.aws.com"))
		snapshots(t, d, outcomes{Permitted: 1})
	})
}
