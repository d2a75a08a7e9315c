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

package cli

import (
	"github.com/domicile-dev/domicile/internal/residency"
)

// ExplanationKind is the kind of what `kubectl residency explain -o json` prints; its version
// is ReportAPIVersion.
const ExplanationKind = "ResidencyExplanation"

// Explanation is all that there is to say about one object.
type Explanation struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// At is the time for which this is the answer, if another was asked about than now.
	At string `json:"at,omitempty"`
	// Object that was asked about.
	Object Object `json:"object"`
	// Outcome is the gravest of all below. It is Undetermined at least if there may be more that
	// is not known for want of a right.
	Outcome string `json:"outcome"`
	// Explained is about the object itself: a pod, what a template's pods will be like, or, for
	// a namespace, what handles a dataset because it is in there.
	Explained
	// Volumes are where it keeps bytes: a pod in its volumes, if a policy restricts that; a claim,
	// a volume or a snapshot itself.
	Volumes []*Volume `json:"volumes,omitempty"`
	// Processors are the third parties that a pod calls, each mode once.
	Processors []CalledProcessor `json:"processors,omitempty"`
	// Datasets are those that it handles, and where they may be stored and processed, in words.
	// Of a dataset it is itself.
	Datasets []DatasetPlaces `json:"datasets"`
	// Nodes are all nodes, by place, with the outcome for what handles all of the Datasets.
	// There are none for a namespace, whose pods handle different ones.
	Nodes *NodesByPlace `json:"nodes,omitempty"`
	// NextTurn is when the answer can come to be another by itself; absent: never.
	NextTurn *Turn `json:"nextTurn,omitempty"`
	// Items are the pods of a workload; what is in a namespace, or handles a dataset.
	Items []ExplainedItem `json:"items"`
	// Summary counts the Items.
	Summary Summary `json:"summary"`
	// Unknown are the rights that are missing, and what is not known for want of them.
	Unknown []Unknown `json:"unknown"`
	// Errors are what is wrong with the input.
	Errors []Issue `json:"errors"`
	// Warnings and Notes are sentences about what the answer rests on.
	Warnings []string `json:"warnings"`
	Notes    []string `json:"notes"`
}

// Explained is why something handles datasets, and what is found about that.
type Explained struct {
	// Ways are all ways by which it handles datasets.
	Ways []WayTo `json:"ways"`
	// Partial is whether it is permitted to exist although it can reach nodes that are
	// not permitted, or that do not exist yet.
	Partial bool `json:"partial"`
	// Findings are by dataset and then by policy.
	Findings []Finding `json:"findings"`
}

// ExplainedItem is one workload, claim, volume or snapshot.
type ExplainedItem struct {
	Workload Object `json:"workload"`
	Outcome  string `json:"outcome"`
	Explained
}

// WayTo is one way by which something handles a dataset.
type WayTo struct {
	Dataset string `json:"dataset"`
	// Way in words, and the object that carries the key, if it is another one.
	Way    string `json:"way"`
	Object string `json:"object,omitempty"`
}

// DatasetPlaces is where a dataset may be stored and processed, in people's words.
type DatasetPlaces struct {
	Dataset string `json:"dataset"`
	// Places for processing that all of its policies permit together; empty if that is not known.
	Places string `json:"places,omitempty"`
	// Storage is the same for storage.
	Storage string `json:"storage,omitempty"`
	// Policies that govern it, by name.
	Policies []PolicyPlaces `json:"policies"`
	// Note says what else there is to know about it.
	Note string `json:"note,omitempty"`
}

// PolicyPlaces is what one policy permits.
type PolicyPlaces struct {
	Policy string `json:"policy"`
	// Places that it permits for processing, in words; empty if the policy is not valid, or does
	// not restrict that.
	Places string `json:"places,omitempty"`
	// Storage is the same for storage.
	Storage string `json:"storage,omitempty"`
	// Assurance is the least that it asks for.
	Assurance string `json:"assurance,omitempty"`
	// Origin is where the data comes from, if the policy says so, and Transfers are how it may leave it.
	Origin    string     `json:"origin,omitempty"`
	Transfers []Transfer `json:"transfers,omitempty"`
	// Fault is why it is not valid.
	Fault string `json:"fault,omitempty"`
}

// exitCode says how the explanation ends, as that of check.
func (e *Explanation) exitCode() ExitCode {
	switch {
	case len(e.Errors) > 0:
		return ExitBroken
	case e.Outcome == residency.Prohibited.String():
		return ExitProhibited
	case e.Outcome == residency.Undetermined.String():
		return ExitUndetermined
	default:
		return ExitPermitted
	}
}

func waysTo(ways []residency.Handling) []WayTo {
	out := []WayTo{}
	for i := range ways {
		out = append(out, WayTo{Dataset: ways[i].Dataset, Way: ways[i].Words(), Object: ways[i].Object})
	}
	return out
}
