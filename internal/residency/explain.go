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
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// Sentence says what was found and what to do about it, in words for the person whose
// request it is.
func (f *Finding) Sentence(subject Subject) string {
	return strings.TrimSpace(f.Problem(subject) + " " + f.Remedy())
}

// Problem says what was found: what, where, on whose word, and what is allowed.
func (f *Finding) Problem(subject Subject) string {
	handles := fmt.Sprintf("%s handles dataset %q%s: ", subject, f.Dataset, f.told())
	switch f.Reason {
	case ReasonUnknownDataset:
		return fmt.Sprintf("%s names dataset %q by %s, and there is no such Dataset, so no policy can say where it may be %s.", subject, f.Dataset, f.Words(), f.participle())
	case ReasonPolicyNotAccepted:
		return handles + fmt.Sprintf("policy %q governs it and is not valid (%s), so nothing that it governs can be permitted.", f.Policy, f.ruling.fault.Message())
	}
	switch {
	case f.use != nil:
		return handles + f.processorProblem()
	case f.volume != nil && f.node == nil && f.reach == nil:
		return handles + f.volumeProblem()
	case f.volume != nil:
		handles += f.volume.withNode() + ": "
	}
	if f.node != nil {
		return handles + f.nodeProblem()
	}
	return handles + f.reachProblem(subject)
}

// told is the way by which the subject handles the dataset, where the subject does not say so itself.
func (f *Finding) told() string {
	if f.own() {
		return ""
	}
	return " (by " + f.Words() + ")"
}

// verb is what is done with data in the aspect that was judged.
func (f *Finding) verb() string {
	if f.Aspect == residencyv1.AspectStorage {
		return "storage"
	}
	return "processing"
}

// participle is the same of data: it is stored, or processed.
func (f *Finding) participle() string {
	if f.Aspect == residencyv1.AspectStorage {
		return "stored"
	}
	return "processed"
}

func (f *Finding) nodeProblem() string {
	l := &f.node.Location
	switch {
	case f.Outcome == Permitted:
		return fmt.Sprintf("%s in %s is permitted by policy %q, which permits %s.%s", f.verb(), where(f.node), f.Policy, f.Allowed(), f.transferWords())
	case f.Reason.ofTransfer():
		return fmt.Sprintf("%s in %s is allowed by policy %q, and %s; it permits %s.", f.verb(), where(f.node), f.Policy, f.ruling.lacksTransfer(f.Reason, f.node), f.Allowed())
	case f.Reason == ReasonPlaceDenied:
		return fmt.Sprintf("%s in %s is denied by name by policy %q, which permits %s.", f.verb(), where(f.node), f.Policy, f.Allowed())
	case f.Outcome == Prohibited:
		return fmt.Sprintf("%s in %s is not permitted by policy %q, which permits %s.", f.verb(), where(f.node), f.Policy, f.Allowed())
	case f.Reason == ReasonInsufficientAssurance:
		return fmt.Sprintf("%s in %s cannot be judged by policy %q, which permits %s and asks for assurance %s (%s: %s).",
			f.verb(), where(f.node), f.Policy, f.Allowed(), f.ruling.minimum, f.Reason, f.ruling.tooWeak(f.node))
	case f.Reason == ReasonImpreciseLocation:
		return fmt.Sprintf("%s in %s cannot be judged by policy %q, which permits %s: the location is not known as precisely as the policy names places.", f.verb(), where(f.node), f.Policy, f.Allowed())
	default:
		return fmt.Sprintf("where node %s is cannot be determined (%s: %s), and policy %q permits only %s.", f.node.Name, l.Reason, l.Detail, f.Policy, f.Allowed())
	}
}

func (f *Finding) reachProblem(subject Subject) string {
	permits := fmt.Sprintf("in a place that policy %q permits (%s)", f.Policy, f.Allowed())
	switch f.Reason {
	case ReasonNoNodeYet:
		return fmt.Sprintf("no node matches its node constraints yet; policy %q, which permits %s, is asked again when %s bound.", f.Policy, f.Allowed(), subject.either("it is", "a pod of it is"))
	case ReasonPlacePermitted:
		return fmt.Sprintf("%s %s.%s", f.reach.every(), permits, f.transferWords())
	case ReasonSomeNodesNotPermitted:
		some := fmt.Sprintf("some of %s are not %s: %s. ", f.reach.targets(), permits, f.reach.list(f.ruling))
		if f.Unsteered() {
			return some + subject.either("The policy does not steer it, so its binding decides.", "The policy steers no pods, so the binding of each decides.")
		}
		return some + subject.either("Its binding", "The binding of each of its pods") + " will be judged."
	case ReasonNoNodeForAllPolicies:
		return fmt.Sprintf("none of %s is in a place that all of its policies permit; policy %q permits %s.", f.reach.targets(), f.Policy, f.Allowed())
	}
	if f.Outcome == Undetermined {
		permits = "known to be " + permits
	}
	if f.Reason == ReasonReachesOtherPlaces {
		return fmt.Sprintf("it puts a pod on %s, and not all of them are %s: %s.", f.reach.each(), permits, f.reach.list(f.ruling))
	}
	return fmt.Sprintf("%s %s: %s.", f.reach.none(), permits, f.reach.list(f.ruling))
}

