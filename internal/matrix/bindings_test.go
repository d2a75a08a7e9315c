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
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// nobody is a scheduler that does not exist: only the actor binds the pod.
func nobody(p *corev1.Pod) { p.Spec.SchedulerName = "nobody" }

// bind binds a pod by one of the two resources that can.
func bind(ctx context.Context, c *cell, door string, b *corev1.Binding) error {
	if door == "bindings" {
		return c.actor.Create(ctx, b)
	}
	return c.actor.SubResource("binding").Create(ctx, podNamed(client.ObjectKeyFromObject(b)), b)
}

// binding is a way in by which the actor binds a pod that waits. The pod of the act is bound abroad, and the twin at home.
func binding(name, door string, abroadChange, homeChange func(*cell, *corev1.Binding)) way {
	bound := func(ctx context.Context, c *cell, pod, node string, change func(*cell, *corev1.Binding)) error {
		b := &corev1.Binding{
			ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, Name: c.podName(pod)},
			Target:     corev1.ObjectReference{Kind: "Node", Name: node},
		}
		if change != nil {
			change(c, b)
		}
		return bind(ctx, c, door, b)
	}
	return way{
		name: name,
		setup: func(ctx context.Context, c *cell) error {
			return c.run(ctx, c.pod("abroad", nobody), c.pod("twin", nobody))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return bound(ctx, c, "abroad", abroad, abroadChange)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := bound(ctx, c, "twin", home, homeChange); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "twin")
		},
	}
}

// inBindings are the ways in by a Binding that names a node.
func inBindings() []way {
	return []way{
		binding("pods/binding", "pods/binding", nil, nil),
		binding("bindings, the legacy resource", "bindings", nil, nil),
	}
}

// inRewrites are the ways in by a Binding that rewrites the pod: its labels and annotations are copied to it.
func inRewrites() []way {
	label := func(c *cell, b *corev1.Binding) {
		b.Labels = map[string]string{residencyv1.DatasetLabel: "no-" + c.name}
	}
	annotate := func(c *cell, b *corev1.Binding) {
		b.Annotations = map[string]string{residencyv1.DatasetsAnnotation: "no-" + c.name}
	}
	otherLabel := func(_ *cell, b *corev1.Binding) { b.Labels = map[string]string{anotherLabel: "a"} }
	otherAnnotation := func(_ *cell, b *corev1.Binding) { b.Annotations = map[string]string{anotherLabel: "a"} }
	var all []way
	for _, door := range []string{"pods/binding", "bindings"} {
		labels := binding(door+" that rewrites labels", door, label, otherLabel)
		annotations := binding(door+" that rewrites annotations", door, annotate, otherAnnotation)
		labels.seen, annotations.seen = never, never
		all = append(all, labels, annotations)
	}
	return all
}
