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
	"bytes"
	"context"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"net/http"

	admissionv1 "k8s.io/api/admission/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/json"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// resourceObject is what is decoded of a resource of ours before its spec.
type resourceObject struct {
	Metadata objectMeta         `json:"metadata"`
	Spec     stdjson.RawMessage `json:"spec"`
}

// answerDataset answers a review of a Dataset. The schema has held it to all that can be
// wrong with it; what is left is that this manager can read it.
func (s *server) answerDataset(_ context.Context, body []byte, req *request) answer {
	var spec residencyv1.DatasetSpec
	_, unchanged, err := decodeResource(body, req, "Dataset", "datasets", &spec)
	switch {
	case unchanged:
		return allowed()
	case err != nil:
		return unreadable(req, err)
	}
	return allowed()
}

// answerPolicy answers a review of a ResidencyPolicy: what the catalogue knows to be
// wrong is refused, what is surely not meant is warned of.
func (s *server) answerPolicy(_ context.Context, body []byte, req *request) answer {
	rp := &residencyv1.ResidencyPolicy{}
	name, unchanged, err := decodeResource(body, req, "ResidencyPolicy", "residencypolicies", &rp.Spec)
	switch {
	case unchanged:
		// Whoever takes a label or a finalizer from a policy that got past us must not be held up by it.
		return allowed()
	case err != nil:
		return unreadable(req, err)
	}
	rp.Name = name
	checked := residency.Check(s.Catalogue, rp)
	var told [][]string
	for _, warning := range checked.Warnings {
		told = append(told, []string{warning})
	}
	if checked.Fault == nil {
		return allowed(fit(told)...)
	}
	a := refused(apierrors.NewInvalid(residencyv1.GroupVersion.WithKind("ResidencyPolicy").GroupKind(), name, checked.Fault.Errors).Status())
	a.response.Warnings = fit(told)
	return a
}

// unknownFields is the error of a spec with fields that this manager does not know. To
// admit it would be to accept a rule and ignore it.
type unknownFields struct{ errors []error }

// Error implements error.
func (e *unknownFields) Error() string {
	return fmt.Sprintf("this version of the manager does not know all of it (%s); it may be older than the custom resource definition", errors.Join(e.errors...))
}

// unreadable refuses a resource that cannot be decoded.
func unreadable(req *request, err error) answer {
	var unknown *unknownFields
	if !errors.As(err, &unknown) {
		return malformed(err)
	}
	return refused(metav1.Status{
		Code: http.StatusUnprocessableEntity, Reason: metav1.StatusReasonInvalid,
		Message: fmt.Sprintf("%s %q: %s", req.Kind.Kind, req.Name, err),
	})
}

// decodeResource decodes a review of a resource of ours and its spec, unless an update
// leaves the spec as it was: then there is nothing to judge.
func decodeResource(body []byte, req *request, kind, resource string, spec any) (name string, unchanged bool, err error) {
	object, old, err := decode[resourceObject](body, req, want{
		kind:       groupKind{Group: residencyv1.GroupVersion.Group, Kind: kind},
		resources:  []string{resource},
		operations: []admissionv1.Operation{admissionv1.Create, admissionv1.Update},
	})
	if err != nil {
		return "", false, err
	}
	// Both are written by the same encoder, which sorts the keys: the same spec has the same bytes.
	if req.Operation == admissionv1.Update && old != nil && len(object.Spec) > 0 && bytes.Equal(object.Spec, old.Spec) {
		return object.Metadata.Name, true, nil
	}
	if len(object.Spec) == 0 {
		return "", false, fmt.Errorf("the %s has no spec", kind)
	}
	unknown, err := json.UnmarshalStrict(object.Spec, spec)
	if err != nil {
		return "", false, fmt.Errorf("decoding the spec of the %s: %w", kind, err)
	}
	if len(unknown) > 0 {
		return "", false, &unknownFields{unknown}
	}
	return object.Metadata.Name, false, nil
}
