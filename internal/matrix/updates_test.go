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
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// inUpdates are the ways in by changing a pod that is there, or that runs whatever is said.
func inUpdates() []way {
	return []way{podLabelled(), handledByRemoved(), debugged(), ungated(), mirrored()}
}

// podLabelled gives a key to a pod that runs.
func podLabelled() way {
	label := func(ctx context.Context, c *cell, name string) error {
		return patched(ctx, c.actor, podNamed(c.key(name)), labelPatch(residencyv1.DatasetLabel, c.name))
	}
	return way{
		name: "label added to a running pod",
		setup: func(ctx context.Context, c *cell) error {
			return c.run(ctx, c.pod("abroad", withoutKeys, on(abroad)), c.pod("home", withoutKeys, on(home)))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return label(ctx, c, "abroad")
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := label(ctx, c, "home"); err != nil {
				return err
			}
			return c.permitted(ctx, 1)
		},
	}
}

// handledByRemoved takes from a pod that runs the label by which the dataset selects it.
func handledByRemoved() way {
	w := relabelled("label of handledBy removed from a running pod", func(*cell) string { return labelPatch(app, null) })
	w.says = "declassify"
	w.setup = func(ctx context.Context, c *cell) error {
		selectors := fmt.Sprintf(`{"spec":{"handledBy":[{"namespaceSelector":{"matchLabels":{%q:%q}},"podSelector":{"matchLabels":{%q:%q}}}]}}`,
			corev1.LabelMetadataName, c.namespace, app, c.name)
		dataset := &residencyv1.Dataset{}
		dataset.Name = c.name
		if err := patched(ctx, c.world.admin, dataset, selectors); err != nil {
			return err
		}
		if err := c.marked(ctx); err != nil {
			return err
		}
		if err := c.run(ctx, c.pod("home", withoutKeys, labelled(app, c.name), on(home))); err != nil {
			return err
		}
		return c.counted(ctx, 1, func(w *residencyv1.WorkloadCounts) int32 { return w.Total })
	}
	return w
}

// debugged adds a container that reads a Secret with the key to a pod that runs.
func debugged() way {
	debug := func(ctx context.Context, c *cell, name string) error {
		patch := client.RawPatch(types.StrategicMergePatchType, []byte(`{"spec":{"ephemeralContainers":[`+
			`{"name":"debug","image":"registry.invalid/debug","envFrom":[{"secretRef":{"name":"`+credentials+`"}}]}]}}`))
		return c.actor.SubResource("ephemeralcontainers").Patch(ctx, podNamed(c.key(name)), patch)
	}
	return way{
		name: "ephemeral container that reads a Secret",
		says: "London, GB",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, secret(c.meta(credentials, c.keyed()))); err != nil {
				return err
			}
			if err := c.marked(ctx); err != nil {
				return err
			}
			return c.run(ctx, c.pod("abroad", withoutKeys, on(abroad)), c.pod("home", withoutKeys, on(home)))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return debug(ctx, c, "abroad")
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := debug(ctx, c, "home"); err != nil {
				return err
			}
			return c.permitted(ctx, 1)
		},
	}
}

// ungated edits where a pod may go that waits at a scheduling gate, and opens the gate.
func ungated() way {
	const gate = "example.com/hold"
	held := func(p *corev1.Pod) { p.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: gate}} }
	edit := func(ctx context.Context, c *cell, name, region string) error {
		return patched(ctx, c.actor, podNamed(c.key(name)),
			fmt.Sprintf(`{"spec":{"schedulingGates":null,"nodeSelector":{%q:%q}}}`, corev1.LabelTopologyRegion, region))
	}
	return way{
		name: "affinity of a pod with a scheduling gate edited",
		setup: func(ctx context.Context, c *cell) error {
			return c.run(ctx, c.pod("abroad", held), c.pod("twin", held))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return edit(ctx, c, "abroad", abroadRegion)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := edit(ctx, c, "twin", homeRegion); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "twin")
		},
	}
}

// mirrored has a kubelet tell of a static pod that runs on its node.
func mirrored() way {
	tell := func(ctx context.Context, c *cell, name, node string) error {
		kubelet, err := c.world.asKubelet(node)
		if err != nil {
			return err
		}
		self := &corev1.Node{}
		if err := c.world.seen.Get(ctx, types.NamespacedName{Name: node}, self); err != nil {
			return fmt.Errorf("reading the node: %w", err)
		}
		return kubelet.Create(ctx, c.pod(name, on(node), func(p *corev1.Pod) {
			p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "1", "kubernetes.io/config.source": "file", "kubernetes.io/config.hash": "1"}
			p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: node, UID: self.UID, Controller: new(true)}}
		}))
	}
	return way{
		name: "mirror pod of a static pod",
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return tell(ctx, c, "abroad", abroad)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := tell(ctx, c, "twin", home); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "twin")
		},
	}
}
