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

	"github.com/domicile-dev/domicile/internal/location"
)

// attributes are volumeAttributes, and classes' parameters.
type attributes = map[string]string

func TestAzureFiles(t *testing.T) {
	azure := func(a attributes) *corev1.PersistentVolume {
		return csiPV("file.csi.azure.com", "rg#account#share#disk#uuid#ns", a, nil)
	}
	secret := azure(attributes{"location": "westeurope"})
	secret.Spec.CSI.NodeStageSecretRef = &corev1.SecretReference{Name: "account"}
	checkPVs(t, map[string]pvCase{
		"its region":                  {azure(attributes{"location": "westeurope"}), "NL azure westeurope Claimed + DependsOnProviderSettings"},
		"no SKU, by an empty one":     {azure(attributes{"location": "westeurope", "skuName": "Standard_LRS", "storageAccountType": ""}), "NL azure westeurope Claimed + DependsOnProviderSettings"},
		"an account of its own":       {azure(attributes{"location": "westeurope", "createAccount": "True"}), "NL azure westeurope Claimed"},
		"maybe one of its own":        {azure(attributes{"location": "westeurope", "createAccount": "true", "CREATEACCOUNT": "false"}), "NL azure westeurope Claimed + DependsOnProviderSettings"},
		"LRS":                         {azure(attributes{"location": "westeurope", "skuName": "Standard_LRS"}), "NL azure westeurope Claimed"},
		"a copy across a border":      {azure(attributes{"location": "westeurope", "skuName": "Standard_GRS"}), "NL azure westeurope Claimed + IE azure northeurope Claimed"},
		"odd case":                    {azure(attributes{"LOCATION": "West Europe", "sKuNaMe": "sTANDARD_ragzrs"}), "NL azure westeurope Claimed + IE azure northeurope Claimed"},
		"the other name of the SKU":   {azure(attributes{"location": "brazilsouth", "storageAccountType": "Standard_GZRS"}), "BR azure brazilsouth Claimed + US azure southcentralus Claimed"},
		"a pair that goes one way":    {azure(attributes{"location": "westus3", "skuName": "Standard_GRS"}), "US azure westus3 Claimed + US azure eastus Claimed"},
		"a region without a pair":     {azure(attributes{"location": "polandcentral", "skuName": "Standard_GRS"}), "PL azure polandcentral Claimed + UnknownPair"},
		"a pair that nobody knows":    {azure(attributes{"location": "chinaeast2", "skuName": "Standard_GRS"}), "CN azure chinaeast2 Claimed + UnknownPair"},
		"a SKU that nobody knows":     {azure(attributes{"location": "westeurope", "skuName": "Standard_XRS"}), "NL azure westeurope Claimed + UnknownReplica"},
		"two SKUs in different cases": {azure(attributes{"location": "westeurope", "skuName": "Standard_LRS", "SKUNAME": "Standard_GRS"}), "NL azure westeurope Claimed + IE azure northeurope Claimed"},
		"two regions":                 {azure(attributes{"location": "westeurope", "Location": "eastus", "skuName": "Standard_LRS"}), "ConflictingWitnesses"},
		"an unknown region":           {azure(attributes{"location": "europe", "skuName": "Standard_LRS"}), "UnknownRegion"},
		"nothing":                     {azure(nil), "NoVolumeWitness"},
		"an existing account":         {azure(attributes{"location": "westeurope", "storageAccount": "other"}), "UnknownAccount"},
		"an existing server":          {azure(attributes{"location": "westeurope", "server": "other.file.core.windows.net"}), "UnknownAccount"},
		"an account in a Secret":      {secret, "UnknownAccount"},
		"blob": {
			csiPV("blob.csi.azure.com", "rg#account#container#uuid#ns", attributes{"location": "uksouth", "skuName": "Standard_RAGRS"}, nil),
			"GB azure uksouth Claimed + GB azure ukwest Claimed",
		},
	})
}

