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

package steer

import corev1 "k8s.io/api/core/v1"

// Pod is what is read of a pod.
type Pod struct {
	// NodeName is the node that the pod asks for, or is on.
	NodeName string
	// Affinity is its affinity, nil if it has none. Only its node affinity is read, and that
	// there is one.
	Affinity *corev1.Affinity
}

const (
	affinityPath = "/spec/affinity"
	nodePath     = affinityPath + "/nodeAffinity"
	required     = "requiredDuringSchedulingIgnoredDuringExecution"
	preferring   = "preferredDuringSchedulingIgnoredDuringExecution"
)

// Patch returns the JSON patch (RFC 6902) that steers the pod, nil if there is nothing to
// change. A pod with a node is left alone: no scheduler looks at its affinity, and it is
// judged by its node. The patch must not be changed.
func (p *Plan) Patch(pod *Pod) ([]byte, error) {
	switch {
	case pod.NodeName != "":
		return nil, nil
	case pod.Affinity == nil:
		return p.whole, nil
	}
	var own corev1.NodeAffinity
	if pod.Affinity.NodeAffinity != nil {
		own = *pod.Affinity.NodeAffinity
	}
	terms, changed, err := p.Terms(own.RequiredDuringSchedulingIgnoredDuringExecution)
	if err != nil {
		return nil, err
	}
	prefers := p.Prefers(own.PreferredDuringSchedulingIgnoredDuringExecution)
	return p.patch(terms, changed, prefers, pod.Affinity), nil
}

// patch writes the patch of a pod that has the affinity: what it requires, if that has
// changed, and what the plan prefers, unless the pod prefers it already. The largest object
// that is not there yet is added; what is there is only added to.
func (p *Plan) patch(terms []corev1.NodeSelectorTerm, changed, prefers bool, affinity *corev1.Affinity) []byte {
	if !changed && prefers {
		return nil
	}
	b := make(text, 0, 1024)
	b.raw("[")
	switch {
	case affinity == nil:
		b.operation("add", affinityPath).raw(`{"nodeAffinity":`).nodeAffinity(p, terms, changed, prefers).raw("}}")
	case affinity.NodeAffinity == nil:
		b.operation("add", nodePath).nodeAffinity(p, terms, changed, prefers).raw("}")
	default:
		b.within(affinity.NodeAffinity, p, terms, changed, prefers)
	}
	return *b.raw("]")
}

// within writes the operations on a node affinity that is there.
func (b *text) within(own *corev1.NodeAffinity, p *Plan, terms []corev1.NodeSelectorTerm, changed, prefers bool) {
	switch {
	case !changed:
	case own.RequiredDuringSchedulingIgnoredDuringExecution == nil:
		b.operation("add", nodePath+"/"+required).selector(terms).raw("}")
	default:
		b.operation("replace", nodePath+"/"+required+"/nodeSelectorTerms").terms(terms).raw("}")
	}
	if changed && !prefers {
		b.raw(",")
	}
	switch {
	case prefers:
	case len(own.PreferredDuringSchedulingIgnoredDuringExecution) == 0:
		b.operation("add", nodePath+"/"+preferring).raw("[").preference(p.Preferred).raw("]}")
	default:
		b.operation("add", nodePath+"/"+preferring+"/-").preference(p.Preferred).raw("}")
	}
}
