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
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Reach returns where a pod can go by its own node constraints: its nodeSelector and
// its required node affinity, matched by the scheduler's own code.
// An expression that cannot be read is met by no node, as it is to the scheduler.
func (n *Nodes) Reach(pod *corev1.Pod) *residency.Reach {
	key := constraintKey(pod)
	n.mu.RLock()
	r := n.reaches[key]
	n.mu.RUnlock()
	if r != nil {
		return r
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if r = n.reaches[key]; r != nil {
		return r
	}
	r = n.gatherReach(pod)
	if len(n.reaches) >= maxReaches {
		clear(n.reaches)
	}
	n.reaches[key] = r
	return r
}

// EveryReach returns where a pod is put by a controller that chooses the nodes itself, by the
// pod's own node constraints: no scheduler and no steering comes after it. So constraints on
// the stamps of nodes that no node meets lead nowhere until one does.
func (n *Nodes) EveryReach(pod *corev1.Pod) *residency.Reach {
	if _, stamps := unsteered(pod); !stamps {
		return n.Reach(pod)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.matching(pod); r.Nodes > 0 {
		return r
	}
	return &residency.Reach{Kind: residency.ReachOpen}
}

// gatherReach looks at all nodes. The lock is held for writing.
func (n *Nodes) gatherReach(pod *corev1.Pod) *residency.Reach {
	if r := n.matching(pod); r.Nodes > 0 {
		return r
	}
	if own, steered := unsteered(pod); steered {
		return n.steeredReach(own)
	}
	return n.namedReach(pod)
}

// matching returns the nodes that match. The lock is held for writing.
func (n *Nodes) matching(pod *corev1.Pod) *residency.Reach {
	r := &residency.Reach{Kind: residency.ReachNodes}
	matches := matcher(pod)
	at := map[samePlace]int{}
	for _, k := range n.inOrder() {
		if !matches(k.object) {
			continue
		}
		r.Nodes++
		id := placeOf(&k.node.Location)
		if i, seen := at[id]; seen {
			r.Places[i].Count++
			continue
		}
		at[id] = len(r.Places)
		r.Places = append(r.Places, residency.ReachPlace{Node: k.node, Count: 1})
	}
	return r
}

// steeredReach is the reach of a pod that no node meets, because of how it is steered: what it
// can reach by its own constraints. Were it said that there is no node yet, a pod that asks for
// a node abroad would wait for another one for ever. One that asks for nothing does wait.
func (n *Nodes) steeredReach(own *corev1.Pod) *residency.Reach {
	if len(own.Spec.NodeSelector) == 0 && !hasRequired(own) {
		return &residency.Reach{Kind: residency.ReachOpen}
	}
	return n.gatherReach(own)
}

// unsteered is the pod without what its required affinity asks of the stamps of nodes, and
// whether it asks anything. A term that asks for nothing else can lead anywhere.
func unsteered(pod *corev1.Pod) (own *corev1.Pod, steered bool) {
	own = &corev1.Pod{Spec: corev1.PodSpec{NodeSelector: pod.Spec.NodeSelector}}
	var terms []corev1.NodeSelectorTerm
	anywhere := false
	for _, term := range requiredTerms(pod) {
		kept := slices.DeleteFunc(slices.Clone(term.MatchExpressions), func(e corev1.NodeSelectorRequirement) bool { return residencyv1.IsStamp(e.Key) })
		if len(kept) < len(term.MatchExpressions) {
			steered = true
			anywhere = anywhere || len(kept)+len(term.MatchFields) == 0
		}
		terms = append(terms, corev1.NodeSelectorTerm{MatchExpressions: kept, MatchFields: term.MatchFields})
	}
	if steered && !anywhere {
		own.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
		}}
	}
	return own, steered
}

// samePlace is what two nodes must share for every policy to say the same of them.
type samePlace struct {
	provider, providers, region, regions, zone, city, area, country, sites, reason, detail string
	assurance                                                                              location.Assurance
}

