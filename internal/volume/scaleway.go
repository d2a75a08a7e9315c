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

// scaleway is Scaleway block storage (scaleway/scaleway-csi@e2edd7a pkg/driver/helpers.go:38).
// It attaches what the handle says: ZONE/UUID.
var scaleway = driver{
	names:     []string{"csi.scaleway.com"},
	providers: []string{"scaleway"},
	zoneKeys:  []string{"topology.csi.scaleway.com/zone"},
	attached:  true,
	volume:    func(_ *World, v source) said { return zoneBeforeSlash(v) },
}

// zoneBeforeSlash reads a handle of the form ZONE/UUID.
func zoneBeforeSlash(v source) said {
	zone, id, ok := strings.Cut(v.handle, "/")
	switch {
	case v.inline:
		return said{}
	case !ok || zone == "" || id == "" || strings.Contains(id, "/"):
		return refused(location.ReasonNoVolumeWitness, "the volume handle "+location.Quote(v.handle)+" does not have the form ZONE/UUID")
	}
	return said{codes: []location.Code{{Kind: location.WitnessVolumeHandle, Value: zone, Zone: true}}}
}
