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
	"context"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

// explain answers the question.
func (s *scene) explain(ctx context.Context) (*Explanation, error) {
	t := &s.target
	e := &Explanation{
		APIVersion: ReportAPIVersion, Kind: ExplanationKind, At: s.asked.String(),
		Object:    Object{Kind: t.kind, Namespace: t.namespace, Name: t.name},
		Explained: Explained{Ways: []WayTo{}, Findings: []Finding{}},
		Datasets:  []DatasetPlaces{}, Items: []ExplainedItem{},
	}
	outcome := residency.NotGoverned
	var handles []residency.Handling
	var self *looked
	only := ""
	switch t.kind {
	case kindNamespace:
		ways, err := s.namespaceWays(ctx)
		if err != nil {
			return nil, err
		}
		e.Ways = waysTo(ways)
	case kindDataset:
		only, handles = t.name, []residency.Handling{{Dataset: t.name}}
	default:
		var err error
		if self, err = s.look(ctx, s.subject, ""); err != nil {
			return nil, err
		}
		e.Object = newObject(s.subject.origin, s.subject.Ref)
		e.Explained, outcome, handles = self.Explained, self.outcome, self.handles
		e.Processors = called(s.subject.template(), self)
		if e.Volumes, err = s.keeps(ctx, self); err != nil {
			return nil, err
		}
		if s.subject.ended() {
			s.notes = append(s.notes, "The pod has ended: it counts no longer.")
		}
	}
	for _, w := range s.others {
		item, err := s.look(ctx, w, only)
		if err != nil {
			return nil, err
		}
		outcome = max(outcome, item.outcome)
		if len(item.Findings) == 0 {
			// What may not be known is not nothing.
			if item.outcome == residency.NotGoverned {
				e.Summary.nothing(w)
			}
			continue
		}
		e.Items = append(e.Items, ExplainedItem{Workload: newObject(w.origin, w.Ref), Outcome: item.outcome.String(), Explained: item.Explained})
		e.Summary.count(w.Kind, item.outcome, item.Partial)
	}
	s.finish(e, handles, self, outcome)
	return e, nil
}

// looked is what was found about one object.
type looked struct {
	Explained
	outcome residency.Outcome
	handles []residency.Handling
	// volumes are those that were judged, and node is where it is, nil if it has none.
	volumes []*residency.Volume
	// processors are those that it calls.
	processors []residency.ProcessorUse
	node       *residency.Node
}

// gather returns what is known of an object.
func (s *scene) gather(ctx context.Context, rb *residency.Rulebook, t *thing) (ways []residency.Handling, in *residency.Input, err error) {
	if t.stored != nil {
		if ways, err = s.gatherer.WaysOfStored(ctx, t.stored.Object); err == nil {
			in, err = s.gatherer.Stored(ctx, rb, t.stored.Object)
		}
		return ways, in, err
	}
	w := t.workload
	if ways, err = s.gatherer.Ways(ctx, rb, w.Pod); err != nil {
		return nil, nil, err
	}
	if in, err = s.gatherer.Pod(ctx, rb, subjectOf(w), w.Pod); err != nil {
		return nil, nil, err
	}
	s.warnOfMisplacedKeys(w, in)
	s.hideNodes(in, w)
	return ways, in, nil
}

// look judges an object, and keeps what is said of one dataset, or of all if it is not named.
func (s *scene) look(ctx context.Context, t *thing, only string) (*looked, error) {
	var rb *residency.Rulebook
	if s.rules == nil {
		rb = s.rulebook
	}
	ways, in, err := s.gather(ctx, rb, t)
	if err != nil {
		return nil, err
	}
	denied := s.source.take()
	l := &looked{handles: in.Handles, volumes: in.Volumes, processors: in.Processors, node: in.Node, Explained: Explained{Findings: []Finding{}}}
	if rb == nil {
		l.Findings, l.outcome = s.withoutRules(in), residency.Undetermined
		if len(in.Handles) == 0 {
			l.outcome = residency.NotGoverned
		}
	} else {
		v := residency.Evaluate(rb, in)
		l.Findings = append(l.Findings, s.findings(t.template(), in, &v)...)
		l.outcome = v.Outcome
		l.Partial = v.Outcome == residency.Permitted && v.Partial()
		if only != "" {
			l.outcome = v.OfDataset(only)
		}
	}
	if only != "" {
		ways = slices.DeleteFunc(ways, func(h residency.Handling) bool { return h.Dataset != only })
		l.Findings = slices.DeleteFunc(l.Findings, func(f Finding) bool { return f.Dataset != only })
	}
	l.Ways = waysTo(ways)
	for i := range l.Findings {
		f := &l.Findings[i]
		if s.mend(f, in, denied) {
			l.outcome = max(l.outcome, residency.Undetermined)
		}
		if f.Outcome != residency.Permitted.String() {
			f.Transfers = nil
		}
	}
	if s.processors != nil && len(in.Handles) > 0 && !in.OnlyStores {
		// Whom it calls can be seen only by who knows the processors.
		l.outcome = max(l.outcome, residency.Undetermined)
	}
	if len(denied) > 0 {
		s.miss(denied...)
		l.outcome = max(l.outcome, residency.Undetermined)
	}
	return l, nil
}

// miss notes rights that are missing, each once.
func (s *scene) miss(denied ...Unknown) {
	for _, u := range denied {
		if !slices.Contains(s.unknown, u) {
			s.unknown = append(s.unknown, u)
		}
	}
}

