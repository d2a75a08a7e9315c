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

// ebs is Amazon EBS (kubernetes-sigs/aws-ebs-csi-driver@429e202e pkg/driver/driver.go:52-87,
// controller.go:1214; CHANGELOG.md:2629 for the key before v1.33). The handle, "vol-…", names
// no place, and no parameter does. Its driver name is AWS, never Outscale, whose own driver
// has another one. A modification changes the type and the speed
// (pkg/driver/controller_modify_volume.go:39).
var ebs = driver{
	names:      []string{"ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"},
	providers:  []string{"aws"},
	zoneKeys:   []string{"topology.ebs.csi.aws.com/zone"},
	attached:   true,
	anyCase:    true,
	modifiable: true,
	snapshot: func(w *World, s snapshotted) location.Rest {
		if arn := s.parameters.all("outpostarn"); len(arn) > 0 {
			return unknown(location.ReasonDependsOnProviderSettings, "it goes to the Outpost "+location.Quote(arn[0])+", and nothing says where that stands")
		}
		return w.inRegions(s.volume)
	},
}

// inRegions returns where snapshots are of volumes that rest there: in the region (docs/snapshot.md).
// That of a volume in a Local Zone is in the region to which the zone belongs.
func (w *World) inRegions(r location.Rest) location.Rest {
	regional := location.Rest{WithNode: r.WithNode}
	for _, o := range r.Options {
		var places []location.Location
		for _, place := range o.Places {
			if m, ok := w.Catalogue.Zone(place.Provider, place.Zone); ok && place.Known() && m.Zone != nil {
				place = location.OfVolume(w.Catalogue, location.Testimony{
					Providers: []string{place.Provider},
					Codes:     []location.Code{{Kind: location.WitnessDefault, Value: m.Zone.RegionLabel}},
				})
			}
			places = append(places, place)
		}
		regional.Options = append(regional.Options, location.RestOption{Places: distinct(places)})
	}
	return regional
}
