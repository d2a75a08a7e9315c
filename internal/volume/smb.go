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
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// smb are Windows file servers by their host or address
// (kubernetes-csi/csi-driver-smb@95c69680 docs, pkg/smb/nodeserver.go). The attributes are what
// is mounted, and the handle is only a name.
var smb = driver{
	names:    []string{"smb.csi.k8s.io"},
	anyCase:  true,
	volume:   func(_ *World, v source) said { return fileServer(v.attributes) },
	class:    func(_ *World, p parameters) said { return fileServer(p) },
	snapshot: func(_ *World, s snapshotted) location.Rest { return s.volume },
	same: func(_ string, v source) ([]Identity, bool) {
		var names []Identity
		for _, share := range spellings(v.attributes, "source") {
			for _, below := range subdirectory(v.attributes) {
				names = append(names, smbShare(share+"/"+below))
			}
		}
		return names, false
	},
}

// smbShare names what is mounted of a share, whose server does not tell cases apart.
func smbShare(source string) Identity {
	source = strings.Trim(strings.ToLower(strings.ReplaceAll(source, `\`, "/")), "/ ")
	server, directory, _ := strings.Cut(source, "/")
	return named(ofSMB, host(server), path.Clean("/"+directory))
}
