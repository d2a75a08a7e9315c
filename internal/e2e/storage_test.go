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
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// governedStorage makes a dataset that may be stored in the places only, and waits until the gate
// knows it.
func governedStorage(t *testing.T, allowed ...residencyv1.Place) *residencyv1.Dataset {
	t.Helper()
	d := dataset(t, "data")
	p := policyFor(t, d, allowed...)
	p.Spec.Storage, p.Spec.Processing = p.Spec.Processing, residencyv1.PlacesRule{}
	create(t, p)
	accepted(t, p)
	return d
}

// disksIn is a class that makes disks of AWS in a zone. Nothing provisions them here: volumes of the
// class are made by the tests.
func disksIn(t *testing.T, zone string) *storagev1.StorageClass {
	t.Helper()
	c := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, zone)}, Provisioner: "ebs.csi.aws.com",
		ReclaimPolicy: new(corev1.PersistentVolumeReclaimRetain),
		AllowedTopologies: []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{
			{Key: corev1.LabelTopologyZone, Values: []string{zone}},
		}}},
	}
	create(t, c)
	return c
}

// claimOf is a claim of a class, which handles a dataset by its label.
func claimOf(ns *corev1.Namespace, name string, class *storagev1.StorageClass, dataset string) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: name},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: &class.Name,
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}
	if dataset != "" {
		c.Labels = map[string]string{residencyv1.DatasetLabel: dataset}
	}
	return c
}

// diskIn is a disk of AWS in a zone, of a class.
func diskIn(t *testing.T, suffix, zone string, class *storagev1.StorageClass, size string) *corev1.PersistentVolume {
	t.Helper()
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, suffix)},
		Spec: corev1.PersistentVolumeSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, StorageClassName: class.Name,
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)},
			PersistentVolumeSource:        corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: "vol-" + name(t, suffix)}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "topology.ebs.csi.aws.com/zone", Operator: corev1.NodeSelectorOpIn, Values: []string{zone}}},
			}}}},
		},
	}
}

// reserved has a volume name its claim.
func reserved(pv *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	pv.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, UID: c.UID}
	return pv
}

func bound(t *testing.T, c *corev1.PersistentVolumeClaim, to string) {
	t.Helper()
	eventually(t, "claim "+c.Name+" to be bound to "+to, func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(c), c); err != nil {
			return err
		}
		if c.Spec.VolumeName != to || c.Status.Phase != corev1.ClaimBound {
			return fmt.Errorf("it is %s, in %q", c.Status.Phase, c.Spec.VolumeName)
		}
		return nil
	})
}

// What binds here is the PV controller of the cluster.
func TestStorageGate(t *testing.T) {
	d := governedStorage(t, jurisdiction("EEA"))
	ns := namespace(t)
	fra, ldn := disksIn(t, "eu-central-1a"), disksIn(t, "eu-west-2a")
	expectRefusal(t, admin.Create(t.Context(), claimOf(ns, "abroad", ldn, d.Name)), "London, GB", "persistentvolumeclaim "+ns.Name+"/abroad", d.Name)
	keyedDisk := diskIn(t, "keyed", "eu-west-2a", ldn, "1Gi")
	setLabel(keyedDisk, residencyv1.DatasetLabel, d.Name)
	expectRefusal(t, admin.Create(t.Context(), keyedDisk), "London, GB", "persistentvolume "+keyedDisk.Name)

	wanting := claimOf(ns, "data", fra, d.Name)
	create(t, wanting)
	governedNamespace(t, ns)
	expectRefusal(t, admin.Create(t.Context(), reserved(diskIn(t, "reserved", "eu-west-2a", fra, "1Gi"), wanting)),
		"London, GB", "the key of PersistentVolumeClaim "+ns.Name+"/data")
	named := claimOf(ns, "named", fra, d.Name)
	misplaced := diskIn(t, "misplaced", "eu-west-2a", fra, "2Gi")
	create(t, misplaced)
	named.Spec.VolumeName = misplaced.Name
	expectRefusal(t, admin.Create(t.Context(), named), "London, GB")

	// The class says Frankfurt, and there is a volume of it in London: the controller takes what it finds.
	eventAbout(t, "PersistentVolumeClaim", wanting, "London, GB", misplaced.Name)
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(wanting), wanting); err != nil || wanting.Spec.VolumeName != "" || wanting.Status.Phase != corev1.ClaimPending {
		t.Fatalf("the claim is %s, in %q: %v", wanting.Status.Phase, wanting.Spec.VolumeName, err)
	}
	right := diskIn(t, "right", "eu-central-1a", fra, "1Gi") // smaller, so it is taken first
	create(t, right)
	bound(t, wanting, right.Name)

	// A claim that nobody labelled, made of the one that is governed.
	clone := claimOf(ns, "clone", ldn, "")
	clone.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: "PersistentVolumeClaim", Name: "data"}
	expectRefusal(t, admin.Create(t.Context(), clone), "London, GB", "of which its data was made")
	clone.Spec.StorageClassName = &fra.Name
	weather := dataset(t, "weather")
	setLabel(clone, residencyv1.DatasetLabel, weather.Name)
	_, account := account(t, mayDo("create", "persistentvolumeclaims")...)
	expectRefusal(t, account.Create(t.Context(), clone), "This request would take dataset", d.Name, "declassify")

	other := claimOf(namespace(t), "data", ldn, "")
	create(t, other)
	pv := reserved(diskIn(t, "other", "eu-west-2a", ldn, "1Gi"), other)
	create(t, pv)
	bound(t, other, pv.Name)
}

