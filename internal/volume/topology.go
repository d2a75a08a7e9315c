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
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

// maxPlaces bounds how many places one object may name. No cloud has that many zones.
const maxPlaces = 256

// requirement is one key of a term with its values: it wants one of them.
type requirement struct {
	key    string
	values []string
}

// affinityTerms returns the terms of a node affinity. One that requires nothing matches no
// node, so it says nothing. Of the operators only In names a place.
func affinityTerms(a *corev1.VolumeNodeAffinity) [][]requirement {
	if a == nil || a.Required == nil {
		return nil
	}
	var terms [][]requirement
	for i := range a.Required.NodeSelectorTerms {
		t := &a.Required.NodeSelectorTerms[i]
		if len(t.MatchExpressions) == 0 && len(t.MatchFields) == 0 {
			continue
		}
		term := []requirement{}
		for _, r := range t.MatchExpressions {
			if r.Operator == corev1.NodeSelectorOpIn {
				term = append(term, requirement{r.Key, r.Values})
			}
		}
		terms = append(terms, term)
	}
	return terms
}

// allowedTerms returns the terms of the allowedTopologies of a class.
func allowedTerms(allowed []corev1.TopologySelectorTerm) [][]requirement {
	var terms [][]requirement
	for _, t := range allowed {
		if len(t.MatchLabelExpressions) == 0 {
			continue
		}
		term := []requirement{}
		for _, r := range t.MatchLabelExpressions {
			term = append(term, requirement{r.Key, r.Values})
		}
		terms = append(terms, term)
	}
	return terms
}

// isZone and isRegion tell what the values of a topology key are.
func (d *driver) isZone(key string) bool {
	return slices.Contains(d.zoneKeys, key) || d.attached && (key == corev1.LabelTopologyZone || key == corev1.LabelFailureDomainBetaZone)
}

func (d *driver) isRegion(key string) bool {
	return slices.Contains(d.regionKeys, key) ||
		d.attached && (key == corev1.LabelTopologyRegion || key == corev1.LabelFailureDomainBetaRegion)
}

// speaks reports whether the value of a topology key says anything of a place.
func (d *driver) speaks(value string) bool {
	return value != "" && (d.silent == nil || !d.silent(value))
}

// alternatives returns the places that terms name: each is what is said of one of them, and
// is empty for a term that names none. It is false if they are too many.
func (w *World) alternatives(d *driver, kind location.WitnessKind, terms [][]requirement) ([][]location.Code, bool) {
	var all [][]location.Code
	quiet := false
	for _, term := range terms {
		found, muted := w.ofTerm(d, kind, term)
		if len(found) == 0 {
			if muted {
				quiet = true
				continue
			}
			found = [][]location.Code{nil}
		}
		for _, codes := range found {
			if !slices.ContainsFunc(all, func(known []location.Code) bool { return slices.Equal(known, codes) }) {
				all = append(all, codes)
			}
			if len(all) > maxPlaces {
				return nil, false
			}
		}
	}
	if len(all) == 0 && quiet {
		return [][]location.Code{nil}, true
	}
	return all, true
}

// ofTerm returns the places that one term names. muted says that it has keys of the driver,
// and that their values are no places, such as the "" of nodes outside zones.
func (w *World) ofTerm(d *driver, kind location.WitnessKind, term []requirement) (places [][]location.Code, muted bool) {
	var zones, regions [][]string
	for _, r := range term {
		zone := d.isZone(r.key)
		if !zone && !d.isRegion(r.key) {
			continue
		}
		values := make([]string, 0, len(r.values))
		for _, v := range r.values {
			if d.speaks(v) && len(values) <= maxPlaces {
				values = append(values, v)
			}
		}
		switch {
		case len(values) == 0:
			muted = true
		case zone:
			zones = append(zones, values)
		default:
			regions = append(regions, values)
		}
	}
	// The keys of a term are all to be met: the values of the first are the places, and each of
	// the others has to agree with them.
	isZone := len(zones) > 0
	keys := append(zones, regions...)
	if len(keys) == 0 {
		return nil, muted
	}
	for _, value := range keys[0] {
		codes := []location.Code{{Kind: kind, Value: value, Zone: isZone}}
		for i, others := range keys[1:] {
			codes = append(codes, location.Code{Kind: kind, Value: w.agreeing(d, codes[0], others, i+1 < len(zones)), Zone: i+1 < len(zones)})
		}
		places = append(places, codes)
	}
	return places, false
}

// agreeing returns the value that agrees with what is said, the first if none does.
func (w *World) agreeing(d *driver, with location.Code, values []string, zone bool) string {
	if len(values) == 1 || zone == with.Zone && slices.Contains(values, with.Value) {
		if len(values) == 1 {
			return values[0]
		}
		return with.Value
	}
	if len(d.providers) > 0 || d.scheme != "" {
		for _, v := range values[:min(len(values), maxPlaces/8)] {
			both := location.OfVolume(w.Catalogue, w.testimony(d, []location.Code{with, {Kind: with.Kind, Value: v, Zone: zone}}))
			if both.Known() {
				return v
			}
		}
	}
	return values[0]
}

// tooMany is the answer to an object that names more places than there can be.
func tooMany(kind location.WitnessKind) location.Location {
	return location.Undetermined(location.ReasonNoVolumeWitness,
		"the "+string(kind)+" names more than "+strconv.Itoa(maxPlaces)+" places")
}
