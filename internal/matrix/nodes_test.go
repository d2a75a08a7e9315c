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

package matrix

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The regions of Google Cloud in which the nodes of the cells are.
const (
	homeRegionOfCells   = "europe-west3" // Frankfurt.
	abroadRegionOfCells = "europe-west2" // London.
)

// addNode registers a node that only pods which name it come to.
func (c *cell) addNode(ctx context.Context, name, region string) error {
	return c.world.cluster.AddNodes(ctx, &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyRegion: region}},
		Spec:       corev1.NodeSpec{Taints: []corev1.Taint{{Key: anotherLabel, Effect: corev1.TaintEffectNoSchedule}}},
	})
}

// inNodes are the ways in by what nodes say.
func inNodes() []way {
	return []way{nodeRelabelled(), nodeRegisters()}
}

// nodeRelabelled has a kubelet say of its node that it is elsewhere. The twin says something else of its node.
func nodeRelabelled() way {
	moved := func(c *cell) string { return "fra-moved-" + c.name }
	stays := func(c *cell) string { return "fra-stays-" + c.name }
	relabel := func(ctx context.Context, c *cell, node, key, value string) error {
		kubelet, err := c.world.asKubelet(node)
		if err != nil {
			return err
		}
		return patched(ctx, kubelet, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: node}}, labelPatch(key, value))
	}
	return way{
		name: "node relabelled after the pod runs",
		setup: func(ctx context.Context, c *cell) error {
			for _, node := range []string{moved(c), stays(c)} {
				if err := c.addNode(ctx, node, homeRegionOfCells); err != nil {
					return err
				}
				if err := c.world.nodeStamped(ctx, node); err != nil {
					return err
				}
			}
			return c.run(ctx, c.pod("abroad", on(moved(c))), c.pod("home", on(stays(c))))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return relabel(ctx, c, moved(c), corev1.LabelTopologyRegion, abroadRegionOfCells)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := relabel(ctx, c, stays(c), anotherLabel, "a"); err != nil {
				return err
			}
			if err := c.permitted(ctx, 1); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "home")
		},
	}
}

// nodeRegisters names a node that is not there yet, and registers it abroad.
func nodeRegisters() way {
	ghost := func(c *cell) string { return "ldn-later-" + c.name }
	return way{
		name: "node that registers elsewhere later",
		says: "NodeNotFound",
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return c.actor.Create(ctx, c.pod("abroad", on(ghost(c))))
		},
		seen: func(ctx context.Context, c *cell) (sight, error) {
			if !c.once["registered"] {
				c.once["registered"] = true
				return sight{}, c.addNode(ctx, ghost(c), abroadRegionOfCells)
			}
			return flagged(ctx, c)
		},
		twin: func(ctx context.Context, c *cell) error {
			node := "fra-later-" + c.name
			if err := c.addNode(ctx, node, homeRegionOfCells); err != nil {
				return err
			}
			if err := c.actor.Create(ctx, c.pod("twin", on(node))); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "twin")
		},
	}
}
