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

package volume

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

// FuzzVolumes makes volumes and classes of any text: none of them makes it panic, nothing is
// known without a witness and a source, and all is said at least once.
func FuzzVolumes(f *testing.F) {
	for _, d := range drivers() {
		f.Add(d.names[0], "projects/p/zones/europe-west3-a/disks/d", "location", "westeurope", "topology.kubernetes.io/zone", "eu-central-1a", "eu-central-1a__b", uint8(0))
	}
	f.Add("", "aws://eu-central-1a/vol-1", "skuName", "Standard_GRS", "region", "nova", "0", uint8(1))
	f.Add("file.csi.azure.com", "fr-par-1/u", "skuName", "Standard_GRS", "", "", "", uint8(2))
	w := worldOf(f)
	f.Fuzz(func(t *testing.T, driver, handle, name, value, key, zone, label string, kind uint8) {
		a := attributes{name: value, "location": label, "region": zone}
		pv := csiPV(driver, handle, a, affinity(key, []string{zone, label}, []string{value}))
		pv.Labels = map[string]string{"topology.kubernetes.io/zone": label, key: value}
		pv.Spec.MountOptions = []string{name + value, "region " + zone}
		source := &pv.Spec.PersistentVolumeSource
		switch kind % 6 {
		case 1:
			*source = corev1.PersistentVolumeSource{AWSElasticBlockStore: &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: handle}}
		case 2:
			*source = corev1.PersistentVolumeSource{GCEPersistentDisk: &corev1.GCEPersistentDiskVolumeSource{PDName: handle}}
		case 3:
			*source = corev1.PersistentVolumeSource{AzureFile: &corev1.AzureFilePersistentVolumeSource{SecretName: handle, SecretNamespace: &value}}
		case 4:
			*source = corev1.PersistentVolumeSource{Cinder: &corev1.CinderPersistentVolumeSource{VolumeID: handle}}
		case 5:
			*source = corev1.PersistentVolumeSource{AzureDisk: &corev1.AzureDiskVolumeSource{DataDiskURI: handle, DiskName: name}}
		default:
		}
		class := classOf(driver, kind%2 == 0, a, key, zone, label)
		claim := &corev1.PersistentVolumeClaim{}
		volume := w.PersistentVolume(pv, Classes{})
		inline, judged := w.Inline(&corev1.Volume{VolumeSource: corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: driver, VolumeAttributes: a}}})
		if !judged && driver == inMemory.names[0] {
			inline = volume
		} else if !judged {
			t.Error("a volume of a CSI driver is not judged")
		}
		snapshot := w.Snapshot(&SnapshotClass{Driver: driver, Parameters: a}, volume)
		content := w.SnapshotContent(SnapshotContent{Driver: driver, Handle: handle}, nil, volume)
		modified := w.PersistentVolume(pv, Classes{Attributes: &storagev1.VolumeAttributesClass{DriverName: driver, Parameters: a}})
		pv, maker := provisioned(classOf(driver, false, attributes{name: value}, key, zone), pv)
		made := w.PersistentVolume(pv, Classes{Storage: maker})
		for name, rest := range map[string]location.Rest{
			"the volume": volume, "the volume of a class": made, "the claim": w.Claim(claim, class, nil), "the inline volume": inline,
			"the snapshot": snapshot, "the content": content, "the modified volume": modified,
		} {
			if len(rest.Options) == 0 && !rest.WithNode {
				t.Errorf("%s rests nowhere", name)
			}
			for _, o := range rest.Options {
				if len(o.Places) == 0 {
					t.Errorf("%s has an option without a place", name)
				}
				for _, l := range o.Places {
					if l.Known() && (len(l.Witnesses) == 0 || l.Country == "" || l.Source == "") {
						t.Errorf("%s is known without a word for it: %+v", name, l)
					}
					if !l.Known() && (l.Detail == "" || l.Country != "" || l.Provider != "") {
						t.Errorf("%s is not known, and does not say why or names a place: %+v", name, l)
					}
				}
			}
		}
	})
}
