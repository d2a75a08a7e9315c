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

import "github.com/domicile-dev/domicile/internal/location"

// ceph is Ceph, with Rook, which puts its namespace before the name, or without
// (ceph/ceph-csi@52fcb7b0 internal/util/volid.go:66-78, topology.go:35,47,
// internal/rbd/controllerserver.go:242-268). The bytes are on the nodes of the storage cluster,
// in this cluster or outside of it. The handle names that cluster and a pool; the topology of
// pools is made of labels that an administrator chose.
var ceph = driver{
	names:    []string{"rbd.csi.ceph.com", "cephfs.csi.ceph.com", "nfs.csi.ceph.com"},
	suffixes: []string{".rbd.csi.ceph.com", ".cephfs.csi.ceph.com", ".nfs.csi.ceph.com"},
	volume:   func(_ *World, v source) said { return cephCluster(v.attributes) },
	class:    func(_ *World, p parameters) said { return cephCluster(p) },
}

// cephCluster says that it is not known where a storage cluster stands.
func cephCluster(p parameters) said {
	detail := "it is kept by the Ceph cluster"
	for _, id := range p.all("clusterID") {
		detail += " " + location.Quote(id)
	}
	for _, pool := range p.all("pool") {
		detail += ", in the pool " + location.Quote(pool)
	}
	return refused(location.ReasonUnknownReplica, detail+", and nothing says where all of its disks stand; a Site can")
}