// Provisioning for everybody else does not depend on the manager; the claims that it answers for wait.
func TestStorageWithTheManagerKilled(t *testing.T) {
	d := governedStorage(t, jurisdiction("EEA"))
	ns, others := namespace(t), namespace(t)
	fra := disksIn(t, "eu-central-1a")
	wanting := claimOf(ns, "data", fra, d.Name)
	create(t, wanting)
	governedNamespace(t, ns)
	keyedDisk := diskIn(t, "keyed", "eu-central-1a", fra, "1Ti")
	setLabel(keyedDisk, residencyv1.DatasetLabel, d.Name)
	keyedDisk.Spec.StorageClassName = "nobody-asks-for-it"
	create(t, keyedDisk)
	if err := cluster.KillManager(); err != nil {
		t.Fatalf("killing the manager: %v", err)
	}
	t.Cleanup(func() {
		// Not the test's own context, which has ended by now.
		if err := cluster.StartManager(context.Background()); err != nil {
			t.Errorf("starting the manager: %v", err)
		}
	})
	if err := admin.Create(t.Context(), claimOf(ns, "more", fra, "")); !gateIsDown(err) {
		t.Errorf("a claim of the marked namespace: %v", err)
	}
	if err := admin.Create(t.Context(), claimOf(others, "labelled", fra, d.Name)); !gateIsDown(err) {
		t.Errorf("a claim with a key: %v", err)
	}
	if err := written(t, admin, keyedDisk, "merge patch", func(o client.Object) { setLabel(o, otherLabel, "x") }); !gateIsDown(err) {
		t.Errorf("a label of a volume with a key: %v", err)
	}
	for what, change := range map[string]func(client.Object){
		"an annotation": func(o client.Object) { o.SetAnnotations(map[string]string{otherLabel: "x"}) },
		"a finalizer":   func(o client.Object) { o.SetFinalizers(append(o.GetFinalizers(), "e2e.residency.domicile.dev/stay")) },
		"its end":       func(o client.Object) { o.SetFinalizers(nil) },
	} {
		if err := written(t, admin, keyedDisk, "merge patch", change); err != nil {
			t.Errorf("%s of a volume with a key: %v", what, err)
		}
	}

	free := claimOf(others, "data", fra, "")
	create(t, free)
	pv := reserved(diskIn(t, "other", "eu-west-2a", fra, "1Gi"), free)
	create(t, pv)
	bound(t, free, pv.Name)

	abroad := reserved(diskIn(t, "abroad", "eu-west-2a", fra, "1Gi"), wanting)
	create(t, abroad) // no webhook fails closed for it
	err := written(t, admin, wanting, "merge patch", func(o client.Object) { o.(*corev1.PersistentVolumeClaim).Spec.VolumeName = abroad.Name })
	if !gateIsDown(err) {
		t.Errorf("the claim's own bind: %v", err)
	}
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(wanting), wanting); err != nil || wanting.Spec.VolumeName != "" {
		t.Errorf("the claim is in %q: %v", wanting.Spec.VolumeName, err)
	}
}

