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

	"github.com/domicile-dev/domicile/internal/location"
)

const euStates = "AT gcp eu Claimed + BE gcp eu Claimed + BG gcp eu Claimed + CY gcp eu Claimed + CZ gcp eu Claimed + DE gcp eu Claimed + " +
	"DK gcp eu Claimed + EE gcp eu Claimed + ES gcp eu Claimed + FI gcp eu Claimed + FR gcp eu Claimed + GR gcp eu Claimed + " +
	"HR gcp eu Claimed + HU gcp eu Claimed + IE gcp eu Claimed + IT gcp eu Claimed + LT gcp eu Claimed + LU gcp eu Claimed + " +
	"LV gcp eu Claimed + MT gcp eu Claimed + NL gcp eu Claimed + PL gcp eu Claimed + PT gcp eu Claimed + RO gcp eu Claimed + " +
	"SE gcp eu Claimed + SI gcp eu Claimed + SK gcp eu Claimed"

func TestSnapshots(t *testing.T) {
	w := worldOf(t)
	disk := w.PersistentVolume(csiPV("pd.csi.storage.gke.io", "projects/p/zones/europe-west3-a/disks/d", nil, nil), Classes{})
	azure := w.PersistentVolume(csiPV("disk.csi.azure.com", "d", attributes{"location": "westeurope"}, nil), Classes{})
	files := w.PersistentVolume(csiPV("file.csi.azure.com", "d", attributes{"location": "westeurope", "skuName": "Standard_GRS"}, nil), Classes{})
	zone := "topology.kubernetes.io/zone"
	ebs := w.PersistentVolume(csiPV("ebs.csi.aws.com", "vol-1", nil, affinity(zone, []string{"eu-central-1a"})), Classes{})
	local := w.PersistentVolume(csiPV("ebs.csi.aws.com", "vol-1", nil, affinity(zone, []string{"ap-northeast-1-tpe-1a"})), Classes{})
	for name, tc := range map[string]struct {
		class  *SnapshotClass
		source location.Rest
		want   string
	}{
		"no class":                      {nil, disk, "UnknownSnapshotClass"},
		"Google's default":              {&SnapshotClass{Driver: "pd.csi.storage.gke.io"}, disk, "DependsOnProviderSettings"},
		"Google, a region":              {&SnapshotClass{Driver: "pd.csi.storage.gke.io", Parameters: attributes{"Storage-Locations": "EUROPE-WEST3 "}}, disk, "DE gcp europe-west3 Claimed"},
		"Google, another region":        {&SnapshotClass{Driver: "pd.csi.storage.gke.io", Parameters: attributes{"storage-locations": "us-east1"}}, disk, "US gcp us-east1 Claimed"},
		"Google, a multi-region":        {&SnapshotClass{Driver: "pd.csi.storage.gke.io", Parameters: attributes{"storage-locations": "eu"}}, disk, euStates},
		"Google, the other one":         {&SnapshotClass{Driver: "pd.csi.storage.gke.io", Parameters: attributes{"storage-locations": "us"}}, disk, "US gcp us Claimed"},
		"Google, nowhere":               {&SnapshotClass{Driver: "pd.csi.storage.gke.io", Parameters: attributes{"storage-locations": "emea"}}, disk, "UnknownRegion"},
		"Filestore, of its source":      {&SnapshotClass{Driver: "filestore.csi.storage.gke.io", Parameters: attributes{"type": "backup"}}, disk, "DE gcp europe-west3 europe-west3-a Claimed"},
		"Filestore, elsewhere":          {&SnapshotClass{Driver: "filestore.csi.storage.gke.io", Parameters: attributes{"location": "us-east1"}}, disk, "US gcp us-east1 Claimed"},
		"Azure":                         {&SnapshotClass{Driver: "disk.csi.azure.com"}, azure, "NL azure westeurope Claimed"},
		"Azure, copied":                 {&SnapshotClass{Driver: "disk.csi.azure.com", Parameters: attributes{"LOCATION": "eastus"}}, azure, "NL azure westeurope Claimed + US azure eastus Claimed"},
		"Azure, of nothing known":       {&SnapshotClass{Driver: "disk.csi.azure.com", Parameters: attributes{"location": "eastus"}}, location.Rest{WithNode: true}, "UnknownVolume + US azure eastus Claimed"},
		"files of Azure and the copy":   {&SnapshotClass{Driver: "file.csi.azure.com"}, files, "NL azure westeurope Claimed + IE azure northeurope Claimed"},
		"EBS":                           {&SnapshotClass{Driver: "ebs.csi.aws.com"}, ebs, "DE aws eu-central-1 eu-central-1a Claimed"},
		"EBS of a Local Zone":           {&SnapshotClass{Driver: "ebs.csi.aws.com"}, local, "JP aws ap-northeast-1 Claimed"},
		"EBS on an Outpost":             {&SnapshotClass{Driver: "ebs.csi.aws.com", Parameters: attributes{"outpostArn": "arn:x"}}, ebs, "DependsOnProviderSettings"},
		"Cinder":                        {&SnapshotClass{Driver: "cinder.csi.openstack.org"}, disk, "DE gcp europe-west3 europe-west3-a Claimed"},
		"Cinder's backup":               {&SnapshotClass{Driver: "cinder.csi.openstack.org", Parameters: attributes{"type": "backup"}}, disk, "DependsOnProviderSettings"},
		"NFS":                           {&SnapshotClass{Driver: "nfs.csi.k8s.io"}, disk, "DE gcp europe-west3 europe-west3-a Claimed"},
		"NFS on another server":         {&SnapshotClass{Driver: "nfs.csi.k8s.io", Parameters: attributes{"server": "10.0.0.9"}}, disk, "UnknownServer"},
		"Longhorn":                      {&SnapshotClass{Driver: "driver.longhorn.io", Parameters: attributes{"type": "snap"}}, disk, "DE gcp europe-west3 europe-west3-a Claimed"},
		"Longhorn without a type":       {&SnapshotClass{Driver: "driver.longhorn.io"}, disk, "UnknownBackupTarget"},
		"Longhorn's backup":             {&SnapshotClass{Driver: "driver.longhorn.io", Parameters: attributes{"type": "bak"}}, disk, "UnknownBackupTarget"},
		"a driver without any facts":    {&SnapshotClass{Driver: "topolvm.io"}, disk, "NoVolumeWitness"},
		"a driver that nobody knows":    {&SnapshotClass{Driver: "disk.example.com"}, disk, "UnknownDriver"},
		"a volume that rests nowhere":   {&SnapshotClass{Driver: "ebs.csi.aws.com"}, unknown(location.ReasonNoVolumeWitness, "x"), "NoVolumeWitness"},
		"a volume that waits for nodes": {&SnapshotClass{Driver: "ebs.csi.aws.com"}, location.Rest{WithNode: true}, "with the node"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, shown(w.Snapshot(tc.class, tc.source))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSnapshotContents(t *testing.T) {
	w := worldOf(t)
	disk := w.PersistentVolume(csiPV("ebs.csi.aws.com", "vol-1", nil, affinity("topology.kubernetes.io/zone", []string{"eu-central-1a"})), Classes{})
	ebs := &SnapshotClass{Name: "c", Driver: "ebs.csi.aws.com"}
	for name, tc := range map[string]struct {
		content SnapshotContent
		class   *SnapshotClass
		want    string
	}{
		"one that was taken":         {SnapshotContent{Driver: "ebs.csi.aws.com", Taken: true, ClassName: "c"}, ebs, "DE aws eu-central-1 eu-central-1a Claimed"},
		"its class is gone":          {SnapshotContent{Driver: "ebs.csi.aws.com", Taken: true, ClassName: "c"}, nil, "UnknownSnapshotClass"},
		"its class is another's":     {SnapshotContent{Driver: "pd.csi.storage.gke.io", Taken: true, ClassName: "c"}, ebs, "UnknownSnapshotClass"},
		"a handle somebody wrote":    {SnapshotContent{Driver: "ebs.csi.aws.com", Handle: "snap-1"}, ebs, "NoVolumeWitness"},
		"a handle of Google":         {SnapshotContent{Driver: "pd.csi.storage.gke.io", Handle: "projects/p/global/snapshots/s"}, nil, "NoVolumeWitness"},
		"a handle of Filestore":      {SnapshotContent{Driver: "filestore.csi.storage.gke.io", Handle: "projects/p/locations/us-east1/backups/b"}, nil, "US gcp us-east1 Claimed"},
		"a handle of nobody":         {SnapshotContent{Driver: "disk.example.com", Handle: "x"}, nil, "UnknownDriver"},
		"one of Filestore elsewhere": {SnapshotContent{Driver: "filestore.csi.storage.gke.io", Taken: true, Handle: "projects/p/locations/us-east1/backups/b"}, &SnapshotClass{Driver: "filestore.csi.storage.gke.io", Parameters: attributes{"location": "europe-west3"}}, "ConflictingWitnesses"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, shown(w.SnapshotContent(tc.content, tc.class, disk))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
