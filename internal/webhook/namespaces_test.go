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
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func named(name string) func(*admissionv1.AdmissionRequest) {
	return func(r *admissionv1.AdmissionRequest) { r.Name = name }
}

func TestNamespaces(t *testing.T) {
	key := map[string]string{residencyv1.DatasetLabel: "customers"}
	list := map[string]string{residencyv1.DatasetsAnnotation: "customers"}
	tests := map[string]struct {
		name                string
		labels, annotations map[string]string
		subResource         string
		want                map[string]string // labels after the patch; nil: no patch
	}{
		"without a key":             {name: "crm", labels: map[string]string{"team": "crm"}},
		"without anything":          {name: "crm"},
		"with the label":            {name: "crm", labels: key, want: map[string]string{residencyv1.DatasetLabel: "customers", residencyv1.GovernedLabel: "true"}},
		"with the annotation alone": {name: "crm", annotations: list, want: map[string]string{residencyv1.GovernedLabel: "true"}},
		"with the annotation and a label": {
			name: "crm", annotations: list, labels: map[string]string{"team": "crm"},
			want: map[string]string{"team": "crm", residencyv1.GovernedLabel: "true"},
		},
		"with the mark": {name: "crm", annotations: list, labels: map[string]string{residencyv1.GovernedLabel: "true"}},
		"with another value of the mark": {
			name: "crm", annotations: list, labels: map[string]string{residencyv1.GovernedLabel: "false"},
			want: map[string]string{residencyv1.GovernedLabel: "true"},
		},
		"with a label by which a Dataset selects": {
			name: "crm", labels: map[string]string{"team": "orders"},
			want: map[string]string{"team": "orders", residencyv1.GovernedLabel: "true"},
		},
		"kube-system, although a Dataset selects it": {name: "kube-system", labels: map[string]string{"team": "orders"}},
		"by its status": {name: "crm", annotations: list, subResource: "status", want: map[string]string{residencyv1.GovernedLabel: "true"}},
		"kube-system":   {name: "kube-system", labels: key},
		"our own":       {name: "domicile-system", labels: key},
	}
	for name, tc := range tests {
		for _, mode := range []string{"", " in a dry run"} {
			t.Run(name+mode, func(t *testing.T) {
				ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: tc.name, Labels: tc.labels, Annotations: tc.annotations}}
				changes := []func(*admissionv1.AdmissionRequest){named(tc.name)}
				if mode != "" {
					changes = append(changes, dryRun)
				}
				w := newWorld(t)
				_, got := w.post(t, PathNamespaces, reviewOf(t, "namespaces", tc.subResource, ns, nil, changes...))
				if !got.Allowed {
					t.Fatalf("refused: %+v", got.Result)
				}
				if len(w.marked) > 0 {
					t.Errorf("marked %q besides the patch", w.marked)
				}
				if tc.want == nil {
					if got.Patch != nil || got.PatchType != nil {
						t.Errorf("patched: %s", got.Patch)
					}
					return
				}
				if got.PatchType == nil || *got.PatchType != admissionv1.PatchTypeJSONPatch {
					t.Fatalf("patch type %v", got.PatchType)
				}
				if diff := cmp.Diff(tc.want, patched(t, ns, got.Patch).Labels); diff != "" {
					t.Errorf("labels (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// patched applies a patch as the API server does.
func patched(t *testing.T, ns *corev1.Namespace, patch []byte) *corev1.Namespace {
	t.Helper()
	p, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		t.Fatal(err)
	}
	before, err := json.Marshal(ns)
	if err != nil {
		t.Fatal(err)
	}
	after, err := p.Apply(before)
	if err != nil {
		t.Fatal(err)
	}
	out := &corev1.Namespace{}
	if err := json.Unmarshal(after, out); err != nil {
		t.Fatal(err)
	}
	return out
}
