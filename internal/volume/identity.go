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
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/domicile-dev/domicile/internal/location"
)

// Identity is a name by which data is recognised in whichever PersistentVolume it is.
type Identity struct {
	// Of is the CSI driver whose handle it is, or what else it names, such as an NFS export.
	Of string
	// Value is the handle, or a name made of the fields by which the data is found.
	Value string
}

// What an Identity names that is no handle. No driver is called so.
const (
	ofNFS    = "NFS export"
	ofSMB    = "SMB share"
	ofISCSI  = "iSCSI LUN"
	ofFC     = "Fibre Channel LUN"
	ofRBD    = "RBD image"
	ofCephFS = "CephFS path"
	ofNode   = "path of a node"
)

const (
	// maxIdentities is how many names data has at most. A volume that gives more portals or
	// monitors is known by the first of them, in order.
	maxIdentities = 64
	// maxName is how long a name is at most that is not cut down to its hash.
	maxName = 512
)

// Identities returns the names of the data in a PersistentVolume: two volumes hold the same data
// if they share one. It is by its handle that a volume of a CSI driver is known, and one of an
// in-tree source that such a driver serves, unless that is no name of the data. None: nothing
// tells.
func Identities(pv *corev1.PersistentVolume) []Identity {
	pv = asServed(pv)
	if csi := pv.Spec.CSI; csi != nil {
		return bounded(ofCSIDriver(csi))
	}
	required := requiredOf(pv.Spec.NodeAffinity)
	switch s := &pv.Spec.PersistentVolumeSource; {
	case s.NFS != nil:
		return nfsExport(s.NFS.Server, s.NFS.Path)
	case s.ISCSI != nil:
		return bounded(iscsiLUN(append([]string{s.ISCSI.TargetPortal}, s.ISCSI.Portals...), s.ISCSI.IQN, s.ISCSI.Lun))
	case s.FC != nil:
		return bounded(fcLUN(s.FC))
	case s.RBD != nil:
		return bounded(rbdOfMonitors(s.RBD))
	case s.CephFS != nil:
		return bounded(cephFSOfMonitors(s.CephFS))
	case s.Local != nil:
		return bounded(pathOfNode(required, s.Local.Path))
	case s.HostPath != nil:
		return bounded(pathOfNode(required, s.HostPath.Path))
	default:
		return nil
	}
}

// Handle returns the CSI driver and the handle of a PersistentVolume, by which snapshots and
// their classes mean it; those of an in-tree source as its driver would have them. It is false for
// a volume that has none.
func Handle(pv *corev1.PersistentVolume) (Identity, bool) {
	csi := asServed(pv).Spec.CSI
	if csi == nil || csi.VolumeHandle == "" {
		return Identity{}, false
	}
	return Identity{csi.Driver, csi.VolumeHandle}, true
}

// Names returns all by which a PersistentVolume is looked for: its identities and its handle.
func Names(pv *corev1.PersistentVolume) []Identity {
	names := Identities(pv)
	if handle, ok := Handle(pv); ok && !slices.Contains(names, handle) {
		names = append(names, handle)
	}
	return names
}

// asServed is the volume as the CSI driver sees it that serves it.
func asServed(pv *corev1.PersistentVolume) *corev1.PersistentVolume {
	if served, ok, err := translated(pv); err == nil && ok {
		return served
	}
	return pv
}

// ofCSIDriver names the data as its driver finds it. A handle is a name unless the driver says that
// it is none, and gives others.
func ofCSIDriver(csi *corev1.CSIPersistentVolumeSource) []Identity {
	var names []Identity
	handleToo := true
	if d, ok := driverOf(csi.Driver); ok && d.same != nil {
		names, handleToo = d.same(csi.Driver, source{
			handle: csi.VolumeHandle, attributes: d.read(location.WitnessVolumeAttribute, csi.VolumeAttributes),
		})
	}
	if csi.VolumeHandle != "" && (handleToo || len(names) == 0) {
		names = append(names, Identity{csi.Driver, csi.VolumeHandle})
	}
	return names
}

// named makes a name of parts.
func named(of string, parts ...string) Identity { return Identity{of, short(fmt.Sprintf("%q", parts))} }

// short is a name that is not longer than maxName.
func short(name string) string {
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// bounded returns the names in order, each once, and no more than maxIdentities.
func bounded(names []Identity) []Identity {
	slices.SortFunc(names, func(a, b Identity) int {
		return strings.Compare(a.Of+"\x00"+a.Value, b.Of+"\x00"+b.Value)
	})
	names = slices.Compact(names)
	return names[:min(len(names), maxIdentities)]
}

// hostAndPort cuts the port off a host, an address, or an address in brackets; it is empty if there is none.
func hostAndPort(s string) (at, port string) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.Count(s, ":") > 1 && !strings.HasSuffix(s[:i], "]") {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// host is a host or an address, as two volumes may write it in two ways.
func host(name string) string {
	name = strings.ToLower(strings.Trim(strings.TrimSpace(name), "[]"))
	if address, err := netip.ParseAddr(name); err == nil {
		return address.Unmap().String()
	}
	return strings.TrimSuffix(name, ".")
}

// spellings are the values of a parameter whose name may be there in several cases: which one the
// driver takes is not known, so each counts, up to four.
func spellings(p parameters, name string) []string {
	all := p.all(name)
	return all[:min(len(all), 4)]
}

// subdirectory is the directory below a share that is mounted. The drivers for NFS and SMB put
// names into it, which they are given along with it.
func subdirectory(p parameters) []string {
	out := spellings(p, "subdir")
	for i := range out {
		for _, field := range [...]string{"pvc/namespace", "pvc/name", "pv/name"} {
			for _, value := range p.all("csi.storage.k8s.io/" + field) {
				of, what, _ := strings.Cut(field, "/")
				if len(value) <= validation.DNS1123SubdomainMaxLength {
					out[i] = strings.ReplaceAll(out[i], "${"+of+".metadata."+what+"}", value)
				}
			}
		}
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out
}
