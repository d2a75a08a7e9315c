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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// inZone is a disk of AWS that is reached from one zone.
func inZone(name, handle, zone string) corev1.PersistentVolume {
	pv := disk(name, handle)
	pv.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{zone}}},
	}}}}
	return pv
}

// classOf makes disks of AWS in the zones.
func classOf(name string, waits bool, zones ...string) storagev1.StorageClass {
	c := storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Provisioner: "ebs.csi.aws.com"}
	if waits {
		c.VolumeBindingMode = new(storagev1.VolumeBindingWaitForFirstConsumer)
	}
	if len(zones) > 0 {
		c.AllowedTopologies = []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: corev1.LabelTopologyZone, Values: zones}}}}
	}
	return c
}

// restInWords is where bytes rest: places joined by " and ", options by " or ".
func restInWords(r location.Rest) string {
	var options []string
	for _, o := range r.Options {
		var places []string
		for i := range o.Places {
			if l := &o.Places[i]; l.Known() {
				places = append(places, l.Place())
			} else {
				places = append(places, string(l.Reason))
			}
		}
		options = append(options, strings.Join(places, " and "))
	}
	words := strings.Join(options, " or ")
	if r.Awaits {
		words = "awaits " + words
	}
	if r.WithNode {
		words = strings.TrimSpace("with the node " + words)
	}
	return words
}

func claimVolume(name string) corev1.VolumeSource {
	return corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name}}
}

