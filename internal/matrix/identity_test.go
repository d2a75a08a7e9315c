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

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// key names a pod of the cell.
func (c *cell) key(name string) types.NamespacedName {
	return types.NamespacedName{Namespace: c.namespace, Name: c.podName(name)}
}

// relabelled is a way in by which a pod that runs at home loses what it is known by.
func relabelled(name string, patch func(c *cell) string, subresource ...string) way {
	return way{
		name: name,
		setup: func(ctx context.Context, c *cell) error {
			if err := c.run(ctx, c.pod("home", on(home))); err != nil {
				return err
			}
			return c.marked(ctx)
		},
		act: func(ctx context.Context, c *cell) error {
			return patched(ctx, c.actor, podNamed(c.key("home")), patch(c), subresource...)
		},
		seen: never,
		twin: func(ctx context.Context, c *cell) error {
			if err := patched(ctx, c.actor, podNamed(c.key("home")), labelPatch(anotherLabel, "a"), subresource...); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "home")
		},
	}
}

// inIdentity are the ways in by changing what something is known by.
func inIdentity() []way {
	removed := func(*cell) string { return labelPatch(residencyv1.DatasetLabel, null) }
	changed := func(c *cell) string { return labelPatch(residencyv1.DatasetLabel, "no-"+c.name) }
	return []way{
		relabelled("label removed from a running pod", removed),
		relabelled("label removed from a running pod by pods/status", removed, "status"),
		relabelled("label changed to another dataset", changed),
		namespaceUnlabelled("namespace key removed"),
		namespaceUnlabelled("namespace key removed by namespaces/status", "status"),
		namespaceLabelled(),
	}
}

// namespaceUnlabelled takes the key from a namespace with pods.
func namespaceUnlabelled(name string, subresource ...string) way {
	return way{
		name: name,
		setup: func(ctx context.Context, c *cell) error {
			if err := patched(ctx, c.world.admin, namespaceNamed(c.namespace), labelPatch(residencyv1.DatasetLabel, c.name)); err != nil {
				return err
			}
			if err := c.marked(ctx); err != nil {
				return err
			}
			return c.run(ctx, c.pod("home", withoutKeys, on(home)))
		},
		act: func(ctx context.Context, c *cell) error {
			return patched(ctx, c.actor, namespaceNamed(c.namespace), labelPatch(residencyv1.DatasetLabel, null), subresource...)
		},
		seen: never,
		twin: func(ctx context.Context, c *cell) error {
			if err := patched(ctx, c.actor, namespaceNamed(c.namespace), labelPatch(anotherLabel, "a"), subresource...); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "home")
		},
	}
}

// namespaceLabelled gives a key to a namespace in which pods run.
func namespaceLabelled() way {
	label := func(ctx context.Context, c *cell, name string) error {
		return patched(ctx, c.actor, namespaceNamed(name), labelPatch(residencyv1.DatasetLabel, c.name))
	}
	return way{
		name: "namespace labelled after pods run",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.world.namespace(ctx, c.namespace+"-twin", nil); err != nil {
				return err
			}
			twin := c.pod("home", withoutKeys, on(home))
			twin.Namespace += "-twin"
			return c.run(ctx, c.pod("abroad", withoutKeys, on(abroad)), twin)
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return label(ctx, c, c.namespace)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := label(ctx, c, c.namespace+"-twin"); err != nil {
				return err
			}
			return c.permitted(ctx, 1)
		},
	}
}

// permitted waits until the dataset counts as many pods as permitted.
func (c *cell) permitted(ctx context.Context, want int32) error {
	return c.counted(ctx, want, func(w *residencyv1.WorkloadCounts) int32 { return w.Permitted })
}

// counted waits until the dataset counts as many pods of a sort.
func (c *cell) counted(ctx context.Context, want int32, sort func(*residencyv1.WorkloadCounts) int32) error {
	return c.world.until(ctx, "the counts of the dataset", func() error {
		dataset := &residencyv1.Dataset{}
		if err := c.world.seen.Get(ctx, client.ObjectKey{Name: c.name}, dataset); err != nil {
			return err
		}
		if counts := dataset.Status.Workloads; counts == nil || sort(counts) != want {
			return fmt.Errorf("they are %+v", counts)
		}
		return nil
	})
}
