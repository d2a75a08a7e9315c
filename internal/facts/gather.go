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

package facts

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/residency"
)

// Source is where the gatherer looks up what is not in the object itself.
type Source interface {
	// NamespaceKeys returns the keys of a namespace.
	NamespaceKeys(ctx context.Context, name string) (Keys, error)
	// MissingNode is asked for a node that Nodes does not know. It returns nil if there
	// is no such node.
	MissingNode(ctx context.Context, name string) (*corev1.Node, error)
}

// Gatherer gathers the input of the core.
type Gatherer struct {
	// Nodes knows the nodes.
	Nodes *Nodes
	// Source knows the rest.
	Source Source
}

// Pod gathers the facts about a pod, or about a workload whose pods will be like it.
// Read are the pod's namespace, labels, annotations, node name and node constraints. A
// lookup that fails is an error: nobody may judge without the answer.
func (g *Gatherer) Pod(ctx context.Context, subject residency.Subject, pod *corev1.Pod) (*residency.Input, error) {
	return g.gather(ctx, subject, pod, pod.Spec.NodeName)
}

// Binding gathers the facts about a pod that is to be bound to a node.
func (g *Gatherer) Binding(ctx context.Context, subject residency.Subject, pod *corev1.Pod, node string) (*residency.Input, error) {
	return g.gather(ctx, subject, pod, node)
}

func (g *Gatherer) gather(ctx context.Context, subject residency.Subject, pod *corev1.Pod, node string) (*residency.Input, error) {
	namespace, err := g.Source.NamespaceKeys(ctx, pod.Namespace)
	if err != nil {
		return nil, fmt.Errorf("reading the keys of namespace %s: %w", pod.Namespace, err)
	}
	in := &residency.Input{
		Subject: subject,
		Handles: Handles(Keys{Labels: pod.Labels, Annotations: pod.Annotations}, namespace),
	}
	if len(in.Handles) == 0 {
		return in, nil
	}
	if node != "" {
		in.Node, err = g.node(ctx, node)
		return in, err
	}
	in.Reach = g.Nodes.Reach(pod)
	return in, nil
}

// node returns a node, which the source may know before Nodes does.
func (g *Gatherer) node(ctx context.Context, name string) (*residency.Node, error) {
	if n, ok := g.Nodes.Get(name); ok {
		return n, nil
	}
	object, err := g.Source.MissingNode(ctx, name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading node %s: %w", name, err)
	case object == nil:
		return residency.MissingNode(name), nil
	default:
		return g.Nodes.locate(object), nil
	}
}

// PodSubject names a pod as the subject of a verdict. A pod that is yet to get its name
// is called by the prefix of it.
func PodSubject(pod *corev1.Pod) residency.Subject {
	name := pod.Name
	if name == "" && pod.GenerateName != "" {
		name = pod.GenerateName + "*"
	}
	return residency.Subject{Kind: "Pod", Namespace: pod.Namespace, Name: name}
}
