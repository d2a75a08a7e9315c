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
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

// storing has the datasets restricted where they are stored, too: customers and payroll to the EEA,
// clicks with a warning.
func storing(w *world) {
	both := func(p residencyv1.ResidencyPolicy) residencyv1.ResidencyPolicy {
		p.Spec.Storage = p.Spec.Processing
		return p
	}
	w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue},
		[]residencyv1.Dataset{dataset("customers", "personal"), dataset("payroll", "personal"), dataset("clicks", "warned"), dataset("weather", "open")},
		[]residencyv1.ResidencyPolicy{
			both(policy("gdpr", "personal", residencyv1.EnforcementDeny)), both(policy("advice", "warned", residencyv1.EnforcementWarn)),
		}, residency.Options{}))
	w.Classes = []storagev1.StorageClass{class("fra", "eu-central-1a"), class("ldn", "eu-west-2a"), class("waits")}
	w.Classes[2].VolumeBindingMode = new(storagev1.VolumeBindingWaitForFirstConsumer)
	w.SnapshotClasses = []snapshotv1.VolumeSnapshotClass{{
		ObjectMeta: metav1.ObjectMeta{Name: "disks", Annotations: map[string]string{"snapshot.storage.kubernetes.io/is-default-class": "true"}}, Driver: "ebs.csi.aws.com",
	}}
	w.Volumes = []corev1.PersistentVolume{*disk("pv-fra", "eu-central-1a"), *disk("pv-ldn", "eu-west-2a")}
}

// class makes disks of AWS in the zones.
func class(name string, zones ...string) storagev1.StorageClass {
	c := storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Provisioner: "ebs.csi.aws.com"}
	if len(zones) > 0 {
		c.AllowedTopologies = []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: corev1.LabelTopologyZone, Values: zones}}}}
	}
	return c
}

// keyed gives an object the key of the datasets.
func keyed[T metav1.Object](o T, datasets string) T {
	o.SetAnnotations(over(o.GetAnnotations(), map[string]string{residencyv1.DatasetsAnnotation: datasets}))
	return o
}

// claim is a claim of crm, of a class if it has one.
func claim(class string, change ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "data", UID: "uid-of-data"},
	}
	if class != "" {
		c.Spec.StorageClassName = &class
	}
	for _, f := range change {
		f(c)
	}
	return c
}

func in(volume string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = volume }
}

func madeOf(kind, name string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: kind, Name: name}
	}
}

func forNode(name string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Annotations = over(c.Annotations, map[string]string{"volume.kubernetes.io/selected-node": name})
	}
}

// disk is a disk of AWS in a zone, with its name as the handle.
func disk(name, zone string, change ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	pv := &corev1.PersistentVolume{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolume"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PersistentVolumeSpec{PersistentVolumeSource: corev1.PersistentVolumeSource{
			CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: "vol-" + name},
		}},
	}
	if zone != "" {
		pv.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: inZone("topology.ebs.csi.aws.com/zone", zone).NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution}
	}
	for _, f := range change {
		f(pv)
	}
	return pv
}

func claimedBy(name string, uid types.UID) func(*corev1.PersistentVolume) {
	return func(pv *corev1.PersistentVolume) {
		pv.Spec.ClaimRef = &corev1.ObjectReference{Kind: "PersistentVolumeClaim", Namespace: "crm", Name: name, UID: uid}
	}
}

// has puts objects into the world.
func has(objects ...any) func(*world) {
	return func(w *world) {
		storing(w)
		for _, o := range objects {
			switch o := o.(type) {
			case *corev1.PersistentVolumeClaim:
				w.Claims = append(w.Claims, *o)
			case *corev1.PersistentVolume:
				w.Volumes = append(w.Volumes, *o)
			case *snapshotv1.VolumeSnapshot:
				w.Snapshots = append(w.Snapshots, *o)
			case *snapshotv1.VolumeSnapshotContent:
				w.SnapshotContents = append(w.SnapshotContents, *o)
			}
		}
	}
}

