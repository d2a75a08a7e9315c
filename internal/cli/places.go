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

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/manifest"
)

// placesFlag is what all commands are told about the catalogue of places.
type placesFlag struct{ overlay string }

func (f *placesFlag) add(root *cobra.Command) {
	root.PersistentFlags().StringVar(&f.overlay, "catalogue-overlay", "",
		"file with a ConfigMap whose data adds rows to the catalogue of places, or corrects some")
}

// load returns the catalogue of this build, with the overlay if there is one.
func (f *placesFlag) load() (*catalogue.Catalogue, error) {
	if f.overlay == "" {
		cat, err := catalogue.Load()
		if err != nil {
			return nil, fmt.Errorf("loading the catalogue: %w", err)
		}
		return cat, nil
	}
	overlay, err := manifest.ReadConfigMap(f.overlay)
	if err != nil {
		return nil, fmt.Errorf("reading the overlay of the catalogue: %w", err)
	}
	// What is tried here is to be applied next, and the manager would not even look at it.
	if overlay.Name != catalogue.OverlayConfigMap {
		return nil, fmt.Errorf("reading the overlay of the catalogue: %s: the manager reads the ConfigMap %s, and this one is called %q",
			f.overlay, catalogue.OverlayConfigMap, overlay.Name)
	}
	if len(overlay.BinaryData) > 0 {
		return nil, fmt.Errorf("reading the overlay of the catalogue: %s: binaryData is not read: put the rows into data", f.overlay)
	}
	cat, err := catalogue.LoadWith(catalogue.Overlay{Files: overlay.Data})
	if err != nil {
		return nil, fmt.Errorf("loading the catalogue with %s: %w", f.overlay, err)
	}
	return cat, nil
}
