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

// azureDisk is Azure managed disk (kubernetes-sigs/azuredisk-csi-driver@d983d613
// pkg/azuredisk/azuredisk.go:237, controllerserver.go:303,402-420,560,
// pkg/azureutils/azure_disk_utils.go:591). The handle is an ARM ID, which names no region. Of a
// disk that is in all zones of a region the node affinity names each, and "" for nodes in none.
// Disks are never copied to another region: their kinds are LRS and ZRS.
var azureDisk = driver{
	names:      []string{"disk.csi.azure.com"},
	providers:  []string{"azure"},
	zoneKeys:   []string{"topology.disk.csi.azure.com/zone"},
	silent:     isNumber,
	attached:   true,
	home:       true,
	anyCase:    true,
	modifiable: true,
	volume: func(_ *World, v source) said {
		return said{codes: v.attributes.codes(false, azureRegion, "location")}
	},
	class: func(_ *World, p parameters) said {
		codes := p.codes(false, azureRegion, "location")
		return said{codes: codes, anywhere: len(codes) > 0}
	},
	snapshot: func(w *World, s snapshotted) location.Rest {
		// It is taken in the region of the disk, and copied to the location that is named
		// (controllerserver.go:1232,1357,1425).
		codes := s.parameters.codes(false, azureRegion, "location")
		if len(codes) == 0 {
			return s.volume
		}
		return besides(s.volume, location.OfVolume(w.Catalogue, location.Testimony{Providers: []string{"azure"}, Codes: codes}))
	},
}

// azureRegion returns the name of a region as Azure itself takes it: "West Europe" is westeurope
// (kubernetes-sigs/cloud-provider-azure@7b31c76c pkg/provider/azure.go lowers the case of its own).
func azureRegion(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }

// isNumber reports that a zone is the fault domain of a node outside zones, or no zone at all.
func isNumber(zone string) bool { return strings.Trim(zone, "0123456789") == "" }
