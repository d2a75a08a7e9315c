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
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

// files is the Source of facts about what is not in the input.
type files struct {
	*facts.StoredIndex
	namespaces map[string]facts.Keys
	carriers   map[manifest.Ref]facts.Keys
	// elsewhere are the Services that stand for hosts elsewhere, by their namespace.
	elsewhere map[string][]facts.ExternalName
}

// filesOf returns what the input says of namespaces, and of what pods refer to.
func filesOf(in *manifest.Input) files {
	f := files{StoredIndex: in.Storage.Index(), namespaces: map[string]facts.Keys{}, carriers: map[manifest.Ref]facts.Keys{}, elsewhere: externalNames(in.Services)}
	for _, ns := range in.Namespaces {
		f.namespaces[ns.Name] = facts.Keys{Labels: ns.Labels, Annotations: ns.Annotations}
	}
	for i := range in.Carriers {
		c := &in.Carriers[i]
		f.carriers[c.Ref] = facts.Keys{Labels: c.Labels, Annotations: c.Annotations}
	}
	return f
}

// Namespace returns the labels and annotations of a namespace. One that is not in the input has none.
func (f files) Namespace(_ context.Context, name string) (facts.Keys, error) {
	return f.namespaces[name], nil
}

// Carrier returns the keys of what a pod refers to. What is not in the input has none.
func (f files) Carrier(_ context.Context, way residency.Way, namespace, name string) (facts.Keys, error) {
	return f.carriers[manifest.Ref{Kind: way.Kind(), Namespace: namespace, Name: name}], nil
}

// MissingNode returns nil: there are no other nodes than those of the input.
func (f files) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, nil }

// judge judges the objects of one input.
type judge struct {
	in       *manifest.Input
	world    *world
	rulebook *residency.Rulebook
	gatherer *facts.Gatherer
	reaches  map[reachKey]*Reach
	report   *Report
	// at is the instant for which all of it is judged.
	at time.Time
}

// newJudge returns who judges by the rules, the places and the nodes of the input, as they are at an instant.
func newJudge(cat *catalogue.Catalogue, in *manifest.Input, at time.Time) *judge {
	j := &judge{in: in, at: at, reaches: map[reachKey]*Reach{}, report: &Report{
		APIVersion: ReportAPIVersion, Kind: ReportKind,
		Items: []Item{}, Errors: []Issue{}, Warnings: []Issue{}, Notes: []string{},
	}}
	j.world = gatherWorld(cat, in)
	for _, p := range j.world.suspect {
		j.report.Warnings = append(j.report.Warnings, newIssue(p))
	}
	j.compile()
	j.warnOfIdlePolicies()

	nodes := facts.NewNodes(location.Locator{Catalogue: cat, Sites: j.world.sites, Now: at})
	for _, n := range in.Nodes {
		nodes.Set(n)
	}
	j.gatherer = &facts.Gatherer{Nodes: nodes, Source: filesOf(in), Now: func() time.Time { return at }}
	return j
}

// judgeAll judges all of the input that handles a dataset, and gathers what is wrong with it.
func judgeAll(ctx context.Context, cat *catalogue.Catalogue, in *manifest.Input, at instantFlag) *Report {
	j := newJudge(cat, in, at.at())
	j.report.At = at.String()
	for i := range in.Workloads {
		j.workload(ctx, &in.Workloads[i])
	}
	for i := range in.Stored {
		j.stored(ctx, &in.Stored[i])
	}
	slices.SortStableFunc(j.report.Items, func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(a.Workload.Namespace, b.Workload.Namespace),
			cmp.Compare(a.Workload.Kind, b.Workload.Kind),
			cmp.Compare(a.Workload.Name, b.Workload.Name),
		)
	})
	j.finish()
	return j.report
}

// compile makes the rulebook. A policy that the API server would refuse keeps governing,
// as it would if it had got past it: what it governs is Undetermined.
func (j *judge) compile() {
	policies := make([]residencyv1.ResidencyPolicy, len(j.in.Policies))
	opts := residency.Options{AsOf: j.at, Faults: map[string]*residency.Fault{}, ProcessorFaults: map[string]*residency.Fault{}}
	for i := range j.in.Policies {
		p := &j.in.Policies[i]
		policies[i] = p.Object
		if len(p.Errors) > 0 {
			opts.Faults[p.Object.Name] = &residency.Fault{Errors: p.Errors}
			continue
		}
		checked := residency.Check(j.world.World, &p.Object)
		for _, w := range checked.Warnings {
			j.warn(p.Origin, p.Ref, w)
		}
		if checked.Fault == nil {
			continue
		}
		for _, err := range checked.Fault.Errors {
			j.in.Add(manifest.FieldProblem(p.Origin, p.Ref, err))
		}
	}
	for i := range j.in.Processors {
		// Who calls what the API server would refuse is Undetermined.
		if p := &j.in.Processors[i]; len(p.Errors) > 0 {
			opts.ProcessorFaults[p.Name] = &residency.Fault{Errors: p.Errors}
		}
	}
	j.rulebook = residency.Compile(j.world.World, j.datasets(), policies, opts)
}

// datasets returns the Datasets of the input, and notes what is wrong with those that the schema
// accepts: who handles one whose selectors cannot be read is not known.
func (j *judge) datasets() []residencyv1.Dataset {
	all := make([]residencyv1.Dataset, 0, len(j.in.Datasets))
	for i := range j.in.Datasets {
		d := &j.in.Datasets[i]
		all = append(all, d.Object)
		if len(d.Errors) > 0 {
			continue
		}
		warnings, err := residency.CheckDataset(&d.Object)
		for _, w := range warnings {
			j.warn(d.Origin, d.Ref, w)
		}
		if err != nil {
			j.in.Add(manifest.Problem{Origin: d.Origin, Object: d.Ref, Message: err.Error()})
		}
	}
	return all
}

