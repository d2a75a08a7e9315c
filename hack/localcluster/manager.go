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
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// Names that config/ gives to the operator.
const (
	operatorNamespace      = "domicile-system"
	operatorServiceAccount = "domicile-controller-manager"
)

const managerName = "manager"

// tokenLife is how long the manager's token is valid, in seconds: nothing renews it here.
const tokenLife = 365 * 24 * 60 * 60

// managerState is Domicile's manager: its process, which may be killed and started again, and what stays the same.
type managerState struct {
	webhookPort, metricsPort, healthPort int

	mu      sync.Mutex // Guards what follows.
	args    []string   // Options.ManagerArgs, until others are asked for.
	process *process
	killed  *process // The process whose end was asked for.
	closed  bool
	config  *rest.Config
	issuer  *authority // Of the webhook's certificate.
}

// StartManager starts the manager and returns when it is ready. It does nothing when the manager runs. Started again
// it serves on the same ports.
func (c *Cluster) StartManager(ctx context.Context) error {
	if c.options.Manager == "" {
		return errors.New("this cluster has no manager: Options.Manager is empty")
	}
	ctx, release := c.bind(ctx)
	defer release()
	p, err := c.launchManager()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-p.done:
			cancel(p.failure())
		case <-ctx.Done():
		}
	}()
	return until(ctx, "the manager to be ready", 50*time.Millisecond, func(ctx context.Context) error {
		return getOK(ctx, http.DefaultClient, c.HealthURL()+"/readyz")
	})
}

// launchManager returns the running manager, started now or before.
func (c *Cluster) launchManager() (*process, error) {
	m := &c.manager
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, errStopped
	}
	if m.process != nil && m.process.running() {
		return m.process, nil
	}
	if m.issuer == nil {
		if err := m.prepare(c.webhookDir()); err != nil {
			return nil, err
		}
	}
	args := []string{
		"--kubeconfig=" + c.managerKubeconfig(),
		"--namespace=" + operatorNamespace,
		"--webhook-bind-address=" + address(m.webhookPort),
		"--webhook-cert-dir=" + c.webhookDir(),
		"--metrics-bind-address=" + address(m.metricsPort),
		"--health-probe-bind-address=" + address(m.healthPort),
	}
	p, err := c.spawner.start(c.options.Dir, managerName, c.options.Manager, append(args, m.args...)...)
	if err != nil {
		return nil, err
	}
	m.process = p
	go c.reportEnd(p)
	return p, nil
}

// reportEnd tells whoever watches that the manager ended although nobody asked for it.
func (c *Cluster) reportEnd(p *process) {
	<-p.done
	c.manager.mu.Lock()
	asked := c.manager.closed || c.manager.killed == p
	c.manager.mu.Unlock()
	if !asked {
		c.say("%v\n", p.failure())
	}
}

// prepare chooses the manager's ports and makes the certificate of its webhook.
func (m *managerState) prepare(certificates string) error {
	for _, port := range []*int{&m.webhookPort, &m.metricsPort, &m.healthPort} {
		var err error
		if *port, err = freePort(); err != nil {
			return err
		}
	}
	issuer, err := newAuthority("local-webhook-ca")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(certificates, 0o700); err != nil {
		return fmt.Errorf("making the folder of the webhook's certificate: %w", err)
	}
	if err := issueWebhookCertificate(issuer, certificates); err != nil {
		return err
	}
	m.issuer = issuer
	return nil
}

