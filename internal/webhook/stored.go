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
	"fmt"
	"net/http"
	"reflect"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// storedAnswerer answers reviews of what data rests in: claims, PersistentVolumes, and both halves
// of snapshots. The API server asks only about what is new, and about updates that may change
// where it rests or what it holds.
type storedAnswerer[T any] struct {
	*server
	gatherer *facts.Gatherer
	kind     *storedKind[T]
}

// change is what a review is about.
type change[T any] struct {
	// before is nil of what is new.
	before, after *T
	// namespace is that in which it is used.
	namespace string
}

func (s storedAnswerer[T]) answer(ctx context.Context, body []byte, req *request) answer {
	c, err := s.decode(body, req)
	if err != nil {
		return malformed(err)
	}
	m := s.kind.meta(c.after)
	var (
		in        *residency.Input
		lost      []residency.Handling
		missing   string
		rendering = render
	)
	a, v := s.judgeAs(ctx, req, c.namespace, func(rb *residency.Rulebook) (*residency.Input, error) {
		if lost, err = s.lost(ctx, c); err != nil {
			return nil, err
		}
		if missing, err = s.missing(ctx, c); err != nil {
			return nil, err
		}
		var there bool
		if in, there, err = s.gather(ctx, rb, c); there {
			rendering = renderThere
		}
		return in, err
	}, func(v *residency.Verdict) answer { return rendering(v) })
	a.handles = metaKeys(m).Any() || in != nil && len(in.Handles) > 0
	if v != nil && v.Effect == residency.Deny && !a.response.Allowed {
		s.tellOwners(ctx, &a, v, m)
		if claim, volume := s.kind.unbound(c); claim != nil && !req.dryRun() {
			s.refusals.tell(claim, volume, a.response.Result.Message)
		}
	}
	if !a.response.Allowed {
		return a
	}
	if missing != "" {
		return sourceMissing(facts.SubjectOf(req.Kind.Kind, m), missing)
	}
	if len(lost) == 0 {
		return a
	}
	if d := s.declassified(ctx, req, lossesOf(facts.SubjectOf(req.Kind.Kind, m), lost),
		"Leave all dataset keys out, so that it keeps what it inherits, or name these datasets as well"); !d.response.Allowed {
		return d
	}
	return a
}

func (s storedAnswerer[T]) decode(body []byte, req *request) (*change[T], error) {
	after, before, err := decode[T](body, req, s.kind.want)
	if err != nil {
		return nil, err
	}
	c := &change[T]{before: before, after: after}
	switch {
	case req.Operation == admissionv1.Create:
		c.before = nil
	case before == nil:
		return nil, errNoOldObject
	}
	m := s.kind.meta(after)
	if s.kind.usedIn != nil {
		c.namespace = s.kind.usedIn(after)
		return c, nil
	}
	c.namespace, err = req.namespaced(&objectMeta{Namespace: m.Namespace})
	m.Namespace = c.namespace
	if c.before != nil {
		s.kind.meta(c.before).Namespace = c.namespace
	}
	return c, err
}

// gather gathers what is to be judged. An update that does not change where the data rests is
// judged only by what it comes to hold; there reports that this is there already, so that to
// refuse would only hide it.
func (s storedAnswerer[T]) gather(ctx context.Context, rb *residency.Rulebook, c *change[T]) (in *residency.Input, there bool, err error) {
	in, err = s.kind.gather(s.gatherer, ctx, rb, c.after)
	if err != nil || c.before == nil || s.kind.decides(c.before, c.after) {
		return in, false, err
	}
	was, err := s.kind.gather(s.gatherer, ctx, rb, c.before)
	if err != nil {
		return nil, false, err
	}
	gained := residency.Without(in.Handles, was.Handles)
	if !rb.RestrictsStorage(was.Handles) || reflect.DeepEqual(restsOf(was), restsOf(in)) {
		in.Handles, there = gained, s.kind.holds(c.before)
	}
	return in, there, nil
}

func restsOf(in *residency.Input) []any {
	var out []any
	for _, v := range in.Volumes {
		out = append(out, v.Rest)
	}
	return out
}

// lost returns the datasets that what the data is made of carries, and that are hidden by keys of
// its own which say less. What was hidden before is not lost by this.
func (s storedAnswerer[T]) lost(ctx context.Context, c *change[T]) ([]residency.Handling, error) {
	hidden, err := s.hidden(ctx, c.after)
	if err != nil || len(hidden) == 0 || c.before == nil {
		return hidden, err
	}
	before, err := s.hidden(ctx, c.before)
	return residency.Without(hidden, before), err
}

func (s storedAnswerer[T]) hidden(ctx context.Context, o *T) ([]residency.Handling, error) {
	m := s.kind.meta(o)
	if s.kind.said == nil || !metaKeys(m).Any() {
		return nil, nil
	}
	said, err := s.kind.said(s.gatherer, ctx, o)
	if err != nil {
		return nil, err
	}
	bare := *o
	m = s.kind.meta(&bare)
	m.Labels, m.Annotations = withoutKeys(m.Labels), withoutKeys(m.Annotations)
	inherits, err := s.kind.ways(s.gatherer, ctx, &bare)
	return residency.Without(inherits, said), err
}

// missing names the source of what is new and has keys of its own, if that is not there yet: what
// these keys would hide is not known before it is.
func (s storedAnswerer[T]) missing(ctx context.Context, c *change[T]) (string, error) {
	if s.kind.missing == nil || c.before != nil && metaKeys(s.kind.meta(c.before)).Any() || !metaKeys(s.kind.meta(c.after)).Any() {
		return "", nil
	}
	return s.kind.missing(s.gatherer, ctx, c.after)
}

func sourceMissing(subject residency.Subject, source string) answer {
	return refused(metav1.Status{Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden, Message: fmt.Sprintf(
		"%s has dataset keys of its own and is to be made of %s, which is not there: whether they say less than that holds cannot be known. "+
			"Make it after its source, or leave all dataset keys out, so that it keeps what it inherits.", subject, source)})
}

// renderThere renders the verdict on data that is where it is whatever is answered.
func renderThere(v *residency.Verdict) answer {
	if !soften(v, func(*residency.Finding) bool { return true }) {
		return render(v)
	}
	return renderAfter(v, v.Subject.String()+" has been there before: the update is admitted, and it is flagged")
}

func lossesOf(subject residency.Subject, lost []residency.Handling) []loss {
	losses := make([]loss, len(lost))
	for i := range lost {
		losses[i] = loss{lost[i].Dataset, "off " + subject.String() + ", which would be held to it by " + lost[i].Words()}
	}
	return losses
}

func metaKeys(m *metav1.ObjectMeta) facts.Keys {
	return facts.Keys{Labels: m.Labels, Annotations: m.Annotations}
}
