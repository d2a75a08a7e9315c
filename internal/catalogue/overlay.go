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
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Overlay is data that is laid over the embedded data, by the names of the files
// (regions.csv, zones.csv, providers.csv, schemes.csv, city_names.csv, pairs.csv,
// multi_regions.csv). A row with
// the key of an embedded row replaces it, any other is added. All rows of a scheme
// are replaced together.
type Overlay struct{ Files map[string]string }

// LoadWith returns the embedded catalogue with the overlay over it. The overlay is
// checked as strictly as the embedded data: an error names the file, line and field
// of everything that is wrong ("overlay/regions.csv:3: country: ..."), and there is
// no catalogue then. The Source of everything that an overlay says begins with
// "overlay: ".
func LoadWith(o Overlay) (*Catalogue, error) {
	f := embeddedFiles()
	f.overlay = o.Files
	c, err := parse(f)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue with its overlay: %w", err)
	}
	return c, nil
}

// OverlayConfigMap is the name of the ConfigMap that holds the overlay of a cluster. Its keys
// are the names of the files.
const OverlayConfigMap = "domicile-catalogue"

// overlaySource stands before the source of every row of an overlay.
const overlaySource = "overlay: "

// overlayFiles are the files that an overlay may have. Countries and jurisdictions
// are not among them: the first are ISO's, and for the second there is a resource.
func overlayFiles() []string {
	return []string{cityNamesFile, multiRegionsFile, pairsFile, providersFile, regionsFile, schemesFile, zonesFile}
}

// checkOverlay refuses what is no file of an overlay.
func checkOverlay(overlay map[string]string, bad *faults) {
	for _, name := range slices.Sorted(maps.Keys(overlay)) {
		if !slices.Contains(overlayFiles(), name) {
			bad.add(overlayPrefix+name, 0, "", "is no file of an overlay; those are %s", strings.Join(overlayFiles(), ", "))
		}
	}
}
