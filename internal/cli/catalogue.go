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
	"io"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// catalogueOptions are what `kubectl residency catalogue` was asked to do.
type catalogueOptions struct {
	provider, country, confidence string
	output                        outputFlag
}

// Catalogue is what `kubectl residency catalogue -o json` prints. Fields may be added;
// none is renamed or removed.
type Catalogue struct {
	// Date is the day of which the catalogue is.
	Date string `json:"date"`
	// Items are regions, and the Local and Wavelength Zones that lie elsewhere than their
	// region, by provider and code. Of such a zone the code is what its names begin with.
	Items []Meaning `json:"items"`
}

func newCatalogue(streams genericiooptions.IOStreams, s screen, places *placesFlag) *cobra.Command {
	o := catalogueOptions{output: outputFlag{hasWide: true}}
	cmd := &cobra.Command{
		Use:   "catalogue",
		Short: "Print the catalogue of places: which code is where, and who says so",
		Long: `Print the catalogue of places: which code is where, and who says so.

The rows are the regions of all providers, and the Local and Wavelength Zones that lie
elsewhere than the region whose label they carry. Of such a zone the code is what its names
begin with. A row of low confidence is found, but a node that rests on it is Undetermined.

A row that is wrong or missing can be put right without a new build: by the ConfigMap
domicile-catalogue in the operator's namespace, and here by --catalogue-overlay.`,
		Example: `  # Every region and zone in Germany, with sources
  kubectl residency catalogue --country DE -o wide

  # What nobody is sure of
  kubectl residency catalogue --confidence low

  # What an overlay would make of it
  kubectl residency catalogue --provider ionos --catalogue-overlay overlay.yaml`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.output.check(cmd); err != nil {
				return err
			}
			cat, err := places.load()
			if err != nil {
				return err
			}
			if err := o.validate(cmd, cat); err != nil {
				return err
			}
			return o.print(streams, s, cat)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.provider, "provider", "", "only rows of this provider, such as aws")
	flags.StringVar(&o.country, "country", "", "only rows in this country, by its ISO 3166-1 alpha-2 code")
	flags.StringVar(&o.confidence, "confidence", "", "only rows of this confidence: low, medium or high")
	o.output.add(cmd)
	return cmd
}

func (o *catalogueOptions) validate(cmd *cobra.Command, cat *catalogue.Catalogue) error {
	flags := cmd.Flags()
	if flags.Changed("provider") {
		if fault := unknownProvider(cat, o.provider); fault != "" {
			return misuse(cmd, "--provider: %s", fault)
		}
	}
	if _, ok := cat.Country(o.country); !ok && flags.Changed("country") {
		return misuse(cmd, "--country: there is no country %q%s", o.country, didYouMean(cat.NearCountries(o.country)))
	}
	switch o.confidence {
	case catalogue.ConfidenceLow.String(), catalogue.ConfidenceMedium.String(), catalogue.ConfidenceHigh.String():
	default:
		if flags.Changed("confidence") {
			return misuse(cmd, "--confidence: %q is none of low, medium and high", o.confidence)
		}
	}
	return nil
}

func (o *catalogueOptions) print(streams genericiooptions.IOStreams, s screen, cat *catalogue.Catalogue) error {
	items := o.rows(cat)
	if o.output.structured() {
		return encode(streams.Out, o.output.value, Catalogue{Date: cat.Date(), Items: items})
	}
	var b strings.Builder
	if len(items) > 0 {
		b.WriteString(meaningsGrid(items, o.output.wide()).text(o.output.wide(), s))
	}
	last := fmt.Sprintf("%s, as of %s", amount(len(items), "row"), cat.Date())
	if !o.output.wide() && len(items) > 0 {
		last += "; -o wide shows their sources"
	}
	paragraph(&b, []string{last})
	_, err := io.WriteString(streams.Out, b.String())
	return err
}

// rows returns the rows that were asked for, by provider and code.
func (o *catalogueOptions) rows(cat *catalogue.Catalogue) []Meaning {
	out := []Meaning{}
	add := func(m Meaning) {
		if (o.provider == "" || m.Provider == o.provider) && (o.country == "" || m.Country == o.country) &&
			(o.confidence == "" || m.Confidence == o.confidence) {
			out = append(out, m)
		}
	}
	for _, r := range cat.Regions() {
		m := newMeaning(r.Provider, r.Name, kindRegion, catalogue.Match{Region: r})
		m.Aliases = r.Aliases
		add(m)
	}
	for _, z := range cat.Zones() {
		add(newMeaning(z.Provider, z.Prefix, z.Kind, catalogue.Match{Zone: z}))
	}
	sortMeanings(out)
	return out
}

// unknownProvider says why a provider has no rows; empty if it has some.
func unknownProvider(cat *catalogue.Catalogue, provider string) string {
	if cat.HasProvider(provider) {
		return ""
	}
	if title, ok := cat.ProviderTitle(provider); ok {
		return fmt.Sprintf("the catalogue has no rows of %s (%s): --catalogue-overlay can add some, and a Site can say where its nodes are", provider, title)
	}
	if scheme, ok := cat.Scheme(provider); ok && len(scheme.Providers) == 0 {
		return fmt.Sprintf("%s is no provider, but the scheme of providerIDs that are no cloud's", provider)
	}
	if meant := providersMeant(cat, provider); len(meant) > 0 {
		return fmt.Sprintf("there is no provider %q%s", provider, didYouMean(meant))
	}
	return fmt.Sprintf("there is no provider %q: there are %s", provider, strings.Join(cat.Providers(), ", "))
}

// providersMeant returns the providers that may be meant by what is none: those that write
// it as the scheme of their providerIDs, or else those that are called alike.
func providersMeant(cat *catalogue.Catalogue, provider string) []string {
	if scheme, ok := cat.Scheme(provider); ok {
		return scheme.Providers
	}
	return cat.NearProviders(provider)
}

// didYouMean suggests what may be meant: "; did you mean a or b?".
func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}
