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
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/residency"
)

// maxMessage is how long a refusal, and what is told to the audit log, may be, in
// bytes: some sixty findings.
const maxMessage = 16 << 10

// Keys of the annotations of the audit log. The API server puts the webhook's name before them.
const (
	auditOutcome = "outcome"
	auditVerdict = "verdict"
)

// judge has the core evaluate what was gathered and renders the verdict. What is
// admitted and handles a dataset marks its namespace before it is answered, so that
// whoever binds it has to ask.
//
// Without a rulebook nobody can say that it handles nothing: a Dataset may select it. The
// verdict is nil where there is none, as when the answer is that it could not be judged.
func (s *server) judge(ctx context.Context, req *request, namespace string, gather func(*residency.Rulebook) (*residency.Input, error)) (answer, *residency.Verdict) {
	return s.judgeAs(ctx, req, namespace, gather, render)
}

// judgeAs is judge where the verdict is rendered in another way, as where what is judged runs
// whatever is answered.
func (s *server) judgeAs(
	ctx context.Context, req *request, namespace string,
	gather func(*residency.Rulebook) (*residency.Input, error), render func(*residency.Verdict) answer,
) (answer, *residency.Verdict) {
	if slices.Contains(s.ExcludedNamespaces, namespace) {
		return allowed(), nil
	}
	synced := s.Synced == nil || s.Synced()
	rb := s.Rulebook.Current()
	in, err := gather(rb)
	switch {
	case err != nil:
		return unavailable(err), nil
	case rb == nil:
		return unavailable(errors.New("the rulebook is not compiled yet")), nil
	case len(in.Handles) == 0:
		return allowed(), nil
	case !synced:
		return unavailable(errors.New("the nodes are not all known yet")), nil
	}
	v := residency.Evaluate(rb, in)
	a := render(&v)
	// What no namespace uses marks none, and so does what names one that is not there.
	if a.response.Allowed && namespace != "" && !req.dryRun() {
		if err := s.Marker.Mark(ctx, namespace); err != nil && !apierrors.IsNotFound(err) {
			return unavailable(fmt.Errorf("marking namespace %s as governed: %w", namespace, err)), nil
		}
	}
	return a, &v
}

// render turns a verdict into an answer: findings that deny refuse, those that warn are
// warnings, and all that are flagged are told to the audit log.
func render(v *residency.Verdict) answer {
	a := allowed()
	if v.Effect == residency.Allow {
		return a
	}
	if v.Effect == residency.Deny {
		a = refused(metav1.Status{
			Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden,
			Message: sentences(v, residency.Deny, maxMessage),
		})
	}
	a.effect = v.Effect.String()
	a.response.Warnings = fit(warningsOf(v))
	a.response.AuditAnnotations = map[string]string{
		auditOutcome: v.Outcome.String(),
		auditVerdict: sentences(v, residency.Audit, maxMessage),
	}
	return a
}

// sentences returns the sentences of all findings that have at least the given effect,
// as many whole ones as fit.
func sentences(v *residency.Verdict, atLeast residency.Effect, limit int) string {
	var b []byte
	more := 0
	for _, s := range v.Sentences(atLeast) {
		switch {
		case len(b) == 0:
			b = append(b, cut(s, limit)...)
		case more > 0 || len(b)+1+len(s) > limit:
			more++
		default:
			b = append(append(b, ' '), s...)
		}
	}
	if more > 0 {
		b = fmt.Appendf(b, " And %d more.", more)
	}
	return string(b)
}
