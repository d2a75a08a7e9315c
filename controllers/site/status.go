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

package site

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// maxTold is how many nodes a condition tells of.
const maxTold = 5

// found is what was found about the nodes of a Site.
type found struct {
	// nodes that the Site matches, sorted.
	nodes []string
	// contradicted are those whose providerID says otherwise, and what it says. overruled is
	// whether the Site wins for one of them.
	contradicted []word
	overruled    bool
	// conflicting are those of which another Site says another place, and which it is.
	conflicting []word
	// volumes are the names of the volumes that it matches, and conflictingVolumes those of which
	// another Site says another place, and which it is.
	volumes            []string
	conflictingVolumes []word
}

// word is what is to be told of a node, or of a volume.
type word struct{ node, says string }

// look looks at the nodes that a Site matches, sorted by name.
func look(site string, nodes []facts.NodeState) found {
	var f found
	for i := range nodes {
		node, a := nodes[i].Name, &nodes[i].Answer
		f.nodes = append(f.nodes, node)
		wins := slices.Contains(a.Location.Sites, site)
		if a.Location.Contradiction != "" && (wins || claims(a, site)) {
			f.contradicted = append(f.contradicted, word{node, a.Location.Contradiction})
			f.overruled = f.overruled || wins
		}
		if slices.Contains(a.Disagree, site) {
			others := slices.DeleteFunc(slices.Clone(a.Disagree), func(name string) bool { return name == site })
			f.conflicting = append(f.conflicting, word{node, status.Join(others)})
		}
	}
	return f
}

// claims reports whether the Site matches the node as one more claim, of a node that no Site
// declares: of one that is declared the contradiction is another Site's.
func claims(a *location.Answer, site string) bool {
	declared := func(m location.SiteMatch) bool { return m.Declared }
	matches := func(m location.SiteMatch) bool { return m.Site.Name == site }
	return !slices.ContainsFunc(a.Matches, declared) && slices.ContainsFunc(a.Matches, matches)
}

// update brings the status of a Site up to date.
func update(s *residencyv1.Site, fault *residency.Fault, f found, now time.Time) {
	s.Status.Nodes = new(int32(len(f.nodes)))
	s.Status.Volumes = new(int32(len(f.volumes)))
	s.Status.NodeNames = slices.Clone(f.nodes[:min(len(f.nodes), residencyv1.MaxSiteNodes)])
	authority := authoritative(s)
	s.Status.Assurance = residencyv1.AssuranceDeclared
	if authority.Status != metav1.ConditionTrue {
		s.Status.Assurance = residencyv1.AssuranceClaimed
	}
	for _, c := range []metav1.Condition{
		accepted(s, fault), matched(s, f), authority, current(s, now), contradicted(s, f), conflicting(s, f),
	} {
		c.ObservedGeneration = s.Generation
		c.LastTransitionTime = metav1.NewTime(now)
		status.Set(&s.Status.Conditions, c)
	}
}

// accepted is the condition Accepted.
func accepted(s *residencyv1.Site, fault *residency.Fault) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionAccepted, Status: metav1.ConditionTrue, Reason: residencyv1.ReasonValid}
	c.Message = kinds(s, "Nodes", "Volumes", "Nodes and volumes") + " are located by this Site."
	if fault != nil {
		c.Status, c.Reason = metav1.ConditionFalse, fault.Reason
		c.Message = "The " + kinds(s, "nodes", "volumes", "nodes and volumes") + " that the Site declares are Undetermined until it is corrected: " + fault.Message()
	}
	return c
}

// volumesOnly reports whether the Site is about no nodes.
func volumesOnly(s *residencyv1.Site) bool {
	return len(s.Spec.NodeNames) == 0 && s.Spec.NodeSelector == nil
}

// kinds returns the words for what the Site is about.
func kinds(s *residencyv1.Site, nodes, volumes, both string) string {
	switch {
	case volumesOnly(s):
		return volumes
	case ofVolumes(s):
		return both
	default:
		return nodes
	}
}

// matched is the condition Matched.
func matched(s *residencyv1.Site, f found) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionMatched, Status: metav1.ConditionTrue, Reason: residencyv1.ReasonNodesMatched}
	const noNode = "No node has one of the names or the labels."
	const noVolume = "No volume has one of the names, the labels or the classes."
	nodes := fmt.Sprintf("The Site matches %s: %s.", status.Count(len(f.nodes), "node"), status.Join(f.nodes))
	volumes := fmt.Sprintf("The Site matches %s: %s.", status.Count(len(f.volumes), "volume"), status.Join(f.volumes))
	switch {
	case len(f.nodes) == 0 && len(f.volumes) == 0:
		c.Status, c.Reason = metav1.ConditionFalse, residencyv1.ReasonNoNodes
		if volumesOnly(s) {
			c.Reason = residencyv1.ReasonNoVolumes
		}
		c.Message = kinds(s, noNode, noVolume, noNode+" "+noVolume)
	case len(f.nodes) == 0:
		c.Reason = residencyv1.ReasonVolumesMatched
		c.Message = kinds(s, "", volumes, volumes+" "+noNode)
	case len(f.volumes) == 0:
		c.Message = kinds(s, nodes, "", nodes+" "+noVolume)
	default:
		c.Message = nodes + " " + volumes
	}
	return c
}

