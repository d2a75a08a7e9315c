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

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// classOf is a StorageClass.
func classOf(provisioner string, waits bool, parameters attributes, key string, zones ...string) *storagev1.StorageClass {
	class := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: "class"}, Provisioner: provisioner, Parameters: parameters,
		VolumeBindingMode: new(storagev1.VolumeBindingImmediate),
	}
	if waits {
		class.VolumeBindingMode = new(storagev1.VolumeBindingWaitForFirstConsumer)
	}
	if len(zones) > 0 {
		class.AllowedTopologies = []corev1.TopologySelectorTerm{{
			MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: key, Values: zones}},
		}}
	}
	return class
}

func TestClaims(t *testing.T) {
	const (
		zone  = "topology.kubernetes.io/zone"
		gke   = "topology.gke.io/zone"
		azure = "topology.disk.csi.azure.com/zone"
		all   = "DE aws eu-central-1 eu-central-1a Consistent | DE azure germanywestcentral Claimed | DE gcp europe-west3 europe-west3-a Claimed"
	)
	w := worldOf(t)
	for name, tc := range map[string]struct {
		class *storagev1.StorageClass
		want  string
	}{
		"EBS that waits":                 {classOf("ebs.csi.aws.com", true, nil, ""), "with the node"},
		"EBS that waits, limited":        {classOf("ebs.csi.aws.com", true, nil, zone, "eu-central-1a", "us-east-1a"), "with the node DE aws eu-central-1 eu-central-1a Claimed | US aws us-east-1 us-east-1a Claimed"},
		"EBS at once, limited":           {classOf("ebs.csi.aws.com", false, nil, zone, "eu-central-1a", "us-east-1a"), "DE aws eu-central-1 eu-central-1a Claimed | US aws us-east-1 us-east-1a Claimed"},
		"EBS at once":                    {classOf("ebs.csi.aws.com", false, nil, ""), "DE aws eu-central-1 eu-central-1a Consistent"},
		"EBS, in-tree":                   {classOf("kubernetes.io/aws-ebs", false, attributes{"zone": "eu-central-1a"}, ""), "DE aws eu-central-1 eu-central-1a Claimed"},
		"EBS, limited by a foreign key":  {classOf("ebs.csi.aws.com", false, nil, "example.com/rack", "1"), "NoVolumeWitness"},
		"a regional disk":                {classOf("pd.csi.storage.gke.io", false, attributes{"Replication-Type": "regional-pd"}, gke, "europe-west3-a", "europe-west3-b"), "DE gcp europe-west3 europe-west3-a Claimed + DE gcp europe-west3 europe-west3-b Claimed"},
		"a regional disk across borders": {classOf("pd.csi.storage.gke.io", true, attributes{"replication-type": "regional-pd"}, gke, "europe-west3-a", "us-east1-b"), "DE gcp europe-west3 europe-west3-a Claimed + US gcp us-east1 us-east1-b Claimed"},
		"a disk of Azure that waits":     {classOf("disk.csi.azure.com", true, nil, azure, "westeurope-1", ""), "with the node NL azure westeurope westeurope-1 Claimed"},
		"a disk of Azure with a place":   {classOf("disk.csi.azure.com", true, attributes{"Location": "eastus"}, ""), "US azure eastus Claimed"},
		"files of Azure":                 {classOf("file.csi.azure.com", true, nil, ""), "DependsOnProviderSettings"},
		"blobs of Azure":                 {classOf("blob.csi.azure.com", false, attributes{"skuName": "Standard_LRS"}, ""), "DependsOnProviderSettings"},
		"files of Azure, a new account":  {classOf("file.csi.azure.com", true, attributes{"CreateAccount": "true"}, ""), "DE azure germanywestcentral Claimed"},
		"files of Azure, no location":    {classOf("file.csi.azure.com", true, attributes{"location": "westeurope", "LOCATION": "", "skuName": "Standard_LRS"}, ""), "DependsOnProviderSettings"},
		"files of Azure, no SKU":         {classOf("file.csi.azure.com", false, attributes{"location": "westeurope"}, ""), "NL azure westeurope Claimed + DependsOnProviderSettings"},
		"files of Azure, copied":         {classOf("file.csi.azure.com", false, attributes{"skuname": "STANDARD_GRS", "createaccount": "true"}, ""), "DE azure germanywestcentral Claimed + DE azure germanynorth Claimed"},
		"files of Azure, copied abroad":  {classOf("file.csi.azure.com", false, attributes{"skuName": "Standard_GRS", "location": "westeurope"}, ""), "NL azure westeurope Claimed + IE azure northeurope Claimed"},
		"files of an account":            {classOf("file.csi.azure.com", false, attributes{"storageAccount": "a", "location": "westeurope"}, ""), "UnknownAccount"},
		"EFS":                            {classOf("efs.csi.aws.com", false, attributes{"fileSystemId": "fs-1", "az": "eu-central-1a"}, ""), "UnknownAccount"},
		"FSx":                            {classOf("fsx.csi.aws.com", false, attributes{"subnetId": "s", "s3ImportPath": "s3://b"}, ""), "DE aws eu-central-1 eu-central-1a Consistent + UnknownReplica"},
		"Filestore":                      {classOf("filestore.csi.storage.gke.io", false, nil, gke, "europe-west3-a"), "DE gcp europe-west3 europe-west3-a Claimed"},
		"Alibaba by its parameters":      {classOf("diskplugin.csi.alibabacloud.com", true, attributes{"zoneId": "eu-central-1a", "regionId": "eu-central-1"}, ""), "DE alibabacloud eu-central-1 eu-central-1a Claimed"},
		"Alibaba in another case":        {classOf("diskplugin.csi.alibabacloud.com", true, attributes{"zoneid": "cn-beijing-a"}, ""), "with the node"},
		"Cinder in nova":                 {classOf("cinder.csi.openstack.org", true, attributes{"availability": "nova"}, ""), "with the node"},
		"Cinder with an availability":    {classOf("cinder.csi.openstack.org", true, attributes{"availability": "eu01-1"}, ""), "DE stackit eu01 eu01-1 Claimed"},
		"NFS":                            {classOf("nfs.csi.k8s.io", false, attributes{"server": "10.0.0.1"}, ""), "UnknownServer"},
		"Longhorn":                       {classOf("driver.longhorn.io", false, attributes{"nodeSelector": "x"}, ""), all},
		"Ceph":                           {classOf("rbd.csi.ceph.com", true, attributes{"pool": "p"}, ""), "UnknownReplica"},
		"vSphere":                        {classOf("csi.vsphere.vmware.com", true, nil, ""), "NoVolumeWitness"},
		"topolvm":                        {classOf("topolvm.io", true, nil, ""), "with the node"},
		"topolvm at once":                {classOf("topolvm.io", false, nil, ""), all},
		"topolvm on one node":            {classOf("topolvm.io", true, nil, "topology.topolvm.io/node", "gcp"), "with the node DE gcp europe-west3 europe-west3-a Claimed"},
		"topolvm on none":                {classOf("topolvm.io", false, nil, "topology.topolvm.io/node", "gone"), "UnknownNode"},
		"made by hand":                   {classOf("kubernetes.io/no-provisioner", true, nil, ""), "awaits UnknownVolume"},
		"made by hand, for any pod":      {classOf("kubernetes.io/no-provisioner", false, nil, ""), "awaits UnknownVolume"},
		"an unknown driver":              {classOf("disk.example.com", true, nil, zone, "eu-central-1a"), "UnknownDriver"},
		"no class":                       {nil, "UnknownStorageClass"},
	} {
		t.Run(name, func(t *testing.T) {
			pvc := &corev1.PersistentVolumeClaim{Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: new("class")}}
			if diff := cmp.Diff(tc.want, shown(w.Claim(pvc, tc.class, nil))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestClaimsWithoutAClass(t *testing.T) {
	w := worldOf(t)
	ebs := classOf("ebs.csi.aws.com", true, nil, "")
	for name, tc := range map[string]struct {
		spec  corev1.PersistentVolumeClaimSpec
		class *storagev1.StorageClass
		want  string
	}{
		"the default class":      {corev1.PersistentVolumeClaimSpec{}, ebs, "with the node"},
		"no default class":       {corev1.PersistentVolumeClaimSpec{}, nil, "UnknownStorageClass"},
		"none, on purpose":       {corev1.PersistentVolumeClaimSpec{StorageClassName: new("")}, ebs, "awaits UnknownVolume"},
		"none, and a volume":     {corev1.PersistentVolumeClaimSpec{StorageClassName: new(""), VolumeName: "pv"}, nil, "UnknownVolume"},
		"a volume by its name":   {corev1.PersistentVolumeClaimSpec{StorageClassName: new("class"), VolumeName: "pv"}, ebs, "UnknownVolume"},
		"a class of attributes":  {corev1.PersistentVolumeClaimSpec{StorageClassName: new("class"), VolumeAttributesClassName: new("gone")}, ebs, "UnknownAttributesClass"},
		"no class of attributes": {corev1.PersistentVolumeClaimSpec{StorageClassName: new("class"), VolumeAttributesClassName: new("")}, ebs, "with the node"},
	} {
		t.Run(name, func(t *testing.T) {
			got := shown(w.Claim(&corev1.PersistentVolumeClaim{Spec: tc.spec}, tc.class, nil))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestTheOldAnnotationCounts: the volume controller reads it before the field.
func TestTheOldAnnotationCounts(t *testing.T) {
	old := metav1.ObjectMeta{Annotations: map[string]string{"volume.beta.kubernetes.io/storage-class": "old"}}
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: old, Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: new("class")}}
	if name, named := ClassOf(claim); name != "old" || !named {
		t.Errorf("the class of the claim is %q, %v", name, named)
	}
	pv := &corev1.PersistentVolume{ObjectMeta: old, Spec: corev1.PersistentVolumeSpec{StorageClassName: "class"}}
	if name := ClassOfVolume(pv); name != "old" {
		t.Errorf("the class of the volume is %q", name)
	}
	claim.Annotations["volume.beta.kubernetes.io/storage-class"] = ""
	if got := shown(worldOf(t).Claim(claim, classOf("ebs.csi.aws.com", true, nil, ""), nil)); got != "awaits UnknownVolume" {
		t.Errorf("a claim whose annotation wants no class is %s", got)
	}
}

func TestAttributesClasses(t *testing.T) {
	w := worldOf(t)
	pvc := &corev1.PersistentVolumeClaim{Spec: corev1.PersistentVolumeClaimSpec{VolumeAttributesClassName: new("fast")}}
	vac := func(driver string, parameters attributes) *storagev1.VolumeAttributesClass {
		return &storagev1.VolumeAttributesClass{ObjectMeta: metav1.ObjectMeta{Name: "fast"}, DriverName: driver, Parameters: parameters}
	}
	files := classOf("file.csi.azure.com", false, attributes{"location": "westeurope"}, "")
	for name, tc := range map[string]struct {
		class *storagev1.StorageClass
		vac   *storagev1.VolumeAttributesClass
		want  string
	}{
		"speed":               {classOf("ebs.csi.aws.com", true, nil, ""), vac("ebs.csi.aws.com", attributes{"iops": "1"}), "with the node"},
		"of another driver":   {classOf("ebs.csi.aws.com", true, nil, ""), vac("pd.csi.storage.gke.io", nil), "UnknownAttributesClass"},
		"of an unknown kind":  {classOf("topolvm.io", true, nil, ""), vac("topolvm.io", attributes{"x": "y"}), "UnknownAttributesClass"},
		"of nothing":          {classOf("topolvm.io", true, nil, ""), vac("topolvm.io", nil), "with the node"},
		"a SKU that copies":   {files, vac("file.csi.azure.com", attributes{"SkuName": "Standard_GRS"}), "NL azure westeurope Claimed + IE azure northeurope Claimed"},
		"a SKU that does not": {files, vac("file.csi.azure.com", attributes{"skuName": "Premium_ZRS"}), "NL azure westeurope Claimed"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, shown(w.Claim(pvc, tc.class, tc.vac))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	pv := csiPV("file.csi.azure.com", "h", attributes{"location": "westeurope", "skuName": "Standard_LRS"}, nil)
	if got, want := shown(w.PersistentVolume(pv, Classes{Attributes: vac("file.csi.azure.com", attributes{"skuName": "Standard_GRS"})})), "NL azure westeurope Claimed + IE azure northeurope Claimed"; got != want {
		t.Errorf("a volume that is modified is %s, want %s", got, want)
	}
}
