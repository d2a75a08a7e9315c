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
	city string
	line int
	used bool
}

// cityNames is keyed by the name as sources write it and the country.
type cityNames map[[2]string]*cityName

// readCityNames reads city_names.csv.
func (c *Catalogue) readCityNames(text string, bad *faults) cityNames {
	names := cityNames{}
	readCSV(cityNamesFile, text, []string{"name", "country", "city", "note"}, bad, func(r record) {
		key := [2]string{r.required("name"), r.country("country", c)}
		r.required("note")
		if first, seen := names[key]; seen {
			r.fault("name", "%q is on line %d already", key[0], first.line)
			return
		}
		names[key] = &cityName{city: r.optional("city"), line: r.line}
	})
	return names
}

// apply gives a region the city that its source means, or an area instead of one.
func (n cityNames) apply(r *Region) {
	known := n[[2]string{r.City, r.Country}]
	if known == nil {
		return
	}
	known.used = true
	if known.city == "" {
		r.Area = r.City
	}
	r.City = known.city
}

// checkUsed refuses names that no region has: a name that was corrected where it stands
// must not stay here, where it would wait for another to be misread.
func (n cityNames) checkUsed(bad *faults) {
	for key, name := range n {
		if !name.used {
			bad.add(cityNamesFile, name.line, "name", "%q (%s) is the city of no region", key[0], key[1])
		}
	}
}
