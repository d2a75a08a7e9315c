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
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func nfsPV(server, path string) *corev1.PersistentVolume {
	return inTreePV(corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: server, Path: path}}, nil, nil)
}

func iscsiPV(portal, iqn string, lun int32, more ...string) *corev1.PersistentVolume {
	return inTreePV(corev1.PersistentVolumeSource{ISCSI: &corev1.ISCSIPersistentVolumeSource{TargetPortal: portal, IQN: iqn, Lun: lun, Portals: more}}, nil, nil)
}

func fcPV(s corev1.FCVolumeSource) *corev1.PersistentVolume {
	return inTreePV(corev1.PersistentVolumeSource{FC: &s}, nil, nil)
}

func rbdPV(pool, image string, monitors ...string) *corev1.PersistentVolume {
	return inTreePV(corev1.PersistentVolumeSource{RBD: &corev1.RBDPersistentVolumeSource{CephMonitors: monitors, RBDPool: pool, RBDImage: image}}, nil, nil)
}

func cephFSPV(path string, monitors ...string) *corev1.PersistentVolume {
	return inTreePV(corev1.PersistentVolumeSource{CephFS: &corev1.CephFSPersistentVolumeSource{Monitors: monitors, Path: path}}, nil, nil)
}

func localPV(path string, a *corev1.VolumeNodeAffinity) *corev1.PersistentVolume {
	return inTreePV(corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: path}}, nil, a)
}

func hostPathPV(path string, a *corev1.VolumeNodeAffinity) *corev1.PersistentVolume {
	return inTreePV(corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path}}, nil, a)
}

// overlap reports whether two volumes are told to hold the same data.
func overlap(a, b *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(Identities(a), func(i Identity) bool { return slices.Contains(Identities(b), i) })
}

