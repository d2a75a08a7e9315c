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

package localcluster

import (
	"fmt"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// UserConfig returns the configuration of a client that the API server knows as the user, a member of the groups, by a
// client certificate of the cluster's authority. A kubelet is UserConfig("system:node:NAME", "system:nodes").
func (c *Cluster) UserConfig(user string, groups ...string) (*rest.Config, error) {
	pair, err := c.authority.client(user, groups...)
	if err != nil {
		return nil, err
	}
	config := c.anonymousConfig()
	config.CertData = pair.certificate
	config.KeyData = pair.key
	return config, nil
}

// anonymousConfig reaches the API server and says nothing of who asks. No client here is slowed down by itself: a
// negative QPS turns client-go's own limit off.
func (c *Cluster) anonymousConfig() *rest.Config {
	return &rest.Config{
		Host:            c.serverURL,
		TLSClientConfig: rest.TLSClientConfig{CAData: c.authority.pem},
		QPS:             -1,
	}
}

// writeUserKubeconfig writes the kubeconfig of one of our own processes.
func (c *Cluster) writeUserKubeconfig(name, user string, groups ...string) (string, error) {
	config, err := c.UserConfig(user, groups...)
	if err != nil {
		return "", err
	}
	path := c.pki(name + ".kubeconfig")
	return path, writeKubeconfig(path, config)
}

// writeKubeconfig writes everything into one file that can be copied elsewhere.
func writeKubeconfig(path string, config *rest.Config) error {
	const name = "domicile-local"
	content, err := clientcmd.Write(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{
			name: {Server: config.Host, CertificateAuthorityData: config.CAData},
		},
		AuthInfos: map[string]*clientcmdapi.AuthInfo{
			name: {ClientCertificateData: config.CertData, ClientKeyData: config.KeyData, Token: config.BearerToken},
		},
		Contexts:       map[string]*clientcmdapi.Context{name: {Cluster: name, AuthInfo: name, Namespace: "default"}},
		CurrentContext: name,
	})
	if err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	return writeFile(path, content, 0o600)
}
