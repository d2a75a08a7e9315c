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
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// madeAt is when a volume of these tests was made.
var madeAt = metav1.NewTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

// provisioned is a volume that the class made, if it is one, an hour after the class.
func provisioned(class *storagev1.StorageClass, pv *corev1.PersistentVolume) (*corev1.PersistentVolume, *storagev1.StorageClass) {
	pv.CreationTimestamp = madeAt
	pv.Spec.StorageClassName = class.Name
	pv.Annotations = map[string]string{"pv.kubernetes.io/provisioned-by": class.Provisioner}
	class.CreationTimestamp = metav1.NewTime(madeAt.Add(-time.Hour))
	return pv, class
}

// TestProvisionedVolumes: a volume that names no place itself is where the class that made it says.
func TestProvisionedVolumes(t *testing.T) {
	const (
		azureZone = "topology.disk.csi.azure.com/zone"
		gke       = "topology.gke.io/zone"
	)
	w := worldOf(t)
	for name, tc := range map[string]struct {
		class *storagev1.StorageClass
		pv    *corev1.PersistentVolume
		want  string
	}{
		"a disk of Azure in no zone": {
			classOf("disk.csi.azure.com", true, nil, ""),
			csiPV("disk.csi.azure.com", "d", nil, affinity(azureZone, []string{""})),
			"DE azure germanywestcentral Claimed",
		},
		"a disk of Azure, placed by the class": {
			classOf("disk.csi.azure.com", true, attributes{"location": "eastus"}, ""),
			csiPV("disk.csi.azure.com", "d", nil, affinity(azureZone, []string{""})),
			"US azure eastus Claimed",
		},
		"a disk of Azure that says more": {
			classOf("disk.csi.azure.com", true, nil, ""),
			csiPV("disk.csi.azure.com", "d", nil, affinity(azureZone, []string{"westeurope-1"})),
			"NL azure westeurope westeurope-1 Claimed",
		},
		"a disk of Azure, contradicted by itself": {
			classOf("disk.csi.azure.com", true, nil, ""),
			csiPV("disk.csi.azure.com", "d", attributes{"location": "eastus"}, affinity(azureZone, []string{"westeurope-1"})),
			"ConflictingWitnesses",
		},
		"an in-tree disk of Azure": {
			classOf("kubernetes.io/azure-disk", true, attributes{"location": "eastus"}, ""),
			&corev1.PersistentVolume{Spec: corev1.PersistentVolumeSpec{PersistentVolumeSource: corev1.PersistentVolumeSource{
				AzureDisk: &corev1.AzureDiskVolumeSource{DiskName: "d", DataDiskURI: "/subscriptions/s/d", Kind: new(corev1.AzureManagedDisk)},
			}}},
			"US azure eastus Claimed",
		},
		"files of Azure": {
			classOf("file.csi.azure.com", false, nil, ""), csiPV("file.csi.azure.com", "g#a#s", nil, nil),
			"DependsOnProviderSettings",
		},
		"files of Azure, in an account of their own": {
			classOf("file.csi.azure.com", false, attributes{"createAccount": "true"}, ""), csiPV("file.csi.azure.com", "g#a#s", nil, nil),
			"DE azure germanywestcentral Claimed",
		},
		"files of Azure, copied abroad by the class alone": {
			classOf("file.csi.azure.com", false, attributes{"location": "westeurope", "skuName": "Standard_GRS"}, ""),
			csiPV("file.csi.azure.com", "g#a#s", attributes{"location": "westeurope", "createAccount": "true"}, nil),
			"NL azure westeurope Claimed + IE azure northeurope Claimed",
		},
		"files of Azure, copied by both": {
			classOf("file.csi.azure.com", false, attributes{"skuName": "Standard_GRS", "createAccount": "true"}, ""),
			csiPV("file.csi.azure.com", "g#a#s", attributes{"skuname": "Standard_GRS", "createaccount": "true"}, nil),
			"DE azure germanywestcentral Claimed + DE azure germanynorth Claimed",
		},
		"files of an account": {
			classOf("file.csi.azure.com", false, attributes{"storageAccount": "a"}, ""), csiPV("file.csi.azure.com", "g#a#s", nil, nil),
			"UnknownAccount",
		},
		"files of an account, by its own word": {
			classOf("file.csi.azure.com", false, nil, ""), csiPV("file.csi.azure.com", "g#a#s", attributes{"storageAccount": "a"}, nil),
			"UnknownAccount",
		},
		"Filestore in a zone": {
			classOf("filestore.csi.storage.gke.io", false, nil, ""),
			csiPV("filestore.csi.storage.gke.io", "modeInstance/us-east1-b/i/s", attributes{"ip": "10.0.0.2"}, nil),
			"US gcp us-east1 us-east1-b Claimed",
		},
		"Filestore in a region": {
			classOf("filestore.csi.storage.gke.io", false, nil, gke, "europe-west3-a"),
			csiPV("filestore.csi.storage.gke.io", "modeInstance/us-east1/i/s", attributes{"ip": "10.0.0.2"}, nil),
			"US gcp us-east1 Claimed",
		},
		"Filestore with another handle": {
			classOf("filestore.csi.storage.gke.io", false, nil, ""),
			csiPV("filestore.csi.storage.gke.io", "europe-west3/i", attributes{"ip": "10.0.0.2"}, nil), "UnknownServer",
		},
		"FSx": {
			classOf("fsx.csi.aws.com", false, nil, ""), csiPV("fsx.csi.aws.com", "fs-1", nil, nil), "DE aws eu-central-1 Claimed",
		},
		"FSx, filled from a bucket": {
			classOf("fsx.csi.aws.com", false, attributes{"s3ImportPath": "s3://b"}, ""),
			csiPV("fsx.csi.aws.com", "fs-1", attributes{"dnsname": "fs-1.fsx.eu-central-1.amazonaws.com"}, nil),
			"DE aws eu-central-1 Claimed + UnknownReplica",
		},
		"EFS": {
			classOf("efs.csi.aws.com", false, attributes{"fileSystemId": "fs-1"}, ""), csiPV("efs.csi.aws.com", "fs-1::fsap-1", nil, nil), "UnknownAccount",
		},
		"EBS, whose topologies can have been others": {
			classOf("ebs.csi.aws.com", false, nil, "topology.kubernetes.io/zone", "eu-central-1a"), csiPV("ebs.csi.aws.com", "vol-1", nil, nil), "NoVolumeWitness",
		},
		"Cinder in nova, placed by the class": {
			classOf("cinder.csi.openstack.org", true, attributes{"availability": "eu01-1"}, ""),
			csiPV("cinder.csi.openstack.org", "u", nil, affinity("topology.cinder.csi.openstack.org/zone", []string{"nova"})),
			"DE stackit eu01 eu01-1 Claimed",
		},
		"a driver that nobody knows": {
			classOf("disk.example.com", false, attributes{"location": "eastus"}, ""), csiPV("disk.example.com", "d", nil, nil), "UnknownDriver",
		},
	} {
		t.Run(name, func(t *testing.T) {
			pv, class := provisioned(tc.class, tc.pv)
			if diff := cmp.Diff(tc.want, shown(w.PersistentVolume(pv, Classes{Storage: class}))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhatAClassDidNotMake: only of a class that surely made the volume are the parameters read.
func TestWhatAClassDidNotMake(t *testing.T) {
	for name, change := range map[string]func(*corev1.PersistentVolume, *storagev1.StorageClass){
		"younger": func(pv *corev1.PersistentVolume, c *storagev1.StorageClass) {
			c.CreationTimestamp = metav1.NewTime(madeAt.Add(time.Second))
		},
		"of no time":      func(_ *corev1.PersistentVolume, c *storagev1.StorageClass) { c.CreationTimestamp = metav1.Time{} },
		"of another name": func(pv *corev1.PersistentVolume, _ *storagev1.StorageClass) { pv.Spec.StorageClassName = "other" },
		"of no name": func(pv *corev1.PersistentVolume, c *storagev1.StorageClass) {
			pv.Spec.StorageClassName, c.Name = "", ""
		},
		"of another driver": func(pv *corev1.PersistentVolume, _ *storagev1.StorageClass) {
			pv.Spec.CSI.Driver = "file.csi.azure.com"
		},
		"made by hand": func(pv *corev1.PersistentVolume, _ *storagev1.StorageClass) { pv.Annotations = nil },
		"made by another": func(pv *corev1.PersistentVolume, _ *storagev1.StorageClass) {
			pv.Annotations[provisionedBy] = "blob.csi.azure.com"
		},
		"of the old name only": func(pv *corev1.PersistentVolume, _ *storagev1.StorageClass) {
			pv.Annotations[corev1.BetaStorageClassAnnotation] = "old"
		},
	} {
		t.Run(name, func(t *testing.T) {
			pv, class := provisioned(classOf("disk.csi.azure.com", true, attributes{"location": "eastus"}, ""), csiPV("disk.csi.azure.com", "d", nil, nil))
			change(pv, class)
			if got := shown(worldOf(t).PersistentVolume(pv, Classes{Storage: class})); got != "NoVolumeWitness" {
				t.Errorf("it is at %s", got)
			}
		})
	}
	pv, class := provisioned(classOf("disk.csi.azure.com", true, attributes{"location": "eastus"}, ""), csiPV("disk.csi.azure.com", "d", nil, nil))
	for name, at := range map[string]metav1.Time{"in the same second": class.CreationTimestamp, "being made": {}} {
		pv.CreationTimestamp = at
		rest := worldOf(t).PersistentVolume(pv, Classes{Storage: class})
		if got, want := shown(rest), "US azure eastus Claimed"; got != want {
			t.Errorf("%s: it is at %s, want %s", name, got, want)
		}
		if got, want := rest.Options[0].Places[0].Word(), "class parameter location and class that made it"; got != want {
			t.Errorf("%s: by the word of %q, want %q", name, got, want)
		}
	}
}
