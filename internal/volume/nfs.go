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

	"github.com/domicile-dev/domicile/internal/location"
)

// nfs are file servers by their host or address
// (kubernetes-csi/csi-driver-nfs@d3b27c00 pkg/nfs/controllerserver.go:858, nodeserver.go). The
// attributes are what is mounted, and the handle is only a name. Where a host or an address
// stands, no field says.
var nfs = driver{
	names:   []string{"nfs.csi.k8s.io"},
	anyCase: true,
	volume:  func(_ *World, v source) said { return fileServer(v.attributes) },
	class:   func(_ *World, p parameters) said { return fileServer(p) },
	snapshot: func(_ *World, s snapshotted) location.Rest {
		// An archive goes to the server that is named, or else to that of its volume.
		if s.parameters.has("server", "share") {
			return location.RestsAt(*fileServer(s.parameters).refusal)
		}
		return s.volume
	},
	same: func(_ string, v source) ([]Identity, bool) {
		var names []Identity
		for _, server := range spellings(v.attributes, "server") {
			for _, share := range spellings(v.attributes, "share") {
				for _, below := range subdirectory(v.attributes) {
					names = append(names, nfsExport(server, share+"/"+below)...)
				}
			}
		}
		return names, false
	},
}

// nfsExport names what is mounted of an NFS server.
func nfsExport(server, directory string) []Identity {
	return []Identity{named(ofNFS, host(server), path.Clean("/"+directory))}
}

// fileServer says that nothing is known of a server.
func fileServer(p parameters) said {
	l := location.Undetermined(location.ReasonUnknownServer, "it is mounted from a server, and nothing says where that stands; a Site can")
	for _, name := range [...]string{"server", "source"} {
		for _, value := range p.all(name) {
			l.Witnesses = append(l.Witnesses, location.Witness{Kind: p.kind.Named(name), Value: location.Shorten(value)})
			l.Detail = "it is mounted from " + location.Quote(value) + ", and nothing says where that stands; a Site can"
		}
	}
	return said{refusal: &l}
}
