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
	"errors"
	"fmt"
	"slices"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// podUpdateAnswerer answers reviews of updates of pods, of their statuses, which can change
// labels and annotations too, and of their ephemeral containers.
type podUpdateAnswerer struct {
	*server
	gatherer *facts.Gatherer
}

func (p podUpdateAnswerer) answer(ctx context.Context, body []byte, req *request) answer {
	before, after, err := decodePodUpdate(body, req)
	if err != nil {
		return malformed(err)
	}
	if before.Spec.NodeName == "" {
		return p.waiting(ctx, req, before, after)
	}
	return p.running(ctx, req, before, after)
}

// waiting answers for a pod without a node. It is judged as if it were made now, unless the
// update neither lets it go elsewhere nor has it handle or call more: then it was judged already,
// and what it loses it is not judged by when it is bound.
func (p podUpdateAnswerer) waiting(ctx context.Context, req *request, before, after *corev1.Pod) answer {
	a, v := p.judge(ctx, req, after.Namespace, func(rb *residency.Rulebook) (*residency.Input, error) {
		in, err := p.gatherer.Pod(ctx, rb, facts.PodSubject(after), after)
		if err != nil || constraintsDiffer(before, after) {
			return in, err
		}
		had, err := p.gatherer.Ways(ctx, rb, before)
		if err != nil || len(residency.Without(in.Handles, had)) > 0 {
			return in, err
		}
		called, err := p.gatherer.Calls(ctx, rb, before)
		if err == nil && len(calledBesides(in.Processors, called)) == 0 {
			in.Handles = nil
		}
		return in, err
	})
	p.tellOwners(ctx, &a, v, &after.ObjectMeta)
	return a
}

// constraintsDiffer reports whether a pod may go to other nodes than before.
func constraintsDiffer(before, after *corev1.Pod) bool {
	return before.Spec.NodeName != after.Spec.NodeName ||
		!equality.Semantic.DeepEqual(before.Spec.NodeSelector, after.Spec.NodeSelector) ||
		!equality.Semantic.DeepEqual(before.Spec.Affinity, after.Spec.Affinity)
}

// running answers for a pod that has a node. What it comes to call is judged besides. What it comes to handle by what a new container
// refers to is judged, since the data is not there yet. What it comes to handle by a label or
// a key is there already: that is said of it now, and to refuse would hide it. What it handles
// no longer takes the verb declassify.
func (p podUpdateAnswerer) running(ctx context.Context, req *request, before, after *corev1.Pod) answer {
	subject := facts.PodSubject(after)
	var lost []residency.Handling
	a, _ := p.judgeAs(ctx, req, after.Namespace, func(rb *residency.Rulebook) (*residency.Input, error) {
		had, err := p.gatherer.Ways(ctx, rb, before)
		if err != nil {
			return nil, err
		}
		in, err := p.gatherer.Pod(ctx, rb, subject, after)
		if err != nil {
			return nil, err
		}
		has, err := p.gatherer.Ways(ctx, rb, after)
		if err != nil {
			return nil, err
		}
		lost = residency.Without(had, has)
		in.Handles = gained(had, has)
		return in, nil
	}, tightened)
	if !a.response.Allowed {
		return a
	}
	if c := p.calling(ctx, req, before, after); !c.response.Allowed {
		return c
	} else if len(c.response.Warnings) > 0 {
		a.response.Warnings = append(a.response.Warnings, c.response.Warnings...)
	}
	if len(lost) == 0 {
		return a
	}
	losses := make([]loss, len(lost))
	for i := range lost {
		losses[i] = loss{lost[i].Dataset, fmt.Sprintf("off %s, which has a node (%s) and handles it by %s", subject, before.Spec.NodeName, lost[i].Words())}
	}
	if d := p.declassified(ctx, req, losses, "Keep the labels and keys of the pod that make it handle the dataset"); !d.response.Allowed {
		return d
	}
	return a
}

// gained is what a pod comes to handle. That it said before that it handles a dataset, by a
// label or a key, brought no data: a reference does, unless it had one to the same dataset.
// Otherwise whoever may not bring a dataset to a pod would give the pod its key first.
func gained(had, has []residency.Handling) []residency.Handling {
	brought := residency.Without(byReference(has), byReference(had))
	return residency.Without(slices.Concat(brought, residency.Without(has, had)), nil)
}

func byReference(ways []residency.Handling) []residency.Handling {
	return slices.DeleteFunc(slices.Clone(ways), func(h residency.Handling) bool { return !h.Way.ByReference() })
}

// tightened renders the verdict on what a pod with a node comes to handle.
func tightened(v *residency.Verdict) answer {
	return tightenedBut(v, func(f *residency.Finding) bool { return !f.Way.ByReference() })
}

// tightenedBut renders a verdict on what is so whatever is answered, as far as the findings are
// about that.
func tightenedBut(v *residency.Verdict, so func(*residency.Finding) bool) answer {
	if !soften(v, so) || v.Effect == residency.Deny {
		return render(v)
	}
	return renderAfter(v, fmt.Sprintf("%s has a node already: the update is admitted, and the pod is flagged", v.Subject))
}

// soften has findings warn that would deny, and reports whether it did: they are about what is
// so whatever is answered.
func soften(v *residency.Verdict, which func(*residency.Finding) bool) bool {
	softened := false
	v.Effect = residency.Allow
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Effect == residency.Deny && which(f) {
			f.Effect, softened = residency.Warn, true
		}
		v.Effect = max(v.Effect, f.Effect)
	}
	return softened
}

// renderAfter renders a verdict with a warning before those of its findings.
func renderAfter(v *residency.Verdict, warning string) answer {
	a := render(v)
	a.response.Warnings = fit(warningsOf(v, warning))
	return a
}

// decodePodUpdate decodes a review of an update of a pod.
func decodePodUpdate(body []byte, req *request) (before, after *corev1.Pod, err error) {
	object, old, err := decode[podObject](body, req, want{
		kind:       groupKind{Kind: "Pod"},
		resources:  []string{"pods", "pods/status", "pods/ephemeralcontainers"},
		operations: []admissionv1.Operation{admissionv1.Update},
	})
	if err != nil {
		return nil, nil, err
	}
	if old == nil {
		return nil, nil, errNoOldObject
	}
	namespace, err := req.namespaced(&object.Metadata)
	if err != nil {
		return nil, nil, err
	}
	return old.pod(namespace), object.pod(namespace), nil
}

var errNoOldObject = errors.New("the request of the AdmissionReview is an update and has no old object")