func placeOf(l *location.Location) samePlace {
	s := samePlace{
		provider: l.Provider, region: l.Region, city: l.City, area: l.Area, country: l.Country,
		sites: strings.Join(l.Sites, ","), assurance: l.Assurance, reason: string(l.Reason), detail: l.Detail,
	}
	if l.Provider == "" {
		s.providers = strings.Join(l.Providers, ",")
	}
	if l.Region == "" {
		s.regions, s.zone = strings.Join(l.Regions, ","), l.Zone
	}
	return s
}

// namedReach is the reach of constraints that no node matches, as when an autoscaler
// has yet to make one: the places that they name by topology labels. A term that names
// none can lead anywhere.
func (n *Nodes) namedReach(pod *corev1.Pod) *residency.Reach {
	open := &residency.Reach{Kind: residency.ReachOpen}
	r := &residency.Reach{Kind: residency.ReachNamed}
	terms := requiredTerms(pod)
	if len(terms) == 0 {
		terms = []corev1.NodeSelectorTerm{{}}
	}
	seen := map[string]bool{}
	for _, term := range terms {
		named, possible := namedLabels(pod.Spec.NodeSelector, term)
		if !possible {
			continue
		}
		if len(named) == 0 {
			return open
		}
		for _, labels := range named {
			words := topologyWords(labels)
			if seen[words] {
				continue
			}
			seen[words] = true
			node := residency.NewNode(words, n.named(labels))
			r.Places = append(r.Places, residency.ReachPlace{Node: node, Count: 1})
		}
	}
	if len(r.Places) == 0 {
		return open
	}
	return r
}

// named says where a node with these labels would be. No Site is asked: which of them would
// match it rests on labels that the constraints do not name.
func (n *Nodes) named(labels map[string]string) location.Location {
	hypothetical := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Labels: labels}}
	return know(location.Locator{Catalogue: n.locator.Catalogue, Now: n.locator.Now}, hypothetical, nil).answer.Location
}

func requiredTerms(pod *corev1.Pod) []corev1.NodeSelectorTerm {
	a := pod.Spec.Affinity
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil
	}
	return a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
}

// namedLabels returns the topology labels of the nodes that a term asks for: one set
// for each zone that it names, else one for each region. A term that contradicts itself
// about them is met by no node: then it is not possible.
func namedLabels(selector map[string]string, term corev1.NodeSelectorTerm) (out []map[string]string, possible bool) {
	zones, zoned := namedValues(corev1.LabelTopologyZone, selector, term)
	regions, regioned := namedValues(corev1.LabelTopologyRegion, selector, term)
	if (zoned && len(zones) == 0) || (regioned && len(regions) == 0) {
		return nil, false
	}
	for _, zone := range zones {
		labels := map[string]string{corev1.LabelTopologyZone: zone}
		if len(regions) == 1 {
			labels[corev1.LabelTopologyRegion] = regions[0]
		}
		out = append(out, labels)
	}
	if len(zones) > 0 {
		return out, true
	}
	for _, region := range regions {
		out = append(out, map[string]string{corev1.LabelTopologyRegion: region})
	}
	return out, true
}

// namedValues returns the values of a label that a term allows, and whether it names any
// at all: if not, it allows all.
func namedValues(key string, selector map[string]string, term corev1.NodeSelectorTerm) (values []string, constrained bool) {
	restrict := func(to []string) {
		if !constrained {
			values, constrained = slices.Clone(to), true
			return
		}
		values = slices.DeleteFunc(values, func(v string) bool { return !slices.Contains(to, v) })
	}
	if v, ok := selector[key]; ok {
		restrict([]string{v})
	}
	for _, e := range term.MatchExpressions {
		if e.Key == key && e.Operator == corev1.NodeSelectorOpIn {
			restrict(e.Values)
		}
	}
	return values, constrained
}

// topologyWords names a hypothetical node by the labels that were asked for.
func topologyWords(labels map[string]string) string {
	var words []string
	for _, key := range []string{corev1.LabelTopologyZone, corev1.LabelTopologyRegion} {
		if v, ok := labels[key]; ok {
			words = append(words, key+"="+v)
		}
	}
	return strings.Join(words, ",")
}
