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

// exoscale is Exoscale block storage (exoscale/exoscale-csi-driver@6206a6f driver/helpers.go:19).
// It attaches what the handle says: ZONE/UUID.
var exoscale = driver{
	names:     []string{"csi.exoscale.com"},
	providers: []string{"exoscale"},
	zoneKeys:  []string{"topology.csi.exoscale.com/zone"},
	attached:  true,
	volume:    func(_ *World, v source) said { return zoneBeforeSlash(v) },
}
