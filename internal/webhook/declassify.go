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
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Declassifiers knows who may take a dataset off what handles it.
type Declassifiers interface {
	// May reports whether a user has the verb declassify on a Dataset. An error says that
	// nobody knows.
	May(ctx context.Context, user *authenticationv1.UserInfo, dataset string) (bool, error)
}

// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// NewDeclassifiers returns Declassifiers that ask the API server, by the same rules as
// kubectl auth can-i.
func NewDeclassifiers(reviews authorizationclient.SubjectAccessReviewInterface) Declassifiers {
	return &declassifiers{reviews: reviews}
}

type declassifiers struct {
	reviews authorizationclient.SubjectAccessReviewInterface
}

func (d *declassifiers) May(ctx context.Context, user *authenticationv1.UserInfo, dataset string) (bool, error) {
	extra := make(map[string]authorizationv1.ExtraValue, len(user.Extra))
	for key, values := range user.Extra {
		extra[key] = authorizationv1.ExtraValue(values)
	}
	review, err := d.reviews.Create(ctx, &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: residencyv1.DeclassifyVerb, Group: residencyv1.GroupVersion.Group, Version: "*", Resource: "datasets", Name: dataset,
		},
	}}, metav1.CreateOptions{})
	switch {
	case err != nil:
		return false, err
	case !review.Status.Allowed && review.Status.EvaluationError != "":
		return false, fmt.Errorf("the API server cannot say: %s", review.Status.EvaluationError)
	}
	return review.Status.Allowed, nil
}

// loss is a dataset that a request would take off what runs.
type loss struct {
	dataset string
	// words say off what, and how that comes: "off pod crm/profiles, which ...".
	words string
}

// declassified answers a request by which datasets are lost: it takes the verb declassify on
// each. A name that no Dataset can have may go, as that of an empty key: nothing is governed
// by it. The advice says what to do instead.
func (s *server) declassified(ctx context.Context, req *request, losses []loss, advice string) answer {
	var denied []loss
	for _, l := range losses {
		if len(validation.IsDNS1123Label(l.dataset)) > 0 {
			continue
		}
		may, err := s.Declassifiers.May(ctx, &req.UserInfo, l.dataset)
		if err != nil {
			return unavailable(fmt.Errorf("asking whether user %q may declassify dataset %q: %w", req.UserInfo.Username, l.dataset, err))
		}
		if !may {
			denied = append(denied, l)
		}
	}
	if len(denied) == 0 {
		return allowed()
	}
	what := "update"
	if req.Operation == admissionv1.Create {
		what = "request"
	}
	var b strings.Builder
	for i, l := range denied {
		if i == maxNamed {
			fmt.Fprintf(&b, "And %d more. ", len(denied)-i)
			break
		}
		fmt.Fprintf(&b, "This %s would take dataset %q %s. That takes the verb declassify on the dataset (kubectl auth can-i declassify datasets.%s/%s). ",
			what, l.dataset, l.words, residencyv1.GroupVersion.Group, l.dataset)
	}
	b.WriteString(advice + ", or ask whoever answers for the dataset.")
	return forbidden(b.String())
}

// forbidden refuses what nobody has to judge.
func forbidden(message string) answer {
	return refused(metav1.Status{Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden, Message: message})
}
