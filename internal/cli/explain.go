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
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// sceneFlags say where a question is answered from: files, or a cluster.
type sceneFlags struct {
	files   filesFlag
	cluster clusterFlags
	at      instantFlag
}

func (f *sceneFlags) add(cmd *cobra.Command) {
	f.files.add(cmd)
	f.cluster.add(cmd)
	f.at.add(cmd)
}

func (f *sceneFlags) check(cmd *cobra.Command) error {
	if flag := f.cluster.changed(cmd); flag != "" && f.files.given() {
		return misuse(cmd, "-f reads files and --%s chooses a cluster: use one of the two", flag)
	}
	return nil
}

// scene reads what the answer rests on. Objects of files that name no namespace are in the given one.
func (f *sceneFlags) scene(ctx context.Context, streams genericiooptions.IOStreams, places *placesFlag, t target, namespace string) (*scene, error) {
	if f.files.given() {
		cat, err := places.load()
		if err != nil {
			return nil, err
		}
		opts := f.files.options(streams.In)
		opts.Namespace = namespace
		return offlineScene(ctx, cat, t, opts, f.at)
	}
	a, err := newAsker(&f.cluster, streams.ErrOut)
	if err != nil {
		return nil, err
	}
	return clusterScene(ctx, a, places, t, f.at)
}

// explainOptions are what `kubectl residency explain` was asked to do.
type explainOptions struct {
	sceneFlags
	output    outputFlag
	namespace string
}

func newExplain(streams genericiooptions.IOStreams, s screen, places *placesFlag, now time.Time) *cobra.Command {
	o := explainOptions{sceneFlags: sceneFlags{at: instantFlag{now: now}}, output: outputFlag{hasWide: true}}
	cmd := &cobra.Command{
		Use:   "explain TYPE/NAME [-n NAMESPACE] [-f FILE|DIR|-]",
		Short: "Say why something is permitted or not, and what would be",
		Long: `Say why something is permitted or not, and what would be: which datasets it handles, by
which ways, which policies govern them, what was found and on whose word, which third parties
(Processors) it calls, and which nodes are permitted.

It explains pods; Deployments, StatefulSets, DaemonSets, ReplicaSets, ReplicationControllers,
Jobs and CronJobs, by their pod template and by their pods; PersistentVolumeClaims (pvc),
PersistentVolumes (pv), VolumeSnapshots (vs) and VolumeSnapshotContents (vsc), by where they
rest; namespaces, by what is in them; and Datasets, by what handles them. Pods that have
ended are left out.

Without -f it reads the cluster with the rights of whoever asks, and judges as the operator
does. Of namespaces, Secrets and ConfigMaps it asks for metadata only. What may not be read
is named; the outcome is Undetermined where it matters, or could. These are all the rights
that it can use:
  list  datasets, residencypolicies, sites, jurisdictions, processors
        (residency.domicile.dev); nodes
  list  services, where a Processor names hosts: pods may call it by one of type ExternalName
  get   the object itself, its namespace, and the volume claims, Secrets and ConfigMaps to
        which its pods refer
  list  pods; for a Deployment also ReplicaSets, for a CronJob also Jobs; where there are
        many pods also volume claims, Secrets, ConfigMaps and, for a Dataset, namespaces
  get   for what volume claims lead to: persistentvolumes, storageclasses,
        volumeattributesclasses, volumesnapshots, volumesnapshotcontents and
        volumesnapshotclasses
  list  persistentvolumes and volumesnapshotcontents, to know which hold the same data;
        storageclasses and volumesnapshotclasses, to know the default one; for a namespace
        also volume claims and volumesnapshots, for a Dataset all four that hold data
Without the right to list Sites, nodes are where the operator's stamps on them say. Without
the right to list nodes, those that the pods are on are asked for one by one.

If the operator has rows of its own for the catalogue, name their file by
--catalogue-overlay.

With -f nothing is asked of a cluster: it reads the same files as check, and what is not
among them does not exist.

--at explains another time: what is permitted then, if all that was read is still the same.
Transfers and Sites begin and end by it.

Besides the flags below, those of kubectl that choose a server and a user work as well:
--as, --cluster, --server, --token, --user and the like.

Exit codes, whatever the policies' enforcement:
  0  everything is permitted or not governed
  1  something is prohibited
  3  something is undetermined, and nothing is prohibited
  5  the input or the command line is broken, or there is no such object`,
		Example: `  # Why is this pod refused, or flagged?
  kubectl residency explain pod/profiles-0 -n crm

  # Can the pods of this Deployment leave the permitted places?
  kubectl residency explain deployment profiles -n crm

  # Everything in a namespace, and everything that handles a dataset
  kubectl residency explain namespace/crm
  kubectl residency explain dataset/customers

  # Where does this claim rest, and where does its dataset come from?
  kubectl residency explain pvc/profiles-0 -n crm

  # Will it still be permitted then?
  kubectl residency explain pod/profiles-0 -n crm --at 2031-12-28T00:00:00Z

  # Before it is applied
  kubectl residency explain deployment/profiles -n crm -f policies/ -f nodes.yaml -f release.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := targetOf(cmd, args)
			if err != nil {
				return err
			}
			if err := o.validate(cmd); err != nil {
				return err
			}
			return o.run(cmd.Context(), streams, s, places, t)
		},
	}
	o.add(cmd)
	cmd.Flags().StringVarP(&o.namespace, "namespace", "n", "", "namespace of the object; of objects in files that name none, too")
	o.output.add(cmd)
	return cmd
}

func (o *explainOptions) validate(cmd *cobra.Command) error {
	if wrong := validation.NameIsDNSLabel(o.namespace, false); len(wrong) > 0 && cmd.Flags().Changed("namespace") {
		return misuse(cmd, "--namespace %q is no name of a namespace: %s", o.namespace, strings.Join(wrong, "; "))
	}
	if err := o.check(cmd); err != nil {
		return err
	}
	return o.output.check(cmd)
}

func (o *explainOptions) run(ctx context.Context, streams genericiooptions.IOStreams, s screen, places *placesFlag, t target) error {
	namespace := o.namespace
	switch {
	case namespace != "":
	case o.files.given():
		namespace = defaultNamespace
	default:
		var err error
		if namespace, err = o.cluster.namespace(); err != nil {
			return fmt.Errorf("%w; %s", err, objectsInstead)
		}
	}
	if !t.cluster() {
		t.namespace = namespace
	}
	found, err := o.scene(ctx, streams, places, t, namespace)
	if err != nil {
		return err
	}
	e, err := found.explain(ctx)
	if err != nil {
		return err
	}
	return o.output.write(streams, s, e, e.Errors, e.Warnings)
}
