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
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// waitUsable returns when all nodes take pods and a pod can be created in the namespace default, which needs its
// service account. The pod itself is a dry run.
func (c *Cluster) waitUsable(ctx context.Context) error {
	if err := c.waitNodes(ctx, c.nodes); err != nil {
		return err
	}
	return until(ctx, "a pod to be creatable", 50*time.Millisecond, func(ctx context.Context) error {
		return c.admin.Create(ctx, probePod(), client.DryRunAll)
	})
}

// waitNodes returns when every one of the nodes is Ready and the taint is gone that the API server gives to new ones.
// Between two lists it watches over one node only: a list of thousands, asked for again and again, would slow down the
// very thing that is waited for.
func (c *Cluster) waitNodes(ctx context.Context, wanted []*corev1.Node) error {
	for {
		late, err := c.firstLate(ctx, wanted)
		if late == "" || err != nil {
			return err
		}
		err = until(ctx, "node "+late+" to be ready", 50*time.Millisecond, func(ctx context.Context) error {
			node := &corev1.Node{}
			if err := c.admin.Get(ctx, client.ObjectKey{Name: late}, node); err != nil {
				return fmt.Errorf("reading node %s: %w", late, err)
			}
			if !nodeReady(node) {
				return errors.New("it is not ready yet")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// firstLate returns the name of the first of the nodes that is not ready, or nothing.
func (c *Cluster) firstLate(ctx context.Context, wanted []*corev1.Node) (string, error) {
	if len(wanted) == 0 {
		return "", nil
	}
	list := &corev1.NodeList{}
	if err := c.admin.List(ctx, list); err != nil {
		return "", fmt.Errorf("listing nodes: %w", err)
	}
	ready := make(map[string]bool, len(list.Items))
	for i := range list.Items {
		ready[list.Items[i].Name] = nodeReady(&list.Items[i])
	}
	for _, node := range wanted {
		if !ready[node.Name] {
			return node.Name, nil
		}
	}
	return "", nil
}

func nodeReady(node *corev1.Node) bool {
	tainted := slices.ContainsFunc(node.Spec.Taints, func(taint corev1.Taint) bool {
		return taint.Key == corev1.TaintNodeNotReady
	})
	return !tainted && slices.ContainsFunc(node.Status.Conditions, func(condition corev1.NodeCondition) bool {
		return condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue
	})
}
