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
	"path"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

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
	same:     sameInCeph,
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

// sameInCeph names an image, a directory or an export. A volume that the driver has made is
// known by its handle as well; one that was there before (staticVolume) has a handle that names
// an image in whatever pool, or nothing (ceph/ceph-csi docs/static-pvc.md).
func sameInCeph(name string, v source) ([]Identity, bool) {
	static := false
	for _, value := range v.attributes.all("staticVolume") {
		is, err := strconv.ParseBool(value)
		static = err == nil && is
	}
	a := func(name string) string { return strings.Join(v.attributes.all(name), " ") }
	switch {
	case strings.HasSuffix(name, "nfs.csi.ceph.com"):
		if a("server") == "" || a("share") == "" {
			return nil, true
		}
		return nfsExport(a("server"), a("share")), true
	case strings.HasSuffix(name, "cephfs.csi.ceph.com"):
		directory := a("subvolumePath")
		if static {
			directory = a("rootPath")
		}
		if directory == "" {
			return nil, true
		}
		return []Identity{named(ofCephFS, "cluster", a("clusterID"), a("fsName"), path.Clean("/"+directory))}, !static
	default:
		image := a("imageName")
		if static {
			image = v.handle
		}
		if image == "" {
			return nil, true
		}
		return []Identity{named(ofRBD, "cluster", a("clusterID"), a("pool"), a("radosNamespace"), image)}, !static
	}
}

// rbdOfMonitors names an image by each of the monitors of its cluster: another volume may give
// fewer of them.
func rbdOfMonitors(s *corev1.RBDPersistentVolumeSource) []Identity {
	pool := s.RBDPool
	if pool == "" {
		pool = "rbd"
	}
	return ofMonitors(ofRBD, s.CephMonitors, pool, s.RBDImage)
}

// cephFSOfMonitors names a directory in the same way.
func cephFSOfMonitors(s *corev1.CephFSPersistentVolumeSource) []Identity {
	return ofMonitors(ofCephFS, s.Monitors, path.Clean("/"+s.Path))
}

// ofMonitors leaves ports away: a monitor has one for each version of its protocol.
func ofMonitors(of string, monitors []string, parts ...string) []Identity {
	what := named(of, parts...).Value
	var names []Identity
	for _, monitor := range monitors {
		at, _ := hostAndPort(monitor)
		names = append(names, named(of, "monitor", host(at), what))
	}
	return names
}
