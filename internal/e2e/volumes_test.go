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
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// storedIn makes a dataset and a policy that says where it may be stored. Nothing is refused for
// it: these tests are about what is there.
func storedIn(t *testing.T, allowed ...residencyv1.Place) *residencyv1.Dataset {
	t.Helper()
	d := dataset(t, "data")
	p := policyFor(t, d)
	p.Spec.Processing, p.Spec.Storage = residencyv1.PlacesRule{}, residencyv1.PlacesRule{Allowed: allowed}
	p.Spec.Enforcement = residencyv1.Enforcement{Admission: residencyv1.EnforcementAudit}
	create(t, p)
	accepted(t, p)
	return d
}

// outcomes are those that a dataset is to count.
type outcomes = residencyv1.OutcomeCounts

// stores waits until the dataset counts its volumes and its pods as given.
func stores(t *testing.T, d *residencyv1.Dataset, volumes, pods outcomes) {
	t.Helper()
	eventually(t, fmt.Sprintf("dataset %s to count volumes %+v and pods %+v", d.Name, volumes, pods), func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
			return err
		}
		s := &d.Status
		if s.Volumes == nil || s.Workloads == nil || s.Volumes.OutcomeCounts != volumes || s.Workloads.OutcomeCounts != pods {
			return fmt.Errorf("it counts volumes %+v, pods %+v, violations %+v", s.Volumes, s.Workloads, s.Violations)
		}
		return nil
	})
}

// inherits waits until an object says that it holds the dataset.
func inherits(t *testing.T, object client.Object, d *residencyv1.Dataset) {
	t.Helper()
	eventually(t, kindOf(object)+" "+object.GetName()+" to say what it inherits", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}
		if got := object.GetAnnotations()[residencyv1.DatasetsAnnotation]; got != d.Name {
			return fmt.Errorf("its annotation is %q", got)
		}
		return nil
	})
}

// claimed is a claim of a namespace, with the dataset's label if there is one, for a class.
func claimed(ns *corev1.Namespace, name string, d *residencyv1.Dataset, class string, change ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: name},
		Spec: corev1.PersistentVolumeClaimSpec{
			StorageClassName: &class, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}
	if d != nil {
		c.Labels = map[string]string{residencyv1.DatasetLabel: d.Name}
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// volumeIn is a PersistentVolume of a class that no provisioner makes, retained.
func volumeIn(t *testing.T, suffix, class string, change func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	t.Helper()
	pv := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, suffix)},
		Spec: corev1.PersistentVolumeSpec{
			StorageClassName: class, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
		},
	}
	change(pv)
	create(t, pv)
	return pv
}

// onEBS makes a volume one of Amazon EBS in a zone.
func onEBS(handle, zone string) func(*corev1.PersistentVolume) {
	return func(pv *corev1.PersistentVolume) {
		pv.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: handle}
		pv.Spec.NodeAffinity = onNodesWith("topology.ebs.csi.aws.com/zone", zone)
	}
}

func onNodesWith(key, value string) *corev1.VolumeNodeAffinity {
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: []string{value}}},
	}}}}
}

// mounts is a pod that uses a claim and says nothing itself.
func mounts(ns *corev1.Namespace, name, claim, node string) *corev1.Pod {
	p := pod(ns, name, "", node)
	p.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
	}}}
	return p
}

// patched changes an object.
func patched(t *testing.T, object client.Object, change func()) {
	t.Helper()
	before := object.DeepCopyObject().(client.Object)
	change()
	if err := admin.Patch(t.Context(), object, client.MergeFrom(before)); err != nil {
		t.Fatalf("changing %s: %v", object.GetName(), err)
	}
}