func TestWhereTheVolumesOfAPodRest(t *testing.T) {
	of := func(name, class string) corev1.PersistentVolumeClaim {
		c := claimed(name, "", "")
		if class != "none" {
			c.Spec.StorageClassName = &class
		}
		return c
	}
	old := of("old", "fra")
	old.Annotations = map[string]string{corev1.BetaStorageClassAnnotation: "ldn"}
	byDefault := classOf("ldn", false, "eu-west-2a")
	byDefault.Annotations = map[string]string{defaultClassAnnotation: "true"}
	changed := claimed("changed", "pv-1", "")
	changed.Spec.VolumeAttributesClassName = new("gone")
	stored := StoredObjects{
		Claims: []corev1.PersistentVolumeClaim{
			claimed("data", "pv-1", ""), claimed("lost", "pv-9", ""), of("new", "fra"), of("any", "none"), of("waiting", "waits"), of("ghost", "gone"), old,
			of("profiles-v0", "ldn"), changed,
		},
		Volumes: []corev1.PersistentVolume{inZone("pv-1", "vol-1", "eu-central-1a")},
		Classes: []storagev1.StorageClass{classOf("fra", false, "eu-central-1a"), byDefault, classOf("waits", true)},
	}
	template := claimTemplate(metav1.ObjectMeta{})
	template.Ephemeral.VolumeClaimTemplate.Spec.StorageClassName = new("fra")
	unnamed := mounting(template)
	unnamed.Name = ""
	emptyDir := corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
	for name, tc := range map[string]struct {
		pod  *corev1.Pod
		want []string
	}{
		"a bound claim":                        {mounting(claimVolume("data")), []string{"v0, claim data: Frankfurt, DE"}},
		"a claim whose volume is gone":         {mounting(claimVolume("lost")), []string{"v0, claim lost: UnknownVolume"}},
		"a claim that is not there yet":        {mounting(claimVolume("later")), nil},
		"a claim that will be made":            {mounting(claimVolume("new")), []string{"v0, claim new: Frankfurt, DE"}},
		"a claim of the default class":         {mounting(claimVolume("any")), []string{"v0, claim any: London, GB"}},
		"a claim that waits for the pod":       {mounting(claimVolume("waiting")), []string{"v0, claim waiting: with the node"}},
		"a claim whose class is gone":          {mounting(claimVolume("ghost")), []string{"v0, claim ghost: UnknownStorageClass"}},
		"a claim with the old annotation":      {mounting(claimVolume("old")), []string{"v0, claim old: London, GB"}},
		"an ephemeral volume, made already":    {mounting(template), []string{"v0, claim profiles-v0: London, GB"}},
		"an ephemeral volume of a template":    {unnamed, []string{"v0, a claim that is made for it: Frankfurt, DE"}},
		"volumes on the node are one":          {mounting(emptyDir, claimVolume("data"), emptyDir, corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{}}), []string{"v0, emptyDir: with the node and 2 more", "v1, claim data: Frankfurt, DE"}},
		"what the API server keeps":            {mounting(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{}}, corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{}}), nil},
		"memory":                               {mounting(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}}), nil},
		"a server that nobody has vouched for": {mounting(corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{Server: "10.0.0.1", Path: "/"}}), []string{"v0, inline volume: UnknownServer"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Gatherer{Nodes: clusterOf(t, awsNode("fra", "eu-central-1")), Source: shelf{StoredObjects: stored}}
			for _, pod := range []*corev1.Pod{tc.pod, trimmed(tc.pod)} {
				volumes, err := g.volumes(t.Context(), pod, false)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, v := range volumes {
					words := v.Name + ", " + v.Object + ": " + restInWords(v.Rest)
					if v.Others > 0 {
						words += fmt.Sprintf(" and %d more", v.Others)
					}
					got = append(got, words)
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

// trimmed is what a cache keeps of a pod.
func trimmed(pod *corev1.Pod) *corev1.Pod {
	pod = pod.DeepCopy()
	KeepReferences(pod)
	return pod
}

func TestWhereSnapshotsRest(t *testing.T) {
	class := func(name, location string) snapshotv1.VolumeSnapshotClass {
		c := snapshotv1.VolumeSnapshotClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Driver: "ebs.csi.aws.com"}
		if location != "" {
			c.Parameters = map[string]string{"outpostArn": location}
		}
		return c
	}
	isDefault := class("default", "")
	isDefault.Annotations = map[string]string{defaultSnapshotClassAnnotation: "true"}
	named := snapshotOf("named", "data", "")
	named.Spec.VolumeSnapshotClassName = new("daily")
	gone := snapshotOf("gone", "data", "")
	gone.Spec.VolumeSnapshotClassName = new("nope")
	taken := contentOf("taken", "vol-1", "")
	taken.Spec.VolumeSnapshotClassName = new("daily")
	orphan := contentOf("orphan", "vol-9", "")
	orphan.Spec.VolumeSnapshotClassName = new("daily")
	stored := StoredObjects{
		Claims:           []corev1.PersistentVolumeClaim{claimed("data", "pv-1", ""), claimed("unbound", "", "")},
		Volumes:          []corev1.PersistentVolume{inZone("pv-1", "vol-1", "eu-central-1a")},
		SnapshotClasses:  []snapshotv1.VolumeSnapshotClass{class("daily", ""), isDefault},
		SnapshotContents: []snapshotv1.VolumeSnapshotContent{taken, orphan, contentOf("written", "", "snap-1")},
	}
	for name, tc := range map[string]struct {
		snapshot snapshotv1.VolumeSnapshot
		want     string
	}{
		"by its class":                        {named, "Frankfurt, DE"},
		"by the default class":                {snapshotOf("s", "data", ""), "Frankfurt, DE"},
		"by a class that is gone":             {gone, "UnknownSnapshotClass"},
		"of a claim without a volume":         {snapshotOf("s", "unbound", ""), "UnknownVolume"},
		"of a claim that is not there":        {snapshotOf("s", "later", ""), "UnknownVolume"},
		"with a content that was taken":       {snapshotOf("s", "", "taken"), "Frankfurt, DE"},
		"with a content of a volume not here": {snapshotOf("s", "", "orphan"), "UnknownVolume"},
		"with a content somebody wrote":       {snapshotOf("s", "", "written"), "NoVolumeWitness"},
		"with a content that is gone":         {snapshotOf("s", "", "nope"), "UnknownVolume"},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Gatherer{Nodes: clusterOf(t, awsNode("fra", "eu-central-1")), Source: shelf{StoredObjects: stored}}
			w, err := g.Nodes.volumeWorld()
			if err != nil {
				t.Fatal(err)
			}
			rest, err := g.ofSnapshot(t.Context(), w, &tc.snapshot)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, restInWords(rest)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What a claim asks of its volume may not be done yet: the volume is held to both.
func TestAttributesThatAreAskedForAndThoseThatAreThere(t *testing.T) {
	const driver = "file.csi.azure.com"
	attributes := func(name, sku string) storagev1.VolumeAttributesClass {
		return storagev1.VolumeAttributesClass{ObjectMeta: metav1.ObjectMeta{Name: name}, DriverName: driver, Parameters: map[string]string{"skuName": sku}}
	}
	for name, tc := range map[string]struct{ has, asked, want string }{
		"neither":                   {"", "", "NL"},
		"copies are there":          {"geo", "local", "NL and IE and NL"},
		"copies are asked for":      {"local", "geo", "NL and NL and IE"},
		"what is gone is asked for": {"", "gone", "UnknownAttributesClass and NL"},
		"what it has is gone":       {"gone", "", "UnknownAttributesClass and NL"},
	} {
		t.Run(name, func(t *testing.T) {
			pv := corev1.PersistentVolume{ObjectMeta: meta("", "pv"), Spec: corev1.PersistentVolumeSpec{
				StorageClassName:          "files",
				PersistentVolumeSource:    corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: "g#a#s"}},
				VolumeAttributesClassName: &tc.has,
			}}
			pv.Annotations = map[string]string{"pv.kubernetes.io/provisioned-by": driver}
			claim := claimed("data", "pv", "")
			claim.Spec.VolumeAttributesClassName = &tc.asked
			g := &Gatherer{Nodes: clusterOf(t), Source: shelf{StoredObjects: StoredObjects{
				Volumes:           []corev1.PersistentVolume{pv},
				Classes:           []storagev1.StorageClass{{ObjectMeta: metav1.ObjectMeta{Name: "files"}, Provisioner: driver, Parameters: map[string]string{"location": "westeurope", "skuName": "Standard_LRS"}}},
				AttributesClasses: []storagev1.VolumeAttributesClass{attributes("geo", "Standard_GRS"), attributes("local", "Standard_LRS")},
			}}}
			w, err := g.Nodes.volumeWorld()
			if err != nil {
				t.Fatal(err)
			}
			rest, err := g.ofClaim(t.Context(), w, &claim)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, restInWords(rest)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A class that is younger than a snapshot is not the one by which it was taken.
func TestAYoungerSnapshotClassProvesNothing(t *testing.T) {
	c := contentOf("content", "vol-1", "")
	c.CreationTimestamp, c.Spec.VolumeSnapshotClassName = metav1.Unix(1000, 0), new("daily")
	for age, want := range map[int64]string{-1: "Frankfurt, DE", 0: "Frankfurt, DE", 1: "UnknownSnapshotClass"} {
		class := snapshotv1.VolumeSnapshotClass{ObjectMeta: metav1.ObjectMeta{Name: "daily", CreationTimestamp: metav1.Unix(1000+age, 0)}, Driver: "ebs.csi.aws.com"}
		g := &Gatherer{Nodes: clusterOf(t), Source: shelf{StoredObjects: StoredObjects{
			Volumes: []corev1.PersistentVolume{inZone("pv-1", "vol-1", "eu-central-1a")}, SnapshotClasses: []snapshotv1.VolumeSnapshotClass{class},
		}}}
		w, err := g.Nodes.volumeWorld()
		if err != nil {
			t.Fatal(err)
		}
		if rest, err := g.ofContent(t.Context(), w, &c); err != nil || restInWords(rest) != want {
			t.Errorf("by a class that is %d s younger it is in %s, want %s (%v)", age, restInWords(rest), want, err)
		}
	}
}

// Where volumes rest is asked only where a policy says where they may.
func TestVolumesAreLookedUpOnlyWhereTheyMatter(t *testing.T) {
	rules := func(storage bool) *residency.Rulebook {
		p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "p"}}
		p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
		places := residencyv1.PlacesRule{Allowed: []residencyv1.Place{{Country: new(residencyv1.CountryCode("DE"))}}}
		if p.Spec.Processing = places; storage {
			p.Spec.Storage = places
		}
		return residency.Compile(residency.World{Catalogue: load(t)}, []residencyv1.Dataset{{ObjectMeta: metav1.ObjectMeta{Name: "customers"}}}, []residencyv1.ResidencyPolicy{p}, residency.Options{})
	}
	pod := mounting(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}})
	pod.Labels = label("customers")
	g := &Gatherer{Nodes: clusterOf(t), Source: shelf{}}
	for storage, want := range map[bool]int{false: 0, true: 1} {
		in, err := g.Pod(t.Context(), rules(storage), PodSubject(pod), pod)
		if err != nil || len(in.Volumes) != want {
			t.Errorf("with a rule about storage %v: %v, %v", storage, in, err)
		}
		stores, err := g.StoresOnNode(t.Context(), rules(storage), []residency.Handling{{Dataset: "customers"}}, pod)
		if err != nil || stores != storage {
			t.Errorf("with a rule about storage %v its node matters: %v, %v", storage, stores, err)
		}
	}
	g.Nodes = NewNodes(location.Locator{})
	if _, err := g.Pod(t.Context(), rules(true), PodSubject(pod), pod); err == nil || !strings.Contains(err.Error(), "catalogue") {
		t.Errorf("without a catalogue volumes are somewhere: %v", err)
	}
	g = &Gatherer{Nodes: clusterOf(t), Source: shelf{fails: kindClaim}}
	pod = mounting(claimVolume("data"))
	if _, err := g.volumes(t.Context(), pod, false); err == nil || !strings.Contains(err.Error(), "reading PersistentVolumeClaim crm/data") {
		t.Errorf("what cannot be read is no error: %v", err)
	}
}

// late is a shelf that has seen of a claim that it has no volume, when it has one by now.
type late struct {
	shelf
	now corev1.PersistentVolumeClaim
	err error
}

func (l late) ClaimNow(context.Context, string, string) (*corev1.PersistentVolumeClaim, error) {
	return &l.now, l.err
}

// A pod is bound as soon as its claims are, and who judges it need not have seen that.
func TestAClaimOfAPodWithANodeIsReadAnew(t *testing.T) {
	c := claimed("data", "", "")
	c.Spec.StorageClassName = new("")
	now := *c.DeepCopy()
	now.Spec.VolumeName = "pv-1"
	k := late{now: now, shelf: shelf{StoredObjects: StoredObjects{
		Claims: []corev1.PersistentVolumeClaim{c}, Volumes: []corev1.PersistentVolume{inZone("pv-1", "vol-1", "eu-central-1a")},
	}}}
	g := &Gatherer{Nodes: clusterOf(t), Source: k}
	for sent, want := range map[bool]string{false: "awaits UnknownVolume", true: "Frankfurt, DE"} {
		volumes, err := g.volumes(t.Context(), mounting(claimVolume("data")), sent)
		if err != nil {
			t.Fatal(err)
		}
		if got := restInWords(volumes[0].Rest); got != want {
			t.Errorf("sent to a node %v, its volume is %s, want %s", sent, got, want)
		}
	}
	k.err = errAway
	g.Source = k
	if _, err := g.volumes(t.Context(), mounting(claimVolume("data")), true); err == nil || !strings.Contains(err.Error(), "PersistentVolumeClaim crm/data anew") {
		t.Errorf("what cannot be read is no error: %v", err)
	}
}

func TestTheDefaultClassIsTheNewest(t *testing.T) {
	at := func(name, since string, isDefault bool) storagev1.StorageClass {
		c := classOf(name, false)
		if isDefault {
			c.Annotations = map[string]string{defaultClassAnnotation: "true"}
		}
		if err := c.CreationTimestamp.UnmarshalQueryParameter(since); err != nil {
			t.Fatal(err)
		}
		return c
	}
	all := []storagev1.StorageClass{
		at("old", "2026-01-01T00:00:00Z", true), at("b", "2026-02-01T00:00:00Z", true), at("a", "2026-02-01T00:00:00Z", true), at("newest", "2026-03-01T00:00:00Z", false),
	}
	if got := defaultClass(all); got == nil || got.Name != "a" {
		t.Errorf("the default is %v", got)
	}
	if got := defaultClass(all[3:]); got != nil {
		t.Errorf("without a default it is %v", got)
	}
	one := snapshotv1.VolumeSnapshotClass{ObjectMeta: metav1.ObjectMeta{Name: "a", Annotations: map[string]string{defaultSnapshotClassAnnotation: "true"}}, Driver: "d"}
	other := *one.DeepCopy()
	other.Driver = "e"
	if got := defaultSnapshotClass([]snapshotv1.VolumeSnapshotClass{other, one}, "d"); got == nil || got.Name != "a" || got.Driver != "d" {
		t.Errorf("the default of d is %v", got)
	}
	if got := defaultSnapshotClass([]snapshotv1.VolumeSnapshotClass{one, one}, "d"); got != nil {
		t.Errorf("of two defaults it is %v", got)
	}
}
