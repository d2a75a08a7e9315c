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

package residency

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// minimum is the least assurance that counts. What is not one asks for the most.
func (c *compiler) minimum(rule *residencyv1.AssuranceRule, path *field.Path) location.Assurance {
	if rule == nil {
		return location.Claimed
	}
	switch rule.Minimum {
	case residencyv1.AssuranceClaimed:
		return location.Claimed
	case residencyv1.AssuranceConsistent:
		return location.Consistent
	case residencyv1.AssuranceDeclared:
	default:
		c.fault(residencyv1.ReasonInvalidAssurance, field.NotSupported(path, rule.Minimum,
			[]residencyv1.Assurance{residencyv1.AssuranceClaimed, residencyv1.AssuranceConsistent, residencyv1.AssuranceDeclared}))
	}
	return location.Declared
}

// weakSite is an allowed Site that a kubelet can label its node into. That a node is in it
// is Claimed, however sure its place is otherwise, unless the Site names the node.
type weakSite struct {
	name  string
	nodes []string // that it names, sorted
}

// weakSites returns the allowed Sites that can be a weaker word than the minimum, by name.
func (c *compiler) weakSites(allowed []residencyv1.Place, minimum location.Assurance) []weakSite {
	if minimum <= location.Claimed {
		return nil
	}
	var out []weakSite
	for i := range allowed {
		if allowed[i].Site == nil {
			continue
		}
		s := c.sites.get(string(*allowed[i].Site))
		if s == nil || !s.claims() {
			continue
		}
		nodes := slices.Clone(s.site.NodeNames)
		slices.Sort(nodes)
		out = append(out, weakSite{name: s.site.Name, nodes: nodes})
	}
	return out
}

// weakly reports whether that the node is in the Site is a weaker word than the policy asks
// for. The place of a volume has no node's name. Where Sites declare it, they do so by what no
// kubelet writes; where it is the place of a node that rests on that node's own word, the Sites in it
// are those that the kubelet can have put its node into.
func (r *rule) weakly(n *Node, site string) bool {
	if n.Name == "" && n.Location.Assurance == location.Declared {
		return false
	}
	for i := range r.weak {
		if w := &r.weak[i]; w.name == site {
			_, names := slices.BinarySearch(w.nodes, n.Name)
			return !names
		}
	}
	return false
}

// tooWeak is one clause that says which word on the node is weaker than the policy asks for.
func (r *rule) tooWeak(n *Node) string {
	if n.Location.Assurance < r.minimum {
		return fmt.Sprintf("its place is only %s", n.Location.Assurance)
	}
	for _, site := range n.Location.Sites {
		if r.weakly(n, site) {
			return fmt.Sprintf("that it is in Site %s is only Claimed, by labels that a kubelet can write", site)
		}
	}
	return "that it is in a Site is only Claimed"
}

// siteWarnings say which of the named Sites a node can enter or leave by its own labels.
func (c *compiler) siteWarnings(rule *residencyv1.PlacesRule, path *field.Path, minimum location.Assurance) []string {
	var out []string
	warn := func(list []residencyv1.Place, path *field.Path, consequence string) {
		for i := range list {
			if list[i].Site == nil {
				continue
			}
			if s := c.sites.get(string(*list[i].Site)); s != nil && s.claims() {
				out = append(out, fmt.Sprintf("%s (%s) selects nodes by labels that a kubelet can write: %s", path.Index(i), placeWords(list[i]), consequence))
			}
		}
	}
	enter := "a node can put itself there; select by labels under *.node-restriction.kubernetes.io, or ask for assurance.minimum Declared"
	if minimum > location.Claimed {
		enter = fmt.Sprintf("with assurance.minimum %s only nodes that the Site names count", minimum)
	}
	warn(rule.Allowed, path.Child("allowed"), enter)
	warn(rule.Denied, path.Child("denied"), "a node can take itself out; select by labels under *.node-restriction.kubernetes.io")
	return out
}
