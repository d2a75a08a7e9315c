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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// inTreePV is a PersistentVolume of a source that is no CSI driver.
func inTreePV(source corev1.PersistentVolumeSource, labels map[string]string, a *corev1.VolumeNodeAffinity) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "pv", Labels: labels},
		Spec:       corev1.PersistentVolumeSpec{PersistentVolumeSource: source, NodeAffinity: a},
	}
}

func TestInTreeVolumes(t *testing.T) {
	ebs := corev1.PersistentVolumeSource{AWSElasticBlockStore: &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: "aws://us-east-1a/vol-1"}}
	pd := corev1.PersistentVolumeSource{GCEPersistentDisk: &corev1.GCEPersistentDiskVolumeSource{PDName: "d"}}
	host := "kubernetes.io/hostname"
	checkPVs(t, map[string]pvCase{
		"EBS, whose zone in the ID nobody checks": {
			inTreePV(ebs, map[string]string{"topology.kubernetes.io/zone": "eu-central-1a", "topology.kubernetes.io/region": "eu-central-1"}, nil),
			"DE aws eu-central-1 eu-central-1a Claimed",
		},
		"EBS without labels": {inTreePV(ebs, nil, nil), "NoVolumeWitness"},
		"a disk of Google in two zones": {
			inTreePV(pd, map[string]string{"topology.kubernetes.io/zone": "europe-west3-a__europe-west3-b"}, nil),
			"DE gcp europe-west3 europe-west3-a Consistent + DE gcp europe-west3 europe-west3-b Consistent",
		},
		"a disk of Google with old labels": {
			inTreePV(pd, map[string]string{"failure-domain.beta.kubernetes.io/zone": "europe-west3-a"}, nil),
			"DE gcp europe-west3 europe-west3-a Consistent",
		},
		"a disk of Azure": {
			inTreePV(corev1.PersistentVolumeSource{AzureDisk: &corev1.AzureDiskVolumeSource{DiskName: "d", DataDiskURI: "/subscriptions/s/d"}},
				map[string]string{"topology.kubernetes.io/zone": "westeurope-1"}, nil),
			"NL azure westeurope westeurope-1 Claimed",
		},
		"files of Azure, malformed": {
			inTreePV(corev1.PersistentVolumeSource{AzureFile: &corev1.AzureFilePersistentVolumeSource{SecretName: "s", ShareName: "f"}}, nil, nil),
			"NoVolumeWitness",
		},
		"files of Azure": {
			inTreePV(corev1.PersistentVolumeSource{AzureFile: &corev1.AzureFilePersistentVolumeSource{SecretName: "s", ShareName: "f", SecretNamespace: new("ns")}}, nil, nil),
			"UnknownAccount",
		},
		"Cinder": {
			inTreePV(corev1.PersistentVolumeSource{Cinder: &corev1.CinderPersistentVolumeSource{VolumeID: "u"}},
				map[string]string{"topology.kubernetes.io/zone": "nova"}, nil),
			"NoVolumeWitness",
		},
		"vSphere": {
			inTreePV(corev1.PersistentVolumeSource{VsphereVolume: &corev1.VsphereVirtualDiskVolumeSource{VolumePath: "[d] v"}}, nil, nil),
			"NoVolumeWitness",
		},
		"Portworx": {
			inTreePV(corev1.PersistentVolumeSource{PortworxVolume: &corev1.PortworxVolumeSource{VolumeID: "v"}}, nil, nil),
			"UnknownDriver",
		},
		"NFS":                      {inTreePV(corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "10.0.0.1"}}, nil, nil), "UnknownServer"},
		"iSCSI":                    {inTreePV(corev1.PersistentVolumeSource{ISCSI: &corev1.ISCSIPersistentVolumeSource{}}, nil, nil), "UnknownServer"},
		"FlexVolume":               {inTreePV(corev1.PersistentVolumeSource{FlexVolume: &corev1.FlexPersistentVolumeSource{}}, nil, nil), "UnknownServer"},
		"FC":                       {inTreePV(corev1.PersistentVolumeSource{FC: &corev1.FCVolumeSource{}}, nil, nil), "UnknownServer"},
		"CephFS":                   {inTreePV(corev1.PersistentVolumeSource{CephFS: &corev1.CephFSPersistentVolumeSource{}}, nil, nil), "UnknownServer"},
		"GlusterFS":                {inTreePV(corev1.PersistentVolumeSource{Glusterfs: &corev1.GlusterfsPersistentVolumeSource{}}, nil, nil), "UnknownServer"},
		"no source":                {inTreePV(corev1.PersistentVolumeSource{}, nil, nil), "UnknownDriver"},
		"local":                    {inTreePV(corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{}}, nil, affinity(host, []string{"aws"})), "DE aws eu-central-1 eu-central-1a Consistent"},
		"local on no node":         {inTreePV(corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{}}, nil, affinity(host, []string{"gone"})), "UnknownNode"},
		"hostPath on a node":       {inTreePV(corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{}}, nil, affinity(host, []string{"aws"})), "DE aws eu-central-1 eu-central-1a Consistent"},
		"hostPath on any node":     {inTreePV(corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{}}, nil, nil), "with the node"},
		"hostPath, empty affinity": {inTreePV(corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{}}, nil, &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{}}), "UnknownNode"},
	})
}

