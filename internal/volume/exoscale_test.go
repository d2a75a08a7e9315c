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

import "testing"

func TestExoscale(t *testing.T) {
	const key = "topology.csi.exoscale.com/zone"
	checkPVs(t, map[string]pvCase{
		"a volume":         {csiPV("csi.exoscale.com", "de-fra-1/u", nil, affinity(key, []string{"de-fra-1"})), "DE exoscale de-fra-1 de-fra-1 Consistent"},
		"by its handle":    {csiPV("csi.exoscale.com", "ch-gva-2/u", nil, nil), "CH exoscale ch-gva-2 ch-gva-2 Claimed"},
		"elsewhere":        {csiPV("csi.exoscale.com", "ch-gva-2/u", nil, affinity(key, []string{"de-fra-1"})), "ConflictingWitnesses"},
		"an unknown zone":  {csiPV("csi.exoscale.com", "us-nyc-1/u", nil, nil), "UnknownZone"},
		"no zone, no form": {csiPV("csi.exoscale.com", "u", nil, affinity(key, []string{"de-fra-1"})), "NoVolumeWitness"},
	})
}
