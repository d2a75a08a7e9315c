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
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const kubectlName = "kubectl"

// Cluster is a running cluster. Its methods may be called from several goroutines.
type Cluster struct {
	options Options
	lock    *os.File
	spawner spawner

	// ctx ends when a process of the control plane does; its cause is the reason.
	ctx  context.Context
	fail context.CancelCauseFunc

	authority   *authority
	etcdURL     string
	serverURL   string
	serving     []serving
	adminConfig *rest.Config
	admin       client.Client

	nodes    []*corev1.Node
	objects  []*unstructured.Unstructured // Of config/local, without the webhook configurations.
	webhooks []*unstructured.Unstructured

	manager managerState

	mu       sync.Mutex // Guards what follows.
	children []*process // The control plane, in the order of its start.
	stopping bool

	stopOnce sync.Once
	stopErr  error
}

// errStopped is why nothing can be started any more.
var errStopped = errors.New("the cluster was stopped")

// Start starts a cluster and returns when every node is Ready, the manager serves, its webhook answers and a pod can be
// created in the namespace default. On an error nothing is left running; the logs are.
//
// The error is a RunningError when a cluster already runs in Options.Dir.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	options, err := options.complete()
	if err != nil {
		return nil, err
	}
	if err := options.check(); err != nil {
		return nil, err
	}
	lock, err := takeLock(options.Dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{options: options, lock: lock, spawner: newSpawner()}
	c.manager.args = options.ManagerArgs
	c.ctx, c.fail = context.WithCancelCause(context.Background())
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.options.Timeout,
		fmt.Errorf("the start took longer than %s", c.options.Timeout))
	defer cancel()
	ctx, release := c.bind(ctx)
	defer release()

	for _, phase := range c.phases() {
		if err := c.runPhase(ctx, phase); err != nil {
			return err
		}
	}
	// Last, because its presence says that the cluster is whole.
	return writeKubeconfig(c.Kubeconfig(), c.adminConfig)
}

// phase is one step of a start.
type phase struct {
	name string
	run  func(context.Context) error
}

func (c *Cluster) phases() []phase {
	phases := []phase{
		{"reading the configuration", c.prepare},
		{"making certificates", c.makeCertificates},
		{"starting etcd", c.startEtcd},
		{"starting kube-apiserver", c.startAPIServer},
		{"starting controller-manager, scheduler and kwok", c.startComponents},
	}
	if len(c.options.NodesFile) > 0 {
		// Before the manager: its caches begin with a list of the nodes, so that readiness means that it knows them all.
		phases = append(phases, phase{"creating nodes", c.createNodes})
	}
	if c.options.Snapshots {
		phases = append(phases, phase{"applying the kinds of snapshots", c.ApplySnapshots})
	}
	if c.options.ConfigDir != "" {
		phases = append(phases, phase{"applying CRDs, RBAC and admission policies", c.ApplyConfig})
	}
	if c.options.Manager != "" {
		// The configurations come when the manager is ready: before, they would refuse what nobody could judge.
		phases = append(phases,
			phase{"starting the manager", c.StartManager},
			phase{"applying the webhook configurations", c.ApplyWebhooks},
		)
	}
	return append(phases, phase{"waiting for nodes and for pods to be creatable", c.waitUsable})
}

func (c *Cluster) runPhase(ctx context.Context, phase phase) error {
	begin := time.Now()
	c.say("  %-50s", phase.name)
	if err := phase.run(ctx); err != nil {
		c.say(" stopped after %.1f s\n", time.Since(begin).Seconds())
		return fmt.Errorf("%s: %w", phase.name, err)
	}
	c.say(" %5.1f s\n", time.Since(begin).Seconds())
	return nil
}

// prepare reads all input and clears what an earlier cluster left, before anything runs.
func (c *Cluster) prepare(ctx context.Context) error {
	if err := c.clear(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(c.options.Dir, "pki"), 0o700); err != nil {
		return fmt.Errorf("making the folder of the certificates: %w", err)
	}
	if c.options.NodesFile != "" {
		nodes, err := ReadNodes(c.options.NodesFile)
		if err != nil {
			return err
		}
		c.nodes = nodes
	}
	if c.options.ConfigDir != "" {
		return c.renderConfig(ctx)
	}
	return nil
}

// clear removes the state and logs of the cluster that ran here before, and nothing else.
func (c *Cluster) clear() error {
	for _, pattern := range []string{"*.log", "*.pid"} {
		old, err := filepath.Glob(filepath.Join(c.options.Dir, pattern))
		if err != nil {
			return fmt.Errorf("listing %s: %w", pattern, err)
		}
		for _, path := range old {
			if filepath.Base(path) == supervisorLog {
				continue // It is open: the process that calls us writes it.
			}
			if err := os.Remove(path); err != nil {
				return fmt.Errorf("clearing what an earlier cluster left: %w", err)
			}
		}
	}
	return c.removeState()
}

// supervisorLog is the log of the program that keeps a cluster for the command line, in the same folder.
const supervisorLog = "supervisor.log"

func (c *Cluster) removeState() error {
	for _, path := range []string{c.etcdDir(), c.pki(""), c.webhookDir(), c.Kubeconfig()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("removing the state of the cluster: %w", err)
		}
	}
	return nil
}

// bind returns a context that also ends when the cluster breaks, with that as its cause.
func (c *Cluster) bind(ctx context.Context) (context.Context, context.CancelFunc) {
	bound, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(c.ctx, func() { cancel(context.Cause(c.ctx)) })
	return bound, func() {
		unhook()
		cancel(nil)
	}
}

// run starts a process of the control plane. Its end, if nobody asked for it, breaks the cluster.
func (c *Cluster) run(name, path string, args ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping {
		return errStopped
	}
	p, err := c.spawner.start(c.options.Dir, name, path, args...)
	if err != nil {
		return err
	}
	c.children = append(c.children, p)
	go func() {
		<-p.done
		if !c.isWanted(p) {
			return
		}
		c.fail(p.failure())
	}()
	return nil
}

// isWanted reports whether a process is to run for as long as the cluster does.
func (c *Cluster) isWanted(p *process) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stopping && slices.Contains(c.children, p)
}

// Wait returns when a process of the control plane has ended that should not have, with the reason, or when ctx ends,
// with nil. The manager is no part of the control plane: its end is reported to Options.Progress.
func (c *Cluster) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	}
}

// AdminConfig returns a copy of the administrator's configuration.
func (c *Cluster) AdminConfig() *rest.Config { return rest.CopyConfig(c.adminConfig) }

// Kubeconfig is the path of the administrator's kubeconfig.
func (c *Cluster) Kubeconfig() string { return KubeconfigPath(c.options.Dir) }

// KubeconfigPath is where a cluster in dir has its administrator's kubeconfig, from when it is whole until it stops.
func KubeconfigPath(dir string) string { return filepath.Join(dir, "kubeconfig") }

// Kubectl is the path of the kubectl that was built with the control plane.
func (c *Cluster) Kubectl() string { return c.options.binary(kubectlName) }

// URL is the address of the API server.
func (c *Cluster) URL() string { return c.serverURL }

func (c *Cluster) say(format string, args ...any) {
	// Progress is a courtesy: a reader that went away must not break the cluster.
	_, _ = fmt.Fprintf(c.options.Progress, format, args...)
}
