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

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// pending checks that a claim has no volume.
func pending(t *testing.T, c *corev1.PersistentVolumeClaim) {
	t.Helper()
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(c), c); err != nil {
		t.Fatal(err)
	}
	if c.Spec.VolumeName != "" || c.Status.Phase != corev1.ClaimPending {
		t.Fatalf("the claim is %s, in %q", c.Status.Phase, c.Spec.VolumeName)
	}
}

// A claim that only somebody's volume can fill is judged when it gets one, and holds nothing before.
func TestAClaimAwaitsAVolume(t *testing.T) {
	d := governedStorage(t, jurisdiction("EEA"))
	ns := namespace(t)
	none := &storagev1.StorageClass{}
	chosen := map[string]string{otherLabel: ns.Name}
	c := claimOf(ns, "data", none, d.Name)
	c.Spec.Selector = &metav1.LabelSelector{MatchLabels: chosen} // no volume of another test
	create(t, c)
	governedNamespace(t, ns)

	create(t, mounts(ns, "waits", "data", ""))
	expectRefusal(t, admin.Create(t.Context(), mounts(ns, "sent", "data", "fra-aws-1")), "UnknownVolume", "volume data (claim data)")

	expectRefusal(t, admin.Create(t.Context(), reserved(diskIn(t, "reserved", "eu-west-2a", none, "1Gi"), c)), "London, GB", "the key of PersistentVolumeClaim "+ns.Name+"/data")
	abroad := diskIn(t, "abroad", "eu-west-2a", none, "2Gi")
	abroad.Labels = chosen
	create(t, abroad) // nobody's yet: the PV controller finds it
	eventAbout(t, "PersistentVolumeClaim", c, "London, GB", abroad.Name)
	pending(t, c)
	expectRefusal(t, written(t, admin, c, "merge patch", func(o client.Object) { o.(*corev1.PersistentVolumeClaim).Spec.VolumeName = abroad.Name }), "London, GB")
	pending(t, c)

	home := diskIn(t, "home", "eu-central-1a", none, "1Gi") // smaller, so it is taken first
	home.Labels = chosen
	create(t, home)
	bound(t, c, home.Name)
	if err := admin.Delete(t.Context(), mounts(ns, "waits", "data", "")); err != nil {
		t.Fatal(err)
	}
	create(t, mounts(ns, "reads", "data", "fra-aws-1"))
}

// With local volumes it is the scheduler that binds, when the first pod comes.
func TestAClaimAwaitsALocalVolume(t *testing.T) {
	d := governedStorage(t, jurisdiction("EEA"))
	ns := namespace(t)
	class := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, "local")}, Provisioner: "kubernetes.io/no-provisioner",
		VolumeBindingMode: new(storagev1.VolumeBindingWaitForFirstConsumer),
	}
	create(t, class)
	c := claimOf(ns, "data", class, d.Name)
	create(t, c)
	governedNamespace(t, ns)
	in := func(zone string) func(pv *corev1.PersistentVolume) {
		return func(pv *corev1.PersistentVolume) {
			pv.Spec.Local = &corev1.LocalVolumeSource{Path: "/disks/1"}
			pv.Spec.NodeAffinity = onNodesWith(corev1.LabelTopologyZone, zone)
		}
	}
	abroad := volumeIn(t, "abroad", class.Name, in("eu-west-2a"))
	p := mounts(ns, "db", "data", "")
	create(t, p)
	eventAbout(t, "PersistentVolumeClaim", c, "London, GB", abroad.Name)
	pending(t, c)
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(p), p); err != nil || p.Spec.NodeName != "" {
		t.Fatalf("the pod is on %q: %v", p.Spec.NodeName, err)
	}

	if err := admin.Delete(t.Context(), abroad); err != nil {
		t.Fatal(err)
	}
	home := volumeIn(t, "home", class.Name, in("eu-central-1a"))
	bound(t, c, home.Name)
	eventually(t, "the pod to run beside its volume", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
			return err
		}
		if p.Status.Phase != corev1.PodRunning || p.Spec.NodeName != "fra-aws-1" && p.Spec.NodeName != "fra-ali-1" {
			return fmt.Errorf("it is %s on %q", p.Status.Phase, p.Spec.NodeName)
		}
		return nil
	})
}

// A pod may hold a dataset that its claim does not: nobody judges the bind of that, and so its own is.
func TestAPodWhoseClaimHoldsNothingAwaitsAVolume(t *testing.T) {
	d := governedStorage(t, jurisdiction("EEA"))
	ns := namespace(t)
	none := &storagev1.StorageClass{}
	c := claimOf(ns, "data", none, "")
	create(t, c)
	p := mounts(ns, "db", "data", "")
	p.Labels = map[string]string{residencyv1.DatasetLabel: d.Name}
	create(t, p)
	create(t, reserved(diskIn(t, "abroad", "eu-west-2a", none, "1Gi"), c))
	bound(t, c, name(t, "abroad"))
	eventOn(t, ns.Name, "db", "London, GB")
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(p), p); err != nil || p.Spec.NodeName != "" {
		t.Errorf("the pod is on %q: %v", p.Spec.NodeName, err)
	}
}