func TestTheSameData(t *testing.T) {
	on := func(hosts ...string) *corev1.VolumeNodeAffinity { return affinity(corev1.LabelHostname, hosts) }
	nfsCSI := func(handle string, a attributes) *corev1.PersistentVolume {
		return csiPV("nfs.csi.k8s.io", handle, a, nil)
	}
	smbCSI := func(handle string, a attributes) *corev1.PersistentVolume {
		return csiPV("smb.csi.k8s.io", handle, a, nil)
	}
	image := func(driver, handle string, a attributes) *corev1.PersistentVolume {
		return csiPV(driver, handle, a, nil)
	}
	lun := int32(3)
	made := "0001-0009-rook-ceph-0000000000000002-d2b1"
	byName := affinity("", nil)
	byName.Required.NodeSelectorTerms = []corev1.NodeSelectorTerm{{MatchFields: []corev1.NodeSelectorRequirement{{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{"n1"}}}}}
	for name, tc := range map[string]struct {
		a, b *corev1.PersistentVolume
		want bool
	}{
		"a handle":                         {csiPV("ebs.csi.aws.com", "vol-1", nil, nil), csiPV("ebs.csi.aws.com", "vol-1", nil, nil), true},
		"a handle of an unknown driver":    {csiPV("example.com", "1", nil, nil), csiPV("example.com", "1", nil, nil), true},
		"a handle of another driver":       {csiPV("example.com", "1", nil, nil), csiPV("example.org", "1", nil, nil), false},
		"an in-tree disk and its driver's": {inTreePV(corev1.PersistentVolumeSource{AWSElasticBlockStore: &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: "aws://eu-central-1a/vol-1"}}, nil, nil), csiPV("ebs.csi.aws.com", "vol-1", nil, nil), true},

		"NFS":                                 {nfsPV("files.example.com", "/crm"), nfsPV("files.example.com", "/crm"), true},
		"NFS, written otherwise":              {nfsPV("Files.example.com.", "/crm/"), nfsPV("files.example.com", "//crm/./"), true},
		"NFS by an address":                   {nfsPV("[2001:DB8:0::1]", "/crm"), nfsPV("2001:db8::1", "/crm"), true},
		"NFS of another server":               {nfsPV("files.example.com", "/crm"), nfsPV("files.example.org", "/crm"), false},
		"NFS of another directory":            {nfsPV("files.example.com", "/crm"), nfsPV("files.example.com", "/hr"), false},
		"NFS of the parent":                   {nfsPV("files.example.com", "/crm/a"), nfsPV("files.example.com", "/crm"), false},
		"NFS in another case":                 {nfsPV("files.example.com", "/crm"), nfsPV("files.example.com", "/CRM"), false},
		"NFS by its driver":                   {nfsPV("files.example.com", "/crm/a"), nfsCSI("any", attributes{"server": "files.example.com", "share": "/crm", "subdir": "a"}), true},
		"NFS by its driver, in odd case":      {nfsCSI("1", attributes{"Server": "files.example.com", "SHARE": "/crm/", "subDir": "/a/"}), nfsCSI("2", attributes{"server": "files.example.com", "share": "/crm/a"}), true},
		"NFS of another handle":               {nfsCSI("1", attributes{"server": "files.example.com", "share": "/crm"}), nfsCSI("2", attributes{"server": "files.example.com", "share": "/crm"}), true},
		"NFS of one handle":                   {nfsCSI("1", attributes{"server": "files.example.com", "share": "/crm"}), nfsCSI("1", attributes{"server": "files.example.com", "share": "/hr"}), false},
		"NFS of other directories of a share": {nfsCSI("1", attributes{"server": "files.example.com", "share": "/crm", "subdir": "a"}), nfsCSI("2", attributes{"server": "files.example.com", "share": "/crm", "subdir": "b"}), false},
		"NFS with names in the directory": {
			nfsCSI("1", attributes{"server": "files.example.com", "share": "/crm", "subdir": "${pvc.metadata.namespace}-${pvc.metadata.name}-${pv.metadata.name}", "csi.storage.k8s.io/pvc/namespace": "crm", "csi.storage.k8s.io/pvc/name": "data", "csi.storage.k8s.io/pv/name": "pv-1"}),
			nfsPV("files.example.com", "/crm/crm-data-pv-1"), true,
		},
		"NFS without a server": {nfsCSI("1", attributes{"share": "/crm"}), nfsCSI("1", attributes{"share": "/crm"}), true},
		"NFS with two servers": {nfsCSI("1", attributes{"server": "a", "SERVER": "b", "share": "/crm"}), nfsPV("b", "/crm"), true},

		"SMB":                                 {smbCSI("1", attributes{"source": "//Files.example.com/CRM/"}), smbCSI("2", attributes{"SOURCE": `\\files.example.com\crm`}), true},
		"SMB of another directory":            {smbCSI("1", attributes{"source": "//files.example.com/crm"}), smbCSI("1", attributes{"source": "//files.example.com/hr"}), false},
		"SMB of a directory of a share":       {smbCSI("1", attributes{"source": "//files.example.com/crm", "subDir": "a"}), smbCSI("2", attributes{"source": "//files.example.com/crm/a"}), true},
		"SMB of other directories of a share": {smbCSI("1", attributes{"source": "//files.example.com/crm", "subDir": "a"}), smbCSI("2", attributes{"source": "//files.example.com/crm", "subDir": "b"}), false},
		"SMB and NFS":                         {smbCSI("1", attributes{"source": "//files.example.com/crm"}), nfsPV("files.example.com", "/crm"), false},

		"iSCSI":                   {iscsiPV("10.0.0.1", "iqn.2001-04.com.example:a", 0), iscsiPV("10.0.0.1:3260", "IQN.2001-04.com.example:a", 0), true},
		"iSCSI of another LUN":    {iscsiPV("10.0.0.1", "iqn.2001-04.com.example:a", 0), iscsiPV("10.0.0.1", "iqn.2001-04.com.example:a", 1), false},
		"iSCSI of another target": {iscsiPV("10.0.0.1", "iqn.2001-04.com.example:a", 0), iscsiPV("10.0.0.1", "iqn.2001-04.com.example:b", 0), false},
		"iSCSI of another portal": {iscsiPV("10.0.0.1", "iqn.2001-04.com.example:a", 0), iscsiPV("10.0.0.2", "iqn.2001-04.com.example:a", 0), false},
		"iSCSI by one of portals": {iscsiPV("10.0.0.1", "iqn.2001-04.com.example:a", 0, "10.0.0.2"), iscsiPV("10.0.0.2", "iqn.2001-04.com.example:a", 0), true},
		"iSCSI by its driver":     {iscsiPV("10.0.0.2", "iqn.2001-04.com.example:a", 0), csiPV("iscsi.csi.k8s.io", "any", attributes{"targetPortal": "10.0.0.1", "portals": `["10.0.0.2:3260"]`, "iqn": "iqn.2001-04.com.example:a", "lun": "0"}, nil), true},
		"iSCSI of one handle":     {csiPV("iscsi.csi.k8s.io", "1", attributes{"targetPortal": "10.0.0.1", "iqn": "a", "lun": "0"}, nil), csiPV("iscsi.csi.k8s.io", "1", attributes{"targetPortal": "10.0.0.1", "iqn": "a", "lun": "1"}, nil), false},

		"Fibre Channel":                  {fcPV(corev1.FCVolumeSource{TargetWWNs: []string{"50060E801049CFD1"}, Lun: &lun}), fcPV(corev1.FCVolumeSource{TargetWWNs: []string{"x", "50060e801049cfd1"}, Lun: &lun}), true},
		"Fibre Channel of another LUN":   {fcPV(corev1.FCVolumeSource{TargetWWNs: []string{"50060e801049cfd1"}, Lun: &lun}), fcPV(corev1.FCVolumeSource{TargetWWNs: []string{"50060e801049cfd1"}, Lun: new(int32)}), false},
		"Fibre Channel by an identifier": {fcPV(corev1.FCVolumeSource{WWIDs: []string{"3600508b400105e21"}}), fcPV(corev1.FCVolumeSource{WWIDs: []string{"3600508B400105e21"}}), true},
		"Fibre Channel by another one":   {fcPV(corev1.FCVolumeSource{WWIDs: []string{"3600508b400105e21"}}), fcPV(corev1.FCVolumeSource{WWIDs: []string{"3600508b400105e22"}}), false},

		"RBD":                   {rbdPV("", "db", "10.0.0.1:6789", "10.0.0.2:6789"), rbdPV("rbd", "db", "10.0.0.2:3300"), true},
		"RBD of another image":  {rbdPV("rbd", "db", "10.0.0.1"), rbdPV("rbd", "db2", "10.0.0.1"), false},
		"RBD of another pool":   {rbdPV("rbd", "db", "10.0.0.1"), rbdPV("fast", "db", "10.0.0.1"), false},
		"RBD of other monitors": {rbdPV("rbd", "db", "10.0.0.1"), rbdPV("rbd", "db", "10.0.0.3"), false},
		"RBD that was there before": {
			image("rook-ceph.rbd.csi.ceph.com", made, attributes{"clusterID": "rook-ceph", "pool": "fast", "imageName": "csi-vol-d2b1"}),
			image("rbd.csi.ceph.com", "csi-vol-d2b1", attributes{"clusterID": "rook-ceph", "pool": "fast", "staticVolume": "true"}), true,
		},
		"RBD of one handle in two pools": {
			image("rbd.csi.ceph.com", "db", attributes{"clusterID": "a", "pool": "fast", "staticVolume": "true"}),
			image("rbd.csi.ceph.com", "db", attributes{"clusterID": "a", "pool": "slow", "staticVolume": "true"}), false,
		},
		"RBD of one handle that was made": {image("rbd.csi.ceph.com", made, attributes{"clusterID": "a"}), image("rbd.csi.ceph.com", made, nil), true},

		"CephFS":                      {cephFSPV("/crm/", "10.0.0.1:6789"), cephFSPV("crm", "10.0.0.1"), true},
		"CephFS of another directory": {cephFSPV("/crm", "10.0.0.1:6789"), cephFSPV("", "10.0.0.1"), false},
		"CephFS that was there before": {
			image("cephfs.csi.ceph.com", made, attributes{"clusterID": "a", "fsName": "fs", "subvolumePath": "/volumes/csi/csi-vol-1/d2b1"}),
			image("cephfs.csi.ceph.com", "any", attributes{"clusterID": "a", "fsName": "fs", "staticVolume": "true", "rootPath": "/volumes/csi/csi-vol-1/d2b1"}), true,
		},
		"CephFS of one handle": {
			image("cephfs.csi.ceph.com", "any", attributes{"clusterID": "a", "staticVolume": "true", "rootPath": "/a"}),
			image("cephfs.csi.ceph.com", "any", attributes{"clusterID": "a", "staticVolume": "true", "rootPath": "/b"}), false,
		},
		"an export of Ceph": {image("rook-ceph.nfs.csi.ceph.com", made, attributes{"server": "nfs.example.com", "share": "/0001"}), nfsPV("nfs.example.com", "/0001"), true},

		"local":                             {localPV("/mnt/a", on("n1")), localPV("/mnt/a/", on("n1")), true},
		"local on another node":             {localPV("/mnt/a", on("n1")), localPV("/mnt/a", on("n2")), false},
		"local at another path":             {localPV("/mnt/a", on("n1")), localPV("/mnt/b", on("n1")), false},
		"local on one of the nodes":         {localPV("/mnt/a", on("n1", "n3")), localPV("/mnt/a", on("n2", "n3")), true},
		"local by the name of the node":     {localPV("/mnt/a", byName), localPV("/mnt/a", byName), true},
		"local by a label of its own":       {localPV("/mnt/a", affinity("rack", []string{"1", "2"})), localPV("/mnt/a", affinity("rack", []string{"2", "1"})), true},
		"local by another label":            {localPV("/mnt/a", affinity("rack", []string{"1"})), localPV("/mnt/a", affinity("rack", []string{"2"})), false},
		"hostPath on a node":                {hostPathPV("/mnt/a", on("n1")), localPV("/mnt/a", on("n1")), true},
		"hostPath on whichever node":        {hostPathPV("/mnt/a", nil), hostPathPV("/mnt/a", nil), false},
		"FlexVolume, of which nothing says": {inTreePV(corev1.PersistentVolumeSource{FlexVolume: &corev1.FlexPersistentVolumeSource{Driver: "a"}}, nil, nil), inTreePV(corev1.PersistentVolumeSource{FlexVolume: &corev1.FlexPersistentVolumeSource{Driver: "a"}}, nil, nil), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := overlap(tc.a, tc.b); got != tc.want {
				t.Errorf("the same is %t\na: %q\nb: %q", got, Identities(tc.a), Identities(tc.b))
			}
			if got := overlap(tc.b, tc.a); got != tc.want {
				t.Errorf("the other way round the same is %t", got)
			}
		})
	}
}

