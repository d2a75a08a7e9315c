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

package webhook

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// calling answers for what a pod with a node comes to call. At the hosts that a new container
// shows it is not called yet, so that is refused. What the pod comes to say of the others is so
// whatever is answered: it is admitted, with a warning. That it calls what it handled and called
// before is judged nowhere here.
func (p podUpdateAnswerer) calling(ctx context.Context, req *request, before, after *corev1.Pod) answer {
	var brought []residency.ProcessorUse
	a, _ := p.judgeAs(ctx, req, after.Namespace, func(rb *residency.Rulebook) (*residency.Input, error) {
		in, err := p.gatherer.Pod(ctx, rb, facts.PodSubject(after), after)
		if err != nil || len(in.Processors) == 0 {
			return &residency.Input{}, err
		}
		called, err := p.gatherer.Calls(ctx, rb, before)
		if err != nil {
			return nil, err
		}
		brought = facts.Brought(rb, before, after, in.Processors)
		more := calledBesides(in.Processors, called)
		in.Processors = append(more, calledBesides(brought, more)...)
		if len(in.Processors) == 0 {
			in.Handles = nil
		}
		return in, nil
	}, func(v *residency.Verdict) answer {
		ofProcessors(v)
		return tightenedBut(v, func(f *residency.Finding) bool { return !calls(brought, f.Processor()) })
	})
	return a
}

// calledBesides are the calls that are none of others.
func calledBesides(all, others []residency.ProcessorUse) []residency.ProcessorUse {
	return slices.DeleteFunc(slices.Clone(all), func(u residency.ProcessorUse) bool { return calls(others, &u) })
}

// calls reports whether the use is one of these, whether it is declared or not.
func calls(list []residency.ProcessorUse, use *residency.ProcessorUse) bool {
	return slices.ContainsFunc(list, func(u residency.ProcessorUse) bool { return u.ModeRef == use.ModeRef && u.Malformed == use.Malformed })
}

// ofProcessors leaves of a verdict what it says of processors.
func ofProcessors(v *residency.Verdict) {
	v.Findings = slices.DeleteFunc(v.Findings, func(f residency.Finding) bool { return f.Processor() == nil })
	v.Outcome, v.Effect = residency.NotGoverned, residency.Allow
	for i := range v.Findings {
		v.Outcome, v.Effect = max(v.Outcome, v.Findings[i].Outcome), max(v.Effect, v.Findings[i].Effect)
	}
}