func snapshot(change ...func(*snapshotv1.VolumeSnapshot)) *snapshotv1.VolumeSnapshot {
	s := &snapshotv1.VolumeSnapshot{
		TypeMeta:   metav1.TypeMeta{APIVersion: "snapshot.storage.k8s.io/v1", Kind: "VolumeSnapshot"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "nightly"},
	}
	s.Spec.Source.PersistentVolumeClaimName = new("data")
	for _, f := range change {
		f(s)
	}
	return s
}

func content(handle string, change ...func(*snapshotv1.VolumeSnapshotContent)) *snapshotv1.VolumeSnapshotContent {
	c := &snapshotv1.VolumeSnapshotContent{
		TypeMeta:   metav1.TypeMeta{APIVersion: "snapshot.storage.k8s.io/v1", Kind: "VolumeSnapshotContent"},
		ObjectMeta: metav1.ObjectMeta{Name: "content"},
		Spec:       snapshotv1.VolumeSnapshotContentSpec{Driver: "ebs.csi.aws.com", VolumeSnapshotRef: corev1.ObjectReference{Namespace: "crm", Name: "nightly"}},
	}
	c.Spec.Source.SnapshotHandle, c.Spec.VolumeSnapshotClassName = &handle, new("disks")
	for _, f := range change {
		f(c)
	}
	return c
}

func ofVolume(handle string) func(*snapshotv1.VolumeSnapshotContent) {
	return func(c *snapshotv1.VolumeSnapshotContent) {
		c.Spec.Source = snapshotv1.VolumeSnapshotContentSource{VolumeHandle: &handle}
	}
}

// storedCase is what is answered to one review of what data rests in.
type storedCase struct {
	before, after metav1.Object
	subResource   string
	review        func(*admissionv1.AdmissionRequest)
	world         func(*world)

	code   int32
	says   []string // in the message
	warns  []string // in the warnings; nil: there are none
	marked []string
	asked  []string
	events []string // that are sent
}

