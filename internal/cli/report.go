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
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

// ReportAPIVersion and ReportKind are the version and kind of what `kubectl residency check -o json` prints. Fields may be
// added; none is renamed or removed without a new version.
const (
	ReportAPIVersion = "cli.residency.domicile.dev/v1alpha1"
	ReportKind       = "ResidencyCheck"
)

// Report is all that a check has found.
type Report struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// At is the time for which it was judged, if another was asked about than now.
	At string `json:"at,omitempty"`
	// Items are the workloads, claims, volumes and snapshots that handle a dataset, by namespace,
	// kind and name.
	Items []Item `json:"items"`
	// Errors are what is wrong with the input. What they speak of may be missing in Items.
	Errors []Issue `json:"errors"`
	// Warnings are what is surely not meant.
	Warnings []Issue `json:"warnings"`
	// Notes are sentences about what was not judged.
	Notes []string `json:"notes"`
	// Summary counts.
	Summary Summary `json:"summary"`
}

// Item is the verdict about one workload, or about a claim, a volume or a snapshot.
type Item struct {
	Workload Object `json:"workload"`
	// Outcome is Permitted, Prohibited, Undetermined or NotGoverned: the gravest of the findings'.
	Outcome string `json:"outcome"`
	// Partial is whether it is permitted to exist although it can reach nodes that are
	// not permitted, or that do not exist yet: its binding will be judged.
	Partial bool `json:"partial"`
	// Findings are by dataset and then by policy.
	Findings []Finding `json:"findings"`
}

// Finding is what one policy says of one dataset that the workload handles.
type Finding struct {
	// Dataset that is handled.
	Dataset string `json:"dataset"`
	// Way is the key by which it is.
	Way string `json:"way"`
	// Policy that speaks. There is none about a dataset that does not exist, or that
	// nothing governs.
	Policy string `json:"policy,omitempty"`
	// Aspect that was judged: Storage or Processing.
	Aspect string `json:"aspect"`
	// Outcome under this policy.
	Outcome string `json:"outcome"`
	// Effect is what the admission webhook would do: Allow, Audit, Warn or Deny. It is empty if
	// that is not known.
	Effect string `json:"effect"`
	// Reason in a word.
	Reason string `json:"reason"`
	// Message says what was found, and what to do about it if it is flagged.
	Message string `json:"message"`
	// Path of the field that the finding speaks of.
	Path string `json:"path,omitempty"`
	// Allowed are the places that the policy permits, in words.
	Allowed string `json:"allowed,omitempty"`
	// Transfers are those that a permitted finding rests on.
	Transfers []Transfer `json:"transfers,omitempty"`
	// Volume that was judged, in the aspect of storage.
	Volume *Volume `json:"volume,omitempty"`
	// Processor that was judged: a third party that the workload calls.
	Processor *Processor `json:"processor,omitempty"`
	// Node that the workload names, and where it is. Of a volume it is there only if it rests
	// where that node is.
	Node     string    `json:"node,omitempty"`
	Location *Location `json:"location,omitempty"`
	// Reach is where a workload that names no node can go.
	Reach *Reach `json:"reach,omitempty"`
}

