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

import (
	"maps"
	"slices"
)

// Read returns the catalogue of data that is not the embedded one, by the names of
// the files, which must be those that are embedded. It is for whoever changes the
// data: an error names the file, line and field of everything that is wrong.
func Read(data map[string]string) (*Catalogue, error) {
	f := files{}
	into := map[string]*string{
		regionsFile: &f.regions, zonesFile: &f.zones, countriesFile: &f.countries, cityNamesFile: &f.cityNames,
		providersFile: &f.providers, schemesFile: &f.schemes, pairsFile: &f.pairs, multiRegionsFile: &f.multiRegions,
		jurisdictionsFile: &f.jurisdictions,
	}
	var bad faults
	for _, name := range slices.Sorted(maps.Keys(into)) {
		text, ok := data[name]
		if !ok {
			bad.add(name, 0, "", "is missing")
		}
		*into[name] = text
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if into[name] == nil {
			bad.add(name, 0, "", "is no file of the catalogue")
		}
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	return parse(f)
}