// A snapshot means its volume by the handle, also where that is no name of the data.
func TestSnapshotsMeanTheHandle(t *testing.T) {
	pv := csiPV("nfs.csi.k8s.io", "files#crm#", attributes{"server": "files.example.com", "share": "/crm"}, nil)
	handle := Identity{"nfs.csi.k8s.io", "files#crm#"}
	if got, ok := Handle(pv); !ok || got != handle {
		t.Errorf("the handle is %q", got)
	}
	if slices.Contains(Identities(pv), handle) {
		t.Error("the handle is a name of the data")
	}
	if !slices.Contains(Names(pv), handle) {
		t.Errorf("it is not found by its handle, but by %q", Names(pv))
	}
	if got, ok := Handle(nfsPV("files.example.com", "/crm")); ok {
		t.Errorf("an NFS volume has the handle %q", got)
	}
}

func TestNamesAreBounded(t *testing.T) {
	var portals []string
	for i := range 10_000 {
		portals = append(portals, fmt.Sprintf("10.0.%d.%d", i/256, i%256))
	}
	long := strings.Repeat("${pv.metadata.name}", 50_000)
	spelt := attributes{"server": "a", "share": "/" + long, "subdir": long, "csi.storage.k8s.io/pv/name": long}
	for i := range 5 {
		name := []byte("server")
		name[i] -= 'a' - 'A'
		spelt[string(name)] = fmt.Sprint(i)
	}
	for name, pv := range map[string]*corev1.PersistentVolume{
		"many portals":      iscsiPV("10.1.0.1", "iqn:"+long, 0, portals...),
		"many monitors":     rbdPV(long, long, portals...),
		"many nodes":        localPV("/"+long, affinity(corev1.LabelHostname, portals)),
		"a long path":       nfsPV("a", "/"+long),
		"many parameters":   csiPV("nfs.csi.k8s.io", "1", spelt, nil),
		"a long identifier": fcPV(corev1.FCVolumeSource{WWIDs: []string{long}}),
	} {
		t.Run(name, func(t *testing.T) {
			names := Identities(pv)
			if len(names) == 0 || len(names) > maxIdentities {
				t.Errorf("%d names", len(names))
			}
			for _, n := range names {
				if len(n.Value) > maxName {
					t.Errorf("a name of %d bytes", len(n.Value))
				}
			}
		})
	}
}
