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

// answerDataset answers a review of a Dataset: the schema holds it to its form, and here it is
// held to what selectors can be.
func (s *server) answerDataset(ctx context.Context, body []byte, req *request) answer {
	var d residencyv1.Dataset
	r, err := decodeResource(body, req, "Dataset", "datasets", &d.Spec, admissionv1.Create, admissionv1.Update, admissionv1.Delete)
	switch {
	case err != nil:
		return unreadable(req, err)
	case r.deleted:
		return s.answerDeletion(func(rb *residency.Rulebook) []string { return s.datasetDeleted(ctx, rb, r.name) })
	case r.unchanged:
		return allowed()
	}
	warnings, err := residency.CheckDataset(&d)
	if err != nil {
		return unreadable(req, invalid{err})
	}
	if rb := s.Rulebook.Current(); rb != nil && req.Operation == admissionv1.Update {
		warnings = append(warnings, s.datasetNarrowed(ctx, rb, r.name, residency.SelectorsOf(&d))...)
	}
	return allowed(fit(oneEach(warnings))...)
}

// invalid is the error of a spec that can be read and means nothing.
type invalid struct{ error }

// unknownFields is the error of a spec with fields that this manager does not know. To
// admit it would be to accept a rule and ignore it.
type unknownFields struct{ errors []error }

// Error implements error.
func (e *unknownFields) Error() string {
	return fmt.Sprintf("this version of the manager does not know all of it (%s); it may be older than the custom resource definition", errors.Join(e.errors...))
}

// unreadable refuses a resource that cannot be decoded.
func unreadable(req *request, err error) answer {
	var (
		unknown *unknownFields
		wrong   invalid
	)
	if !errors.As(err, &unknown) && !errors.As(err, &wrong) {
		return malformed(err)
	}
	return refused(metav1.Status{
		Code: http.StatusUnprocessableEntity, Reason: metav1.StatusReasonInvalid,
		Message: fmt.Sprintf("%s %q: %s", req.Kind.Kind, req.Name, err),
	})
}

// reviewed is what is known of a resource of ours.
type reviewed struct {
	name string
	// unchanged is whether an update leaves the spec as it was, deleted whether the resource
	// goes: in neither case is the spec decoded.
	unchanged, deleted bool
}

// decodeResource decodes a review of a resource of ours, and its spec if it is to be judged.
func decodeResource(body []byte, req *request, kind, plural string, spec any, operations ...admissionv1.Operation) (reviewed, error) {
	object, old, err := decode[resourceObject](body, req, want{
		kind:       groupKind{Group: residencyv1.GroupVersion.Group, Kind: kind},
		resources:  []string{plural},
		operations: operations,
	})
	if err != nil {
		return reviewed{}, err
	}
	r := reviewed{
		name:    object.Metadata.Name,
		deleted: req.Operation == admissionv1.Delete,
		// Both are written by the same encoder, which sorts the keys: the same spec has the same bytes.
		unchanged: req.Operation == admissionv1.Update && old != nil && len(object.Spec) > 0 && bytes.Equal(object.Spec, old.Spec),
	}
	if r.deleted || r.unchanged {
		return r, nil
	}
	if len(object.Spec) == 0 {
		return reviewed{}, fmt.Errorf("the %s has no spec", kind)
	}
	unknown, err := json.UnmarshalStrict(object.Spec, spec)
	if err != nil {
		return reviewed{}, fmt.Errorf("decoding the spec of the %s: %w", kind, err)
	}
	if len(unknown) > 0 {
		return reviewed{}, &unknownFields{unknown}
	}
	return r, nil
}
