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
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// creation is a way in by which the actor creates a pod: one that leads abroad, and its twin that does not.
func creation(name string, toAbroad, toHome func(*corev1.Pod), change ...func(*way)) way {
	w := way{
		name: name,
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return c.actor.Create(ctx, c.pod("abroad", toAbroad))
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := c.actor.Create(ctx, c.pod("twin", toHome)); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "twin")
		},
	}
	for _, c := range change {
		c(&w)
	}
	return w
}

func saying(words string) func(*way) { return func(w *way) { w.says = words } }

// asked is what a pod asks of its node by required node affinity: one of the terms has to hold.
func asked(terms ...corev1.NodeSelectorRequirement) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		required := &corev1.NodeSelector{}
		for _, term := range terms {
			required.NodeSelectorTerms = append(required.NodeSelectorTerms, corev1.NodeSelectorTerm{
				MatchExpressions: []corev1.NodeSelectorRequirement{term},
			})
		}
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required}}
	}
}

func inRegion(region string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: corev1.LabelTopologyRegion, Operator: corev1.NodeSelectorOpIn, Values: []string{region}}
}

func selecting(region string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{corev1.LabelTopologyRegion: region} }
}

// inPods are the ways in by what a pod says of its node when it is created.
func inPods() []way {
	return []way{
		creation("nodeName", on(abroad), on(home), saying("London, GB")),
		creation("nodeSelector for a prohibited place", selecting(abroadRegion), selecting(homeRegion), func(w *way) { w.moved = true }),
		creation("affinity for a prohibited place", asked(inRegion(abroadRegion)), asked(inRegion(homeRegion)), func(w *way) { w.moved = true }),
		excluded(),
		unknownDataset(),
		aMark(),
	}
}

// excluded is a pod in a namespace that the manager excludes from its gate, and judges all the same.
func excluded() way {
	return creation("pod in an excluded namespace", on(abroad), on(home), func(w *way) { w.excluded = true })
}

// unknownDataset names a dataset that does not exist.
func unknownDataset() way {
	w := creation("unknown dataset", func(p *corev1.Pod) {
		on(abroad)(p)
		p.Labels[residencyv1.DatasetLabel] = "no-" + p.Labels[residencyv1.DatasetLabel]
	}, on(home))
	w.says = "there is no such Dataset"
	w.seen = never
	return w
}

// aMark is what makes pods and bindings of a namespace ask. Somebody takes it away.
func aMark() way {
	return way{
		name: "governed mark removed",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.run(ctx, c.pod("home", on(home))); err != nil {
				return err
			}
			return c.marked(ctx)
		},
		act: func(ctx context.Context, c *cell) error {
			return patched(ctx, c.actor, namespaceNamed(c.namespace), labelPatch(residencyv1.GovernedLabel, null))
		},
		seen: never,
		twin: func(ctx context.Context, c *cell) error {
			if err := patched(ctx, c.actor, namespaceNamed(c.namespace), labelPatch(anotherLabel, "a")); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "home")
		},
	}
}

func namespaceNamed(name string) *corev1.Namespace {
	n := &corev1.Namespace{}
	n.Name = name
	return n
}

func podNamed(key types.NamespacedName) *corev1.Pod {
	p := &corev1.Pod{}
	p.Namespace, p.Name = key.Namespace, key.Name
	return p
}
