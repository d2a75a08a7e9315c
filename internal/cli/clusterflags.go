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
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/domicile-dev/domicile/internal/version"
)

// clusterFlags choose a cluster and a user, by the flags that kubectl has for it.
type clusterFlags struct {
	kubeconfig string
	overrides  clientcmd.ConfigOverrides
}

// The flags by their names: those that the help shows, and those that it leaves to kubectl options.
var (
	shownFlags  = [...]string{clientcmd.RecommendedConfigPathFlag, clientcmd.FlagContext, clientcmd.FlagTimeout}
	hiddenFlags = [...]string{
		clientcmd.FlagClusterName, clientcmd.FlagAuthInfoName, clientcmd.FlagAPIServer, clientcmd.FlagTLSServerName,
		clientcmd.FlagInsecure, clientcmd.FlagCertFile, clientcmd.FlagKeyFile, clientcmd.FlagCAFile,
		clientcmd.FlagBearerToken, clientcmd.FlagImpersonate, clientcmd.FlagImpersonateUID,
		clientcmd.FlagImpersonateGroup, clientcmd.FlagProxyURL, clientcmd.FlagDisableCompression,
	}
)

func (f *clusterFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.kubeconfig, clientcmd.RecommendedConfigPathFlag, "", "kubeconfig file of the cluster to ask")
	names := clientcmd.RecommendedConfigOverrideFlags("")
	names.CurrentContext.Description = "context of the kubeconfig to use"
	names.Timeout.Description = "how long to wait for one answer of the server, such as 30s; 0 waits on"
	// Nodes have no namespace, other commands have a flag of their own for it, and passwords
	// are no longer taken by any API server.
	names.ContextOverrideFlags.Namespace = clientcmd.FlagInfo{}
	names.AuthOverrideFlags.Username = clientcmd.FlagInfo{}
	names.AuthOverrideFlags.Password = clientcmd.FlagInfo{}
	clientcmd.BindOverrideFlags(&f.overrides, flags, names)
	for _, name := range hiddenFlags {
		if flag := flags.Lookup(name); flag != nil {
			flag.Hidden = true
		}
	}
}

// changed returns the first of the flags that was given, empty if none was.
func (f *clusterFlags) changed(cmd *cobra.Command) string {
	for _, name := range slices.Concat(shownFlags[:], hiddenFlags[:]) {
		if cmd.Flags().Changed(name) {
			return name
		}
	}
	return ""
}

// loader returns what reads the kubeconfig.
func (f *clusterFlags) loader() clientcmd.ClientConfig {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = f.kubeconfig
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &f.overrides)
}

// namespace returns the namespace that the context is set to, the default one if to none.
func (f *clusterFlags) namespace() (string, error) {
	name, _, err := f.loader().Namespace()
	if err != nil {
		return "", fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return name, nil
}

// config returns how to speak with the cluster that was chosen. Instead is the way that
// needs no cluster.
func (f *clusterFlags) config(instead string) (*rest.Config, error) {
	config, err := f.loader().ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, fmt.Errorf("there is no kubeconfig: name one by --kubeconfig or in KUBECONFIG; %s", instead)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w; %s", err, instead)
	}
	config.UserAgent = "kubectl-residency/" + version.String()
	// A handful of requests, one after the other: the API server sees to fairness itself.
	config.QPS = -1
	return config, nil
}

// The ways that need no cluster.
const (
	nodesInstead   = "-f reads nodes from files instead, such as kubectl get nodes -o json prints"
	objectsInstead = "-f reads all of it from files instead"
)
