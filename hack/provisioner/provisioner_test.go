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

package main

import (
	"context"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func node(name, provider, region, zone string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			corev1.LabelHostname: name, corev1.LabelTopologyRegion: region, corev1.LabelTopologyZone: zone,
		}},
		Spec: corev1.NodeSpec{ProviderID: provider},
	}
}

// allowed is one term of allowedTopologies.
func allowed(key string, values ...string) []corev1.TopologySelectorTerm {
	return []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: key, Values: values}}}}
}

func TestProvision(t *testing.T) {
	nodes := fake.NewClientset(
		node("fra", "aws:///eu-central-1a/i-1", "eu-central-1", "eu-central-1a"),
		node("ldn", "aws:///eu-west-2a/i-2", "eu-west-2", "eu-west-2a"),
	).CoreV1().Nodes()
	for name, tc := range map[string]struct {
		class    storagev1.StorageClass
		selected string
		handle   string // How it begins.
		keys     []map[string]string
		also     map[string]string // Attributes that must be there.
		wantErr  string
	}{
		"a disk in the allowed zone": {
			class:  storagev1.StorageClass{Provisioner: "ebs.csi.aws.com", AllowedTopologies: allowed(corev1.LabelTopologyZone, "eu-west-2a")},
			handle: "vol-", keys: []map[string]string{{corev1.LabelTopologyZone: "eu-west-2a"}},
		},
		"a disk beside the selected node": {
			class: storagev1.StorageClass{Provisioner: "ebs.csi.aws.com"}, selected: "ldn",
			handle: "vol-", keys: []map[string]string{{corev1.LabelTopologyZone: "eu-west-2a"}},
		},
		"a disk beside any node": {
			class:  storagev1.StorageClass{Provisioner: "ebs.csi.aws.com"},
			handle: "vol-", keys: []map[string]string{{corev1.LabelTopologyZone: "eu-central-1a"}},
		},
		"a disk nowhere": {class: storagev1.StorageClass{Provisioner: "csi.scaleway.com"}, wantErr: "no node"},
		"a regional disk": {
			class: storagev1.StorageClass{
				Provisioner: "pd.csi.storage.gke.io", Parameters: map[string]string{"Replication-Type": "regional-pd"},
				AllowedTopologies: allowed("topology.gke.io/zone", "europe-west3-a", "europe-west3-b"),
			},
			handle: "projects/example/regions/europe-west3/disks/pvc-1",
			keys:   []map[string]string{{"topology.gke.io/zone": "europe-west3-a"}, {"topology.gke.io/zone": "europe-west3-b"}},
		},
		"a disk of one zone": {
			class:  storagev1.StorageClass{Provisioner: "pd.csi.storage.gke.io", AllowedTopologies: allowed("topology.gke.io/zone", "europe-west3-a")},
			handle: "projects/example/zones/europe-west3-a/disks/pvc-1", keys: []map[string]string{{"topology.gke.io/zone": "europe-west3-a"}},
		},
		"a zone-redundant disk": {
			class: storagev1.StorageClass{
				Provisioner: "disk.csi.azure.com", Parameters: map[string]string{"skuName": "premium_zrs"},
				AllowedTopologies: allowed("topology.disk.csi.azure.com/zone", "westeurope-1"),
			},
			handle: "/subscriptions/", also: map[string]string{"skuName": "premium_zrs"},
			keys: []map[string]string{
				{"topology.disk.csi.azure.com/zone": "westeurope-1"}, {"topology.disk.csi.azure.com/zone": "westeurope-2"},
				{"topology.disk.csi.azure.com/zone": "westeurope-3"}, {"topology.disk.csi.azure.com/zone": "westeurope-4"},
				{"topology.disk.csi.azure.com/zone": ""},
			},
		},
		"a share copies its parameters as they are written": {
			class:  storagev1.StorageClass{Provisioner: "file.csi.azure.com", Parameters: map[string]string{"SkuName": "Standard_GRS"}},
			handle: "example#", also: map[string]string{"SkuName": "Standard_GRS", "shareName": "pvc-1"},
		},
		"a file system names its region in the server": {
			class:  storagev1.StorageClass{Provisioner: "nasplugin.csi.alibabacloud.com", Parameters: map[string]string{"regionId": "eu-west-1"}},
			handle: "pvc-1", also: map[string]string{"path": "/pvc-1"},
		},
		"a folder of a server": {
			class:  storagev1.StorageClass{Provisioner: "nfs.csi.k8s.io", Parameters: map[string]string{"server": "files.example", "share": "/data"}},
			handle: "files.example#data#pvc-1##", also: map[string]string{"server": "files.example", "subdir": "pvc-1"},
		},
		"replicas say nothing of nodes": {class: storagev1.StorageClass{Provisioner: "driver.longhorn.io"}, handle: "pvc-1"},
		"another provisioner":           {class: storagev1.StorageClass{Provisioner: "example.com/other"}, wantErr: "no driver"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &provisioner{nodes: nodes}
			pv, _, err := p.Provision(context.Background(), controller.ProvisionOptions{
				StorageClass: &tc.class, PVName: "pvc-1", PVC: &corev1.PersistentVolumeClaim{}, SelectedNodeName: tc.selected,
			})
			if tc.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tc.wantErr) {
					t.Fatalf("got %v, want %q", err, tc.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(pv.Spec.CSI.VolumeHandle, tc.handle) {
				t.Errorf("the handle is %q, want %q", pv.Spec.CSI.VolumeHandle, tc.handle)
			}
			for key, want := range tc.also {
				if got := pv.Spec.CSI.VolumeAttributes[key]; got != want {
					t.Errorf("attribute %s is %q, want %q", key, got, want)
				}
			}
			var want []corev1.NodeSelectorTerm
			for _, labels := range tc.keys {
				want = append(want, term(labels))
			}
			var got []corev1.NodeSelectorTerm
			if pv.Spec.NodeAffinity != nil {
				got = pv.Spec.NodeAffinity.Required.NodeSelectorTerms
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the node affinity is %v, want %v", got, want)
			}
		})
	}
}

func TestAFolderOfANode(t *testing.T) {
	p := &provisioner{nodes: fake.NewClientset(node("ldn", "", "", "")).CoreV1().Nodes()}
	pv, _, err := p.Provision(context.Background(), controller.ProvisionOptions{
		StorageClass: &storagev1.StorageClass{Provisioner: "rancher.io/local-path"}, PVName: "pvc-1",
		PVC: &corev1.PersistentVolumeClaim{}, SelectedNodeName: "ldn",
	})
	if err != nil {
		t.Fatal(err)
	}
	if pv.Spec.HostPath == nil || pv.Spec.NodeAffinity == nil ||
		!reflect.DeepEqual(pv.Spec.NodeAffinity.Required.NodeSelectorTerms[0], term(map[string]string{corev1.LabelHostname: "ldn"})) {
		t.Errorf("it is %+v", pv.Spec)
	}
}