func issueWebhookCertificate(issuer *authority, dir string) error {
	pair, err := issuer.server("local-webhook")
	if err != nil {
		return err
	}
	return pair.write(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
}

// RenewWebhookCertificate replaces the certificate of the webhook by a new one of the same authority, as cert-manager
// does long before the old one ends. A manager that runs is expected to take it up by itself.
func (c *Cluster) RenewWebhookCertificate() error {
	c.manager.mu.Lock()
	defer c.manager.mu.Unlock()
	if c.manager.issuer == nil {
		return errors.New("the manager was never started, so its webhook has no certificate")
	}
	return issueWebhookCertificate(c.manager.issuer, c.webhookDir())
}

// KillManager ends the manager with SIGKILL and returns when it is gone.
func (c *Cluster) KillManager() error {
	c.manager.mu.Lock()
	p := c.manager.process
	c.manager.killed = p
	c.manager.mu.Unlock()
	if p == nil {
		return errors.New("the manager was never started")
	}
	p.stop(0)
	return nil
}

// RestartManager asks the manager to end, starts it with other arguments in place of Options.ManagerArgs, which later
// starts keep, and returns when it is ready. A manager that is asked gives up its lease, so that the next one leads at
// once.
func (c *Cluster) RestartManager(ctx context.Context, args ...string) error {
	c.manager.mu.Lock()
	p := c.manager.process
	c.manager.killed, c.manager.args = p, slices.Clone(args)
	c.manager.mu.Unlock()
	if p == nil {
		return errors.New("the manager was never started")
	}
	p.stop(10 * time.Second)
	return c.StartManager(ctx)
}

// close ends the manager for good.
func (m *managerState) close() {
	m.mu.Lock()
	m.closed = true
	p := m.process
	m.mu.Unlock()
	if p != nil {
		p.stop(5 * time.Second)
	}
}

// HasManager tells whether the cluster was started with a manager.
func (c *Cluster) HasManager() bool { return c.options.Manager != "" }

// ManagerRunning tells whether the process of the manager lives.
func (c *Cluster) ManagerRunning() bool {
	c.manager.mu.Lock()
	defer c.manager.mu.Unlock()
	return c.manager.process != nil && c.manager.process.running()
}

// ManagerConfig returns a copy of the manager's own configuration: its service account with the ClusterRole of config/.
// Nil when no config/ was applied.
func (c *Cluster) ManagerConfig() *rest.Config {
	c.manager.mu.Lock()
	defer c.manager.mu.Unlock()
	if c.manager.config == nil {
		return nil
	}
	return rest.CopyConfig(c.manager.config)
}

// WebhookURL is the address of the manager's webhook server, without a path. It is known once the manager was started.
func (c *Cluster) WebhookURL() string { return "https://" + address(c.manager.webhookPort) }

// MetricsURL is the address of the manager's metrics server, without a path. It is plain HTTP. Known as WebhookURL is.
func (c *Cluster) MetricsURL() string { return "http://" + address(c.manager.metricsPort) }

// HealthURL is the address of the manager's probes, without a path. Known as WebhookURL is.
func (c *Cluster) HealthURL() string { return "http://" + address(c.manager.healthPort) }

// WebhookCA is the certificate, PEM, of the authority that signs the webhook's certificate.
func (c *Cluster) WebhookCA() []byte {
	c.manager.mu.Lock()
	defer c.manager.mu.Unlock()
	if c.manager.issuer == nil {
		return nil
	}
	return c.manager.issuer.pem
}

// issueManagerToken makes the manager's credentials: a token of its service account, as the kubelet would mount one.
func (c *Cluster) issueManagerToken(ctx context.Context) error {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: operatorServiceAccount}}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(tokenLife))}}
	if err := c.admin.SubResource("token").Create(ctx, account, request); err != nil {
		return fmt.Errorf("requesting a token for service account %s/%s: %w", operatorNamespace, operatorServiceAccount, err)
	}
	config := c.anonymousConfig()
	config.BearerToken = request.Status.Token
	c.manager.mu.Lock()
	c.manager.config = config
	c.manager.mu.Unlock()
	return writeKubeconfig(c.managerKubeconfig(), config)
}

func (c *Cluster) managerKubeconfig() string { return c.pki("manager.kubeconfig") }

func (c *Cluster) webhookDir() string { return filepath.Join(c.options.Dir, "webhook") }
