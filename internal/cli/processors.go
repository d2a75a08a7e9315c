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
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Processor is a third party that a workload calls, and how it is known that it does.
type Processor struct {
	// Name of the Processor and of its mode; both are empty if what the workload says is no
	// processor/mode.
	Name string `json:"name"`
	Mode string `json:"mode"`
	// Malformed is what the workload says instead.
	Malformed string `json:"malformed,omitempty"`
	// Declared is whether the workload or its namespace says so. If not, Host is what was seen.
	Declared bool   `json:"declared"`
	Host     string `json:"host,omitempty"`
	// Path of the field that says so, or in which the host was seen.
	Path string `json:"path"`
}

// CalledProcessor is a processor that a pod calls, with all that policies say of that.
type CalledProcessor struct {
	Processor
	// Outcome is the gravest; NotGoverned if no policy governs what the pod handles.
	Outcome string `json:"outcome"`
	// Reasons for the outcome, each once.
	Reasons []string `json:"reasons"`
}

func newProcessor(u *residency.ProcessorUse) *Processor {
	return &Processor{Name: u.Processor, Mode: u.Mode, Malformed: u.Malformed, Declared: u.Declared, Host: u.Host, Path: u.Path}
}

// words is how people call it: "alibaba-model-studio/global-frankfurt".
func (p *Processor) words() string {
	if p.Malformed != "" {
		return p.Malformed
	}
	return p.Name + "/" + p.Mode
}

// known says how it is known that it is called.
func (p *Processor) known() string {
	if p.Declared {
		return p.Path
	}
	return p.Host + " in " + p.Path
}

// called returns the processors that an object calls, whose pod template, if it has one, is at the
// path.
func called(template *field.Path, l *looked) []CalledProcessor {
	var out []CalledProcessor
	for i := range l.processors {
		c := CalledProcessor{Processor: *newProcessor(&l.processors[i]), Outcome: residency.NotGoverned.String(), Reasons: []string{}}
		c.Path = pathOf(template, c.Path)
		for k := range l.Findings {
			f := &l.Findings[k]
			if f.Processor == nil || f.Processor.words() != c.words() || f.undeclared() {
				continue
			}
			if worse := graver(c.Outcome, f.Outcome); worse != c.Outcome {
				c.Outcome, c.Reasons = worse, []string{}
			}
			if f.Outcome == c.Outcome && !slices.Contains(c.Reasons, f.Reason) {
				c.Reasons = append(c.Reasons, f.Reason)
			}
		}
		out = append(out, c)
	}
	return out
}

// processorsGrid says which processors the object calls.
func (e *Explanation) processorsGrid() *grid {
	g := &grid{columns: []column{
		{header: "CALLS", key: true, least: 16, tail: 8},
		{header: "OUTCOME"},
		{header: "REASON", gives: 2, least: 12},
		{header: "KNOWN BY", gives: 1, least: 16, tail: 8},
	}}
	for i := range e.Processors {
		c := &e.Processors[i]
		g.add(c.words(), c.Outcome, strings.Join(c.Reasons, ", "), c.known())
	}
	return g
}

// processorColumn is the column of findings in which processors stand.
func processorColumn(gives int) column {
	return column{header: "PROCESSOR", gives: gives, least: 12, tail: 6}
}

func ofProcessor(f Finding) bool { return f.Processor != nil }

// processorCell is the processor of a finding, or nothing.
func (f *Finding) processorCell() string {
	if f.Processor == nil {
		return ""
	}
	return f.Processor.words()
}

// undeclared reports whether the finding warns of a processor that the workload says nothing of.
func (f *Finding) undeclared() bool { return f.Reason == string(residency.ReasonUndeclaredProcessor) }

// undeclared returns the warnings of processors of which workloads say nothing, each once.
func undeclared(findings []Finding) []string {
	var out []string
	for i := range findings {
		if f := &findings[i]; f.undeclared() {
			out = append(out, "warning: "+f.Message)
		}
	}
	return once(out)
}

// itemFindings are the findings of all items.
func (e *Explanation) itemFindings() []Finding {
	var out []Finding
	for i := range e.Items {
		out = append(out, e.Items[i].Findings...)
	}
	return out
}

// mendProcessor is mend for a processor.
func (s *scene) mendProcessor(f *Finding, in *residency.Input) bool {
	missing := ""
	switch {
	case f.Processor.Malformed != "" || f.Reason == string(residency.ReasonPolicyNotAccepted):
	case s.processors != nil:
		missing = s.processors.right()
	case s.unsited != nil && s.namesSite(f.Processor.Name):
		missing = "list " + sitesResource + "." + residencyv1.GroupVersion.Group
	}
	if missing == "" {
		return false
	}
	f.Outcome, f.Effect, f.Reason = residency.Undetermined.String(), "", reasonNotReadable
	f.Message = fmt.Sprintf("%s handles dataset %q: where processor %s stores and computes is not known: you may not %s. Policy %q permits %s.",
		in.Subject, f.Dataset, f.Processor.words(), missing, f.Policy, f.Allowed)
	return true
}

// namesSite reports whether a Processor names a Site as a place.
func (s *scene) namesSite(name string) bool {
	for i := range s.in.Processors {
		p := &s.in.Processors[i].Object
		if p.Name != name {
			continue
		}
		for k := range p.Spec.Modes {
			m := &p.Spec.Modes[k]
			places := slices.Clone(m.Storage)
			if m.Processing != nil {
				places = slices.Concat(places, m.Processing.Places, m.Processing.Except)
			}
			if slices.ContainsFunc(places, func(place residencyv1.Place) bool { return place.Site != nil }) {
				return true
			}
		}
	}
	return false
}
