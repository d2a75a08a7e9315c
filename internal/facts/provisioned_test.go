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
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

// TestAVolumeIsWhereItsClassMadeIt: a file share that names no place is where the class says by
// which it was made, however one comes to ask.
func TestAVolumeIsWhereItsClassMadeIt(t *testing.T) {
	const driver = "file.csi.azure.com"
	made := metav1.Unix(1_000_000, 0)
	pv := corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "pv", CreationTimestamp: made, Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": driver}},
		Spec: corev1.PersistentVolumeSpec{
			StorageClassName:          "files",
			VolumeAttributesClassName: new("copied"),
			PersistentVolumeSource:    corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: "g#a#s"}},
		},
	}
	claim := corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "data"},
		Spec:       corev1.PersistentVolumeClaimSpec{VolumeName: "pv"},
	}
	snapshot := &snapshotv1.VolumeSnapshot{
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "s"},
		Spec:       snapshotv1.VolumeSnapshotSpec{Source: snapshotv1.VolumeSnapshotSource{PersistentVolumeClaimName: new("data")}, VolumeSnapshotClassName: new("s")},
	}
	content := &snapshotv1.VolumeSnapshotContent{Spec: snapshotv1.VolumeSnapshotContentSpec{
		Driver: driver, Source: snapshotv1.VolumeSnapshotContentSource{VolumeHandle: new("g#a#s")}, VolumeSnapshotClassName: new("s"),
	}}
	for name, tc := range map[string]struct {
		age   int64
		wants string
	}{
		"an older class":   {-3600, "NL IE"},
		"a younger class":  {3600, "NoVolumeWitness"},
		"class, same time": {0, "NL IE"},
	} {
		t.Run(name, func(t *testing.T) {
			class := storagev1.StorageClass{
				ObjectMeta:  metav1.ObjectMeta{Name: "files", CreationTimestamp: metav1.Unix(made.Unix()+tc.age, 0)},
				Provisioner: driver, Parameters: map[string]string{"location": "westeurope"},
			}
			copied := storagev1.VolumeAttributesClass{
				ObjectMeta: metav1.ObjectMeta{Name: "copied"}, DriverName: driver, Parameters: map[string]string{"skuName": "Standard_GRS"},
			}
			g := &Gatherer{Nodes: NewNodes(location.Locator{Catalogue: load(t)}), Source: source{StoredObjects: StoredObjects{
				Claims: []corev1.PersistentVolumeClaim{claim}, Volumes: []corev1.PersistentVolume{pv}, Classes: []storagev1.StorageClass{class},
				AttributesClasses: []storagev1.VolumeAttributesClass{copied},
				SnapshotClasses:   []snapshotv1.VolumeSnapshotClass{{ObjectMeta: metav1.ObjectMeta{Name: "s"}, Driver: driver}},
			}}}
			w, err := g.Nodes.volumeWorld()
			if err != nil {
				t.Fatal(err)
			}
			for what, ask := range map[string]struct {
				rest func() (location.Rest, error)
				want string
			}{
				"the volume": {func() (location.Rest, error) { return g.ofVolumeAsItIs(t.Context(), w, &pv) }, tc.wants},
				// The claim asks for no class of attributes, and the volume has one all the same.
				"the claim":    {func() (location.Rest, error) { return g.ofClaim(t.Context(), w, &claim) }, tc.wants},
				"the snapshot": {func() (location.Rest, error) { return g.ofSnapshot(t.Context(), w, snapshot) }, tc.wants},
				"the content":  {func() (location.Rest, error) { return g.ofContent(t.Context(), w, content) }, tc.wants},
			} {
				rest, err := ask.rest()
				if err != nil {
					t.Fatal(err)
				}
				if got := countries(rest); got != ask.want {
					t.Errorf("%s is in %s, want %s", what, got, ask.want)
				}
			}
		})
	}
}

// countries are those of all places, or the reasons why they are not known.
func countries(r location.Rest) string {
	var text string
	for _, o := range r.Options {
		for _, l := range o.Places {
			if text != "" {
				text += " "
			}
			text += l.Country + string(l.Reason)
		}
	}
	return text
}
