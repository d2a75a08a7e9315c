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
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	controllerManagerName = "kube-controller-manager"
	schedulerName         = "kube-scheduler"
	kwokName              = "kwok"
)

// nodeLease is how long a node is thought alive without a word from it, in seconds. Real kubelets have 40 and speak every
// 10: for 5,000 nodes on a small machine that alone is more than the API server can write, nodes are given up that are
// fine, and the cluster never comes to rest. Fake nodes do not die, so little is lost.
const nodeLease = 1200

// controllers are the ones that a cluster without networks and clouds needs. The last group keeps promises of
// the API that people rely on: aggregated ClusterRoles, pods of deleted nodes, the type check of admission policies.
func controllers() string {
	return strings.Join([]string{
		"serviceaccount-controller",
		"serviceaccount-token-controller",
		"root-ca-certificate-publisher-controller",
		"namespace-controller",
		"garbage-collector-controller",

		"replicationcontroller-controller",
		"replicaset-controller",
		"deployment-controller",
		"statefulset-controller",
		"daemonset-controller",
		"job-controller",
		"cronjob-controller",
		"ttl-after-finished-controller",
		"disruption-controller",
		"resourcequota-controller",

		"persistentvolume-binder-controller",
		"persistentvolumeclaim-protection-controller", // Lets a claim go that is deleted: the API server holds every one.
		"persistentvolume-protection-controller",
		"ephemeral-volume-controller",
		"volumeattributesclass-protection-controller",

		"node-lifecycle-controller", // Takes the taint not-ready off a new node.
		"taint-eviction-controller",
		"pod-garbage-collector-controller",
		"clusterrole-aggregation-controller",
		"validatingadmissionpolicy-status-controller",
	}, ",")
}

// startComponents starts the clients of the API server that make objects move. Readiness is asked of those that serve
// it; that kwok works shows in the nodes.
func (c *Cluster) startComponents(ctx context.Context) error {
	sync := 15 * time.Second // The default.
	if c.options.Provisioner {
		sync = time.Second // A claim that could not be bound is not tried again before.
	}
	err := c.startServing(controllerManagerName, "system:kube-controller-manager",
		fmt.Sprintf("--pvclaimbinder-sync-period=%s", sync),
		"--controllers="+controllers(),
		"--use-service-account-credentials", // As in a real cluster: each controller acts as itself.
		"--service-account-private-key-file="+c.pki("service-accounts.key"),
		"--root-ca-file="+c.pki("ca.crt"),
		"--allocate-node-cidrs=false",
		fmt.Sprintf("--node-monitor-grace-period=%ds", 2*nodeLease),
	)
	if err != nil {
		return err
	}
	if err := c.startServing(schedulerName, "system:kube-scheduler"); err != nil {
		return err
	}
	if err := c.startKwok(); err != nil {
		return err
	}
	if err := c.startProvisioner(); err != nil {
		return err
	}
	return c.waitComponents(ctx)
}

func (c *Cluster) waitComponents(ctx context.Context) error {
	pool := x509.NewCertPool()
	pool.AddCert(c.authority.certificate)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	probe := &http.Client{Transport: transport}
	for _, part := range c.serving {
		err := until(ctx, part.name, 50*time.Millisecond, func(ctx context.Context) error {
			return getOK(ctx, probe, "https://"+address(part.port)+"/healthz")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// serving is a component that tells on a port of its own whether it works.
type serving struct {
	name string
	port int
}

// startServing starts a component that has a secure port of its own, as the user that RBAC knows it by.
func (c *Cluster) startServing(name, user string, args ...string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	kubeconfig, err := c.writeUserKubeconfig(name, user)
	if err != nil {
		return err
	}
	c.serving = append(c.serving, serving{name: name, port: port})
	common := []string{
		"--kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--kube-api-qps=1000", // The defaults, 20 and 50, make thousands of nodes or pods take minutes.
		"--kube-api-burst=2000",
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file=" + c.pki("serving.crt"),
		"--tls-private-key-file=" + c.pki("serving.key"),
	}
	return c.run(name, c.options.binary(name), append(common, args...)...)
}

// startKwok starts the stand-in for all kubelets. It opens no port. It acts as an administrator, because it writes the
// status of every node and pod, which no single kubelet may.
func (c *Cluster) startKwok() error {
	stages, err := c.stages()
	if err != nil {
		return err
	}
	kubeconfig, err := c.writeUserKubeconfig(kwokName, "local-kwok", "system:masters")
	if err != nil {
		return err
	}
	return c.run(kwokName, c.options.binary(kwokName),
		"--config="+stages,
		"--kubeconfig="+kubeconfig,
		"--manage-nodes-with-annotation-selector="+kwokAnnotation+"="+kwokFake,
		"--cidr=10.64.0.0/14",
		fmt.Sprintf("--node-lease-duration-seconds=%d", nodeLease),
	)
}
