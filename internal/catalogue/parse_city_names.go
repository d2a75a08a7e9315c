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

package catalogue

// cityName is what a source writes where a city belongs and that is not a city's name.
type cityName struct {
	// city is the city that is meant, empty if it is an area wider than one.
	city, note string
	position
	used bool
}

// cityNames is keyed by the name as sources write it and the country.
type cityNames map[[2]string]*cityName

// readCityNames reads city_names.csv.
func (c *Catalogue) readCityNames(t table, bad *faults) cityNames {
	names := cityNames{}
	t.read([]string{"name", "country", "city", "note"}, bad, func(r record) {
		key := [2]string{r.required("name"), r.country("country", c)}
		note := r.required("note")
		if first, seen := names[key]; seen {
			if !r.replacedBy(first.position) {
				r.fault("name", "%q is on %s already", key[0], first.seenFrom(r.position))
			}
			return
		}
		names[key] = &cityName{city: r.optional("city"), note: note, position: r.position}
	})
	return names
}

// apply says which city a source means by a name in a country, or the area instead of one.
// note is what the source of the row says besides, if that is somebody's addition.
func (n cityNames) apply(name, country string, at position) (city, area, note string) {
	known := n[[2]string{name, country}]
	if known == nil {
		return name, "", ""
	}
	known.used = true
	if known.overlay() && !at.overlay() {
		note = "; " + overlaySource + known.note
	}
	if known.city == "" {
		area = name
	}
	return known.city, area, note
}

// checkUsed refuses names that no row has: a name that was corrected where it stands
// must not stay here, where it would wait for another to be misread.
func (n cityNames) checkUsed(bad *faults) {
	for key, name := range n {
		if !name.used {
			name.fault(bad, "name", "%q (%s) is the city of no region or zone", key[0], key[1])
		}
	}
}