// hideNodes has the core know that the nodes are not known. Without that they would not exist.
func (s *scene) hideNodes(in *residency.Input, w *manifest.Workload) {
	if s.nodes == nil || len(in.Handles) == 0 {
		return
	}
	name := w.Pod.Spec.NodeName
	if _, ok := s.gatherer.Nodes.Get(name); ok {
		return
	}
	hidden := residency.NewNode(name, location.Location{Reason: reasonNotReadable, Detail: "you may not " + s.nodes.right()})
	if name != "" {
		in.Node = hidden
		return
	}
	in.Reach = &residency.Reach{Kind: residency.ReachNodes, Nodes: 1, Places: []residency.ReachPlace{{Node: hidden, Count: 1}}}
}

// withoutRules returns a finding for each dataset that is handled while nobody can say by
// which rules.
func (s *scene) withoutRules(in *residency.Input) []Finding {
	out := []Finding{}
	for _, h := range in.Handles {
		f := Finding{
			Dataset: h.Dataset, Way: h.Words(), Aspect: string(aspectOf(in)),
			Outcome: residency.Undetermined.String(), Reason: reasonNotReadable,
			Message: fmt.Sprintf("%s handles dataset %q: which policies govern it, and what they permit, is not known: you may not %s.", in.Subject, h.Dataset, s.rules.right()),
		}
		if in.Node != nil {
			f.Node, f.Location = in.Node.Name, newLocation(&in.Node.Location)
		}
		out = append(out, f)
	}
	return out
}

// mend says of a finding that rests on what could not be read just that, and reports whether
// it does. Denied is what was asked for in vain about the object.
func (s *scene) mend(f *Finding, in *residency.Input, denied []Unknown) bool {
	switch {
	case s.unsited[f.Policy] && f.Policy != "":
		f.Outcome, f.Effect, f.Reason = residency.Undetermined.String(), "", reasonNotReadable
		f.Message = fmt.Sprintf("%s handles dataset %q: policy %q names Sites, and where these are is not known: you may not list sites.%s.", in.Subject, f.Dataset, f.Policy, residencyv1.GroupVersion.Group)
		f.Allowed, f.Reach = "", nil
		return true
	case f.Processor != nil:
		return s.mendProcessor(f, in)
	case f.Volume != nil && f.Location == nil && f.Reach == nil:
		return s.mendVolume(f, in, denied)
	case s.nodes != nil && f.Reach != nil && f.Policy != "":
		f.Reach = nil
		if f.Outcome == residency.Undetermined.String() && f.Reason != string(residency.ReasonPolicyNotAccepted) {
			f.Reason = reasonNotReadable
			f.Message = fmt.Sprintf("%s handles dataset %q: which nodes it can reach is not known: you may not %s. Policy %q permits %s.", in.Subject, f.Dataset, s.nodes.right(), f.Policy, f.Allowed)
		}
		return f.Reason == reasonNotReadable
	default:
		return false
	}
}

// namespaceWays returns how a namespace has its pods handle datasets: by its own keys, and
// because Datasets select pods in it.
func (s *scene) namespaceWays(ctx context.Context) ([]residency.Handling, error) {
	keys, err := s.source.Namespace(ctx, s.target.name)
	if err != nil {
		return nil, err
	}
	s.miss(s.source.take()...)
	ways := facts.Handles(facts.Keys{}, keys)
	if s.rules != nil {
		return ways, nil
	}
	for _, name := range s.rulebook.Datasets() {
		for _, selector := range s.rulebook.Selectors(name) {
			if selector.Namespaces.Matches(labels.Set(keys.Labels)) {
				ways = append(ways, residency.Handling{Dataset: name, Way: residency.ByHandledBy})
				break
			}
		}
	}
	return ways, nil
}

// finish adds what the findings rest on, and what would be permitted.
func (s *scene) finish(e *Explanation, handles []residency.Handling, self *looked, outcome residency.Outcome) {
	names := map[string]bool{}
	for _, h := range handles {
		names[h.Dataset] = true
	}
	for _, ways := range append([][]WayTo{e.Ways}, waysOf(e.Items)...) {
		for _, w := range ways {
			names[w.Dataset] = true
		}
	}
	known := s.rules == nil && s.nodes == nil
	for _, name := range slices.Sorted(maps.Keys(names)) {
		d, sure := s.datasetPlaces(name)
		e.Datasets = append(e.Datasets, d)
		known = known && sure
	}
	if known && len(handles) > 0 && !s.target.stores() {
		e.Nodes = s.nodesFor(handles, self.withNode())
	}
	e.NextTurn = s.nextTurn(e)
	if slices.ContainsFunc(s.unknown, func(u Unknown) bool { return !u.aside }) {
		outcome = max(outcome, residency.Undetermined)
	}
	for i := range s.report.Warnings {
		s.warnings = append(s.warnings, s.report.Warnings[i].text)
	}
	e.Outcome = outcome.String()
	e.Unknown, e.Warnings, e.Notes = append([]Unknown{}, s.unknown...), append([]string{}, s.warnings...), append([]string{}, s.notes...)
	e.Errors = []Issue{}
	for _, p := range s.in.Problems {
		e.Errors = append(e.Errors, newIssue(p))
	}
	e.Summary.Errors = len(e.Errors)
}

func waysOf(items []ExplainedItem) [][]WayTo {
	var out [][]WayTo
	for i := range items {
		out = append(out, items[i].Ways)
	}
	return out
}
