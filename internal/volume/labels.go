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

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

// zoneSeparator joins the zones of a regional disk in one label
// (k8s.io/csi-translation-lib v0.37.2 plugins/gce_pd.go).
const zoneSeparator = "__"

// ofLabels returns what the labels of a PersistentVolume say: codes of all its places, and
// the zones if they name several.
func (d *driver) ofLabels(labels map[string]string) (shared []location.Code, zones []string) {
	var regions []string
	add := func(list []string, value string) []string {
		if !d.speaks(value) || slices.Contains(list, value) {
			return list
		}
		return append(list, value)
	}
	for _, key := range [...]string{corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaZone} {
		for zone := range strings.SplitSeq(labels[key], zoneSeparator) {
			zones = add(zones, zone)
		}
	}
	for _, key := range [...]string{corev1.LabelTopologyRegion, corev1.LabelFailureDomainBetaRegion} {
		regions = add(regions, labels[key])
	}
	for _, region := range regions {
		shared = append(shared, location.Code{Kind: location.WitnessVolumeLabel, Value: region})
	}
	if len(zones) == 1 {
		shared = append(shared, location.Code{Kind: location.WitnessVolumeLabel, Value: zones[0], Zone: true})
		zones = nil
	}
	return shared, zones
}

// withZones adds to each place the one of several zones in the label that it is, and a place
// for each zone that none of them is. A place in none of the zones gets one that it is not in:
// the two then disagree.
func withZones(places [][]location.Code, zones []string) [][]location.Code {
	if len(zones) == 0 {
		return places
	}
	label := func(zone string) location.Code {
		return location.Code{Kind: location.WitnessVolumeLabel, Value: zone, Zone: true}
	}
	missed := slices.Clone(zones)
	var all [][]location.Code
	for _, codes := range places {
		own := slices.IndexFunc(codes, func(c location.Code) bool { return c.Zone && c.Value != "" })
		if own < 0 {
			continue
		}
		zone := codes[own].Value
		if !slices.Contains(zones, zone) {
			zone = zones[0]
		}
		missed = slices.DeleteFunc(missed, func(z string) bool { return z == zone })
		all = append(all, append(slices.Clip(codes), label(zone)))
	}
	var unzoned []location.Code
	if i := slices.IndexFunc(places, func(codes []location.Code) bool {
		return !slices.ContainsFunc(codes, func(c location.Code) bool { return c.Zone && c.Value != "" })
	}); i >= 0 {
		unzoned = places[i]
	}
	for _, zone := range missed {
		all = append(all, append(slices.Clip(unzoned), label(zone)))
	}
	return all
}
