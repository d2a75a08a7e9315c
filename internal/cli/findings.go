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
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

// findings returns what was found about a workload, and one finding for each dataset
// that it handles and nothing governs.
func (j *judge) findings(w *manifest.Workload, in *residency.Input, v *residency.Verdict) []Finding {
	var out []Finding
	next := 0
	for _, h := range in.Handles {
		first := next
		for next < len(v.Findings) && v.Findings[next].Dataset == h.Dataset {
			out = append(out, j.finding(w, in, v, &v.Findings[next]))
			next++
		}
		if next == first {
			out = append(out, j.notGoverned(in, h))
		}
	}
	return out
}

func (j *judge) finding(w *manifest.Workload, in *residency.Input, v *residency.Verdict, f *residency.Finding) Finding {
	out := Finding{
		Dataset: f.Dataset, Way: f.Words(), Policy: f.Policy, Aspect: string(f.Aspect),
		Outcome: f.Outcome.String(), Effect: f.Effect.String(), Reason: string(f.Reason),
		Message: strings.TrimSpace(f.Sentence(v.Subject)),
		Path:    pathOf(w, f.Path()), Allowed: f.Allowed(),
	}
	j.where(&out, in, f.Handling)
	return out
}

func (j *judge) notGoverned(in *residency.Input, h residency.Handling) Finding {
	out := Finding{
		Dataset: h.Dataset, Way: h.Words(), Aspect: string(residencyv1.AspectProcessing),
		Outcome: residency.NotGoverned.String(), Effect: residency.Allow.String(), Reason: residencyv1.ReasonNoPolicy,
		Message: fmt.Sprintf("%s handles dataset %q: no policy governs it.", in.Subject, h.Dataset),
	}
	j.where(&out, in, h)
	return out
}

// pathOf returns a path of a pod as a path of the workload that the pod is made by.
func pathOf(w *manifest.Workload, path string) string {
	if w.Template == nil || strings.HasPrefix(path, "namespace ") {
		return path
	}
	return w.Template.String() + "." + path
}

// where says where the workload is, or where it can go.
func (j *judge) where(f *Finding, in *residency.Input, h residency.Handling) {
	switch {
	case in.Node != nil:
		f.Node, f.Location = in.Node.Name, newLocation(&in.Node.Location)
	case in.Reach != nil:
		f.Reach = j.reach(in, h, f.Policy)
	}
}

// reachKey is what a Reach depends on: workloads with the same constraints share it.
type reachKey struct {
	reach           *residency.Reach
	dataset, policy string
}

// reach asks the core about each place within reach as if the workload were there.
func (j *judge) reach(in *residency.Input, h residency.Handling, policy string) *Reach {
	key := reachKey{reach: in.Reach, dataset: h.Dataset, policy: policy}
	if known, ok := j.reaches[key]; ok {
		return known
	}
	r := &Reach{}
	for i := range in.Reach.Places {
		p := &in.Reach.Places[i]
		place := ReachPlace{Location: newLocation(&p.Node.Location), Example: p.Node.Name, Nodes: p.Count}
		v := residency.Evaluate(j.rulebook, &residency.Input{
			Subject: in.Subject, Handles: []residency.Handling{h}, Node: p.Node,
		})
		for k := range v.Findings {
			if f := &v.Findings[k]; f.Policy == policy && policy != "" {
				place.Outcome = f.Outcome.String()
				if f.Outcome == residency.Permitted {
					r.Permitted += p.Count
				}
			}
		}
		r.Total += p.Count
		r.Places = append(r.Places, place)
	}
	switch in.Reach.Kind {
	case residency.ReachNodes:
		r.Kind = reachNodes
	case residency.ReachNamed:
		r.Kind = reachNamed
		for i := range r.Places {
			r.Places[i].Nodes = 0
		}
	default:
		r.Kind = reachOpen
	}
	j.reaches[key] = r
	return r
}

// The kinds of a Reach.
const (
	reachNodes = "Nodes"
	reachNamed = "Named"
	reachOpen  = "Open"
)
