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
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// paired returns where the copy is of what is kept at a place under a SKU that copies it to
// the paired region.
func (w *World) paired(place *location.Location, sku string) []location.Location {
	if !place.Known() {
		// Where the copy is then does not matter: the place itself is not known.
		return nil
	}
	because := "the SKU " + location.Quote(sku) + " copies it to the region that is paired with " + place.Code()
	pair, ok := w.Catalogue.Pair(place.Provider, place.Region)
	switch {
	case !ok:
		return []location.Location{location.Undetermined(location.ReasonUnknownPair, because+", and that is not known")}
	case pair.To == nil:
		return []location.Location{location.Undetermined(location.ReasonUnknownPair, because+", which has none")}
	case pair.Confidence == catalogue.ConfidenceLow:
		return []location.Location{location.Undetermined(location.ReasonLowConfidence, because+
			", which rests on a catalogue row of low confidence")}
	}
	copied := location.OfVolume(w.Catalogue, location.Testimony{
		Providers: []string{place.Provider},
		Codes:     []location.Code{{Kind: location.WitnessPair, Value: pair.To.Name}},
	})
	if copied.Known() {
		copied.Source += "; " + pair.Source
	}
	return []location.Location{copied}
}

// multiRegion returns the places of what is kept in several regions: one for each country in
// which it may be, of which no more than the country is known. It is false if the provider has
// no multi-region of that name.
func (w *World) multiRegion(provider string, kind location.WitnessKind, name string) ([]location.Location, bool) {
	m, ok := w.Catalogue.MultiRegion(provider, name)
	if !ok {
		return nil, false
	}
	witness := []location.Witness{{Kind: kind, Value: name}}
	if m.Confidence == catalogue.ConfidenceLow {
		return []location.Location{location.Undetermined(location.ReasonLowConfidence, "the "+string(kind)+" says "+name+
			", of whose countries only a catalogue row of low confidence tells", witness...)}, true
	}
	places := make([]location.Location, 0, len(m.Countries))
	for _, country := range m.Countries {
		places = append(places, location.Location{
			Provider: provider, Country: country, Assurance: location.Claimed, Witnesses: witness, Source: m.Source,
		})
	}
	return places, true
}