func TestFilesAtAmazon(t *testing.T) {
	s3 := func(bucket string, options ...string) *corev1.PersistentVolume {
		pv := csiPV("s3.csi.aws.com", "any", attributes{"bucketName": bucket, "stsRegion": "eu-central-1"}, nil)
		pv.Spec.MountOptions = options
		return pv
	}
	labelled := csiPV("efs.csi.aws.com", "fs-1", nil, nil)
	labelled.Labels = map[string]string{"topology.kubernetes.io/region": "eu-central-1"}
	checkPVs(t, map[string]pvCase{
		"EFS":                        {csiPV("efs.csi.aws.com", "fs-1::fsap-1", nil, nil), "UnknownAccount"},
		"EFS in One Zone":            {csiPV("efs.csi.aws.com", "fs-1", nil, affinity("topology.kubernetes.io/zone", []string{"eu-central-1a"})), "DE aws eu-central-1 eu-central-1a Claimed"},
		"EFS with a label":           {labelled, "DE aws eu-central-1 Claimed"},
		"EFS by an address":          {csiPV("efs.csi.aws.com", "fs-1", attributes{"mounttargetip": "10.0.0.1"}, nil), "UnknownServer"},
		"EFS of another account":     {csiPV("efs.csi.aws.com", "fs-1", attributes{"crossaccount": "true"}, nil), "UnknownAccount"},
		"FSx":                        {csiPV("fsx.csi.aws.com", "fs-1", attributes{"dnsname": "fs-1.fsx.eu-central-1.amazonaws.com"}, nil), "DE aws eu-central-1 Claimed"},
		"FSx by another name":        {csiPV("fsx.csi.aws.com", "fs-1", attributes{"dnsname": "files.example.com"}, nil), "UnknownServer"},
		"FSx without a name":         {csiPV("fsx.csi.aws.com", "fs-1", nil, nil), "NoVolumeWitness"},
		"FSx with a bucket":          {csiPV("fsx.csi.aws.com", "fs-1", attributes{"dnsname": "fs-1.fsx.eu-central-1.amazonaws.com", "s3ExportPath": "s3://b"}, nil), "DE aws eu-central-1 Claimed + UnknownReplica"},
		"S3":                         {s3("bucket"), "NoVolumeWitness"},
		"S3 with a region":           {s3("bucket", "allow-delete", "region eu-central-1"), "DE aws eu-central-1 Claimed"},
		"S3 with a long option":      {s3("bucket", "--region=us-east-1"), "US aws us-east-1 Claimed"},
		"S3 with two regions":        {s3("bucket", "region us-east-1", "region eu-central-1"), "ConflictingWitnesses"},
		"S3 with another endpoint":   {s3("bucket", "region eu-central-1", "endpoint-url https://s3.example.com"), "UnknownServer"},
		"S3 by an access point":      {s3("arn:aws:s3:eu-central-1:1:accesspoint/a"), "DE aws eu-central-1 Claimed"},
		"S3 by one of many regions":  {s3("arn:aws:s3::1:accesspoint/a.mrap"), "NoVolumeWitness"},
		"S3 by an access point away": {s3("arn:aws:s3:us-east-1:1:accesspoint/a", "region eu-central-1"), "ConflictingWitnesses"},
	})
}

