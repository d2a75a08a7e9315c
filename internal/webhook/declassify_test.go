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
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// reviews answers every question in the same way, and keeps the last.
type reviews struct {
	status authorizationv1.SubjectAccessReviewStatus
	err    error
	asked  authorizationv1.SubjectAccessReviewSpec
}

func (r *reviews) Create(_ context.Context, review *authorizationv1.SubjectAccessReview, _ metav1.CreateOptions) (*authorizationv1.SubjectAccessReview, error) {
	r.asked = review.Spec
	return &authorizationv1.SubjectAccessReview{Status: r.status}, r.err
}

func TestDeclassifiers(t *testing.T) {
	for name, tc := range map[string]struct {
		reviews reviews
		may     bool
		failed  bool
	}{
		"who may":       {reviews: reviews{status: authorizationv1.SubjectAccessReviewStatus{Allowed: true}}, may: true},
		"who may not":   {},
		"who is denied": {reviews: reviews{status: authorizationv1.SubjectAccessReviewStatus{Denied: true}}},
		"who may by one of the rules": {
			reviews: reviews{status: authorizationv1.SubjectAccessReviewStatus{Allowed: true, EvaluationError: "a role is missing"}}, may: true,
		},
		"of whom nobody knows": {reviews: reviews{status: authorizationv1.SubjectAccessReviewStatus{EvaluationError: "a role is missing"}}, failed: true},
		"no answer":            {reviews: reviews{err: errors.New("no way to ask"), status: authorizationv1.SubjectAccessReviewStatus{Allowed: true}}, failed: true},
	} {
		t.Run(name, func(t *testing.T) {
			user := &authenticationv1.UserInfo{
				Username: "dev", UID: "7", Groups: []string{"crm", "system:authenticated"},
				Extra: map[string]authenticationv1.ExtraValue{"scopes": {"a", "b"}},
			}
			may, err := NewDeclassifiers(&tc.reviews).May(t.Context(), user, "customers")
			if may != tc.may || (err != nil) != tc.failed {
				t.Errorf("got %v, %v", may, err)
			}
			want := authorizationv1.SubjectAccessReviewSpec{
				User: "dev", UID: "7", Groups: []string{"crm", "system:authenticated"},
				Extra: map[string]authorizationv1.ExtraValue{"scopes": {"a", "b"}},
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Verb: "declassify", Group: "residency.domicile.dev", Version: "*", Resource: "datasets", Name: "customers",
				},
			}
			if diff := cmp.Diff(want, tc.reviews.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}
