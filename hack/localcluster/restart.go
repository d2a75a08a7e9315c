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
	"slices"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// RestartAPIServer kills the API server, without a grace, starts it anew as it was, and returns when it is ready. What
// is in etcd is all that it finds again. A manager that could not renew its lease meanwhile has ended.
func (c *Cluster) RestartAPIServer(ctx context.Context) error {
	ctx, release := c.bind(ctx)
	defer release()
	command, err := c.end(apiServerName)
	if err != nil {
		return err
	}
	if err := c.run(apiServerName, command.path, command.args...); err != nil {
		return err
	}
	return c.waitAPIServer(ctx)
}

// RestartControlPlane is a power cut: it kills etcd, the API server, the controller manager, the scheduler, the kubelets
// and the provisioner, so that at one moment none of them runs. It starts them anew as they were, each when that on which it rests
// is ready, and returns when all work. What is in etcd's folder is all that they find again. It leaves the manager
// alone: for a start without it, kill it before.
func (c *Cluster) RestartControlPlane(ctx context.Context) error {
	ctx, release := c.bind(ctx)
	defer release()
	// Clients before their servers, as in stop.
	names := []string{etcdName, apiServerName, controllerManagerName, schedulerName, kwokName}
	if c.options.Provisioner {
		names = append(names, provisionerName)
	}
	commands := map[string]command{}
	for _, name := range slices.Backward(names) {
		ended, err := c.end(name)
		if err != nil {
			return err
		}
		commands[name] = ended
	}
	for _, name := range names {
		if err := c.run(name, commands[name].path, commands[name].args...); err != nil {
			return err
		}
		var err error
		switch name {
		case etcdName:
			err = c.waitEtcd(ctx)
		case apiServerName:
			if err = c.waitAPIServer(ctx); err == nil {
				err = c.forgetNodeLeases(ctx)
			}
		}
		if err != nil {
			return err
		}
	}
	return c.waitComponents(ctx)
}

// forgetNodeLeases deletes the leases of all nodes. A kubelet that starts again goes on with its own, but kwok has another
// name after each start: it would leave the nodes alone until the leases of the one before have run out.
func (c *Cluster) forgetNodeLeases(ctx context.Context) error {
	if err := c.admin.DeleteAllOf(ctx, &coordinationv1.Lease{}, client.InNamespace(corev1.NamespaceNodeLease)); err != nil {
		return fmt.Errorf("deleting the leases of the nodes: %w", err)
	}
	return nil
}

// command is how a process was started.
type command struct {
	path string
	args []string
}

// end kills a process of the control plane, whose end breaks nothing then, and returns how it was started.
func (c *Cluster) end(name string) (command, error) {
	c.mu.Lock()
	i := slices.IndexFunc(c.children, func(p *process) bool { return p.name == name })
	if i < 0 {
		c.mu.Unlock()
		return command{}, fmt.Errorf("ending %s: it does not run", name)
	}
	p := c.children[i]
	c.children = slices.Delete(c.children, i, i+1)
	c.mu.Unlock()
	p.stop(0)
	return command{path: p.cmd.Path, args: p.cmd.Args[1:]}, nil
}
