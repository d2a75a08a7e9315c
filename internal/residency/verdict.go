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
	"time"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Verdict is what the rulebook says of an input, with every reason for it.
type Verdict struct {
	// Subject is what was judged.
	Subject Subject
	// Outcome is the gravest of the findings' outcomes; NotGoverned if there are none.
	Outcome Outcome
	// Effect is the strictest of the findings' effects.
	Effect Effect
	// Findings are all findings, by dataset and then by policy. A dataset that no
	// policy governs has none.
	Findings []Finding
}

// Finding is one reason inside a verdict: what one policy says of one dataset.
type Finding struct {
	// Handling is the dataset that is handled, and the way by which it is.
	Handling
	// Policy that speaks; empty if the dataset does not exist.
	Policy string
	// Aspect that was judged.
	Aspect residencyv1.Aspect
	// Outcome under this policy.
	Outcome Outcome
	// Effect is what the policy does about it.
	Effect Effect
	// Reason in a word.
	Reason Reason

	contact string
	ruling  ruling
	// use is the processor that is judged, nil if none is; processor and mode are what is known of
	// it, nil if there is none of that name; asked is the requirement that is not met.
	use       *ProcessorUse
	processor *processor
	mode      *mode
	asked     string
	// at is the instant for which it is so.
	at time.Time
	// volume whose bytes are judged, nil in the aspect of processing.
	volume *Volume
	// node or reach have decided. Of a volume that rests apart from its pod's node both are nil.
	node  *Node
	reach *Reach
}

// Allowed returns the places that the policy permits, in people's words.
func (f *Finding) Allowed() string {
	if f.ruling.rule == nil {
		return ""
	}
	return f.ruling.inWords()
}

// Node returns the node that was judged, nil if there is none or it does not matter.
func (f *Finding) Node() *Node { return f.node }

// Reach returns what was judged for want of a node, nil if it does not matter.
func (f *Finding) Reach() *Reach { return f.reach }

// Volume returns the volume whose bytes were judged, nil in the aspect of processing.
func (f *Finding) Volume() *Volume { return f.volume }

// Processor returns the processor that was judged, nil if none was.
func (f *Finding) Processor() *ProcessorUse { return f.use }

// Path returns the field that the finding speaks of.
func (f *Finding) Path() string {
	switch {
	case f.Reason == ReasonUnknownDataset:
		return f.Handling.path()
	case f.use != nil:
		return f.use.Path
	case f.volume != nil:
		return f.volume.path()
	case f.node != nil:
		return "spec.nodeName"
	default:
		return "spec.affinity.nodeAffinity"
	}
}

// Partial reports whether the subject is permitted to exist although it can reach
// nodes that are not permitted, or that are not known yet: its binding will be judged.
func (v *Verdict) Partial() bool {
	for i := range v.Findings {
		if r := v.Findings[i].Reason; r == ReasonSomeNodesNotPermitted || r == ReasonNoNodeYet || r == ReasonNoVolumeYet {
			return true
		}
	}
	return false
}

// Unsteered reports whether the subject is permitted although it can also reach nodes from which
// its policy refuses it, and the policy has no pod steered away from them: where the scheduler
// sends it, its binding decides.
func (f *Finding) Unsteered() bool {
	return f.Reason == ReasonSomeNodesNotPermitted && f.ruling.onProhibited == Deny && !f.ruling.steers
}

// OfDataset returns the gravest outcome of the findings about one dataset.
func (v *Verdict) OfDataset(name string) Outcome {
	outcome := NotGoverned
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Dataset == name {
			outcome = max(outcome, f.Outcome)
		}
	}
	return outcome
}
