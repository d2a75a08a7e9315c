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
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/domicile-dev/domicile/internal/manifest"
)

// checkOptions are what `kubectl residency check` was asked to do.
type checkOptions struct {
	files     filesFlag
	namespace string
	output    outputFlag
	strict    bool
	at        instantFlag
}

func newCheck(streams genericiooptions.IOStreams, s screen, places *placesFlag, now time.Time) *cobra.Command {
	o := checkOptions{at: instantFlag{now: now}}
	cmd := &cobra.Command{
		Use:   "check -f FILE|DIR|-",
		Short: "Judge workloads, volumes and snapshots in files, without a cluster",
		Long: `Judge workloads, volumes and snapshots in files, without a cluster, as the operator would
judge them.

Read are Datasets, ResidencyPolicies, Sites, Jurisdictions, Processors, Nodes, Namespaces,
Pods, the Secrets and ConfigMaps to which pods refer, the Services that stand for hosts
elsewhere (ExternalName), and all that has a pod template: Deployments, StatefulSets,
DaemonSets, ReplicaSets, ReplicationControllers, Jobs, CronJobs and PodTemplates;
PersistentVolumeClaims, PersistentVolumes, VolumeSnapshots and VolumeSnapshotContents, with
StorageClasses, VolumeAttributesClasses and VolumeSnapshotClasses; as YAML or JSON, alone, in
several documents, or in Lists. What is
not among them does not exist: such a node is nowhere, such a class makes no volume, and such
a namespace or Secret carries no keys. A DaemonSet is judged by every node that its template
allows, and all else that names no node by whether one of them is permitted.

Where a policy restricts storage, a workload is judged by where each of its volumes rests,
also those that a StatefulSet or the pod itself makes a claim for. Claims, volumes and
snapshots that hold a dataset are judged for themselves: by their own keys, by those of what
they were made from, and by those of the volume that they rest in.

What calls a Processor is judged by where that stores and computes, and by what policies ask
of it: by those that it or its namespace names, and by those whose hosts are seen in the
environment, commands and arguments of its containers or in a Service of its namespace. A
processor that is seen and that nothing names is a warning, which changes no outcome.

Datasets, policies, Sites, Jurisdictions and Processors are held to the schema that the API
server enforces.

--at judges for another time, at which transfers and Sites may have begun or ended.

Exit codes, whatever the policies' enforcement:
  0  everything is permitted or not governed
  1  something is prohibited
  3  something is undetermined, and nothing is prohibited
  5  the input or the command line is broken, whatever else was found`,
		Example: `  # Would this release be admitted?
  kubectl residency check -f policies/ -f nodes.yaml -f release.yaml

  # What a chart makes of it
  helm template crm ./chart | kubectl residency check -f policies/ -f nodes.yaml -f -

  # What a new policy would find in the cluster as it is
  kubectl get sites.residency.domicile.dev,jurisdictions.residency.domicile.dev,processors.residency.domicile.dev,nodes,namespaces,services,pods,pvc,pv,sc -A -o json |
    kubectl residency check -f policies/ -f -

  # What will no longer be permitted when the decision on the UK has ended?
  kubectl residency check -R -f deploy/ --at 2031-12-28T00:00:00Z

  # For a pipeline: workloads that could also leave the permitted places fail too
  kubectl residency check -R -f deploy/ --strict -o json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), streams, s, places)
		},
	}
	o.files.add(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&o.namespace, "namespace", "n", defaultNamespace, "namespace of objects that name none")
	flags.BoolVar(&o.strict, "strict", false, "exit with 3 if a workload that names no node can reach one that is not permitted")
	o.at.add(cmd)
	o.output.add(cmd)
	return cmd
}

func (o *checkOptions) validate(cmd *cobra.Command) error {
	if !o.files.given() {
		return misuse(cmd, "nothing to check: name a file, a directory, or - for standard input by -f")
	}
	if wrong := validation.NameIsDNSLabel(o.namespace, false); len(wrong) > 0 {
		return misuse(cmd, "--namespace %q is no name of a namespace: %s", o.namespace, strings.Join(wrong, "; "))
	}
	return o.output.check(cmd)
}

func (o *checkOptions) run(ctx context.Context, streams genericiooptions.IOStreams, s screen, places *placesFlag) error {
	cat, err := places.load()
	if err != nil {
		return err
	}
	opts := o.files.options(streams.In)
	opts.Namespace = o.namespace
	in, err := manifest.Read(ctx, opts)
	if err != nil {
		return fmt.Errorf("reading the input: %w", err)
	}
	report := judgeAll(ctx, cat, in, o.at)
	if o.output.structured() {
		err = encode(streams.Out, o.output.value, report)
	} else {
		err = o.print(streams, s, report)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if code := report.Summary.exitCode(o.strict); code != ExitPermitted {
		return code
	}
	return nil
}

// print writes the report for people: what is wrong with the input apart from what was
// found in the rest of it.
func (o *checkOptions) print(streams genericiooptions.IOStreams, s screen, report *Report) error {
	if err := tell(streams.ErrOut, lines(report.Errors), lines(report.Warnings)); err != nil {
		return err
	}
	_, err := io.WriteString(streams.Out, text(report, o.strict, s))
	return err
}
