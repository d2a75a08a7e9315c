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
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/json"
)

// FuzzHandler sends bytes to every path. Each is answered with an AdmissionReview, of
// the uid that was asked, whatever else is in the bytes; and what is no review of the
// path's kind is refused.
func FuzzHandler(f *testing.F) {
	f.Add(reviewOf(f, "pods", "", pod("customers", "ldn-1"), nil))
	f.Add(reviewOf(f, "pods", "", pod("customers, ,custmers", ""), nil, dryRun))
	f.Add(reviewOf(f, "pods", "binding", binding("fra-1"), nil))
	f.Add(reviewOf(f, "bindings", "", binding("ldn-1"), nil))
	f.Add(reviewOf(f, "datasets", "", dataset("customers", "personal"), nil))
	f.Add(reviewOf(f, "residencypolicies", "", policy("gdpr", "personal", "Deny"), misspelt()))
	f.Add(reviewOf(f, "namespaces", "", `{"metadata":{"name":"crm","annotations":{"residency.domicile.dev/datasets":"a"}}}`, nil))
	for resource, object := range workloads(toward("customers", "eu-west-2")) {
		f.Add(reviewOf(f, resource, "", object, nil))
	}
	f.Add(reviewOf(f, "pods", "ephemeralcontainers", debugged(pod("", "ldn-1"), "db"), pod("customers", "ldn-1"), as("dev")))
	f.Add(reviewOf(f, "namespaces", "", `{"metadata":{"name":"crm"}}`, `{"metadata":{"name":"crm","labels":{"team":"orders"}}}`))
	f.Add([]byte(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"7","object":{"spec":{"affinity":{"nodeAffinity":{}}}}}}`))
	f.Add([]byte(`{"request":{"uid":"7"},"request":null}`))
	f.Add([]byte(`[]`))
	f.Add([]byte("\x00"))

	w := newWorld(f)
	w.pods["crm/profiles"] = pod("customers", "")
	w.options.Marker, w.options.Declassifiers = silent{}, silent{}
	handlers := Handlers(w.options)
	paths := slices.Sorted(maps.Keys(handlers)) // the same input takes the same way every time
	f.Fuzz(func(t *testing.T, body []byte) {
		var asked struct {
			Request *struct {
				UID types.UID `json:"uid"`
			} `json:"request"`
		}
		err := json.UnmarshalCaseSensitivePreserveInts(body, &asked)
		for _, path := range paths {
			h := handlers[path]
			r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
			status, got := send(t, h, r)
			if code(got) == http.StatusInternalServerError {
				t.Fatalf("%s panics: %s", path, body)
			}
			if err != nil {
				if got.Allowed {
					t.Fatalf("%s admits what is no review: %s", path, body)
				}
				continue
			}
			if asked.Request != nil && asked.Request.UID != got.UID {
				t.Fatalf("%s answers %q instead of %q", path, got.UID, asked.Request.UID)
			}
			if got.UID == "" && (got.Allowed || status != http.StatusBadRequest) {
				t.Fatalf("%s answers a review without a uid: status %d, %+v", path, status, got)
			}
		}
	})
}

// silent marks nothing, and lets nobody declassify.
type silent struct{}

func (silent) Mark(context.Context, string) error { return nil }

func (silent) May(context.Context, *authenticationv1.UserInfo, string) (bool, error) {
	return false, nil
}

// FuzzDecodePod holds what is decoded of a pod to what the whole type reads.
func FuzzDecodePod(f *testing.F) {
	f.Add([]byte(`{"metadata":{"name":"a","labels":{"residency.domicile.dev/dataset":"x"}},"spec":{"nodeName":"n","nodeSelector":{"a":"b"}}}`))
	f.Add([]byte(`{"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]}]}}}}}`))
	f.Fuzz(func(t *testing.T, object []byte) {
		whole := &corev1.Pod{}
		if json.UnmarshalCaseSensitivePreserveInts(object, whole) != nil || whole.Namespace != "" {
			return // not what an API server sends
		}
		var req request
		got, err := decodePod(append(append([]byte(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE",
			"kind":{"kind":"Pod"},"resource":{"resource":"pods"},"object":`), object...), "}}"...), &req)
		if err != nil {
			if string(bytes.TrimSpace(object)) == "null" {
				return // no object at all: a refusal is right
			}
			t.Fatalf("%s: %v", object, err)
		}
		same := got.Spec.NodeName == whole.Spec.NodeName && maps.Equal(got.Labels, whole.Labels) &&
			maps.Equal(got.Annotations, whole.Annotations) && maps.Equal(got.Spec.NodeSelector, whole.Spec.NodeSelector) &&
			required(got).String() == required(whole).String()
		if !same {
			t.Fatalf("%s: got %+v, want %+v", object, got, whole)
		}
	})
}

func required(p *corev1.Pod) *corev1.NodeSelector {
	if a := p.Spec.Affinity; a != nil && a.NodeAffinity != nil {
		return a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	}
	return nil
}
