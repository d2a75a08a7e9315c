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
	"maps"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// maxReaches bounds how many constraints' reaches are kept for one state of the nodes.
const maxReaches = 4096

// Nodes knows all nodes and where they are, and what can be reached under given node
// constraints. Every node is located once when it changes, and every reach is gathered
// once per constraint and state of the nodes, so that an admission costs the same in a
// cluster of ten and of five thousand. It is safe for concurrent use.
type Nodes struct {
	cat *catalogue.Catalogue

	mu        sync.RWMutex
	known     map[string]knownNode
	sorted    []knownNode // by name; nil after a change
	reaches   map[string]*residency.Reach
	listeners []func(NodeChange)
}

type knownNode struct {
	node *residency.Node
	// object has the name and the labels only: what node constraints look at.
	object     *corev1.Node
	providerID string
}

// NodeChange says what a change of a node means for verdicts.
type NodeChange struct {
	// Name of the node.
	Name string
	// Location is whether the node's location, or its existence, has changed: the pods on it are touched.
	Location bool
	// Labels is whether what constraints look at has changed: pods without a node are touched.
	Labels bool
}

// NewNodes returns an empty set of nodes.
func NewNodes(cat *catalogue.Catalogue) *Nodes {
	return &Nodes{cat: cat, known: map[string]knownNode{}, reaches: map[string]*residency.Reach{}}
}

// Subscribe has listen called after every change that may turn a verdict. It must not
// block. Subscriptions come before the first node.
func (n *Nodes) Subscribe(listen func(NodeChange)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listeners = append(n.listeners, listen)
}

// Set adds or replaces a node. What no verdict rests on, such as a heartbeat, changes nothing.
func (n *Nodes) Set(object *corev1.Node) {
	n.mu.RLock()
	old, existed := n.known[object.Name]
	n.mu.RUnlock()
	if existed && old.providerID == object.Spec.ProviderID && maps.Equal(old.object.Labels, object.Labels) {
		return
	}
	k := Locate(n.cat, object)
	n.mu.Lock()
	n.known[object.Name] = knownNode{
		node:       k,
		object:     &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: object.Name, Labels: maps.Clone(object.Labels)}},
		providerID: object.Spec.ProviderID,
	}
	n.forget()
	listeners := n.listeners
	n.mu.Unlock()

	change := NodeChange{Name: object.Name, Labels: true, Location: !existed || !sameLocation(&old.node.Location, &k.Location)}
	for _, listen := range listeners {
		listen(change)
	}
}

// Delete removes a node.
func (n *Nodes) Delete(name string) {
	n.mu.Lock()
	_, existed := n.known[name]
	delete(n.known, name)
	n.forget()
	listeners := n.listeners
	n.mu.Unlock()
	if !existed {
		return
	}
	for _, listen := range listeners {
		listen(NodeChange{Name: name, Labels: true, Location: true})
	}
}

// forget drops what was derived from the nodes as they were. The lock is held.
func (n *Nodes) forget() {
	n.sorted = nil
	clear(n.reaches)
}

// Get returns a node. It does not allocate.
func (n *Nodes) Get(name string) (*residency.Node, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	k, ok := n.known[name]
	return k.node, ok
}

// Len returns how many nodes there are.
func (n *Nodes) Len() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return len(n.known)
}

// inOrder returns all nodes sorted by name. The lock is held for writing.
func (n *Nodes) inOrder() []knownNode {
	if n.sorted == nil {
		n.sorted = slices.SortedFunc(maps.Values(n.known), func(a, b knownNode) int {
			return strings.Compare(a.object.Name, b.object.Name)
		})
	}
	return n.sorted
}

// Locate says where one node is.
func Locate(cat *catalogue.Catalogue, object *corev1.Node) *residency.Node {
	return residency.NewNode(object.Name, location.OfNode(cat, location.Node{
		ProviderID: object.Spec.ProviderID,
		Labels:     object.Labels,
	}))
}

func sameLocation(a, b *location.Location) bool {
	return a.Provider == b.Provider && a.Region == b.Region && a.Zone == b.Zone && a.City == b.City && a.Area == b.Area &&
		a.Country == b.Country && a.Assurance == b.Assurance && a.Reason == b.Reason && a.Detail == b.Detail &&
		slices.Equal(a.Providers, b.Providers)
}
