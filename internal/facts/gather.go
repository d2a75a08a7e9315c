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
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/residency"
)

// Source is where the gatherer looks up what is not in the object itself.
type Source interface {
	// Namespace returns the labels of a namespace, and the keys among its annotations.
	Namespace(ctx context.Context, name string) (Keys, error)
	// Carrier returns the keys of an object to which pods in its namespace refer: a Secret or a
	// ConfigMap, as the way says. One that does not exist carries none.
	Carrier(ctx context.Context, way residency.Way, namespace, name string) (Keys, error)
	// MissingNode is asked for a node that Nodes does not know. It returns nil if there
	// is no such node.
	MissingNode(ctx context.Context, name string) (*corev1.Node, error)
	// ExternalNames returns the Services of a namespace that stand for hosts elsewhere.
	ExternalNames(ctx context.Context, namespace string) ([]ExternalName, error)
	Storage
}

// kindDaemonSet is the kind whose controller puts a pod on every node that its template reaches.
const kindDaemonSet = "DaemonSet"

// Gatherer gathers the input of the core.
type Gatherer struct {
	// Nodes knows the nodes.
	Nodes *Nodes
	// Source knows the rest.
	Source Source
	// Now is the clock: facts are for that instant. Without one they are for no time, at which
	// nothing is permitted that depends on it.
	Now func() time.Time
}

// Time is the instant for which facts are gathered.
func (g *Gatherer) Time() time.Time {
	if g.Now == nil {
		return time.Time{}
	}
	return g.Now()
}

// Pod gathers the facts about a pod, or about a workload whose pods will be like it.
// Read are the pod's namespace, labels, annotations, node name, node constraints, volumes, and
// the environment of its containers; and the rulebook, by which Datasets select pods: nil
// selects none. A lookup that fails is an error: nobody may judge without the answer.
func (g *Gatherer) Pod(ctx context.Context, rb *residency.Rulebook, subject residency.Subject, pod *corev1.Pod) (*residency.Input, error) {
	return g.Binding(ctx, rb, subject, pod, pod.Spec.NodeName)
}

// Binding gathers the facts about a pod that is to be bound to a node.
func (g *Gatherer) Binding(ctx context.Context, rb *residency.Rulebook, subject residency.Subject, pod *corev1.Pod, node string) (*residency.Input, error) {
	namespace, err := g.namespace(ctx, pod.Namespace)
	if err != nil {
		return nil, err
	}
	ways, err := g.waysIn(ctx, rb, namespace, pod)
	if err != nil {
		return nil, err
	}
	in := &residency.Input{Subject: subject, At: g.Time(), Handles: first(ways)}
	if len(in.Handles) == 0 {
		return in, nil
	}
	if rb.RestrictsStorage(in.Handles) {
		if in.Volumes, err = g.volumes(ctx, pod, node != ""); err != nil {
			return nil, err
		}
	}
	if in.Processors, err = g.processors(ctx, rb, namespace, pod); err != nil {
		return nil, err
	}
	if node != "" {
		in.Node, err = g.node(ctx, node)
		return in, err
	}
	if subject.Kind == kindDaemonSet {
		in.Every, in.Reach = true, g.Nodes.EveryReach(pod)
		return in, nil
	}
	in.Reach = g.Nodes.Reach(pod)
	return in, nil
}

// Ways returns by which ways a pod handles datasets, all of them, sorted by dataset.
func (g *Gatherer) Ways(ctx context.Context, rb *residency.Rulebook, pod *corev1.Pod) ([]residency.Handling, error) {
	ways, err := g.ways(ctx, rb, pod)
	byDataset(ways)
	return ways, err
}

// WaysIn is Ways in a namespace that has these labels and annotations, whatever it has now.
func (g *Gatherer) WaysIn(ctx context.Context, rb *residency.Rulebook, namespace Keys, pod *corev1.Pod) ([]residency.Handling, error) {
	ways, err := g.waysIn(ctx, rb, namespace, pod)
	byDataset(ways)
	return ways, err
}

func (g *Gatherer) ways(ctx context.Context, rb *residency.Rulebook, pod *corev1.Pod) ([]residency.Handling, error) {
	namespace, err := g.namespace(ctx, pod.Namespace)
	if err != nil {
		return nil, err
	}
	return g.waysIn(ctx, rb, namespace, pod)
}

func (g *Gatherer) namespace(ctx context.Context, name string) (Keys, error) {
	keys, err := g.Source.Namespace(ctx, name)
	if err != nil {
		return Keys{}, fmt.Errorf("reading the labels of namespace %s: %w", name, err)
	}
	return keys, nil
}

func (g *Gatherer) waysIn(ctx context.Context, rb *residency.Rulebook, namespace Keys, pod *corev1.Pod) ([]residency.Handling, error) {
	out := appendNamespaced(nil, Keys{Labels: pod.Labels, Annotations: pod.Annotations}, namespace)
	out = rb.HandledBy(out, namespace.Labels, pod.Labels)
	for _, r := range References(pod) {
		if r.Way == residency.ByClaim {
			held, err := g.held(ctx, pod.Namespace, &r)
			if err != nil {
				return nil, err
			}
			out = append(out, held...)
			continue
		}
		keys, err := g.Source.Carrier(ctx, r.Way, pod.Namespace, r.Name)
		if err != nil {
			return nil, fmt.Errorf("reading the keys of %s %s/%s: %w", r.Way.Kind(), pod.Namespace, r.Name, err)
		}
		out = appendKeys(out, keys, r.Way, r.Way, r.Name)
	}
	return out, nil
}

// held returns what a claim holds to which a pod refers.
func (g *Gatherer) held(ctx context.Context, namespace string, r *Reference) ([]residency.Handling, error) {
	h := newHeritage(g.Source, namespace)
	if r.Made != nil {
		keys := Keys{Labels: r.Made.Labels, Annotations: r.Made.Annotations}
		h.out = appendKeys(h.out, keys, residency.ByClaim, residency.ByClaim, r.Name)
		if !keys.Any() {
			if err := h.follow(ctx, sourceOf(&r.Made.Spec, namespace)); err != nil {
				return nil, err
			}
		}
	}
	if r.Unnamed {
		return h.out, nil
	}
	c, err := g.Source.Claim(ctx, namespace, r.Name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading PersistentVolumeClaim %s/%s: %w", namespace, r.Name, err)
	case c != nil:
		err = h.claim(ctx, c, residency.ByClaim, residency.ByClaim, r.Name)
	}
	return h.out, err
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

// Ended reports whether all containers of a pod have ended for good: it handles nothing any
// longer.
func Ended(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}

// PodSubject names a pod as the subject of a verdict. A pod that is yet to get its name
// is called by the prefix of it.
func PodSubject(pod *corev1.Pod) residency.Subject { return SubjectOf("Pod", pod) }

// SubjectOf names an object of any kind in the same way.
func SubjectOf(kind string, object metav1.Object) residency.Subject {
	name := object.GetName()
	if name == "" && object.GetGenerateName() != "" {
		name = object.GetGenerateName() + "*"
	}
	return residency.Subject{Kind: kind, Namespace: object.GetNamespace(), Name: name}
}