func TestAVolumeIsBoundLater(t *testing.T) {
	d := storedIn(t, country("DE"))
	ns := namespace(t)
	class := name(t, "manual")
	c := claimed(ns, "data", d, class)
	create(t, c)
	create(t, mounts(ns, "db", "data", "fra-aws-1"))
	stores(t, d, outcomes{Undetermined: 1}, outcomes{Undetermined: 1}) // nothing says what makes it
	pv := volumeIn(t, "abroad", class, onEBS("vol-"+class, "eu-west-2a"))
	stores(t, d, outcomes{Prohibited: 1}, outcomes{Prohibited: 1})
	waitCondition(t, d, residencyv1.ConditionCompliant, metav1.ConditionFalse, residencyv1.ReasonProhibited)
	// Which of the two was seen first is not what is tried here.
	v := slices.SortedFunc(slices.Values(d.Status.Violations), func(a, b residencyv1.Violation) int { return strings.Compare(a.Kind, b.Kind) })
	if len(v) != 2 || v[0].Kind != "PersistentVolumeClaim" || v[1].Kind != "Pod" ||
		v[0].Aspect != residencyv1.AspectStorage || !strings.Contains(v[0].Location, "London, GB") || !strings.Contains(v[1].Location, "volume data: London, GB") {
		t.Errorf("violations are %+v", v)
	}
	eventOn(t, ns.Name, "data", "London, GB")
	eventually(t, "the metric", metricHas(t, fmt.Sprintf("domicile_volumes{dataset=%q,outcome=\"Prohibited\"} 1", d.Name)))
	inherits(t, pv, d)

	t.Run("its labels say that it is elsewhere", func(t *testing.T) {
		patched(t, pv, func() { pv.Labels = map[string]string{corev1.LabelTopologyRegion: "eu-central-1"} })
		stores(t, d, outcomes{Undetermined: 1}, outcomes{Undetermined: 1})
		patched(t, pv, func() { pv.Labels = nil })
		stores(t, d, outcomes{Prohibited: 1}, outcomes{Prohibited: 1})
	})
	t.Run("an unlabelled claim of the retained volume is governed", func(t *testing.T) {
		for _, o := range []client.Object{mounts(ns, "db", "data", ""), c} {
			if err := admin.Delete(t.Context(), o, client.GracePeriodSeconds(0)); err != nil {
				t.Fatal(err)
			}
		}
		// The claim stays until its pod is gone, and counts the same.
		eventually(t, "the volume without a claim to be flagged", func(ctx context.Context) error {
			if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
				return err
			}
			if v := d.Status.Violations; len(v) != 1 || v[0].Kind != "PersistentVolume" || v[0].Namespace != "" {
				return fmt.Errorf("violations are %+v", v)
			}
			return nil
		})
		stores(t, d, outcomes{Prohibited: 1}, outcomes{})
		eventually(t, "the volume to be released", func(ctx context.Context) error {
			if err := admin.Get(ctx, client.ObjectKeyFromObject(pv), pv); err != nil {
				return err
			}
			if pv.Status.Phase != corev1.VolumeReleased {
				return fmt.Errorf("it is %s", pv.Status.Phase)
			}
			return nil
		})
		patched(t, pv, func() { pv.Spec.ClaimRef = nil })
		again := claimed(ns, "again", nil, class)
		create(t, again)
		create(t, mounts(ns, "reader", "again", "fra-aws-1"))
		stores(t, d, outcomes{Prohibited: 1}, outcomes{Prohibited: 1})
		inherits(t, again, d)
	})
}

func TestAClassIsReplaced(t *testing.T) {
	d := storedIn(t, country("DE"))
	ns := namespace(t)
	class := func(zone string) *storagev1.StorageClass {
		return &storagev1.StorageClass{
			ObjectMeta: metav1.ObjectMeta{Name: name(t, "disks")}, Provisioner: "ebs.csi.aws.com",
			AllowedTopologies: []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{
				{Key: "topology.ebs.csi.aws.com/zone", Values: []string{zone}},
			}}},
		}
	}
	home := class("eu-central-1a")
	create(t, home)
	create(t, claimed(ns, "data", d, home.Name))
	stores(t, d, outcomes{Permitted: 1}, outcomes{})
	if err := admin.Delete(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	stores(t, d, outcomes{Undetermined: 1}, outcomes{})
	create(t, class("eu-west-2a"))
	stores(t, d, outcomes{Prohibited: 1}, outcomes{})
}