// run posts the review to all the paths, which answer alike.
func (tc *storedCase) run(t *testing.T, resource string, paths ...string) {
	for _, path := range paths {
		t.Run(strings.TrimPrefix(path, "/admit/"), func(t *testing.T) {
			w := newWorld(t)
			storing(w)
			if tc.world != nil {
				tc.world(w)
			}
			events := &sentEvents{}
			w.options.Events = events
			changes := []func(*admissionv1.AdmissionRequest){as("dev"), func(r *admissionv1.AdmissionRequest) {
				r.Namespace = tc.after.GetNamespace()
			}}
			if tc.review != nil {
				changes = append(changes, tc.review)
			}
			var old any
			if tc.before != nil {
				old = tc.before
			}
			status, got := w.post(t, path, reviewOf(t, resource, tc.subResource, tc.after, old, changes...))
			if status != http.StatusOK || code(got) != tc.code {
				t.Fatalf("status %d, code %d, want %d: %+v", status, code(got), tc.code, got.Result)
			}
			for _, words := range tc.says {
				if !strings.Contains(got.Result.Message, words) {
					t.Errorf("the refusal does not say %q: %s", words, got.Result.Message)
				}
			}
			said := strings.Join(got.Warnings, " ")
			for _, words := range tc.warns {
				if !strings.Contains(said, words) {
					t.Errorf("the warnings do not say %q: %q", words, got.Warnings)
				}
			}
			if tc.warns == nil && tc.code == 0 && len(got.Warnings) > 0 {
				t.Errorf("it is warned of: %q", got.Warnings)
			}
			if diff := cmp.Diff(tc.marked, w.marked); diff != "" {
				t.Errorf("marked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.asked, w.asked); diff != "" {
				t.Errorf("asked who may declassify (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.events, events.sent); diff != "" {
				t.Errorf("Events (-want +got):\n%s", diff)
			}
		})
	}
}

const toldOfData = "Warning VolumeRefused Bind crm/data uid-of-data"

func TestClaims(t *testing.T) {
	source := func(datasets string) *corev1.PersistentVolumeClaim {
		c := keyed(claim("fra", in("pv-fra")), datasets)
		c.Name = "source"
		return c
	}
	mayNot := func(w *world) { has(source("customers,payroll"))(w) }
	crm := []string{"crm"}
	for name, tc := range map[string]storedCase{
		"that handles nothing":           {after: claim("ldn")},
		"to a class that is permitted":   {after: keyed(claim("fra"), "customers"), marked: crm},
		"to a class that is not":         {after: keyed(claim("ldn"), "customers"), code: 403, says: []string{"persistentvolumeclaim crm/data", `"customers"`, "London, GB", "does not permit for storage"}},
		"to a class that is not, warned": {after: keyed(claim("ldn"), "clicks"), marked: crm, warns: []string{`"clicks"`, "London, GB"}},
		"of a dataset without a rule":    {after: keyed(claim("ldn"), "weather"), marked: crm},
		"in a dry run":                   {after: keyed(claim("fra"), "customers"), review: dryRun},
		"to a class that is gone":        {after: keyed(claim("gone"), "customers"), code: 403, says: []string{"UnknownStorageClass"}},
		"to a volume that is permitted":  {after: keyed(claim("ldn", in("pv-fra")), "customers"), marked: crm},
		"to a volume that is not":        {after: keyed(claim("fra", in("pv-ldn")), "customers"), code: 403, says: []string{"London, GB"}},
		"of a namespace with the key": {
			after: claim("ldn"), code: 403, says: []string{"annotation residency.domicile.dev/datasets of its namespace"},
			world: func(w *world) {
				storing(w)
				w.namespaces["crm"] = metaKeys(&keyed(&corev1.Namespace{}, "customers").ObjectMeta)
			},
		},
		"in an excluded namespace": {after: keyed(claim("ldn"), "customers"), world: func(w *world) { w.options.ExcludedNamespaces = []string{"crm"} }},
		"without a rulebook":       {after: keyed(claim("fra"), "customers"), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} }, code: 503, says: []string{"the rulebook is not compiled yet"}},
		"that cannot be marked":    {after: keyed(claim("fra"), "customers"), world: func(w *world) { w.mark = errors.New("no way to write") }, marked: crm, code: 503},

		"made of a governed one":                  {after: claim("ldn", madeOf("PersistentVolumeClaim", "source")), world: has(source("customers")), code: 403, says: []string{"the key of PersistentVolumeClaim crm/source, of which its data was made"}},
		"made of a governed one, where it may be": {after: claim("fra", madeOf("PersistentVolumeClaim", "source")), world: has(source("customers")), marked: crm},
		"made of one, and says the same":          {after: keyed(claim("fra", madeOf("PersistentVolumeClaim", "source")), "customers"), world: has(source("customers")), marked: crm},
		"made of one, and says more":              {after: keyed(claim("fra", madeOf("PersistentVolumeClaim", "source")), "payroll,customers"), world: has(source("customers")), marked: crm},
		"made of one, and says less": {
			after: keyed(claim("fra", madeOf("PersistentVolumeClaim", "source")), "payroll"), world: mayNot, code: 403, marked: crm, asked: []string{"dev customers"},
			says: []string{
				`This request would take dataset "customers" off persistentvolumeclaim crm/data, which would be held to it by the key of PersistentVolumeClaim crm/source, of which its data was made`,
				"kubectl auth can-i declassify datasets.residency.domicile.dev/customers", "Leave all dataset keys out",
			},
		},
		"made of one, and says nothing with a key": {after: keyed(claim("fra", madeOf("PersistentVolumeClaim", "source")), "weather"), world: mayNot, code: 403, marked: crm, asked: []string{"dev customers", "dev payroll"}},
		"made of one, and says less, with the verb": {
			after: keyed(claim("fra", madeOf("PersistentVolumeClaim", "source")), "payroll"), marked: crm, asked: []string{"dev customers"},
			world: func(w *world) { mayNot(w); w.may = map[string]bool{"dev customers": true} },
		},
		"made of what is not there yet, with a key": {
			after: keyed(claim("fra", madeOf("VolumeSnapshot", "later")), "weather"), code: 403, marked: crm,
			says: []string{"VolumeSnapshot crm/later, which is not there", "Make it after its source, or leave all dataset keys out"},
		},
		"made of what is not there yet, without a key": {after: claim("fra", madeOf("VolumeSnapshot", "later"))},
		"made of what is not there yet, comes to have a key": {
			before: claim("fra", madeOf("PersistentVolumeClaim", "later")), after: keyed(claim("fra", madeOf("PersistentVolumeClaim", "later")), "weather"), code: 403, marked: crm,
			says: []string{"PersistentVolumeClaim crm/later, which is not there"},
		},
		"made already of what is gone, comes to have a key": {
			before: claim("fra", in("pv-fra"), madeOf("VolumeSnapshot", "gone")), after: keyed(claim("fra", in("pv-fra"), madeOf("VolumeSnapshot", "gone")), "weather"), marked: crm,
		},
		"made of a snapshot, and says less": {
			after: keyed(claim("fra", madeOf("VolumeSnapshot", "nightly")), "weather"), code: 403, marked: crm, asked: []string{"dev customers"},
			world: has(keyed(snapshot(), "customers")), says: []string{"the key of VolumeSnapshot crm/nightly"},
		},

		"bound where it may be": {before: keyed(claim("fra"), "customers"), after: keyed(claim("fra", in("pv-fra")), "customers"), marked: crm},
		"bound where it may not be": {
			before: keyed(claim("fra"), "customers"), after: keyed(claim("fra", in("pv-ldn")), "customers"),
			code: 403, says: []string{"London, GB"}, events: []string{toldOfData + " pv-ldn"},
		},
		"bound where it may not be, in a dry run": {before: keyed(claim("fra"), "customers"), after: keyed(claim("fra", in("pv-ldn")), "customers"), review: dryRun, code: 403},
		"bound to a retained volume": {
			before: claim("ldn"), after: claim("ldn", in("kept")), world: has(keyed(disk("kept", "eu-west-2a"), "customers")),
			code: 403, says: []string{"the key of PersistentVolume kept, in which its data rests"}, events: []string{toldOfData + " kept"},
		},
		"given the default class, which is not permitted": {before: keyed(claim(""), "customers"), after: keyed(claim("ldn"), "customers"), code: 403, events: []string{toldOfData}},
		"given the default class, which is":               {before: keyed(claim(""), "customers"), after: keyed(claim("fra"), "customers"), marked: crm},
		"for a node that is permitted":                    {before: keyed(claim("waits"), "customers"), after: keyed(claim("waits", forNode("fra-1")), "customers"), marked: crm},
		"for a node that is not": {
			before: keyed(claim("waits"), "customers"), after: keyed(claim("waits", forNode("ldn-1")), "customers"),
			code: 403, says: []string{"London, GB"}, events: []string{toldOfData},
		},
		"for a node no longer": {before: keyed(claim("waits", forNode("ldn-1")), "customers"), after: keyed(claim("waits"), "customers")},
		"that is flagged already, another of its keys": {
			before: keyed(claim("ldn", in("pv-ldn")), "customers"), after: keyed(claim("ldn", in("pv-ldn")), "customers,weather"), marked: crm,
		},
		"that has data, comes to have a key": {
			before: claim("ldn", in("pv-ldn")), after: keyed(claim("ldn", in("pv-ldn")), "customers"), subResource: "status", marked: crm,
			warns: []string{"persistentvolumeclaim crm/data has been there before: the update is admitted, and it is flagged", "London, GB"},
		},
		"that has no data yet, comes to have a key": {before: claim("ldn"), after: keyed(claim("ldn"), "customers"), code: 403, says: []string{"London, GB"}, events: []string{toldOfData}},
		"what it inherits is written on it": {
			before: claim("ldn", in("pv-ldn"), madeOf("PersistentVolumeClaim", "source")),
			after:  keyed(claim("ldn", in("pv-ldn"), madeOf("PersistentVolumeClaim", "source")), "customers"), world: has(source("customers")),
		},
		"given a key that says less than it inherits": {
			before: claim("fra", in("pv-fra"), madeOf("PersistentVolumeClaim", "source")),
			after:  keyed(claim("fra", in("pv-fra"), madeOf("PersistentVolumeClaim", "source")), "weather"), world: has(source("customers")),
			code: 403, marked: crm, asked: []string{"dev customers"}, says: []string{`This update would take dataset "customers" off`},
		},
		"of which less was said before": {
			before: keyed(claim("fra", madeOf("PersistentVolumeClaim", "source")), "weather"),
			after:  keyed(claim("fra", madeOf("PersistentVolumeClaim", "source"), in("pv-fra")), "weather"), world: has(source("customers")), marked: crm,
		},
		"an update without what was before": {after: claim("fra"), review: func(r *admissionv1.AdmissionRequest) { r.Operation = admissionv1.Update }, code: 400, says: []string{"no old object"}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.run(t, "persistentvolumeclaims", PathClaims, PathGovernedClaims)
		})
	}
}

