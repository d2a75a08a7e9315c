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
)

// pvCase is a PersistentVolume and where it rests.
type pvCase struct {
	pv   *corev1.PersistentVolume
	want string
}

// checkPVs holds PersistentVolumes against where they rest.
func checkPVs(t *testing.T, tests map[string]pvCase) {
	t.Helper()
	w := worldOf(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, shown(w.PersistentVolume(tc.pv, Classes{}))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBlockVolumes(t *testing.T) {
	zone := "topology.kubernetes.io/zone"
	both := func(op corev1.NodeSelectorOperator, zones, regions []string) *corev1.VolumeNodeAffinity {
		return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: zone, Operator: op, Values: zones}, {Key: "topology.kubernetes.io/region", Operator: op, Values: regions},
			},
		}}}}
	}
	labelled := func(pv *corev1.PersistentVolume, labels map[string]string) *corev1.PersistentVolume {
		pv.Labels = labels
		return pv
	}
	checkPVs(t, map[string]pvCase{
		"EBS": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, affinity(zone, []string{"eu-central-1a"})),
			"DE aws eu-central-1 eu-central-1a Claimed",
		},
		"EBS with the key of old drivers": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, affinity("topology.ebs.csi.aws.com/zone", []string{"eu-central-1a"})),
			"DE aws eu-central-1 eu-central-1a Claimed",
		},
		"EBS in a local zone": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, affinity(zone, []string{"eu-central-1-ham-1a"})),
			"DE aws eu-central-1-ham-1a eu-central-1-ham-1a Claimed",
		},
		"EBS, reached from two zones": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, affinity(zone, []string{"eu-central-1a", "us-east-1a"})),
			"DE aws eu-central-1 eu-central-1a Claimed + US aws us-east-1 us-east-1a Claimed",
		},
		"EBS without an affinity": {csiPV("ebs.csi.aws.com", "vol-1", nil, nil), "NoVolumeWitness"},
		"EBS with empty terms": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{}}}}),
			"NoVolumeWitness",
		},
		"EBS and a zone of Outscale": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, affinity(zone, []string{"cloudgouv-eu-west-1a"})),
			"UnknownZone",
		},
		"EBS with labels of two regions": {
			labelled(csiPV("ebs.csi.aws.com", "vol-1", nil, affinity(zone, []string{"eu-central-1a"})), map[string]string{
				"topology.kubernetes.io/region":            "eu-central-1",
				"failure-domain.beta.kubernetes.io/region": "us-east-1",
			}),
			"ConflictingWitnesses",
		},
		"a disk of Google": {
			csiPV("pd.csi.storage.gke.io", "projects/p/zones/europe-west3-a/disks/d", nil, affinity("topology.gke.io/zone", []string{"europe-west3-a"})),
			"DE gcp europe-west3 europe-west3-a Consistent",
		},
		"a disk of Google by its handle alone": {
			csiPV("pd.csi.storage.gke.io", "projects/p/zones/europe-west3-a/disks/d", nil, nil),
			"DE gcp europe-west3 europe-west3-a Claimed",
		},
		"a disk of Google elsewhere than its affinity": {
			csiPV("pd.csi.storage.gke.io", "projects/p/zones/us-east1-b/disks/d", nil, affinity("topology.gke.io/zone", []string{"europe-west3-a"})),
			"ConflictingWitnesses",
		},
		"a regional disk of Google": {
			csiPV("pd.csi.storage.gke.io", "projects/p/regions/europe-west3/disks/d", nil, affinity("topology.gke.io/zone", []string{"europe-west3-a"}, []string{"europe-west3-b"})),
			"DE gcp europe-west3 europe-west3-a Consistent + DE gcp europe-west3 europe-west3-b Consistent",
		},
		"a regional disk of Google across a border": {
			csiPV("pd.csi.storage.gke.io", "projects/p/regions/europe-west3/disks/d", nil, affinity("topology.gke.io/zone", []string{"europe-west3-a"}, []string{"europe-west6-a"})),
			"DE gcp europe-west3 europe-west3-a Consistent + ConflictingWitnesses",
		},
		"a disk of Google of no zone that is said": {
			csiPV("pd.csi.storage.gke.io", "projects/p/zones/UNSPECIFIED/disks/d", nil, nil), "NoVolumeWitness",
		},
		"a disk of Google with a malformed handle": {
			csiPV("pd.csi.storage.gke.io", "europe-west3-a/d", nil, affinity("topology.gke.io/zone", []string{"europe-west3-a"})), "NoVolumeWitness",
		},
		"a disk of Azure": {
			csiPV("disk.csi.azure.com", "/subscriptions/s/d", nil, affinity("topology.disk.csi.azure.com/zone", []string{"westeurope-1"})),
			"NL azure westeurope westeurope-1 Claimed",
		},
		"a disk of Azure in all zones": {
			csiPV("disk.csi.azure.com", "/subscriptions/s/d", nil, affinity("topology.disk.csi.azure.com/zone", []string{"westeurope-1"}, []string{"westeurope-2"}, []string{""})),
			"NL azure westeurope westeurope-1 Claimed + NL azure westeurope westeurope-2 Claimed",
		},
		"a disk of Azure in no zone": {
			csiPV("disk.csi.azure.com", "/subscriptions/s/d", nil, affinity("topology.disk.csi.azure.com/zone", []string{""})), "NoVolumeWitness",
		},
		"a disk of Azure and a fault domain": {
			csiPV("disk.csi.azure.com", "/subscriptions/s/d", nil, affinity("topology.disk.csi.azure.com/zone", []string{"0"})), "NoVolumeWitness",
		},
		"a disk of Azure made abroad": {
			csiPV("disk.csi.azure.com", "/subscriptions/s/d", map[string]string{"LOCATION": "East US"}, affinity("topology.disk.csi.azure.com/zone", []string{"westeurope-1"})),
			"ConflictingWitnesses",
		},
		"EBS, reached from zones of two regions": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, both(corev1.NodeSelectorOpIn, []string{"eu-central-1a", "us-east-1a"}, []string{"us-east-1", "eu-central-1"})),
			"DE aws eu-central-1 eu-central-1a Claimed + US aws us-east-1 us-east-1a Claimed",
		},
		"EBS, in none of the regions": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, both(corev1.NodeSelectorOpIn, []string{"eu-central-1a"}, []string{"us-east-1", "us-west-2"})),
			"ConflictingWitnesses",
		},
		"EBS, anywhere but there": {
			csiPV("ebs.csi.aws.com", "vol-1", nil, both(corev1.NodeSelectorOpNotIn, []string{"eu-central-1a"}, []string{"us-east-1"})),
			"NoVolumeWitness",
		},
		"a driver that nobody knows": {
			csiPV("disk.example.com", "eu-central-1a/d", nil, affinity(zone, []string{"eu-central-1a"})), "UnknownDriver",
		},
	})
}