func TestANodeIsRelabelledUnderALocalVolume(t *testing.T) {
	d := storedIn(t, country("DE"))
	ns := namespace(t)
	node := newNode(t, "disks", "", map[string]string{
		corev1.LabelHostname: name(t, "host"), corev1.LabelTopologyRegion: "europe-west3", corev1.LabelTopologyZone: "europe-west3-a",
	})
	class := name(t, "local")
	volumeIn(t, "disk", class, func(pv *corev1.PersistentVolume) {
		pv.Spec.Local = &corev1.LocalVolumeSource{Path: "/disks/1"}
		pv.Spec.NodeAffinity = onNodesWith(corev1.LabelHostname, node.Labels[corev1.LabelHostname])
	})
	create(t, claimed(ns, "data", d, class))
	stores(t, d, outcomes{Permitted: 1}, outcomes{})
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(node), node); err != nil {
		t.Fatal(err)
	}
	patched(t, node, func() {
		node.Labels[corev1.LabelTopologyRegion], node.Labels[corev1.LabelTopologyZone] = "us-west4", "us-west4-a"
	})
	eventually(t, "the volume to be flagged", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
			return err
		}
		if d.Status.Volumes == nil || d.Status.Volumes.Permitted > 0 || d.Status.Volumes.Total != 1 {
			return fmt.Errorf("it counts %+v", d.Status.Volumes)
		}
		return nil
	})
}

func TestACloneIsGovernedAndKeepsItsDataset(t *testing.T) {
	d := storedIn(t, country("DE"))
	ns := namespace(t)
	class := name(t, "manual")
	source := claimed(ns, "source", d, class)
	create(t, source)
	create(t, mounts(ns, "reader", "clone", "fra-aws-1"))
	clone := claimed(ns, "clone", nil, class, func(c *corev1.PersistentVolumeClaim) {
		c.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: "PersistentVolumeClaim", Name: "source"}
	})
	create(t, clone)
	stores(t, d, outcomes{Undetermined: 2}, outcomes{Undetermined: 1})
	inherits(t, clone, d)
	if err := admin.Delete(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	stores(t, d, outcomes{Undetermined: 1}, outcomes{Undetermined: 1})
}

func TestWhatWasWrittenWhileTheManagerWasDown(t *testing.T) {
	d := storedIn(t, country("DE"))
	class := name(t, "manual")
	volumeIn(t, "home", class, func(pv *corev1.PersistentVolume) {
		onEBS("vol-"+class, "eu-central-1a")(pv)
		pv.Annotations = map[string]string{residencyv1.DatasetsAnnotation: d.Name}
	})
	stores(t, d, outcomes{Permitted: 1}, outcomes{})
	var again *corev1.PersistentVolume
	restartManager(t, func() {
		// Nobody asks the gate about it: it says nothing of what it holds.
		again = volumeIn(t, "abroad", class, onEBS("vol-"+class, "eu-west-2a"))
	})
	stores(t, d, outcomes{Permitted: 1, Prohibited: 1}, outcomes{})
	inherits(t, again, d)
	events := &eventsv1.EventList{}
	eventually(t, "an Event on the volume", func(ctx context.Context) error {
		if err := admin.List(ctx, events, client.InNamespace(metav1.NamespaceDefault)); err != nil {
			return err
		}
		for _, e := range events.Items {
			if e.Regarding.Kind == "PersistentVolume" && e.Regarding.Name == name(t, "abroad") && e.Reason == "Prohibited" {
				return nil
			}
		}
		return fmt.Errorf("there is none among %d", len(events.Items))
	})
}