func TestVolumes(t *testing.T) {
	governed := keyed(claim("fra"), "customers")
	crm := []string{"crm"}
	for name, tc := range map[string]storedCase{
		"that holds nothing":         {after: disk("pv", "eu-west-2a")},
		"with a key, permitted":      {after: keyed(disk("pv", "eu-central-1a"), "customers")},
		"with a key, not permitted":  {after: keyed(disk("pv", "eu-west-2a"), "customers"), code: 403, says: []string{"persistentvolume pv", "London, GB"}},
		"with a key, without a word": {after: keyed(disk("pv", ""), "customers"), code: 403, says: []string{"NoVolumeWitness"}},
		"made for a governed claim":  {after: disk("pv", "eu-central-1a", claimedBy("data", "uid-of-data")), world: has(governed), marked: crm},
		"made for a governed claim elsewhere": {
			after: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), world: has(governed),
			code: 403, says: []string{"the key of PersistentVolumeClaim crm/data", "London, GB"}, events: []string{toldOfData + " pv"},
		},
		"made for another claim":           {after: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), world: has(claim("fra"))},
		"made for a claim that is gone":    {after: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-another")), world: has(governed)},
		"for the claim of an excluded one": {after: keyed(disk("pv", "eu-west-2a", claimedBy("data", "")), "customers"), world: func(w *world) { w.options.ExcludedNamespaces = []string{"crm"} }},
		"for a claim of a namespace that is not there": {
			after: keyed(disk("pv", "eu-central-1a", claimedBy("data", "")), "customers"), marked: crm,
			world: func(w *world) { w.mark = apierrors.NewNotFound(corev1.Resource("namespaces"), "crm") },
		},
		"imported again by its handle": {
			after: disk("pv", "eu-west-2a", func(pv *corev1.PersistentVolume) { pv.Spec.CSI.VolumeHandle = "vol-kept" }),
			world: has(keyed(disk("kept", "eu-west-2a"), "customers")), code: 403, says: []string{"the key of PersistentVolume kept"},
		},
		"bound to a governed claim": {
			before: disk("pv", "eu-west-2a"), after: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), world: has(governed),
			code: 403, says: []string{"London, GB"}, events: []string{toldOfData + " pv"},
		},
		"bound to a governed claim, in a dry run": {
			before: disk("pv", "eu-west-2a"), after: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), world: has(governed), review: dryRun, code: 403,
		},
		"reserved for a claim, and bound to it": {
			before: disk("pv", "eu-west-2a", claimedBy("data", "")), after: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), world: has(governed),
			code: 403, events: []string{toldOfData + " pv"},
		},
		"bound to one that is permitted": {
			before: disk("pv", "eu-central-1a"), after: disk("pv", "eu-central-1a", claimedBy("data", "uid-of-data")), world: has(governed), marked: crm,
		},
		"with a key, bound to another claim": {
			before: keyed(disk("pv", "eu-west-2a"), "customers"), after: keyed(disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), "customers"), world: has(claim("ldn")),
			code: 403, says: []string{"London, GB"}, events: []string{toldOfData + " pv"},
		},
		"given free again": {
			before: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), after: disk("pv", "eu-west-2a", claimedBy("data", "")), world: has(governed), marked: nil,
		},
		"given free for all": {before: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), after: disk("pv", "eu-west-2a"), world: has(governed)},
		"whose labels move it": {
			before: keyed(disk("pv", "", zoned("eu-central-1", "eu-central-1a")), "customers"), after: keyed(disk("pv", "", zoned("eu-west-2", "eu-west-2a")), "customers"),
			code: 403, says: []string{"London, GB"},
		},
		"whose labels contradict it": {
			before: keyed(disk("pv", "eu-central-1a"), "customers"), after: keyed(disk("pv", "eu-central-1a", zoned("eu-west-2", "eu-west-2a")), "customers"),
			code: 403, says: []string{"ConflictingWitnesses"},
		},
		"whose labels say nothing": {
			before: keyed(disk("pv", "eu-west-2a"), "customers"), after: keyed(disk("pv", "eu-west-2a", func(pv *corev1.PersistentVolume) { pv.Labels = map[string]string{"tier": "gold"} }), "customers"),
		},
		"whose affinity is set at last": {
			before: keyed(disk("pv", ""), "customers"), after: keyed(disk("pv", "eu-west-2a"), "customers"), code: 403, says: []string{"London, GB"},
		},
		"what it inherits is written on it": {
			before: disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), after: keyed(disk("pv", "eu-west-2a", claimedBy("data", "uid-of-data")), "customers"), world: has(governed),
		},
		"that is there comes to have a key": {
			before: disk("pv", "eu-west-2a"), after: keyed(disk("pv", "eu-west-2a"), "customers"), warns: []string{"has been there before", "London, GB"},
		},
		"before the nodes are known": {
			after: keyed(disk("pv", "eu-central-1a"), "customers"), world: func(w *world) { w.options.Synced = func() bool { return false } }, code: 503,
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.run(t, "persistentvolumes", PathVolumes, PathOtherVolumes)
		})
	}
}

