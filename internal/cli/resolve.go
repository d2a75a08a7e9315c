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
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// resolveOptions are what `kubectl residency resolve` was asked to do.
type resolveOptions struct {
	node   nodeFlags
	output outputFlag
}

// nodeFlags are what a node says of itself.
type nodeFlags struct{ providerID, region, zone, instanceType string }

// The flags of nodeFlags.
const (
	flagProviderID   = "provider-id"
	flagRegion       = "region"
	flagZone         = "zone"
	flagInstanceType = "instance-type"
)

func newResolve(streams genericiooptions.IOStreams, s screen, places *placesFlag) *cobra.Command {
	o := resolveOptions{output: outputFlag{hasWide: true}}
	cmd := &cobra.Command{
		Use:   "resolve [PROVIDER] CODE | --provider-id ID",
		Short: "Say which place a provider's code means, or a node's own words",
		Long: `Say which place a provider's code means, and who says so.

With PROVIDER and CODE: what that provider's region or zone is. With CODE alone: all that
it means, which may be several places. With --provider-id and what the labels of a node
say: where the operator would locate such a node, without any Site, or why it could not.

Codes are read exactly as they are written: never by prefix, and never in another case.

Exit codes:
  0  the place is known
  3  it is not known, or not for sure
  5  the command line is broken`,
		Example: `  # Two clouds, one code, two countries
  kubectl residency resolve aws eu-west-2
  kubectl residency resolve outscale eu-west-2
  kubectl residency resolve eu-west-2

  # A Local Zone is not where its region is
  kubectl residency resolve aws eu-central-1-ist-1a

  # Where is a node that says this?
  kubectl residency resolve --provider-id aws:///eu-west-2a/i-0b2c3d4e5f6071829 --region eu-west-2
  kubectl residency resolve --provider-id aws:///eu-west-2a/i-3b629324 --instance-type tinav5.c4r8p1`,
		Args: func(cmd *cobra.Command, args []string) error {
			asked := o.node.given(cmd)
			switch {
			case asked && len(args) > 0:
				return misuse(cmd, "%q is a code, and the flags ask about a node: use one of the two", args[0])
			case !asked && len(args) == 0:
				return misuse(cmd, "nothing to resolve: name a provider and a code, a code, or --%s", flagProviderID)
			case len(args) > 2:
				return misuse(cmd, "a provider and a code are all that there is to name, but there is %q", args[2])
			case slices.Contains(args, ""):
				return misuse(cmd, "a provider and a code are not empty")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.output.check(cmd); err != nil {
				return err
			}
			return o.run(streams, s, places, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.node.providerID, flagProviderID, "", "spec.providerID of a node")
	flags.StringVar(&o.node.region, flagRegion, "", "its label topology.kubernetes.io/region")
	flags.StringVar(&o.node.zone, flagZone, "", "its label topology.kubernetes.io/zone")
	flags.StringVar(&o.node.instanceType, flagInstanceType, "", "its label node.kubernetes.io/instance-type")
	o.output.add(cmd)
	return cmd
}

// given reports whether the flags ask about a node.
func (f *nodeFlags) given(cmd *cobra.Command) bool {
	for _, name := range []string{flagProviderID, flagRegion, flagZone, flagInstanceType} {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}

func (o *resolveOptions) run(streams genericiooptions.IOStreams, s screen, places *placesFlag, args []string) error {
	cat, err := places.load()
	if err != nil {
		return err
	}
	var r *Resolution
	switch len(args) {
	case 0:
		r = resolveNode(cat, o.node)
	case 1:
		r = resolveAnywhere(cat, args[0])
	default:
		r = resolveAt(cat, args[0], args[1])
	}
	if o.output.structured() {
		err = encode(streams.Out, o.output.value, r)
	} else {
		_, err = io.WriteString(streams.Out, r.text(o.output.wide(), s))
	}
	if err != nil {
		return fmt.Errorf("writing the resolution: %w", err)
	}
	if r.Reason != "" {
		return ExitUndetermined
	}
	return nil
}
