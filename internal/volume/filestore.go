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
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// filestore is Google Filestore (kubernetes-sigs/gcp-filestore-csi-driver@2edb466b
// pkg/csi_driver/volume_id.go:41-50, controller.go:755-795,840, node.go:292;
// pkg/cloud_provider/file/file.go:964-990). What is mounted is the address in the attribute ip;
// the handle, modeInstance/ZONE/INSTANCE/SHARE, is only a name. A class cannot name a place but
// by allowedTopologies, which may have been others when the volume was made: of one that the
// driver made itself, the zone or the region in its handle is what it chose then.
var filestore = driver{
	names:     []string{"filestore.csi.storage.gke.io"},
	providers: []string{"gcp"},
	zoneKeys:  []string{"topology.gke.io/zone"},
	anyCase:   true,
	home:      true,
	volume: func(_ *World, v source) said {
		l := location.Undetermined(location.ReasonUnknownServer, "it is mounted from an address, and nothing says where that stands; a Site can")
		for _, ip := range v.attributes.all("ip") {
			l.Detail = "it is mounted from " + location.Quote(ip) + ", and nothing says where that stands; a Site can"
		}
		return said{silence: &l}
	},
	made: filestorePlace,
	snapshot: func(w *World, s snapshotted) location.Rest {
		if codes := slices.Concat(s.parameters.codes(false, nil, "location"), backupRegion(s.handle)); len(codes) > 0 {
			return location.RestsAt(location.OfVolume(w.Catalogue, location.Testimony{Providers: []string{"gcp"}, Codes: codes}))
		}
		return s.volume
	},
	snapshotHandle: backupRegion,
}

// backupRegion reads projects/P/locations/REGION/backups/N.
func backupRegion(handle string) []location.Code {
	parts := strings.SplitN(handle, "/", 7)
	if len(parts) != 6 || parts[0] != "projects" || parts[2] != "locations" || parts[4] != "backups" {
		return nil
	}
	return []location.Code{{Kind: location.WitnessSnapshotHandle, Value: parts[3]}}
}

// filestorePlace reads modeInstance/ZONE/INSTANCE/SHARE, or a region in place of the zone.
func filestorePlace(handle string) []location.Code {
	parts := strings.SplitN(handle, "/", 5)
	if len(parts) != 4 || parts[0] != "modeInstance" {
		return nil
	}
	suffix := parts[1][strings.LastIndexByte(parts[1], '-')+1:]
	return []location.Code{{Kind: location.WitnessVolumeHandle, Value: parts[1], Zone: len(suffix) == 1}}
}
