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
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// WhereKind is the kind of what `kubectl residency where -o json` prints; its version is
// ReportAPIVersion.
const WhereKind = "ResidencyPlaces"

// Where is where a dataset may be stored and processed.
type Where struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// At is the time for which this is the answer, if another was asked about than now.
	At string `json:"at,omitempty"`
	// DatasetPlaces is that in words, by each policy and by all together.
	DatasetPlaces
	// Nodes are all nodes, by place; absent if that is not known.
	Nodes *NodesByPlace `json:"nodes,omitempty"`
	// NextTurn is when the answer can come to be another by itself; absent: never.
	NextTurn *Turn `json:"nextTurn,omitempty"`
	// Unknown are the rights that are missing, and what is not known for want of them.
	Unknown []Unknown `json:"unknown"`
	// Errors are what is wrong with the input.
	Errors []Issue `json:"errors"`
	// Warnings and Notes are sentences about what the answer rests on.
	Warnings []string `json:"warnings"`
	Notes    []string `json:"notes"`
}

// whereOptions are what `kubectl residency where` was asked to do.
type whereOptions struct {
	sceneFlags
	output outputFlag
}

func newWhere(streams genericiooptions.IOStreams, s screen, places *placesFlag, now time.Time) *cobra.Command {
	o := whereOptions{sceneFlags: sceneFlags{at: instantFlag{now: now}}, output: outputFlag{hasWide: true}}
	cmd := &cobra.Command{
		Use:   "where DATASET [-f FILE|DIR|-]",
		Short: "Say where a dataset may be stored and processed, and on which nodes",
		Long: `Say where a dataset may be stored and processed: in words, by each policy that governs it,
and on which nodes it may be processed, counted by the places where they are.

Without -f it reads the cluster with the rights of whoever asks. It takes the verb list on
datasets, residencypolicies, sites and jurisdictions (residency.domicile.dev) and on nodes.
What may not be read is named. With -f nothing is asked of a cluster: it reads the same
files as check, and what is not among them does not exist.

--at answers for another time: what is permitted then, if all that was read is still the same.

If the operator has rows of its own for the catalogue, name their file by
--catalogue-overlay.

Besides the flags below, those of kubectl that choose a server and a user work as well:
--as, --cluster, --server, --token, --user and the like.

Exit codes:
  0  it is known where the dataset may be, or that nothing governs it
  3  that is undetermined: a policy is not valid, or something may not be read
  5  the input or the command line is broken, or there is no such dataset`,
		Example: `  kubectl residency where customers

  # And when the decision that it may go to the UK by has ended?
  kubectl residency where customers --at 2031-12-28T00:00:00Z

  # Which nodes would be left under these policies?
  kubectl get nodes,sites.residency.domicile.dev -o json | kubectl residency where customers -f policies/ -f -

  # The names of all nodes on which it may be processed
  kubectl residency where customers -o json |
    jq -r '.nodes.places[] | select(.outcome == "Permitted") | .nodes[]'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				return misuse(cmd, "name a dataset")
			case 1:
			default:
				return misuse(cmd, "one dataset can be asked about, but there is %q too", args[1])
			}
			t, err := targetOf(cmd, []string{"dataset", args[0]})
			if err != nil {
				return err
			}
			if err := o.check(cmd); err != nil {
				return err
			}
			if err := o.output.check(cmd); err != nil {
				return err
			}
			t.places = true
			return o.run(cmd.Context(), streams, s, places, t)
		},
	}
	o.add(cmd)
	o.output.add(cmd)
	return cmd
}

func (o *whereOptions) run(ctx context.Context, streams genericiooptions.IOStreams, s screen, places *placesFlag, t target) error {
	found, err := o.scene(ctx, streams, places, t, defaultNamespace)
	if err != nil {
		return err
	}
	// Nothing that handles it is looked at: this is about places.
	found.others = nil
	e, err := found.explain(ctx)
	if err != nil {
		return err
	}
	w := &Where{
		APIVersion: ReportAPIVersion, Kind: WhereKind, At: e.At, DatasetPlaces: e.Datasets[0], Nodes: e.Nodes, NextTurn: e.NextTurn,
		Unknown: e.Unknown, Errors: e.Errors, Warnings: e.Warnings, Notes: e.Notes,
	}
	return o.output.write(streams, s, w, w.Errors, w.Warnings)
}

func (w *Where) exitCode() ExitCode {
	switch {
	case len(w.Errors) > 0:
		return ExitBroken
	case len(w.Unknown) > 0 || w.faulty():
		return ExitUndetermined
	default:
		return ExitPermitted
	}
}

// faulty reports whether a policy is not valid.
func (w *Where) faulty() bool {
	for _, p := range w.Policies {
		if p.Fault != "" {
			return true
		}
	}
	return false
}

// text returns where the dataset may be processed, for people.
func (w *Where) text(wide bool, s screen) string {
	var b strings.Builder
	b.WriteString(asOf(w.At))
	for _, line := range w.sentences() {
		b.WriteString(oneLine(line) + "\n")
	}
	table := func(title string, g *grid) { b.WriteString("\n" + title + g.text(wide, s)) }
	if len(w.Policies) > 0 {
		table("", policiesGrid(w.Policies))
		paragraph(&b, faults([]DatasetPlaces{w.DatasetPlaces}))
		writeTransfers(&b, table, []DatasetPlaces{w.DatasetPlaces}, nil)
	}
	w.Nodes.text(&b, table, true, wide)
	paragraph(&b, turning(w.NextTurn))
	paragraph(&b, rightsMissing(w.Unknown))
	paragraph(&b, w.Notes)
	return b.String()
}

// sentences say where the dataset may be, in each aspect.
func (w *Where) sentences() []string {
	switch {
	case w.Places == "":
		return []string{fmt.Sprintf("Where dataset %q may be stored and processed is not known.", w.Dataset)}
	case len(w.Policies) == 0:
		return []string{fmt.Sprintf("Dataset %q may be stored and processed anywhere: no policy governs it.", w.Dataset)}
	default:
		return []string{w.sentence("stored", "storage", w.Storage), w.sentence("processed", "processing", w.Places)}
	}
}

func (w *Where) sentence(done, aspect, places string) string {
	switch {
	case places == notRestricted:
		return fmt.Sprintf("Dataset %q may be %s anywhere: no policy restricts its %s.", w.Dataset, done, aspect)
	case w.faulty() && strings.HasPrefix(places, undetermined):
		return sentence(fmt.Sprintf("Where dataset %q may be %s is %s", w.Dataset, done, places))
	default:
		return sentence(fmt.Sprintf("Dataset %q may be %s in: %s", w.Dataset, done, places))
	}
}

// undetermined begins the places of a dataset of which a policy is not valid.
const undetermined = "undetermined: "

func policiesGrid(policies []PolicyPlaces) *grid {
	g := &grid{columns: []column{
		{header: "POLICY", key: true, least: 12, tail: 4},
		{header: "STORAGE IN", gives: 2, least: 16},
		{header: "PROCESSING IN", gives: 1, least: 16},
		{header: "ASSURANCE", gives: 3},
	}}
	for _, p := range policies {
		g.add(p.Policy, p.words(p.Storage), p.words(p.Places), p.Assurance)
	}
	return g
}
