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
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/domicile-dev/domicile/internal/version"
)

// Version is what `kubectl residency version -o json` prints.
type Version struct {
	// Version of this build.
	Version string `json:"version"`
	// GoVersion that compiled it.
	GoVersion string `json:"goVersion"`
	// CatalogueDate is the day of which the catalogue of places is.
	CatalogueDate string `json:"catalogueDate"`
}

func newVersion(streams genericiooptions.IOStreams, places *placesFlag) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of this plugin, of Go, and of the catalogue of places",
		Example: `  kubectl residency version
  kubectl residency version -o json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := output.check(cmd); err != nil {
				return err
			}
			cat, err := places.load()
			if err != nil {
				return err
			}
			v := Version{Version: version.String(), GoVersion: version.Go(), CatalogueDate: cat.Date()}
			if output.structured() {
				return encode(streams.Out, output.value, v)
			}
			_, err = fmt.Fprintf(streams.Out, "Version:    %s\nGo:         %s\nCatalogue:  %s\n", v.Version, v.GoVersion, v.CatalogueDate)
			return err
		},
	}
	output.add(cmd)
	return cmd
}