func (j *judge) warn(at manifest.Origin, object manifest.Ref, message string) {
	j.report.Warnings = append(j.report.Warnings, newIssue(manifest.Problem{Origin: at, Object: object, Message: message}))
}

// warnOfIdlePolicies names policies that select nothing, which is most often a typo. If
// there are no datasets, only the policies themselves were to be checked.
func (j *judge) warnOfIdlePolicies() {
	if len(j.in.Datasets) == 0 {
		return
	}
	for i := range j.in.Policies {
		p := &j.in.Policies[i]
		if info, ok := j.rulebook.Policy(p.Object.Name); ok && info.Fault == nil && len(info.Datasets) == 0 {
			j.warn(p.Origin, p.Ref, "governs no dataset of the input")
		}
	}
}

func subjectOf(w *manifest.Workload) residency.Subject {
	return residency.Subject{Kind: w.Kind, Namespace: w.Namespace, Name: w.Name}
}

func (j *judge) workload(ctx context.Context, w *manifest.Workload) {
	in, err := j.gatherer.Pod(ctx, j.rulebook, subjectOf(w), w.Pod)
	if err != nil {
		j.in.Add(manifest.Problem{Origin: w.Origin, Object: w.Ref, Message: err.Error()})
		return
	}
	j.warnOfMisplacedKeys(w, in)
	if len(in.Handles) == 0 {
		j.report.Summary.HandleNothing++
		return
	}
	j.item(newObject(w.Origin, w.Ref), w.Template, in)
}

// stored judges a claim, a volume or a snapshot.
func (j *judge) stored(ctx context.Context, s *manifest.Stored) {
	in, err := j.gatherer.Stored(ctx, j.rulebook, s.Object)
	if err != nil {
		j.in.Add(manifest.Problem{Origin: s.Origin, Object: s.Ref, Message: err.Error()})
		return
	}
	if len(in.Handles) == 0 {
		j.report.Summary.HoldNothing++
		return
	}
	j.item(newObject(s.Origin, s.Ref), nil, in)
}

// item adds the verdict about an object whose pod template, if it has one, is at the path.
func (j *judge) item(object Object, template *field.Path, in *residency.Input) {
	verdict := residency.Evaluate(j.rulebook, in)
	item := Item{
		Workload: object,
		Outcome:  verdict.Outcome.String(),
		Partial:  verdict.Outcome == residency.Permitted && verdict.Partial(),
		Findings: j.findings(template, in, &verdict),
	}
	j.report.Items = append(j.report.Items, item)
	j.report.Summary.count(object.Kind, verdict.Outcome, item.Partial)
}

// warnOfMisplacedKeys names datasets that the object claims to handle by a key that
// reaches none of its pods.
func (j *judge) warnOfMisplacedKeys(w *manifest.Workload, in *residency.Input) {
	handled := map[string]bool{}
	for _, h := range in.Handles {
		handled[h.Dataset] = true
	}
	missed := map[string]bool{}
	for _, meta := range w.Carriers {
		for _, h := range facts.Handles(facts.Keys{Labels: meta.Labels, Annotations: meta.Annotations}, facts.Keys{}) {
			if !handled[h.Dataset] {
				missed[h.Dataset] = true
			}
		}
	}
	for _, dataset := range slices.Sorted(maps.Keys(missed)) {
		j.warn(w.Origin, w.Ref, fmt.Sprintf(
			"carries the key of dataset %q itself, not in its pod template, so its pods do not handle it: move the key to %s", dataset, w.Template.Child("metadata")))
	}
}

// finish sums up.
func (j *judge) finish() {
	j.in.SortProblems()
	for _, p := range j.in.Problems {
		j.report.Errors = append(j.report.Errors, newIssue(p))
	}
	j.report.Summary.Errors = len(j.report.Errors)
	j.report.Notes = append(j.report.Notes, j.in.Notes...)
	if len(j.in.Nodes) == 0 && len(j.report.Items) > 0 {
		j.report.Notes = append(j.report.Notes, "There are no nodes in the input: what names no node was judged by the places that its constraints name.")
	}
	if note := j.noteOfMissingSites(); note != "" {
		j.report.Notes = append(j.report.Notes, note)
	}
	others := 0
	for _, n := range j.in.Others {
		others += n
	}
	if others > 0 {
		j.report.Notes = append(j.report.Notes, fmt.Sprintf("%s of other kinds %s not judged: %s.",
			amount(others, "object"), plural(others, "was", "were"), strings.Join(slices.Sorted(maps.Keys(j.in.Others)), ", ")))
	}
}

// noteOfMissingSites names the Sites on which a cluster's answer about nodes of the input
// rests, and this one does not: they were left behind when the nodes were read.
func (j *judge) noteOfMissingSites() string {
	nodes, names := 0, map[string]bool{}
	for _, n := range j.in.Nodes {
		missing := j.world.missingSites(n)
		if len(missing) > 0 {
			nodes++
		}
		for _, name := range missing {
			names[name] = true
		}
	}
	if nodes == 0 {
		return ""
	}
	return fmt.Sprintf("%s stamped as in %s, which the input does not hold: judged without.",
		plural(nodes, "1 node is", fmt.Sprintf("%d nodes are", nodes)), sitesOf(slices.Sorted(maps.Keys(names))))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func amount(n int, thing string) string {
	return fmt.Sprintf("%d %s", n, plural(n, thing, thing+"s"))
}