// Remedy says what to do about a finding that is flagged; it is empty for others.
func (f *Finding) Remedy() string {
	if !f.Outcome.Flagged() {
		return ""
	}
	ask := "whoever owns the dataset"
	if f.contact != "" {
		ask = f.contact
	}
	var change string
	switch {
	case f.Reason == ReasonUnknownDataset:
		return "Correct the name, or ask whoever keeps the Datasets of this cluster to create it."
	case f.Reason == ReasonPolicyNotAccepted:
		change = "Correct the policy"
	case f.use != nil:
		change = f.processorRemedy()
	case f.volume != nil && f.node == nil && f.reach == nil:
		change = f.volumeRemedy()
	case f.Reason == ReasonReachesOtherPlaces:
		change = "Narrow the node affinity of its template to nodes in permitted places"
	case f.Reason.ofTransfer():
		change = "Choose a node in a permitted place, " + f.ruling.transferRemedy(f.Reason, f.node)
	case f.node == nil:
		change = "Change its nodeSelector or node affinity to reach a node in a permitted place"
	case f.Reason == ReasonNodeNotFound:
		change = "Name a node that exists"
	case f.Reason == ReasonInsufficientAssurance && f.node.Location.Assurance >= f.ruling.minimum:
		change = fmt.Sprintf("Choose a node in a permitted place, have the Site name node %s", f.node.Name)
	case f.Reason == ReasonInsufficientAssurance:
		change = fmt.Sprintf("Choose a node whose place is surer, have a Site declare that of node %s (by its name, or by labels under *.node-restriction.kubernetes.io)", f.node.Name)
	case f.Reason == Reason(location.ReasonDeclarationExpired):
		change = "Choose a node whose place is known and permitted, have the Site renewed"
	case f.Reason == Reason(location.ReasonInvalidDeclaration):
		change = "Choose a node whose place is known and permitted, have the Site corrected"
	case f.Reason == Reason(location.ReasonMovedNode):
		change = fmt.Sprintf("Choose a node whose place is known and permitted, have somebody with the verb relocate on node %s confirm where it is", f.node.Name)
	case f.Outcome == Undetermined:
		change = "Choose a node whose place is known and permitted"
	default:
		change = "Choose a node in a permitted place"
	}
	return change + ", or ask " + ask + "."
}

// where is a node's place, its name, and on whose word: "London, GB (node ldn-1: aws
// eu-west-2, by providerID and labels)".
func where(n *Node) string {
	return fmt.Sprintf("%s (node %s: %s)", n.Location.Place(), n.Name, source(n))
}

func source(n *Node) string {
	if code := n.Location.Code(); code != "" {
		return code + ", by " + n.Location.Word()
	}
	return "by " + n.Location.Word()
}

// maxPlaces is how many places of a reach a sentence names before "and N more".
const maxPlaces = 5

// targets names what the subject can reach.
func (r *Reach) targets() string {
	switch {
	case r.Kind == ReachNamed:
		return "the places that its node constraints name"
	case r.Nodes == 1:
		return "the only node that its node constraints allow"
	default:
		return fmt.Sprintf("the %d nodes that its node constraints allow", r.Nodes)
	}
}

// every begins a sentence about all that the subject can reach.
func (r *Reach) every() string {
	switch {
	case r.Kind == ReachNamed:
		return "every place that its node constraints name is"
	case r.Nodes == 1:
		return r.targets() + " is"
	default:
		return "all of " + r.targets() + " are"
	}
}

// each names all nodes that the subject reaches, one by one.
func (r *Reach) each() string {
	if r.Kind == ReachNamed {
		return "every node in " + r.targets()
	}
	return "each of " + r.targets()
}

// none begins a sentence that denies something of all that the subject can reach.
func (r *Reach) none() string {
	if r.Kind != ReachNamed && r.Nodes == 1 {
		return r.targets() + " is not"
	}
	return "none of " + r.targets() + " is"
}

// list names the places within reach that the policy does not permit.
func (r *Reach) list(p ruling) string {
	var words []string
	more := 0
	for i := range r.Places {
		rp := &r.Places[i]
		o, reason := p.judgeReached(r.Kind, rp.Node)
		if o == Permitted {
			continue
		}
		if len(words) == maxPlaces {
			more++
			continue
		}
		words = append(words, r.placeWords(rp, p, reason))
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, "; ")
}

func (r *Reach) placeWords(rp *ReachPlace, p ruling, reason Reason) string {
	l := &rp.Node.Location
	who := "node " + rp.Node.Name
	switch {
	case r.Kind == ReachNamed:
		who = "named by " + rp.Node.Name
	case rp.Count > 1:
		who = fmt.Sprintf("node %s and %d more", rp.Node.Name, rp.Count-1)
	}
	if !l.Known() {
		return fmt.Sprintf("%s (%s: %s, %s)", l.Place(), who, l.Reason, l.Detail)
	}
	if reason == ReasonInsufficientAssurance {
		return fmt.Sprintf("%s (%s: %s, %s)", l.Place(), who, reason, p.tooWeak(rp.Node))
	}
	if reason.ofTransfer() {
		return fmt.Sprintf("%s (%s: %s)", l.Place(), who, reason)
	}
	return fmt.Sprintf("%s (%s)", l.Place(), who)
}

// Sentences returns one sentence for each finding that has at least the given effect,
// in the order of the findings.
func (v *Verdict) Sentences(atLeast Effect) []string {
	var out []string
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Effect >= atLeast && (f.Outcome.Flagged() || f.Reason == ReasonUndeclaredProcessor) {
			out = append(out, f.Sentence(v.Subject))
		}
	}
	return out
}
