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
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	admissionv1 "k8s.io/api/admission/v1"
)

// updating has a review be about an update, of which the old object is missing.
func updating(r *admissionv1.AdmissionRequest) { r.Operation = admissionv1.Update }

// TestBadReviews sends every path what it must refuse.
func TestBadReviews(t *testing.T) {
	good := map[string]struct {
		resource, subResource string
		object                any
	}{
		PathPods:       {"pods", "", pod("", "")},
		PathBindings:   {"pods", "binding", binding("fra-1")},
		PathDatasets:   {"datasets", "", dataset("customers", "personal")},
		PathPolicies:   {"residencypolicies", "", policy("gdpr", "personal", "Deny")},
		PathNamespaces: {"namespaces", "", `{"metadata":{"name":"crm"}}`},

		PathPodUpdates:       {"pods", "", pod("", "")},
		PathNamespaceUpdates: {"namespaces", "", `{"metadata":{"name":"crm"}}`},
	}
	for path, g := range good {
		of := func(object any, change ...func(*admissionv1.AdmissionRequest)) string {
			if path == PathPodUpdates || path == PathNamespaceUpdates {
				change = append([]func(*admissionv1.AdmissionRequest){updating}, change...)
			}
			return string(reviewOf(t, g.resource, g.subResource, object, nil, change...))
		}
		whole := of(g.object)
		long := strings.Repeat("x", 3<<20)
		tests := map[string]struct {
			body   string
			method string
			reader io.Reader
			uid    string // the answer's
			says   string
		}{
			"a GET":                  {method: http.MethodGet, body: whole, says: "GET"},
			"nothing":                {says: "no body"},
			"not JSON":               {body: "who goes there", says: "decoding the AdmissionReview"},
			"cut off":                {body: whole[:len(whole)-2], says: "decoding the AdmissionReview"},
			"null":                   {body: "null", says: "not an AdmissionReview"},
			"a list":                 {body: "[]", says: "decoding the AdmissionReview"},
			"an empty object":        {body: "{}", says: "not an AdmissionReview"},
			"a pod without a review": {body: `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}`, says: "not an AdmissionReview"},
			"another version":        {body: strings.Replace(whole, "admission.k8s.io/v1", "admission.k8s.io/v1beta1", 1), uid: "uid-1", says: "v1beta1"},
			"without a request":      {body: `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`, says: "no request"},
			"keys in another case":   {body: strings.Replace(whole, `"request"`, `"Request"`, 1), says: "no request"},
			"without a uid":          {body: of(g.object, func(r *admissionv1.AdmissionRequest) { r.UID = "" }), says: "no uid"},
			"a uid that is a number": {body: strings.Replace(whole, `"uid-1"`, `7`, 1), says: "decoding the AdmissionReview"},
			"another kind":           {body: of(g.object, func(r *admissionv1.AdmissionRequest) { r.Kind.Kind = "Secret" }), uid: "uid-1", says: "Secret"},
			"another group":          {body: of(g.object, func(r *admissionv1.AdmissionRequest) { r.Kind.Group = "apps" }), uid: "uid-1", says: "apps"},
			"another resource":       {body: of(g.object, func(r *admissionv1.AdmissionRequest) { r.Resource.Resource = "secrets" }), uid: "uid-1", says: "secrets"},
			"a resource of another group": {
				body: of(g.object, func(r *admissionv1.AdmissionRequest) { r.Resource.Group = "apps" }), uid: "uid-1", says: "apps",
			},
			"another subresource": {body: of(g.object, func(r *admissionv1.AdmissionRequest) { r.SubResource = "log" }), uid: "uid-1", says: "log"},
			"another operation":   {body: of(g.object, func(r *admissionv1.AdmissionRequest) { r.Operation = admissionv1.Connect }), uid: "uid-1", says: "CONNECT"},
			"without an object":   {body: of(nil), uid: "uid-1", says: "no object"},
			"a null object":       {body: of("null"), uid: "uid-1", says: "no object"},
			"an object of text":   {body: of(`"text"`), uid: "uid-1", says: "decoding the AdmissionReview"},
			"labels of numbers":   {body: of(`{"metadata":{"labels":{"residency.domicile.dev/dataset":7}}}`), uid: "uid-1", says: "decoding the AdmissionReview"},
			"nested too deeply":   {body: strings.Repeat(`{"request":`, 20000), says: "decoding the AdmissionReview"},
			"too long":            {body: strings.Replace(whole, `"dryRun":false`, `"dryRun":false,"options":"`+long+`"`, 1), uid: "uid-1", says: "bytes or more"},
			"exactly too long":    {body: whole + long[:3<<20-len(whole)], uid: "uid-1", says: "bytes or more"},
			"too long, not JSON":  {body: long, says: "bytes or more"},
			"broken off":          {reader: io.MultiReader(strings.NewReader(whole[:50]), iotest.ErrReader(errors.New("the line is dead"))), says: "the line is dead"},
		}
		for name, tc := range tests {
			t.Run(strings.TrimPrefix(path, "/")+" "+name, func(t *testing.T) {
				if tc.method == "" {
					tc.method = http.MethodPost
				}
				if tc.reader == nil {
					tc.reader = strings.NewReader(tc.body)
				}
				w := newWorld(t)
				status, got := send(t, Handlers(w.options)[path], httptest.NewRequest(tc.method, path, tc.reader))
				if got.Allowed || got.Result.Code != http.StatusBadRequest || got.Result.Reason != "BadRequest" {
					t.Fatalf("answered %+v", got)
				}
				wantStatus := http.StatusOK
				if tc.uid == "" {
					wantStatus = http.StatusBadRequest
				}
				if status != wantStatus || string(got.UID) != tc.uid {
					t.Errorf("status %d, uid %q, want %d, %q", status, got.UID, wantStatus, tc.uid)
				}
				if !strings.Contains(got.Result.Message, tc.says) {
					t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
				}
			})
		}
	}
}

func TestReviewsOfAnotherPath(t *testing.T) {
	w := newWorld(t)
	w.pods["crm/profiles"] = pod("", "")
	reviews := map[string][]byte{
		PathPods:       reviewOf(t, "pods", "", pod("", ""), nil),
		PathBindings:   reviewOf(t, "pods", "binding", binding("fra-1"), nil),
		PathDatasets:   reviewOf(t, "datasets", "", dataset("customers", "personal"), nil),
		PathPolicies:   reviewOf(t, "residencypolicies", "", policy("gdpr", "personal", "Deny"), nil),
		PathNamespaces: reviewOf(t, "namespaces", "", `{"metadata":{"name":"crm"}}`, nil),
	}
	for path := range reviews {
		for of, body := range reviews {
			if _, got := w.post(t, path, body); got.Allowed != (path == of) {
				t.Errorf("%s answers the review of %s with allowed=%v", path, of, got.Allowed)
			}
		}
	}
}

// A review that was read does not linger in the buffer of the next.
func TestBuffersAreEmptyWhenUsedAgain(t *testing.T) {
	handlers := Handlers(newWorld(t).options)
	long := reviewOf(t, "pods", "", pod("customers", "ldn-1"), nil)
	short := []byte(`{}`)
	for _, tc := range []struct {
		body []byte
		code int32
	}{{long, 403}, {short, 400}, {long, 403}} {
		_, got := send(t, handlers[PathPods], httptest.NewRequest(http.MethodPost, PathPods, bytes.NewReader(tc.body)))
		if code(got) != tc.code {
			t.Errorf("code %d, want %d: %+v", code(got), tc.code, got.Result)
		}
	}
}
