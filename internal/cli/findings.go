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

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// findings returns what was found about an object whose pod template, if it has one, is at
// the path, and one finding for each dataset that it handles and about which nothing was found.
func (j *judge) findings(template *field.Path, in *residency.Input, v *residency.Verdict) []Finding {
	var out []Finding
	next := 0
	for _, h := range in.Handles {
		first := next
		for next < len(v.Findings) && v.Findings[next].Dataset == h.Dataset {
			out = append(out, j.finding(template, in, v, &v.Findings[next]))
			next++
		}
		if next == first {
			out = append(out, j.notGoverned(in, h))
		}
	}
	return out
}

func (j *judge) finding(template *field.Path, in *residency.Input, v *residency.Verdict, f *residency.Finding) Finding {
	out := Finding{
		Dataset: f.Dataset, Way: f.Words(), Policy: f.Policy, Aspect: string(f.Aspect),
		Outcome: f.Outcome.String(), Effect: f.Effect.String(), Reason: string(f.Reason),
		Message: strings.TrimSpace(f.Sentence(v.Subject)),
		Path:    pathOf(template, f.Path()), Allowed: f.Allowed(), Transfers: newTransfers(f.Transfers(), j.at),
	}
	if u := f.Processor(); u != nil {
		out.Processor = newProcessor(u)
		return out
	}
	if f.Volume() != nil {
		j.rests(&out, in, f)
		return out
	}
	j.where(&out, in, f.Handling)
	return out
}

// reasonNotRestricted is the reason of what policies govern that say nothing about the aspect.
const reasonNotRestricted = "NotRestricted"

func (j *judge) notGoverned(in *residency.Input, h residency.Handling) Finding {
	out := Finding{
		Dataset: h.Dataset, Way: h.Words(), Aspect: string(aspectOf(in)),
		Outcome: residency.NotGoverned.String(), Effect: residency.Allow.String(), Reason: residencyv1.ReasonNoPolicy,
		Message: fmt.Sprintf("%s handles dataset %q: no policy governs it.", in.Subject, h.Dataset),
	}
	if info, ok := j.rulebook.Dataset(h.Dataset); ok && len(info.Policies) > 0 {
		out.Reason = reasonNotRestricted
		out.Message = fmt.Sprintf("%s handles dataset %q: no policy restricts its %s.", in.Subject, h.Dataset, strings.ToLower(out.Aspect))
	}
	j.where(&out, in, h)
	return out
}

// aspectOf is the aspect in which there is something to be said of any subject like this one.
func aspectOf(in *residency.Input) residencyv1.Aspect {
	if in.OnlyStores {
		return residencyv1.AspectStorage
	}
	return residencyv1.AspectProcessing
}

// pathOf returns a path of a pod as a path of the workload that the pod is made by.
func pathOf(template *field.Path, path string) string {
	if template == nil || strings.HasPrefix(path, "namespace ") || strings.HasPrefix(path, "service ") {
		return path
	}
	return template.String() + "." + path
}

// rests says where the volume rests that was judged, and, if it rests with the node, where that is.
func (j *judge) rests(out *Finding, in *residency.Input, f *residency.Finding) {
	out.Volume = newVolume(f.Volume())
	switch n := f.Node(); {
	case n != nil:
		out.Node, out.Location = n.Name, newLocation(&n.Location)
	case f.Reach() != nil:
		out.Reach = j.reach(in, f.Handling, f.Policy, f.Volume())
	}
}

// where says where the workload is, or where it can go.
func (j *judge) where(f *Finding, in *residency.Input, h residency.Handling) {
	switch {
	case in.Node != nil:
		f.Node, f.Location = in.Node.Name, newLocation(&in.Node.Location)
	case in.Reach != nil:
		f.Reach = j.reach(in, h, f.Policy, nil)
	}
}

// reachKey is what a Reach depends on: workloads with the same constraints share it.
type reachKey struct {
	reach           *residency.Reach
	dataset, policy string
	volume          *residency.Volume
}

// reach asks the core about each place within reach as if the workload were there: what a
// policy says of processing, or of storing the volume.
func (j *judge) reach(in *residency.Input, h residency.Handling, policy string, volume *residency.Volume) *Reach {
	key := reachKey{reach: in.Reach, dataset: h.Dataset, policy: policy, volume: volume}
	var volumes []*residency.Volume
	if volume != nil {
		volumes = []*residency.Volume{volume}
	}
	if known, ok := j.reaches[key]; ok {
		return known
	}
	r := &Reach{}
	for i := range in.Reach.Places {
		p := &in.Reach.Places[i]
		place := ReachPlace{Location: newLocation(&p.Node.Location), Example: p.Node.Name, Nodes: p.Count}
		v := residency.Evaluate(j.rulebook, &residency.Input{
			Subject: in.Subject, At: in.At, Handles: []residency.Handling{h}, Node: p.Node, Volumes: volumes,
		})
		for k := range v.Findings {
			if f := &v.Findings[k]; f.Policy == policy && policy != "" && f.Volume() == volume {
				place.Outcome, place.Transfers = f.Outcome.String(), goesTo(newTransfers(f.Transfers(), j.at))
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