func TestInlineVolumes(t *testing.T) {
	w := worldOf(t)
	for name, tc := range map[string]struct {
		volume corev1.VolumeSource
		want   string // empty: it is not judged
	}{
		"emptyDir":      {corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}, "with the node"},
		"huge pages":    {corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumHugePages}}, "with the node"},
		"memory":        {corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}}, ""},
		"hostPath":      {corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{}}, "with the node"},
		"gitRepo":       {corev1.VolumeSource{GitRepo: &corev1.GitRepoVolumeSource{}}, "with the node"},
		"NFS":           {corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{}}, "UnknownServer"},
		"a Secret":      {corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{}}, ""},
		"a ConfigMap":   {corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{}}, ""},
		"projected":     {corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{}}, ""},
		"downward API":  {corev1.VolumeSource{DownwardAPI: &corev1.DownwardAPIVolumeSource{}}, ""},
		"an image":      {corev1.VolumeSource{Image: &corev1.ImageVolumeSource{}}, ""},
		"a claim":       {corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{}}, ""},
		"ephemeral":     {corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{}}, ""},
		"one from afar": {corev1.VolumeSource{}, "UnknownDriver"},
		"all buckets": {
			corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "gcsfuse.csi.storage.gke.io", VolumeAttributes: attributes{"bucketName": "_"}}},
			"AnyBucket",
		},
		"a bucket": {
			corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "gcsfuse.csi.storage.gke.io", VolumeAttributes: attributes{"bucketName": "b"}}},
			"NoVolumeWitness",
		},
		"files of Azure": {
			corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "file.csi.azure.com", VolumeAttributes: attributes{"location": "westeurope", "shareName": "s"}}},
			"UnknownAccount",
		},
		"a bucket of Alibaba": {
			corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "ossplugin.csi.alibabacloud.com", VolumeAttributes: attributes{"url": "oss-eu-central-1.aliyuncs.com"}}},
			"DE alibabacloud eu-central-1 Claimed",
		},
		"secrets of a vault": {corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "secrets-store.csi.k8s.io"}}, ""},
		"topolvm":            {corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "topolvm.io"}}, "with the node"},
		"an unknown one":     {corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "disk.example.com"}}, "UnknownDriver"},
		"a disk of AWS":      {corev1.VolumeSource{AWSElasticBlockStore: &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: "vol-1"}}, "NoVolumeWitness"},
		"a disk of GCE":      {corev1.VolumeSource{GCEPersistentDisk: &corev1.GCEPersistentDiskVolumeSource{PDName: "d"}}, "NoVolumeWitness"},
		"files, in-tree":     {corev1.VolumeSource{AzureFile: &corev1.AzureFileVolumeSource{SecretName: "s"}}, "UnknownAccount"},
		"iSCSI":              {corev1.VolumeSource{ISCSI: &corev1.ISCSIVolumeSource{}}, "UnknownServer"},
		"FC":                 {corev1.VolumeSource{FC: &corev1.FCVolumeSource{}}, "UnknownServer"},
		"Flex":               {corev1.VolumeSource{FlexVolume: &corev1.FlexVolumeSource{}}, "UnknownServer"},
		"RBD":                {corev1.VolumeSource{RBD: &corev1.RBDVolumeSource{}}, "UnknownServer"},
		"GlusterFS":          {corev1.VolumeSource{Glusterfs: &corev1.GlusterfsVolumeSource{}}, "UnknownServer"},
	} {
		t.Run(name, func(t *testing.T) {
			rest, judged := w.Inline(&corev1.Volume{Name: "v", VolumeSource: tc.volume})
			if judged != (tc.want != "") {
				t.Fatalf("it is judged: %v", judged)
			}
			if diff := cmp.Diff(tc.want, shown(rest)); judged && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
