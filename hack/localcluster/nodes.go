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
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// kwok keeps the nodes ready that carry this annotation.
const (
	kwokAnnotation = "kwok.x-k8s.io/node"
	kwokFake       = "fake"
)

// createWorkers is how many nodes are created at the same time: enough to keep a small API server busy.
const createWorkers = 8

// createNodes creates the nodes of Options.NodesFile.
func (c *Cluster) createNodes(ctx context.Context) error {
	return c.create(ctx, c.nodes)
}

// AddNodes creates nodes, completed as those of a nodes file are, and returns when they are Ready.
func (c *Cluster) AddNodes(ctx context.Context, nodes ...*corev1.Node) error {
	ctx, release := c.bind(ctx)
	defer release()
	completed := make([]*corev1.Node, 0, len(nodes))
	for _, node := range nodes {
		completed = append(completed, completeNode(node))
	}
	if err := c.create(ctx, completed); err != nil {
		return err
	}
	return c.waitNodes(ctx, completed)
}

func (c *Cluster) create(ctx context.Context, nodes []*corev1.Node) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan *corev1.Node)
	var workers sync.WaitGroup
	for range createWorkers {
		workers.Go(func() {
			for node := range work {
				// A copy, because the client writes the answer into it.
				if err := c.admin.Create(ctx, node.DeepCopy()); err != nil {
					cancel(fmt.Errorf("creating node %s: %w", node.Name, err)) // The first cause wins.
				}
			}
		})
	}
	for _, node := range nodes {
		work <- node
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}

// completeNode returns the node as a kubelet would register it: what somebody decided about it (name, labels,
// annotations, spec) is kept, what a cluster found out about it is dropped, and what kwok and the scheduler need is
// added where it is missing. So `kubectl get nodes -o yaml` of a real cluster is a nodes file.
func completeNode(from *corev1.Node) *corev1.Node {
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:        from.Name,
			Labels:      maps.Clone(from.Labels),
			Annotations: maps.Clone(from.Annotations),
		},
		Spec: *from.Spec.DeepCopy(),
		Status: corev1.NodeStatus{
			Capacity:    from.Status.Capacity.DeepCopy(),
			Allocatable: from.Status.Allocatable.DeepCopy(),
		},
	}
	node.Annotations = withDefaults(node.Annotations, map[string]string{kwokAnnotation: kwokFake})
	node.Labels = withDefaults(node.Labels, map[string]string{
		corev1.LabelHostname:   node.Name,
		corev1.LabelOSStable:   "linux",
		corev1.LabelArchStable: "amd64",
	})
	node.Status.Capacity = withDefaults(node.Status.Capacity, corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("32"),
		corev1.ResourceMemory:           resource.MustParse("256Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
		corev1.ResourcePods:             resource.MustParse("1000"),
	})
	node.Status.Allocatable = withDefaults(node.Status.Allocatable, node.Status.Capacity)
	return node
}

// withDefaults returns the values with the missing keys filled in.
func withDefaults[K comparable, V any, M ~map[K]V](values, defaults M) M {
	filled := maps.Clone(defaults)
	maps.Copy(filled, values)
	return filled
}
