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

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/stamp"
	"github.com/domicile-dev/domicile/internal/volume"
)

// NodeState is all that is known of one node at one moment. It is shared and must not be changed.
type NodeState struct {
	Name, UID string
	// Present is the stamp that the node carries, whoever wrote it.
	Present stamp.Stamp
	// Answer is where the node is, what is to be remembered, and which Sites match it.
	Answer location.Answer
	// Node is the node as verdicts see it.
	Node *residency.Node
}

// State returns what is known of a node; false if there is no such node, or no catalogue
// yet to locate it by.
func (n *Nodes) State(name string) (NodeState, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	k := n.known[name]
	if k == nil || !k.located {
		return NodeState{}, false
	}
	return k.state(), true
}

// States returns what is known of all nodes that are located, sorted by name.
func (n *Nodes) States() []NodeState {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.states(slices.Sorted(maps.Keys(n.known)))
}

// OfSite returns what is known of the nodes that a Site matches, sorted by name.
func (n *Nodes) OfSite(site string) []NodeState {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.states(slices.Sorted(maps.Keys(n.bySite[site])))
}

// SitesOfVolume returns which Sites match a PersistentVolume, and which of them disagree. What the
// volume says itself is not asked.
func (n *Nodes) SitesOfVolume(pv *corev1.PersistentVolume) location.VolumeAnswer {
	n.mu.RLock()
	l := n.locator
	n.mu.RUnlock()
	return l.LocateVolume(location.Volume{Name: pv.Name, Labels: pv.Labels, StorageClassName: volume.ClassOfVolume(pv)}, location.Rest{})
}

func (n *Nodes) states(names []string) []NodeState {
	out := make([]NodeState, 0, len(names))
	for _, name := range names {
		if k := n.known[name]; k.located {
			out = append(out, k.state())
		}
	}
	return out
}

func (k *knownNode) state() NodeState {
	return NodeState{Name: k.object.Name, UID: k.uid, Present: k.present, Answer: k.answer, Node: k.node}
}

// siteIndex has the names of the nodes that each Site matches.
type siteIndex map[string]map[string]struct{}

// replace puts a node where k is matched, and takes it away from where only old was; nil is no node.
func (x siteIndex) replace(name string, old, k *knownNode) {
	for _, m := range old.matches() {
		delete(x[m.Site.Name], name)
		if len(x[m.Site.Name]) == 0 {
			delete(x, m.Site.Name)
		}
	}
	for _, m := range k.matches() {
		nodes := x[m.Site.Name]
		if nodes == nil {
			nodes = map[string]struct{}{}
			x[m.Site.Name] = nodes
		}
		nodes[name] = struct{}{}
	}
}

// matches returns the Sites that match the node; nil is no node.
func (k *knownNode) matches() []location.SiteMatch {
	if k == nil {
		return nil
	}
	return k.answer.Matches
}

// touchedSites returns the names of the Sites for whose status the change of a node means
// something, sorted: it matches now or did, and not in the same way, or what it says
// against them is something else.
func touchedSites(old, k *knownNode) []string {
	if len(old.matches()) == 0 && len(k.matches()) == 0 {
		return nil
	}
	before, after := declaredBy(old.matches()), declaredBy(k.matches())
	all := old == nil || k == nil || old.uid != k.uid ||
		old.answer.Location.Contradiction != k.answer.Location.Contradiction ||
		old.answer.Location.Reason != k.answer.Location.Reason ||
		!slices.Equal(old.answer.Disagree, k.answer.Disagree)
	var out []string
	for name := range before {
		if declared, ok := after[name]; all || !ok || declared != before[name] {
			out = append(out, name)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// declaredBy returns by the names of the Sites whether they declare.
func declaredBy(matches []location.SiteMatch) map[string]bool {
	out := make(map[string]bool, len(matches))
	for _, m := range matches {
		out[m.Site.Name] = m.Declared
	}
	return out
}