// authoritative is the condition Authoritative.
func authoritative(s *residencyv1.Site) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionAuthoritative, Status: metav1.ConditionTrue}
	if volumesOnly(s) {
		c.Reason = residencyv1.ReasonVolumesOnly
		c.Message = "Volumes are matched: the Site wins over what they say of themselves."
		return c
	}
	if s.Spec.NodeSelector == nil {
		c.Reason = residencyv1.ReasonNodesNamed
		c.Message = "Nodes are matched by name: the Site wins over what they say of themselves."
		return c
	}
	// A selector that cannot be read selects nothing; Accepted says so.
	selector, err := metav1.LabelSelectorAsSelector(s.Spec.NodeSelector)
	if err == nil && (&location.Site{Selector: selector}).SelectorDeclares() {
		c.Reason = residencyv1.ReasonRestrictedLabels
		c.Message = "Nodes are matched by labels that kubelets cannot write: the Site wins over what they say of themselves."
		return c
	}
	c.Status, c.Reason = metav1.ConditionFalse, residencyv1.ReasonKubeletWritableLabels
	c.Message = "A kubelet can label its node into this Site, so that it is one more claim and does not win. " +
		"Name the nodes, or select by labels under *.node-restriction.kubernetes.io that have to be there."
	if len(s.Spec.NodeNames) > 0 {
		c.Message += " It wins for the nodes that it names."
	}
	return c
}

// current is the condition Current.
func current(s *residencyv1.Site, now time.Time) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionCurrent, Status: metav1.ConditionTrue, Reason: residencyv1.ReasonValid}
	switch end := s.Spec.ValidUntil; {
	case end == nil:
		c.Message = "The word does not end by itself."
	case now.Before(end.Time):
		c.Message = fmt.Sprintf("The word holds until %s.", day(end.Time))
	default:
		c.Status, c.Reason = metav1.ConditionFalse, residencyv1.ReasonDeclarationExpired
		need := "nodes that need it, because no other Site declares them, or that this one only claims and that say nothing themselves,"
		volumes := "volumes that no other Site declares"
		c.Message = fmt.Sprintf("The word ended %s: %s are Undetermined (%s) until it is renewed or the Site is deleted.",
			day(end.Time), kinds(s, need, volumes, need+" and "+volumes), location.ReasonDeclarationExpired)
	}
	return c
}

func day(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// contradicted is the condition Contradicted.
func contradicted(s *residencyv1.Site, f found) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionContradicted, Status: metav1.ConditionFalse, Reason: residencyv1.ReasonNoContradiction}
	if volumesOnly(s) {
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonVolumesOnly
		c.Message = "What volumes say against the Site is not gathered here: kubectl residency explain pv/NAME shows it."
		return c
	}
	if len(f.contradicted) == 0 {
		c.Message = "No node's providerID says otherwise."
		return c
	}
	c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonProviderIDDisagrees
	message := "The Site wins, but the providerID of %s says otherwise: %s."
	if !f.overruled {
		message = "The providerID of %s says otherwise, and the Site only claims, so that neither is believed (" +
			string(location.ReasonConflictingWitnesses) + "): %s."
	}
	c.Message = fmt.Sprintf(message, status.Count(len(f.contradicted), "node"), tell(f.contradicted, "%s: %s"))
	return c
}

// conflicting is the condition Conflicting.
func conflicting(s *residencyv1.Site, f found) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionConflicting, Status: metav1.ConditionFalse, Reason: residencyv1.ReasonNoConflict}
	if len(f.conflicting) == 0 && len(f.conflictingVolumes) == 0 {
		c.Message = "No other Site says another place of a " + kinds(s, "node", "volume", "node or a volume") + "."
		return c
	}
	c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonSitesDisagree
	var of, which []string
	for _, about := range []struct {
		kind  string
		words []word
	}{{"node", f.conflicting}, {"volume", f.conflictingVolumes}} {
		if len(about.words) > 0 {
			of = append(of, status.Count(len(about.words), about.kind))
			which = append(which, tell(about.words, "%s (Site %s)"))
		}
	}
	c.Message = fmt.Sprintf("Other Sites say another place of %s, so that none of them is believed (%s): %s.",
		strings.Join(of, " and "), location.ReasonConflictingWitnesses, strings.Join(which, "; "))
	return c
}

// tell tells of the first of the nodes, or of the volumes.
func tell(words []word, format string) string {
	var parts []string
	for _, w := range words[:min(len(words), maxTold)] {
		parts = append(parts, fmt.Sprintf(format, w.node, w.says))
	}
	if more := len(words) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}