func TestFilesAtGoogleAndAlibaba(t *testing.T) {
	checkPVs(t, map[string]pvCase{
		"Filestore, whose handle is a name": {csiPV("filestore.csi.storage.gke.io", "modeInstance/europe-west3-a/i/s", attributes{"ip": "10.0.0.2"}, nil), "UnknownServer"},
		"a bucket":                          {csiPV("gcsfuse.csi.storage.gke.io", "bucket", nil, nil), "NoVolumeWitness"},
		"all buckets":                       {csiPV("gcsfuse.csi.storage.gke.io", "_", nil, nil), "AnyBucket"},
		"a disk": {
			csiPV("diskplugin.csi.alibabacloud.com", "d-1", nil, affinity("topology.diskplugin.csi.alibabacloud.com/zone", []string{"eu-central-1a"})),
			"DE alibabacloud eu-central-1 eu-central-1a Claimed",
		},
		"a disk with attributes": {
			csiPV("diskplugin.csi.alibabacloud.com", "d-1",
				attributes{"csi.alibabacloud.com/label-prefix/topology.diskplugin.csi.alibabacloud.com/zone": "eu-central-1a"},
				affinity("topology.diskplugin.csi.alibabacloud.com/zone", []string{"eu-central-1a"})),
			"DE alibabacloud eu-central-1 eu-central-1a Consistent",
		},
		"a regional disk": {
			csiPV("diskplugin.csi.alibabacloud.com", "d-1", nil, affinity("topology.kubernetes.io/region", []string{"eu-central-1"})),
			"DE alibabacloud eu-central-1 Claimed",
		},
		"NAS":                   {csiPV("nasplugin.csi.alibabacloud.com", "pv", attributes{"server": "x.eu-central-1.nas.aliyuncs.com:/s"}, nil), "DE alibabacloud eu-central-1 Claimed"},
		"NAS, the fast one":     {csiPV("nasplugin.csi.alibabacloud.com", "pv", attributes{"server": "x.cn-beijing.extreme.nas.aliyuncs.com"}, nil), "CN alibabacloud cn-beijing Claimed"},
		"NAS by an address":     {csiPV("nasplugin.csi.alibabacloud.com", "pv", attributes{"server": "10.0.0.3"}, nil), "UnknownServer"},
		"NAS in another case":   {csiPV("nasplugin.csi.alibabacloud.com", "pv", attributes{"SERVER": "x.eu-central-1.nas.aliyuncs.com"}, nil), "NoVolumeWitness"},
		"OSS":                   {csiPV("ossplugin.csi.alibabacloud.com", "pv", attributes{"bucket": "b", "URL": "https://oss-eu-central-1-internal.aliyuncs.com"}, nil), "DE alibabacloud eu-central-1 Claimed"},
		"OSS by a region":       {csiPV("ossplugin.csi.alibabacloud.com", "pv", attributes{"bucket": "b", "Region": "cn-beijing"}, nil), "CN alibabacloud cn-beijing Claimed"},
		"OSS in two regions":    {csiPV("ossplugin.csi.alibabacloud.com", "pv", attributes{"url": "oss-eu-central-1.aliyuncs.com", "region": "cn-beijing"}, nil), "ConflictingWitnesses"},
		"OSS of somebody else":  {csiPV("ossplugin.csi.alibabacloud.com", "pv", attributes{"url": "oss.example.com", "region": "eu-central-1"}, nil), "UnknownServer"},
		"OSS without any place": {csiPV("ossplugin.csi.alibabacloud.com", "pv", attributes{"bucket": "b"}, nil), "NoVolumeWitness"},
	})
}

