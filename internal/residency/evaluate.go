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
	"cmp"
	"slices"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// Evaluate says what the rulebook says of the input. It is a pure function, safe for
// concurrent use; it changes neither of its arguments.
func Evaluate(rb *Rulebook, in *Input) Verdict {
	v := Verdict{Subject: in.Subject}
	count := 0
	for i := range in.Handles {
		count += rb.countFindings(in, in.Handles[i].Dataset)
	}
	if count == 0 {
		return v
	}
	v.Findings = make([]Finding, 0, count)
	for _, h := range in.Handles {
		d := rb.datasets[h.Dataset]
		if d == nil {
			f := Finding{
				Handling: h, Aspect: residencyv1.AspectProcessing, node: in.Node,
				Outcome: Undetermined, Effect: rb.unknownDataset, Reason: ReasonUnknownDataset,
			}
			if in.OnlyStores {
				f.Aspect = residencyv1.AspectStorage
			}
			v.Findings = append(v.Findings, f)
			continue
		}
		for _, p := range d.policies {
			f := Finding{Handling: h, Policy: p.name, contact: d.contact, at: in.At}
			v.Findings = p.appendFindings(v.Findings, in, f)
			if len(in.Processors) > 0 {
				v.Findings = p.appendProcessors(v.Findings, rb, d, in, f)
			}
		}
	}
	if in.Node == nil && in.Reach != nil {
		requireOneNodeForAll(v.Findings, in.Reach)
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.ruling.rule != nil {
			f.Effect = f.ruling.effect(f.Outcome)
			if f.Reason == ReasonUndeclaredProcessor {
				f.Effect = Warn
			}
			if in.Every && f.reach != nil && f.Outcome == Prohibited && f.ruling.leavesOpen(f.reach) {
				f.Effect = max(f.Effect, f.ruling.effect(Undetermined))
			}
		}
		v.Outcome = max(v.Outcome, f.Outcome)
		v.Effect = max(v.Effect, f.Effect)
	}
	if !slices.IsSortedFunc(v.Findings, compareFindings) {
		slices.SortStableFunc(v.Findings, compareFindings)
	}
	return v
}

// compareFindings keeps those of one policy about one dataset as they are: processing, then
// the volumes in their order.
func compareFindings(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Policy, b.Policy))
}

// countFindings returns how many findings there are about a dataset.
func (rb *Rulebook) countFindings(in *Input, name string) int {
	d := rb.datasets[name]
	if d == nil {
		return 1
	}
	count := 0
	for _, p := range d.policies {
		if p.processing != nil && !in.OnlyStores {
			count++
		}
		if p.storage != nil {
			count += len(in.Volumes)
		}
		count += 2 * len(in.Processors)
	}
	return count
}

// appendFindings appends what the policy says, each a copy of f.
func (p *policy) appendFindings(out []Finding, in *Input, f Finding) []Finding {
	if p.processing != nil && !in.OnlyStores {
		r := p.processing.at(in.At)
		f.Aspect, f.ruling, f.node = r.aspect, r, in.Node
		if f.Outcome, f.Reason = r.judge(in); in.Node == nil {
			f.reach = in.Reach
		}
		out = append(out, f)
	}
	if p.storage == nil {
		return out
	}
	r := p.storage.at(in.At)
	f.Aspect, f.ruling = r.aspect, r
	for _, v := range in.Volumes {
		f.volume, f.node, f.reach = v, nil, nil
		if !p.accepted() {
			f.Outcome, f.Reason = Undetermined, ReasonPolicyNotAccepted
			out = append(out, f)
			continue
		}
		var byNode bool
		if f.Outcome, f.Reason, byNode = r.judgeVolume(in, v); byNode {
			if f.node = in.Node; f.node == nil {
				f.reach = in.Reach
			}
		}
		out = append(out, f)
	}
	return out
}

// effect is what the policy does about an outcome.
func (p *policy) effect(o Outcome) Effect {
	switch o {
	case Prohibited:
		return p.onProhibited
	case Undetermined:
		return p.onUndetermined
	default:
		return Allow
	}
}

// judge says what the rule says of the input's node, or of its reach.
func (r ruling) judge(in *Input) (Outcome, Reason) {
	switch {
	case !r.accepted():
		return Undetermined, ReasonPolicyNotAccepted
	case in.Node != nil:
		return r.judgeNode(in.Node)
	case in.Every:
		return r.judgeEvery(in.Reach)
	default:
		return r.judgeReach(in.Reach)
	}
}

// judgeReach judges a subject that has no node by where it can go. That some nodes are
// permitted is enough to exist: its binding to one of them is what will be judged.
func (r ruling) judgeReach(reach *Reach) (Outcome, Reason) {
	if reach == nil || reach.Kind == ReachOpen || len(reach.Places) == 0 {
		return Permitted, ReasonNoNodeYet
	}
	var permitted, undetermined bool
	others, open := false, false
	for i := range reach.Places {
		switch o, reason := r.judgeReached(reach.Kind, reach.Places[i].Node); {
		case o == Permitted:
			permitted = true
		case o == Undetermined:
			undetermined, others = true, true
		case reach.Kind == ReachNamed && r.maySuitInSite(reason):
			// The place is not allowed; a node that comes to be there may be in a Site that is.
			open = true
		default:
			others = true
		}
	}
	switch {
	case open:
		return Permitted, ReasonNoNodeYet
	case permitted && !others && reach.Kind == ReachNamed && r.minimum > location.Claimed:
		// The places are right, and how sure they will be is not known before there is a node.
		return Permitted, ReasonNoNodeYet
	case permitted && !others:
		return Permitted, ReasonPlacePermitted
	case permitted:
		return Permitted, ReasonSomeNodesNotPermitted
	case undetermined:
		return Undetermined, ReasonNoPermittedNode
	default:
		return Prohibited, ReasonNoPermittedNode
	}
}

// requireOneNodeForAll turns findings that each permit some of the reachable nodes if
// there is no node that all of them permit. What no node decides is not among them.
func requireOneNodeForAll(findings []Finding, r *Reach) {
	some := 0
	for i := range findings {
		if findings[i].reach == nil && (findings[i].volume != nil || findings[i].use != nil) {
			continue
		}
		if findings[i].Outcome != Permitted || findings[i].Reason == ReasonNoNodeYet || r.Kind == ReachOpen {
			return
		}
		if findings[i].Reason == ReasonSomeNodesNotPermitted {
			some++
		}
	}
	if some < 2 {
		return
	}
	best := Prohibited
	for i := range r.Places {
		joint := Permitted
		for j := range findings {
			if findings[j].reach == nil {
				continue
			}
			o, _ := findings[j].ruling.judgeReached(r.Kind, r.Places[i].Node)
			joint = max(joint, o)
		}
		best = min(best, joint)
	}
	if best == Permitted {
		return
	}
	for i := range findings {
		if findings[i].Reason == ReasonSomeNodesNotPermitted {
			findings[i].Outcome, findings[i].Reason = best, ReasonNoNodeForAllPolicies
		}
	}
}
