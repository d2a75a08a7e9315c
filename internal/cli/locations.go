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
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/domicile-dev/domicile/internal/manifest"
)

// locationsOptions are what `kubectl residency locations` was asked to do.
type locationsOptions struct {
	files   filesFlag
	cluster clusterFlags
	output  outputFlag
	// names are those of nodes, or of volumes.
	names   []string
	volumes bool
	// now is when the run began.
	now time.Time
}

func newLocations(streams genericiooptions.IOStreams, s screen, places *placesFlag, now time.Time) *cobra.Command {
	o := locationsOptions{output: outputFlag{hasWide: true}, now: now}
	cmd := &cobra.Command{
		Use:   "locations [-f FILE|DIR|-] [NODE...] | --volumes [VOLUME...]",
		Short: "Say where nodes are, or volumes, and on whose word",
		Long: `Say where nodes are, and on whose word: one row for each node, or for those named. With
--volumes it is one row for each PersistentVolume, and one for each claim that has none yet:
where its bytes rest, or will, and which datasets it holds.

Without -f the nodes are read from the cluster, and the answer is the one that the
operator has stamped on each of them. It takes the verbs get and list on nodes, and
nothing else. With -f nothing is asked of a cluster: Nodes and Sites are read from files
and located as the operator would locate them.

Files may be what kubectl get nodes -o json prints. The memory in a stamp counts there too,
and so does a stamp that rests on Sites, if the files hold no Sites at all.

Nothing is stamped on volumes. Without -f it takes the verb list on persistentvolumes, nodes
and sites (residency.domicile.dev) to know where they are, on persistentvolumeclaims, and get
on namespaces, to know what they hold, and get and list on storageclasses for claims without
a volume. What may not be read is named. With -f, PersistentVolumes, claims, classes, Nodes,
Namespaces and Sites are read from files. A volume may rest in several places: "A and B" is
in both of them, "A or B" will be in one.

On a terminal that is narrow, a ZONE is shortened to what follows the region: …a of region
eu-west-2 is eu-west-2a. Columns that still do not fit are left out, and a line says which.
With -o wide, and wherever the output is no terminal, nothing is shortened.

Besides the flags below, those of kubectl that choose a server and a user work as well:
--as, --cluster, --server, --token, --user and the like.

Exit codes:
  0  the place of every node, or volume, is known
  3  the place of some node, or volume, is undetermined
  5  the input or the command line is broken, or what is named does not exist`,
		Example: `  # Where are the nodes of this cluster?
  kubectl residency locations

  # Why is this one not known?
  kubectl residency locations worker-7 -o wide

  # Where will these be, with the Sites that are about to be applied?
  kubectl residency locations -f nodes.yaml -f sites/

  # The same answer from a cluster without the operator
  kubectl get nodes -o json | kubectl residency locations -f -

  # Where are the volumes, and whose data is in them?
  kubectl residency locations --volumes
  kubectl get pv,pvc,sc,nodes,namespaces -A -o json | kubectl residency locations --volumes -f -

  # Every node that is not known to be in Germany
  kubectl residency locations -o json | jq '.items[] | select(.country != "DE")'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.names = slices.Compact(slices.Sorted(slices.Values(args)))
			if err := o.validate(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), streams, s, places)
		},
	}
	o.files.add(cmd)
	o.cluster.add(cmd)
	o.output.add(cmd)
	cmd.Flags().BoolVar(&o.volumes, "volumes", false, "say where volumes are, instead of nodes")
	return cmd
}

func (o *locationsOptions) validate(cmd *cobra.Command) error {
	thing := "node"
	if o.volumes {
		thing = "volume"
	}
	for _, name := range o.names {
		if strings.ContainsAny(name, "/\\ ") || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".json") {
			return misuse(cmd, "%q is no name of a %s: name files and directories by -f %s", name, thing, name)
		}
	}
	if flag := o.cluster.changed(cmd); flag != "" && o.files.given() {
		return misuse(cmd, "-f reads files and --%s chooses a cluster: use one of the two", flag)
	}
	return o.output.check(cmd)
}

func (o *locationsOptions) run(ctx context.Context, streams genericiooptions.IOStreams, s screen, places *placesFlag) error {
	if o.volumes {
		found, err := o.findVolumes(ctx, streams, places)
		if err != nil {
			return err
		}
		return o.write(streams, s, found, VolumeLocations{Items: found.items, Unknown: append([]Unknown{}, found.unknown...)}, found.errors, found.warnings)
	}
	found, err := o.find(ctx, streams, places)
	if err != nil {
		return err
	}
	return o.write(streams, s, found, Locations{Items: found.items}, found.errors, found.warnings)
}

// write writes what was found: the value for programs.
func (o *locationsOptions) write(streams genericiooptions.IOStreams, s screen, found told, value any, errors, warnings []string) (err error) {
	if err := tell(streams.ErrOut, errors, warnings); err != nil {
		return fmt.Errorf("writing what is wrong: %w", err)
	}
	if o.output.structured() {
		err = encode(streams.Out, o.output.value, value)
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
		found, err := o.cluster.locations(ctx, streams.ErrOut, o.names)
		if err != nil {
			return nil, err
		}
		found.choose(o.names, "in the cluster")
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
	found, err := offline(cat, in, o.now)
	if err != nil {
		return nil, err
	}
	found.choose(o.names, "in the input")
	return found, nil
}
