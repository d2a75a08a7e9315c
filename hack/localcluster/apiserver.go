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
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/go-logr/logr/funcr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const apiServerName = "kube-apiserver"

// makeCertificates writes what the control plane needs: the cluster's authority, one serving certificate for all of
// its servers, and the key of the service accounts. The authority's own key stays in memory.
func (c *Cluster) makeCertificates(context.Context) error {
	var err error
	if c.authority, err = newAuthority("local-cluster"); err != nil {
		return err
	}
	serving, err := c.authority.server("local-control-plane", "kubernetes.default.svc")
	if err != nil {
		return err
	}
	if err := serving.write(c.pki("serving.crt"), c.pki("serving.key")); err != nil {
		return err
	}
	signing, err := newSigningKey()
	if err != nil {
		return err
	}
	if err := writeFile(c.pki("service-accounts.key"), signing, 0o600); err != nil {
		return err
	}
	return writeFile(c.pki("ca.crt"), c.authority.pem, 0o644)
}

func (c *Cluster) startAPIServer(ctx context.Context) error {
	port, err := claimPort(c.options.APIServerPort)
	if err != nil {
		return err
	}
	c.serverURL = "https://" + address(port)
	args := append([]string{
		"--etcd-servers=" + c.etcdURL,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--client-ca-file=" + c.pki("ca.crt"),
		"--tls-cert-file=" + c.pki("serving.crt"),
		"--tls-private-key-file=" + c.pki("serving.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.pki("service-accounts.key"),
		"--service-account-signing-key-file=" + c.pki("service-accounts.key"),
		"--service-cluster-ip-range=10.0.0.0/24",
		"--enable-admission-plugins=NodeRestriction", // Off by default outside kubeadm.
		"--authorization-mode=Node,RBAC",
		"--endpoint-reconciler-type=none",
		"--allow-privileged",
	}, c.options.APIServerArgs...)
	if err := c.run(apiServerName, c.options.binary(apiServerName), args...); err != nil {
		return err
	}
	if c.adminConfig, err = c.UserConfig("local-admin", "system:masters"); err != nil {
		return err
	}
	if err := c.waitAPIServer(ctx); err != nil {
		return err
	}
	return c.makeAdminClient()
}

func (c *Cluster) waitAPIServer(ctx context.Context) error {
	probe, err := rest.HTTPClientFor(c.adminConfig)
	if err != nil {
		return fmt.Errorf("making a client of the API server: %w", err)
	}
	return until(ctx, "the API server", 50*time.Millisecond, func(ctx context.Context) error {
		return getOK(ctx, probe, c.serverURL+"/readyz")
	})
}

// makeAdminClient makes the client by which the cluster is set up. Warnings of the API server are for whoever wrote
// the objects, and are not printed here.
func (c *Cluster) makeAdminClient() error {
	scheme, err := newScheme()
	if err != nil {
		return err
	}
	c.admin, err = c.newClient(rest.NoWarnings{}, client.Options{Scheme: scheme})
	return err
}

// newClient makes a client of the administrator.
func (c *Cluster) newClient(warnings rest.WarningHandlerWithContext, options client.Options) (client.Client, error) {
	config := c.AdminConfig()
	config.WarningHandlerWithContext = warnings
	options.FieldOwner = "localcluster"
	// A logger that does nothing and is not zero: for a zero one the client takes controller-runtime's global logger,
	// which complains when a program has none.
	options.Log = funcr.New(func(string, string) {}, funcr.Options{})
	made, err := client.New(config, options)
	if err != nil {
		return nil, fmt.Errorf("making a client of the API server: %w", err)
	}
	return made, nil
}

func (c *Cluster) pki(name string) string { return filepath.Join(c.options.Dir, "pki", name) }
