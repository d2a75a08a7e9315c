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
	// changing is held by whoever changes anything below, for as long as that takes.
	changing sync.Mutex

	// mu guards what follows. Who holds changing may read what only changes under both.
	mu        sync.RWMutex
	locator   location.Locator
	known     map[string]*knownNode
	bySite    siteIndex
	sorted    []*knownNode // by name; nil after a change
	reaches   map[string]*residency.Reach
	providers []string // nil after a change
	listeners []func(NodeChange)
	relocated []func()
}

// NodeChange says what a change of a node means for others.
type NodeChange struct {
	// Name of the node.
	Name string
	// Location is whether the node's location, or its existence, has changed: the pods on it are touched.
	Location bool
	// Labels is whether what constraints look at has changed: pods without a node are touched.
	Labels bool
	// Hosts are the values that its label kubernetes.io/hostname has and had, sorted: volumes that
	// rest on a node name it by that.
	Hosts []string
	// Stamp is whether the stamp that the node carries, or the one that it should carry, has changed.
	Stamp bool
	// Sites are the names of the Sites that match the node in another way than before, or
	// for which it now counts differently, sorted.
	Sites []string
}

// SubscribeLocator has listen called after every change of the Locator, by which volumes are
// located too. It must not block. Subscriptions come before the first Locator.
func (n *Nodes) SubscribeLocator(listen func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.relocated = append(n.relocated, listen)
}

// NewNodes returns an empty set of nodes. With a Locator that has no Catalogue nothing is
// located, and no memory of a node is touched, until SetLocator gives a whole one.
func NewNodes(l location.Locator) *Nodes {
	return &Nodes{locator: l, known: map[string]*knownNode{}, bySite: siteIndex{}, reaches: map[string]*residency.Reach{}}
}

// Subscribe has listen called after every change that means something to somebody. It
// must not block. Subscriptions come before the first node.
func (n *Nodes) Subscribe(listen func(NodeChange)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listeners = append(n.listeners, listen)
}

// Set adds or replaces a node. What nothing rests on, such as a heartbeat, changes nothing.
func (n *Nodes) Set(object *corev1.Node) {
	n.changing.Lock()
	old := n.known[object.Name]
	if old.sees(object) {
		n.changing.Unlock()
		return
	}
	k := know(n.locator, object, old)
	n.mu.Lock()
	n.known[k.object.Name] = k
	n.bySite.replace(k.object.Name, old, k)
	n.forget()
	listeners := n.listeners
	n.mu.Unlock()
	n.changing.Unlock()
	tell(listeners, changeOf(old, k))
}

// Delete removes a node, and with it all that is remembered of it: a node that is made
// again under its name is another one.
func (n *Nodes) Delete(name string) {
	n.changing.Lock()
	old := n.known[name]
	if old == nil {
		n.changing.Unlock()
		return
	}
	n.mu.Lock()
	delete(n.known, name)
	n.bySite.replace(name, old, nil)
	n.forget()
	listeners := n.listeners
	n.mu.Unlock()
	n.changing.Unlock()
	tell(listeners, changeOf(old, nil))
}

// SetLocator has all nodes located anew, by another catalogue, other Sites, or at another
// time, and tells of those for which that means something.
func (n *Nodes) SetLocator(l location.Locator) {
	n.changing.Lock()
	known := make(map[string]*knownNode, len(n.known))
	bySite := siteIndex{}
	var changes []NodeChange
	for _, name := range slices.Sorted(maps.Keys(n.known)) {
		old := n.known[name]
		k := relocated(l, old)
		known[name] = k
		bySite.replace(name, nil, k)
		changes = append(changes, changeOf(old, k))
	}
	n.mu.Lock()
	n.locator, n.known, n.bySite = l, known, bySite
	n.forget()
	listeners, relocated := n.listeners, n.relocated
	n.mu.Unlock()
	n.changing.Unlock()
	tell(listeners, changes...)
	for _, listen := range relocated {
		listen()
	}
}

func tell(listeners []func(NodeChange), changes ...NodeChange) {
	for _, c := range changes {
		if !c.Location && !c.Labels && !c.Stamp && len(c.Sites) == 0 {
			continue
		}
		for _, listen := range listeners {
			listen(c)
		}
	}
}

// forget drops what was derived from the nodes as they were. The lock is held.
func (n *Nodes) forget() {
	n.sorted, n.providers = nil, nil
	clear(n.reaches)
}

// Get returns a node. It does not allocate.
func (n *Nodes) Get(name string) (*residency.Node, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	k := n.known[name]
	if k == nil {
		return nil, false
	}
	return k.node, true
}

// Len returns how many nodes there are.
func (n *Nodes) Len() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return len(n.known)
}

// Providers returns the providers that the nodes are with, or may be with, sorted; none if that
// is known of no node.
func (n *Nodes) Providers() []string {
	n.mu.RLock()
	providers := n.providers
	n.mu.RUnlock()
	if providers != nil {
		return providers
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	seen := map[string]bool{}
	for _, k := range n.known {
		l := &k.node.Location
		if l.Provider != "" {
			seen[l.Provider] = true
		}
		for _, p := range l.Providers {
			seen[p] = true
		}
	}
	n.providers = slices.AppendSeq(make([]string, 0, len(seen)), maps.Keys(seen))
	slices.Sort(n.providers)
	return n.providers
}

// inOrder returns all nodes sorted by name. The lock is held for writing.
func (n *Nodes) inOrder() []*knownNode {
	if n.sorted == nil {
		n.sorted = slices.SortedFunc(maps.Values(n.known), func(a, b *knownNode) int {
			return strings.Compare(a.object.Name, b.object.Name)
		})
	}
	return n.sorted
}

// locate says where a node is that is not among the nodes yet.
func (n *Nodes) locate(object *corev1.Node) *residency.Node {
	n.mu.RLock()
	l := n.locator
	n.mu.RUnlock()
	return know(l, object, nil).node
}
