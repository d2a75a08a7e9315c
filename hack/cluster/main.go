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

// Command cluster gives anyone a Kubernetes cluster with Domicile on this machine: `make cluster-up`, `make cluster-down`.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/domicile-dev/domicile/hack/localcluster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newCommand().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "cluster: %v\n", err)
		os.Exit(1)
	}
}

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "cluster",
		Short:         "A Kubernetes cluster with Domicile, on this machine",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newUpCommand(), newDownCommand(), newSuperviseCommand())
	return root
}

// addDirFlag adds the flag that all commands share.
func addDirFlag(command *cobra.Command, dir *string) {
	command.Flags().StringVar(dir, "dir", "bin/cluster", "folder of the cluster: kubeconfig, logs, data")
}

// addStartFlags adds the flags that say what to start. The supervisor has the same, and is given what up was given.
func addStartFlags(command *cobra.Command, options *localcluster.Options) {
	flags := command.Flags()
	addDirFlag(command, &options.Dir)
	flags.StringVar(&options.Binaries, "binaries", "bin/controlplane/v1.36.3", "folder of the control plane's programs")
	flags.StringVar(&options.Manager, "manager", "bin/manager", "Domicile's manager; empty: a cluster without it")
	flags.StringVar(&options.ConfigDir, "config", "config", "folder whose kustomization \"local\" is applied; empty: none")
	flags.StringVar(&options.NodesFile, "nodes", defaultNodes(), "file of Node objects, YAML or JSON (default from $NODES)")
	flags.BoolVar(&options.Provisioner, "provisioner", true, "make the volumes of claims, as the storage drivers do that hack/provisioner knows")
	flags.BoolVar(&options.Snapshots, "snapshots", true, "install the kinds of snapshots of volumes")
	flags.IntVar(&options.APIServerPort, "apiserver-port", 0, "port of the API server; 0: a free one")
	flags.StringArrayVar(&options.ManagerArgs, "manager-arg", nil, "further argument of the manager; may be repeated")
	flags.DurationVar(&options.Timeout, "timeout", 0, "longest time that the start may take; 0: five minutes")
}

func defaultNodes() string {
	if path := os.Getenv("NODES"); path != "" {
		return path
	}
	return "hack/cluster/nodes.yaml"
}

// absolute makes every path of the options absolute: the supervisor works in another folder.
func absolute(options localcluster.Options) (localcluster.Options, error) {
	for _, path := range []*string{
		&options.Dir, &options.Binaries, &options.Manager, &options.ConfigDir, &options.NodesFile,
	} {
		if *path == "" {
			continue
		}
		full, err := filepath.Abs(*path)
		if err != nil {
			return options, fmt.Errorf("making %s absolute: %w", *path, err)
		}
		*path = full
	}
	return options, nil
}
