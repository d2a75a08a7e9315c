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
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

// jurisdictionsOptions are what `kubectl residency jurisdictions` was asked to do.
type jurisdictionsOptions struct {
	files  filesFlag
	output outputFlag
	name   string
}

// Jurisdictions is what `kubectl residency jurisdictions -o json` prints. Fields may be
// added; none is renamed or removed.
type Jurisdictions struct {
	// Items are by name.
	Items []Jurisdiction `json:"items"`
}

// Jurisdiction is a named set of countries.
type Jurisdiction struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	// Countries are all members, by ISO 3166-1 alpha-2 code, sorted.
	Countries []string `json:"countries"`
	// AsOf is the day of which the membership is.
	AsOf string `json:"asOf,omitempty"`
	// Source is where it was read.
	Source string `json:"source,omitempty"`
	// BuiltIn is whether every cluster has it, and none can change it.
	BuiltIn bool `json:"builtIn"`
	// Notes are remarks, among them what is not included.
	Notes []string `json:"notes,omitempty"`
}

func newJurisdictions(streams genericiooptions.IOStreams, s screen, places *placesFlag) *cobra.Command {
	o := jurisdictionsOptions{output: outputFlag{hasWide: true}}
	cmd := &cobra.Command{
		Use:   "jurisdictions [NAME]",
		Short: "Print jurisdictions: their members, as of when, and who says so",
		Long: `Print the jurisdictions that a policy can name: their members, as of when, and who says so.

EU and EEA are built in. Others are Jurisdictions that somebody makes; with -f those in
files are printed too, with all that they include.

Countries with an adequacy decision are no jurisdiction and cannot be asked for.

Exit codes:
  0  all is well
  5  the input or the command line is broken, or there is no such jurisdiction`,
		Example: `  kubectl residency jurisdictions
  kubectl residency jurisdictions EEA

  # What would this one be?
  kubectl residency jurisdictions dach -f jurisdiction.yaml

  # Those of the cluster
  kubectl get jurisdictions.residency.domicile.dev -o yaml | kubectl residency jurisdictions -f -`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse(cmd, "one jurisdiction can be asked for, but there is %q too", args[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.output.check(cmd); err != nil {
				return err
			}
			if len(args) > 0 {
				o.name = args[0]
			}
			return o.run(cmd.Context(), streams, s, places)
		},
	}
	o.files.add(cmd)
	o.output.add(cmd)
	return cmd
}

func (o *jurisdictionsOptions) run(ctx context.Context, streams genericiooptions.IOStreams, s screen, places *placesFlag) error {
	cat, err := places.load()
	if err != nil {
		return err
	}
	in, err := manifest.Read(ctx, o.files.options(streams.In))
	if err != nil {
		return fmt.Errorf("reading the input: %w", err)
	}
	w := gatherWorld(cat, in)
	in.SortProblems()
	if err := tell(streams.ErrOut, texts(in.Problems), w.warnings(manifest.JurisdictionKind)); err != nil {
		return fmt.Errorf("writing what is wrong: %w", err)
	}
	broken := len(in.Problems) > 0
	items := w.jurisdictions()
	if o.name != "" {
		items = slices.DeleteFunc(items, func(j Jurisdiction) bool { return j.Name != o.name })
		if len(items) == 0 {
			if broken && inInput(in, o.name) {
				return ExitBroken
			}
			return w.noJurisdiction(o.name)
		}
	}
	if o.output.structured() {
		err = encode(streams.Out, o.output.value, Jurisdictions{Items: items})
	} else {
		_, err = io.WriteString(streams.Out, o.text(items, w, s))
	}
	if err != nil {
		return fmt.Errorf("writing the jurisdictions: %w", err)
	}
	if broken {
		return ExitBroken
	}
	return nil
}

func inInput(in *manifest.Input, name string) bool {
	return slices.ContainsFunc(in.Jurisdictions, func(j manifest.Jurisdiction) bool { return j.Name == name })
}

// jurisdictions returns all that can be used, by name.
func (w *world) jurisdictions() []Jurisdiction {
	out := []Jurisdiction{}
	for _, j := range residency.Jurisdictions(w.World) {
		if j.Fault != nil {
			continue
		}
		item := Jurisdiction{
			Name: j.Name, Title: j.Title, Countries: j.Countries, AsOf: j.AsOf, Source: j.Source, BuiltIn: j.BuiltIn,
		}
		if built, ok := w.Catalogue.Jurisdiction(j.Name); ok && j.BuiltIn {
			item.Notes = built.Notes
		}
		out = append(out, item)
	}
	return out
}

// noJurisdiction says why there is no jurisdiction of that name.
func (w *world) noJurisdiction(name string) error {
	for _, j := range w.jurisdictions() {
		if strings.EqualFold(j.Name, name) {
			return fmt.Errorf("there is no jurisdiction %q%s", name, didYouMean([]string{j.Name}))
		}
	}
	// Nobody can make what is reserved, and the reason is told to whoever tries.
	tried := &residencyv1.Jurisdiction{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if fault := residency.CheckJurisdiction(w.World, tried).Fault; fault != nil && fault.Reason == residencyv1.ReasonReservedName {
		return fmt.Errorf("there is no jurisdiction %q: %s", name, fault.Errors[0].Detail)
	}
	if near := w.Catalogue.NearJurisdictions(name); len(near) > 0 {
		return fmt.Errorf("there is no jurisdiction %q%s", name, didYouMean(near))
	}
	for _, g := range w.Catalogue.Groups() {
		if strings.EqualFold(g.Name, name) {
			return fmt.Errorf("there is no jurisdiction %q: it is a name in common use, which no law defines: make a Jurisdiction of the countries that you mean, such as %s; -f reads Jurisdictions from files",
				name, strings.Join(g.Countries, ", "))
		}
	}
	return fmt.Errorf("there is no jurisdiction %q: EU and EEA are built in, and -f reads Jurisdictions from files", name)
}

// text returns jurisdictions for people: one in full, several as a table.
func (o *jurisdictionsOptions) text(items []Jurisdiction, w *world, s screen) string {
	if o.name != "" {
		return items[0].text(w, s.width)
	}
	return jurisdictionsGrid(items, o.output.wide()).text(o.output.wide(), s)
}

func jurisdictionsGrid(items []Jurisdiction, wide bool) *grid {
	g := &grid{columns: []column{
		{header: "NAME", key: true, least: 12}, {header: "TITLE", gives: 2, least: 20}, {header: "MEMBERS"}, {header: "AS OF"},
	}}
	if wide {
		g.columns = append(g.columns, column{header: "COUNTRIES"})
	}
	g.columns = append(g.columns, column{header: "SOURCE", gives: 1, least: 8})
	for i := range items {
		j := &items[i]
		cells := []string{j.Name, j.Title, strconv.Itoa(len(j.Countries)), j.AsOf}
		if wide {
			cells = append(cells, strings.Join(j.Countries, ","))
		}
		g.add(append(cells, j.Source)...)
	}
	return g
}

// text returns one jurisdiction for people, one member a line.
func (j *Jurisdiction) text(w *world, width int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", j.Name, oneLine(j.Title))
	members := make([]string, len(j.Countries))
	for i, code := range j.Countries {
		members[i] = code
		if name, ok := w.Catalogue.Country(code); ok {
			members[i] += " " + name
		}
	}
	paragraph(&b, []string{amount(len(members), "member") + ":"})
	b.WriteString(wrapped(members, width))
	var facts []string
	if j.AsOf != "" {
		facts = append(facts, "as of:   "+j.AsOf)
	}
	if j.Source != "" {
		facts = append(facts, "source:  "+j.Source)
	}
	for _, note := range j.Notes {
		facts = append(facts, "note:    "+note)
	}
	paragraph(&b, facts)
	return b.String()
}

// wrapped writes words one after the other, in lines that fit.
func wrapped(words []string, width int) string {
	var b strings.Builder
	line := " "
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if len([]rune(line))+1+len([]rune(word)) > width {
			b.WriteString(line + "\n")
			line = " "
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
	return b.String()
}