// zoned gives a volume the topology labels that in-tree volumes have.
func zoned(region, zone string) func(*corev1.PersistentVolume) {
	return func(pv *corev1.PersistentVolume) {
		pv.Labels = map[string]string{corev1.LabelTopologyRegion: region, corev1.LabelTopologyZone: zone}
	}
}

func TestSnapshots(t *testing.T) {
	governed, elsewhere := keyed(claim("fra", in("pv-fra")), "customers"), keyed(claim("ldn", in("pv-ldn")), "customers")
	crm := []string{"crm"}
	for name, tc := range map[string]storedCase{
		"of a claim that handles nothing": {after: snapshot(), world: has(claim("ldn", in("pv-ldn")))},
		"of a governed claim":             {after: snapshot(), world: has(governed), marked: crm},
		"of one in a prohibited place":    {after: snapshot(), world: has(elsewhere), code: 403, says: []string{"volumesnapshot crm/nightly", "London, GB", "the key of PersistentVolumeClaim crm/data, of which its data was made"}},
		"that says less than its claim":   {after: keyed(snapshot(), "weather"), world: has(governed), code: 403, marked: crm, asked: []string{"dev customers"}},
		"of a claim that is not there yet, with a key": {
			after: keyed(snapshot(), "weather"), code: 403, marked: crm, says: []string{"PersistentVolumeClaim crm/data, which is not there"},
		},
		"of a content elsewhere": {
			after: snapshot(func(s *snapshotv1.VolumeSnapshot) {
				s.Spec.Source = snapshotv1.VolumeSnapshotSource{VolumeSnapshotContentName: new("content")}
			}),
			world: has(keyed(content("", ofVolume("vol-pv-ldn")), "customers")), code: 403, says: []string{"London, GB"},
		},
		"what it inherits is written on it": {before: snapshot(), after: keyed(snapshot(), "customers"), world: has(elsewhere)},
		"that is not taken yet, comes to have a key": {
			before: snapshot(), after: keyed(snapshot(), "customers"), world: has(claim("ldn", in("pv-ldn"))), code: 403, says: []string{"London, GB"},
		},
		"that is taken, comes to have a key": {
			before: snapshot(taken), after: keyed(snapshot(taken), "customers"), marked: crm, warns: []string{"has been there before", "London, GB"},
			world: has(claim("ldn", in("pv-ldn")), content("", ofVolume("vol-pv-ldn"))),
		},
		"given another class, though it is flagged": {
			before: keyed(snapshot(), "customers"), after: keyed(snapshot(func(s *snapshotv1.VolumeSnapshot) { s.Spec.VolumeSnapshotClassName = new("disks") }), "customers"),
			world: has(elsewhere), code: 403, says: []string{"London, GB"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.run(t, "volumesnapshots", PathSnapshots, PathGovernedSnapshots, PathOtherSnapshots)
		})
	}
}

