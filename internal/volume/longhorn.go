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

// longhorn is Longhorn (longhorn/longhorn-manager@5ddaa369 types/setting.go:2170,
// csi/util.go:207-290, csi/controller_server.go:940-950; issue 13493). Its replicas are on nodes
// of the cluster, and no field of the volume says on which: nodeSelector and diskSelector are
// Longhorn's own tags. A backup target that is named gets copies, wherever it is.
var longhorn = driver{
	names:     []string{"driver.longhorn.io"},
	onAnyNode: true,
	volume:    func(_ *World, v source) said { return said{elsewhere: backupTarget(v.attributes)} },
	class:     func(_ *World, p parameters) said { return said{elsewhere: backupTarget(p)} },
	snapshot: func(_ *World, s snapshotted) location.Rest {
		if s.parameters.is("type", "snap") || s.parameters.is("type", "bi") {
			return s.volume
		}
		return unknown(location.ReasonUnknownBackupTarget, "a snapshot whose class does not have the type snap goes to the backup target, and nothing says where that stands")
	},
}

// backupTarget is the place of the backup target that is named.
func backupTarget(p parameters) []location.Location {
	var all []location.Location
	for _, name := range p.all("backupTargetName") {
		all = append(all, location.Undetermined(location.ReasonUnknownBackupTarget,
			"its backups go to the backup target "+location.Quote(name)+", and nothing says where that stands"))
	}
	return all
}
