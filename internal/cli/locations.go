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
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/domicile-dev/domicile/internal/manifest"
)

// locationsOptions are what `kubectl residency locations` was asked to do.
type locationsOptions struct {
	files   filesFlag
	cluster clusterFlags
	output  outputFlag
	nodes   []string
}

func newLocations(streams genericiooptions.IOStreams, s screen, places *placesFlag) *cobra.Command {
	o := locationsOptions{output: outputFlag{hasWide: true}}
	cmd := &cobra.Command{
		Use:   "locations [-f FILE|DIR|-] [NODE...]",
		Short: "Say where nodes are, and on whose word",
		Long: `Say where nodes are, and on whose word: one row for each node, or for those named.

Without -f the nodes are read from the cluster, and the answer is the one that the
operator has stamped on each of them. It takes the verbs get and list on nodes, and
nothing else. With -f nothing is asked of a cluster: Nodes and Sites are read from files
and located as the operator would locate them.

Files may be what kubectl get nodes -o json prints. The memory in a stamp counts there too,
and so does a stamp that rests on Sites, if the files hold no Sites at all.

On a terminal that is narrow, a ZONE is shortened to what follows the region: …a of region
eu-west-2 is eu-west-2a. Columns that still do not fit are left out, and a line says which.
With -o wide, and wherever the output is no terminal, nothing is shortened.

Besides the flags below, those of kubectl that choose a server and a user work as well:
--as, --cluster, --server, --token, --user and the like.

Exit codes:
  0  the place of every node is known
  3  the place of some node is undetermined
  5  the input or the command line is broken, or a node that is named does not exist`,
		Example: `  # Where are the nodes of this cluster?
  kubectl residency locations

  # Why is this one not known?
  kubectl residency locations worker-7 -o wide

  # Where will these be, with the Sites that are about to be applied?
  kubectl residency locations -f nodes.yaml -f sites/

  # The same answer from a cluster without the operator
  kubectl get nodes -o json | kubectl residency locations -f -

  # Every node that is not known to be in Germany
  kubectl residency locations -o json | jq '.items[] | select(.country != "DE")'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.nodes = slices.Compact(slices.Sorted(slices.Values(args)))
			if err := o.validate(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), streams, s, places)
		},
	}
	o.files.add(cmd)
	o.cluster.add(cmd)
	o.output.add(cmd)
	return cmd
}

func (o *locationsOptions) validate(cmd *cobra.Command) error {
	for _, name := range o.nodes {
		if strings.ContainsAny(name, "/\\ ") || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".json") {
			return misuse(cmd, "%q is no name of a node: name files and directories by -f %s", name, name)
		}
	}
	if flag := o.cluster.changed(cmd); flag != "" && o.files.given() {
		return misuse(cmd, "-f reads files and --%s chooses a cluster: use one of the two", flag)
	}
	return o.output.check(cmd)
}

func (o *locationsOptions) run(ctx context.Context, streams genericiooptions.IOStreams, s screen, places *placesFlag) error {
	found, err := o.find(ctx, streams, places)
	if err != nil {
		return err
	}
	if err := tell(streams.ErrOut, found.errors, found.warnings); err != nil {
		return fmt.Errorf("writing what is wrong: %w", err)
	}
	if o.output.structured() {
		err = encode(streams.Out, o.output.value, Locations{Items: found.items})
	} else {
		_, err = io.WriteString(streams.Out, found.text(o.output.wide(), s))
	}
	if err != nil {
		return fmt.Errorf("writing the locations: %w", err)
	}
	if code := found.exitCode(); code != ExitPermitted {
		return code
	}
	return nil
}

// find gathers the locations that were asked for.
func (o *locationsOptions) find(ctx context.Context, streams genericiooptions.IOStreams, places *placesFlag) (*locations, error) {
	if !o.files.given() {
		found, err := o.cluster.locations(ctx, streams.ErrOut, o.nodes)
		if err != nil {
			return nil, err
		}
		found.choose(o.nodes, "in the cluster")
		return found, nil
	}
	cat, err := places.load()
	if err != nil {
		return nil, err
	}
	in, err := manifest.Read(ctx, o.files.options(streams.In))
	if err != nil {
		return nil, fmt.Errorf("reading the input: %w", err)
	}
	found, err := offline(cat, in)
	if err != nil {
		return nil, err
	}
	found.choose(o.nodes, "in the input")
	return found, nil
}