func taken(s *snapshotv1.VolumeSnapshot) {
	s.Status = &snapshotv1.VolumeSnapshotStatus{BoundVolumeSnapshotContentName: new("content")}
}

func TestSnapshotContents(t *testing.T) {
	crm := []string{"crm"}
	for name, tc := range map[string]storedCase{
		"that holds nothing":              {after: content("", ofVolume("vol-pv-ldn"))},
		"with a key, permitted":           {after: keyed(content("", ofVolume("vol-pv-fra")), "customers"), marked: crm},
		"with a key, not permitted":       {after: keyed(content("", ofVolume("vol-pv-ldn")), "customers"), code: 403, says: []string{"volumesnapshotcontent content", "London, GB"}},
		"with a handle that says nothing": {after: keyed(content("snap-1"), "customers"), code: 403, says: []string{"cannot be determined"}},
		"of a snapshot of a governed claim": {
			after: content("", ofVolume("vol-pv-ldn")), world: has(snapshot(), keyed(claim("ldn"), "customers")), code: 403, says: []string{"the key of PersistentVolumeClaim crm/data"},
		},
		"that says less than its snapshot": {
			after: keyed(content("", ofVolume("vol-pv-fra")), "weather"), world: has(keyed(snapshot(), "customers")), code: 403, marked: crm, asked: []string{"dev customers"},
		},
		"what it inherits is written on it": {
			before: content("", ofVolume("vol-pv-ldn")), after: keyed(content("", ofVolume("vol-pv-ldn")), "customers"), world: has(keyed(snapshot(), "customers")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.run(t, "volumesnapshotcontents", PathSnapshotContents, PathOtherSnapshotContents)
		})
	}
}