// Location is where a node is, or why that cannot be said.
type Location struct {
	// Place in words: "London, GB".
	Place    string `json:"place"`
	Provider string `json:"provider,omitempty"`
	Region   string `json:"region,omitempty"`
	Zone     string `json:"zone,omitempty"`
	City     string `json:"city,omitempty"`
	Country  string `json:"country,omitempty"`
	// Sites are the names of the Sites that it is in.
	Sites []string `json:"sites,omitempty"`
	// Assurance is Claimed, Consistent or Declared; None if the place is not known.
	Assurance string `json:"assurance"`
	// Witnesses are the fields that speak of the place.
	Witnesses []location.Witness `json:"witnesses,omitempty"`
	// Reason and Detail say why the place is not known.
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Reach is where a workload can go, by its own node constraints.
type Reach struct {
	// Kind is Nodes (that exist), Named (no such node exists, and these are the places
	// that the constraints name) or Open (neither).
	Kind string `json:"kind"`
	// Total is how many nodes, or named places, are within reach, and Permitted how many
	// of these the policy permits.
	Total     int `json:"total"`
	Permitted int `json:"permitted"`
	// Places are the distinct locations.
	Places []ReachPlace `json:"places,omitempty"`
}

// ReachPlace is one location within reach.
type ReachPlace struct {
	Location *Location `json:"location"`
	// Example is the first node there, or the labels that name the place.
	Example string `json:"example"`
	// Nodes is how many nodes are there; zero for a named place.
	Nodes int `json:"nodes"`
	// Outcome there; empty if no policy speaks.
	Outcome string `json:"outcome,omitempty"`
	// Transfers are where the transfers go on which it rests, if it is Permitted.
	Transfers []string `json:"transfers,omitempty"`
}

// Object is an object of the input, and where it stands.
type Object struct {
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
	// File as it was given, or below a directory that was given; "stdin" for "-".
	File string `json:"file"`
	// Document counts from 1 what stands between the separators of the file.
	Document int `json:"document,omitempty"`
	// Line on which the document begins.
	Line int `json:"line,omitempty"`
	// Item is the position in a list: "items[2]".
	Item string `json:"item,omitempty"`
}

// Issue is an error or a warning about the input.
type Issue struct {
	Object Object `json:"object"`
	// Field is the path of the field, if it is about one.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`

	// text is the issue on one line.
	text string
}

// Summary counts what handles a dataset.
type Summary struct {
	Workloads int `json:"workloads"`
	// Claims, Volumes, Snapshots and SnapshotContents are counted each for itself.
	Claims           int `json:"claims,omitempty"`
	Volumes          int `json:"volumes,omitempty"`
	Snapshots        int `json:"snapshots,omitempty"`
	SnapshotContents int `json:"snapshotContents,omitempty"`
	// The outcomes of all of these.
	Permitted    int `json:"permitted"`
	Prohibited   int `json:"prohibited"`
	Undetermined int `json:"undetermined"`
	NotGoverned  int `json:"notGoverned"`
	// Partial is how many of those that are permitted can also go elsewhere.
	Partial int `json:"partial"`
	// HandleNothing is how many further workloads handle no dataset.
	HandleNothing int `json:"handleNothing"`
	// HoldNothing is how many further claims, volumes and snapshots hold no dataset.
	HoldNothing int `json:"holdNothing,omitempty"`
	// Errors is how many errors the input has.
	Errors int `json:"errors"`
}

func newObject(at manifest.Origin, ref manifest.Ref) Object {
	return Object{
		Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name,
		File: at.File, Document: at.Document, Line: at.Line, Item: at.Item,
	}
}

func newIssue(p manifest.Problem) Issue {
	return Issue{Object: newObject(p.Origin, p.Object), Field: p.Field, Message: p.Message, text: p.String()}
}

func newLocation(l *location.Location) *Location {
	return &Location{
		Place: l.Place(), Provider: l.Provider, Region: l.Region, Zone: l.Zone, City: l.City, Country: l.Country,
		Sites: l.Sites, Assurance: l.Assurance.String(), Witnesses: l.Witnesses, Reason: string(l.Reason), Detail: l.Detail,
	}
}

// count adds an item of a kind to the summary.
func (s *Summary) count(kind string, outcome residency.Outcome, partial bool) {
	switch kind {
	case kindClaim:
		s.Claims++
	case kindVolume:
		s.Volumes++
	case kindSnapshot:
		s.Snapshots++
	case kindSnapshotContent:
		s.SnapshotContents++
	default:
		s.Workloads++
	}
	switch outcome {
	case residency.Permitted:
		s.Permitted++
		if partial {
			s.Partial++
		}
	case residency.Prohibited:
		s.Prohibited++
	case residency.Undetermined:
		s.Undetermined++
	default:
		s.NotGoverned++
	}
}

// exitCode says how the check ends.
func (s *Summary) exitCode(strict bool) ExitCode {
	switch {
	case s.Errors > 0:
		return ExitBroken
	case s.Prohibited > 0:
		return ExitProhibited
	case s.Undetermined > 0, strict && s.Partial > 0:
		return ExitUndetermined
	default:
		return ExitPermitted
	}
}
