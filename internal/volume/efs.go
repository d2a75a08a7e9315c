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

// efs is Amazon EFS (kubernetes-sigs/aws-efs-csi-driver@a4fc6760 pkg/driver/controller.go:411-438,
// node.go:514, docs/parameters.md; issues 960 and 1450). The handle names a file system, which
// may be in any region and any account. Only with enforceZoneAffinity, for a file system in One
// Zone, has the volume a node affinity.
var efs = driver{
	names:     []string{"efs.csi.aws.com"},
	providers: []string{"aws"},
	zoneKeys:  []string{"topology.kubernetes.io/zone"},
	volume: func(_ *World, v source) said {
		if ips := v.attributes.all("mounttargetip"); len(ips) > 0 {
			return refused(location.ReasonUnknownServer, "it is mounted from "+location.Quote(ips[0])+", and nothing says where that stands")
		}
		if v.attributes.has("crossaccount") {
			return refused(location.ReasonUnknownAccount, "it is a file system of another account, and nothing says where that is")
		}
		return said{silence: existingFileSystem(location.Quote(v.handle))}
	},
	class: func(_ *World, p parameters) said {
		for _, name := range [...]string{"fileSystemId", "fileSystemIdConfigRef", "fileSystemIdSecretRef"} {
			if id := p.all(name); len(id) > 0 {
				// az names the mount target that is used, and not where the file system is.
				s := said{silence: existingFileSystem(location.Quote(id[0]))}
				s.refusal = s.silence
				return s
			}
		}
		return said{silence: existingFileSystem("that nobody names")}
	},
}

// existingFileSystem says that nothing is known of a file system but its ID.
func existingFileSystem(id string) *location.Location {
	l := location.Undetermined(location.ReasonUnknownAccount, "it is kept in the existing file system "+id+
		", which may be in any region; a Site can say where")
	return &l
}