func TestOtherDrivers(t *testing.T) {
	checkPVs(t, map[string]pvCase{
		"Cinder":                          {csiPV("cinder.csi.openstack.org", "u", nil, affinity("topology.cinder.csi.openstack.org/zone", []string{"eu01-1"})), "DE stackit eu01 eu01-1 Claimed"},
		"Cinder in nova":                  {csiPV("cinder.csi.openstack.org", "u", nil, affinity("topology.cinder.csi.openstack.org/zone", []string{"nova"})), "NoVolumeWitness"},
		"Cinder in another cloud":         {csiPV("cinder.csi.openstack.org", "u", nil, affinity("topology.cinder.csi.openstack.org/zone", []string{"az1"})), "UnknownZone"},
		"Manila":                          {csiPV("manila.csi.openstack.org", "u", nil, nil), "NoVolumeWitness"},
		"vSphere":                         {csiPV("csi.vsphere.vmware.com", "u", nil, affinity("topology.csi.vmware.com/k8s-zone", []string{"eu-central-1a"})), "NoVolumeWitness"},
		"DigitalOcean":                    {csiPV("dobs.csi.digitalocean.com", "u", nil, affinity("region", []string{"fra1"})), "DE digitalocean fra1 Claimed"},
		"Hetzner":                         {csiPV("csi.hetzner.cloud", "1", nil, affinity("csi.hetzner.cloud/location", []string{"fsn1"})), "DE hcloud fsn1 Claimed"},
		"Linode":                          {csiPV("linodebs.csi.linode.com", "1-pvc", nil, affinity("topology.linode.com/region", []string{"eu-central"})), "DE linode eu-central Claimed"},
		"Scaleway":                        {csiPV("csi.scaleway.com", "fr-par-1/u", nil, affinity("topology.csi.scaleway.com/zone", []string{"fr-par-1"})), "FR scaleway fr-par fr-par-1 Consistent"},
		"Scaleway elsewhere":              {csiPV("csi.scaleway.com", "pl-waw-1/u", nil, affinity("topology.csi.scaleway.com/zone", []string{"fr-par-1"})), "ConflictingWitnesses"},
		"Scaleway without a zone":         {csiPV("csi.scaleway.com", "u", nil, affinity("topology.csi.scaleway.com/zone", []string{"fr-par-1"})), "NoVolumeWitness"},
		"Ceph":                            {csiPV("rbd.csi.ceph.com", "0001-0001-c-1-u", attributes{"clusterID": "c"}, nil), "UnknownReplica"},
		"Rook":                            {csiPV("rook-ceph.cephfs.csi.ceph.com", "0001-0001-c-1-u", nil, affinity("topology.rook-ceph.rbd.csi.ceph.com/zone", []string{"eu-central-1a"})), "UnknownReplica"},
		"NFS":                             {csiPV("nfs.csi.k8s.io", "10.0.0.1#share#", attributes{"server": "10.0.0.1"}, nil), "UnknownServer"},
		"SMB":                             {csiPV("smb.csi.k8s.io", "x", attributes{"source": "//files/share"}, nil), "UnknownServer"},
		"topolvm":                         {csiPV("topolvm.io", "u", nil, affinity("topology.topolvm.io/node", []string{"gcp"})), "DE gcp europe-west3 europe-west3-a Claimed"},
		"openebs on no node":              {csiPV("local.csi.openebs.io", "u", nil, affinity("openebs.io/nodename", []string{"gone"})), "UnknownNode"},
		"a volume of a driver of secrets": {csiPV("secrets-store.csi.k8s.io", "u", nil, nil), "NoVolumeWitness"},
		"topolvm without a node":          {csiPV("topolvm.io", "u", nil, nil), "UnknownNode"},
	})
	w := worldOf(t)
	w.Nodes = nil
	if got := shown(w.PersistentVolume(csiPV("driver.longhorn.io", "pv", nil, nil), Classes{})); got != "UnknownReplica" {
		t.Errorf("Longhorn without nodes is %s", got)
	}
	w.Nodes = clusterNodes{w.Catalogue, map[string]location.Node{"gcp": {Name: "gcp", ProviderID: "gce://project/europe-west3-a/gcp"}}}
	if got, want := shown(w.PersistentVolume(csiPV("driver.longhorn.io", "pv", nil, nil), Classes{})), "DE gcp europe-west3 europe-west3-a Claimed"; got != want {
		t.Errorf("Longhorn is %s, want %s", got, want)
	}
	if got, want := shown(w.PersistentVolume(csiPV("driver.longhorn.io", "pv", attributes{"backupTargetName": "abroad"}, nil), Classes{})), "DE gcp europe-west3 europe-west3-a Claimed + UnknownBackupTarget"; got != want {
		t.Errorf("Longhorn is %s, want %s", got, want)
	}
}