// The kinds of snapshots come while everything runs, and need no other configuration.
func TestSnapshotsGate(t *testing.T) {
	if err := cluster.ApplySnapshots(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := governedStorage(t, jurisdiction("EEA"))
	ns := namespace(t)
	content := &snapshotv1.VolumeSnapshotContent{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, "content"), Labels: map[string]string{residencyv1.DatasetLabel: d.Name}},
		Spec: snapshotv1.VolumeSnapshotContentSpec{
			Driver: "disk.csi.azure.com", DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain,
			VolumeSnapshotRef: corev1.ObjectReference{Namespace: ns.Name, Name: "nightly"},
			Source:            snapshotv1.VolumeSnapshotContentSource{SnapshotHandle: new("snap-1")},
		},
	}
	eventually(t, "the content to be refused", func(ctx context.Context) error {
		return refusedWith(admin.Create(ctx, content.DeepCopy()), "volumesnapshotcontent "+content.Name, d.Name)
	})
	snapshot := &snapshotv1.VolumeSnapshot{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "nightly", Labels: map[string]string{residencyv1.DatasetLabel: d.Name}},
		Spec:       snapshotv1.VolumeSnapshotSpec{Source: snapshotv1.VolumeSnapshotSource{PersistentVolumeClaimName: new("data")}},
	}
	expectRefusal(t, admin.Create(t.Context(), snapshot), "volumesnapshot "+ns.Name+"/nightly", d.Name)
}

func TestFrozenKeysOfWhatHoldsData(t *testing.T) {
	if err := cluster.ApplySnapshots(t.Context()); err != nil {
		t.Fatal(err)
	}
	ns := namespace(t)
	const frozen = "frozen-customers"
	declared(t, frozen)
	class := disksIn(t, "eu-central-1a")
	// A snapshot with keys needs the claim that it is to be of.
	create(t, claimed(ns, "data", nil, class.Name))
	rules := append(mayDo("*", "persistentvolumes"), rbacv1.PolicyRule{
		APIGroups: []string{snapshotv1.GroupName}, Resources: []string{"volumesnapshots", "volumesnapshotcontents"}, Verbs: []string{"*"},
	})
	_, writer := account(t, rules...)
	_, may := account(t, append(rules, declassify(frozen))...)
	for kind, object := range map[string]client.Object{
		"persistentvolume": diskIn(t, "volume", "eu-central-1a", class, "1Gi"),
		"volumesnapshot": &snapshotv1.VolumeSnapshot{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "nightly"},
			Spec: snapshotv1.VolumeSnapshotSpec{Source: snapshotv1.VolumeSnapshotSource{PersistentVolumeClaimName: new("data")}}},
		"volumesnapshotcontent": &snapshotv1.VolumeSnapshotContent{ObjectMeta: metav1.ObjectMeta{Name: name(t, "content")},
			Spec: snapshotv1.VolumeSnapshotContentSpec{
				Driver: "ebs.csi.aws.com", DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain,
				VolumeSnapshotRef: corev1.ObjectReference{Namespace: ns.Name, Name: "other"},
				Source:            snapshotv1.VolumeSnapshotContentSource{SnapshotHandle: new("snap-2")},
			}},
	} {
		t.Run(kind, func(t *testing.T) {
			create(t, object)
			if err := written(t, writer, object, "merge patch", func(o client.Object) { setNames(o, frozen) }); err != nil {
				t.Fatalf("adding a key: %v", err)
			}
			off := func(o client.Object) { setNames(o) }
			expectRefusal(t, written(t, writer, object, "merge patch", off), "domicile-frozen-keys", "taking a name off "+kind+" ", frozen)
			if err := written(t, may, object, "merge patch", off); err != nil {
				t.Errorf("with the verb: %v", err)
			}
			if err := written(t, writer, object, "merge patch", func(o client.Object) { setNames(o, frozen) }); err != nil {
				t.Fatalf("adding it again: %v", err)
			}
			if err := writer.Delete(t.Context(), object); err != nil {
				t.Errorf("deleting it: %v", err)
			}
		})
	}
}
