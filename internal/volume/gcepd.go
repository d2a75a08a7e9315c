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
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// gcePD is Compute Engine persistent disk (sigs.k8s.io/gcp-compute-persistent-disk-csi-driver
// v1.28.1 pkg/common/utils.go:44-52, pkg/gce-pd-csi-driver/controller.go:2644,
// pkg/common/parameters.go:68-226). It attaches what the handle says.
var gcePD = driver{
	names:      []string{"pd.csi.storage.gke.io"},
	providers:  []string{"gcp"},
	zoneKeys:   []string{"topology.gke.io/zone"},
	attached:   true,
	anyCase:    true,
	modifiable: true,
	volume: func(_ *World, v source) said {
		zone, region, ok := gceDisk(v.handle)
		switch {
		case !ok && !v.inline:
			return refused(location.ReasonNoVolumeWitness, "the volume handle "+location.Quote(v.handle)+
				" does not have the form projects/P/zones/Z/disks/N or projects/P/regions/R/disks/N")
		case zone == "UNSPECIFIED", zone == "multi-zone":
			// The node affinity says which zone it is, or in which the disks of that name are.
			return said{}
		}
		return said{codes: []location.Code{
			{Kind: location.WitnessVolumeHandle, Value: zone, Zone: true},
			{Kind: location.WitnessVolumeHandle, Value: region},
		}}
	},
	class: func(_ *World, p parameters) said {
		if p.is("replication-type", "regional-pd") {
			return said{replicas: 2}
		}
		return said{}
	},
	snapshot: func(w *World, s snapshotted) location.Rest {
		var places []location.Location
		for _, value := range s.parameters.all("storage-locations") {
			places = append(places, w.storageLocation(strings.ToLower(strings.TrimSpace(value)))...)
		}
		if len(places) > 0 {
			return location.RestsAt(places...)
		}
		return unknown(location.ReasonDependsOnProviderSettings,
			"it goes to the multi-region that is nearest, unless the settings of the project say otherwise, which the cluster does not see; "+
				"storage-locations in its class says where")
	},
}

// storageLocation reads a place for snapshots (pkg/gce-cloud-provider/compute/gce_test.go:117,
// issues 787 and 791): a region, or a multi-region, which counts as all its countries. The
// handle of a snapshot, projects/P/global/snapshots/N, names none.
func (w *World) storageLocation(name string) []location.Location {
	kind := location.WitnessParameter.Named("storage-locations")
	if places, ok := w.multiRegion("gcp", kind, name); ok {
		return places
	}
	return []location.Location{location.OfVolume(w.Catalogue, location.Testimony{
		Providers: []string{"gcp"}, Codes: []location.Code{{Kind: kind, Value: name}},
	})}
}

// gceDisk takes the handle of a disk apart.
func gceDisk(handle string) (zone, region string, ok bool) {
	parts := strings.SplitN(handle, "/", 7)
	if len(parts) != 6 || parts[0] != "projects" || parts[4] != "disks" || parts[3] == "" {
		return "", "", false
	}
	switch parts[2] {
	case "zones":
		return parts[3], "", true
	case "regions":
		return "", parts[3], true
	default:
		return "", "", false
	}
}