// Where nobody's provisioning may depend on us, what cannot be judged is no refusal but a call that
// has failed, unless it is known to hold a dataset.
func TestWhatCannotBeJudgedFails(t *testing.T) {
	for name, tc := range map[string]struct {
		path, resource string
		object         metav1.Object
		answered       bool
	}{
		"a claim":          {path: PathOtherClaims, resource: "persistentvolumeclaims", object: claim("fra", in("pv-fra"))},
		"a volume":         {path: PathOtherVolumes, resource: "persistentvolumes", object: disk("pv", "eu-central-1a", claimedBy("data", ""))},
		"a snapshot":       {path: PathOtherSnapshots, resource: "volumesnapshots", object: snapshot()},
		"a content":        {path: PathOtherSnapshotContents, resource: "volumesnapshotcontents", object: content("snap-1")},
		"a governed one":   {path: PathOtherVolumes, resource: "persistentvolumes", object: keyed(disk("pv", "eu-central-1a"), "customers"), answered: true},
		"a claim with key": {path: PathClaims, resource: "persistentvolumeclaims", object: keyed(claim("fra"), "customers"), answered: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.options.Rulebook = &rulebook.Holder{}
			recorder := httptest.NewRecorder()
			body := reviewOf(t, tc.resource, "", tc.object, nil)
			Handlers(w.options)[tc.path].ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, tc.path, bytes.NewReader(body)))
			if answered := recorder.Code == http.StatusOK; answered != tc.answered {
				t.Errorf("status %d: %s", recorder.Code, recorder.Body)
			}
		})
	}
}
