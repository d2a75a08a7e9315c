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
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

func TestBindings(t *testing.T) {
	tests := map[string]struct {
		pod     *corev1.Pod
		binding *corev1.Binding
		change  func(*corev1.Binding)
		review  func(*admissionv1.AdmissionRequest)
		world   func(*world)

		code   int32
		says   string
		marked []string
	}{
		"of a pod that handles nothing": {pod: pod("", ""), binding: binding("ldn-1")},
		"to a permitted place":          {pod: pod("customers", ""), binding: binding("fra-1"), marked: []string{"crm"}},
		"to a prohibited place":         {pod: pod("customers", ""), binding: binding("ldn-1"), code: 403, says: "pod crm/profiles handles dataset"},
		"to a node that does not exist": {pod: pod("customers", ""), binding: binding("gone-1"), code: 403, says: "NodeNotFound"},
		"of a pod that is gone":         {binding: binding("fra-1"), code: 404, says: "pod crm/profiles does not exist"},
		"of a pod that cannot be read": {
			binding: binding("fra-1"), world: func(w *world) { w.read = errors.New("no way to read") },
			code: 503, says: "reading pod crm/profiles: no way to read",
		},
		"without a kind of target": {
			pod: pod("customers", ""), binding: binding("ldn-1"), change: func(b *corev1.Binding) { b.Target.Kind = "" }, code: 403,
		},
		"to something else than a node": {
			pod: pod("customers", ""), binding: binding("fra-1"), change: func(b *corev1.Binding) { b.Target.Kind = "Minion" }, code: 400, says: "Minion",
		},
		"to nothing": {pod: pod("customers", ""), binding: binding(""), code: 400, says: "names no node"},
		"of a pod that only the URL names": {
			pod: pod("customers", ""), binding: binding("ldn-1"), change: func(b *corev1.Binding) { b.Name, b.Namespace = "", "" }, code: 403,
		},
		"of a pod that only the object names": {
			pod: pod("customers", ""), binding: binding("ldn-1"), review: func(r *admissionv1.AdmissionRequest) { r.Name = "" }, code: 403,
		},
		"of no pod": {
			pod: pod("customers", ""), binding: binding("ldn-1"), change: func(b *corev1.Binding) { b.Name = "" },
			review: func(r *admissionv1.AdmissionRequest) { r.Name = "" }, code: 400, says: "names no pod",
		},
		"of two pods":                {pod: pod("customers", ""), binding: binding("fra-1"), change: func(b *corev1.Binding) { b.Name = "other" }, code: 400, says: "other"},
		"of a pod in two namespaces": {pod: pod("customers", ""), binding: binding("fra-1"), change: func(b *corev1.Binding) { b.Namespace = "other" }, code: 400, says: "other"},
		"of a pod that is bound elsewhere already": {
			pod: pod("customers", "fra-1"), binding: binding("ldn-1"), code: 403,
		},
		"that brings the pod's first key": {
			pod: pod("", ""), binding: binding("ldn-1"), change: func(b *corev1.Binding) { b.Labels = map[string]string{residencyv1.DatasetLabel: "customers"} },
			code: 403, says: `"customers"`,
		},
		"that would change what the pod handles": {
			pod: pod("customers", ""), binding: binding("ldn-1"),
			change: func(b *corev1.Binding) { b.Annotations = map[string]string{residencyv1.DatasetsAnnotation: "weather"} },
			code:   403, says: `"customers"`,
		},
		"that brings what the pod has": {
			pod: pod("customers", ""), binding: binding("fra-1"),
			change: func(b *corev1.Binding) {
				b.Annotations = map[string]string{residencyv1.DatasetsAnnotation: "customers"}
			},
			marked: []string{"crm"},
		},
		"with a label that says nothing": {
			pod: pod("customers", ""), binding: binding("fra-1"), change: func(b *corev1.Binding) { b.Labels = map[string]string{"topology": "fra"} },
			marked: []string{"crm"},
		},
		"that takes a label by which the pod is selected": {
			pod: pod("", ""), binding: binding("fra-1"), change: func(b *corev1.Binding) { b.Labels = map[string]string{"released": "yes"} },
			world: ordering, code: 403, says: `handles dataset "parcels" by spec.handledBy of the Dataset, and would not any longer`, marked: []string{"crm"},
		},
		"that takes one of two": {
			pod: pod("customers", ""), binding: binding("fra-1"), change: func(b *corev1.Binding) { b.Labels = map[string]string{"released": "yes"} },
			world: ordering, code: 403, says: `"parcels"`, marked: []string{"crm"},
		},
		"that takes it, to a prohibited place": {
			pod: pod("", ""), binding: binding("ldn-1"), change: func(b *corev1.Binding) { b.Labels = map[string]string{"released": "yes"} },
			world: ordering, code: 403, says: "London, GB",
		},
		"that brings a label by which the pod comes to be selected": {
			pod: labelled(pod("", ""), "released", "yes"), binding: binding("ldn-1"),
			change: func(b *corev1.Binding) { b.Labels = map[string]string{"app": "orders"} },
			world: func(w *world) {
				ordering(w)
				parcels := handledBy(dataset("parcels", "personal"), "team", "orders")
				parcels.Spec.HandledBy[0].PodSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "orders"}}
				w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue}, []residencyv1.Dataset{parcels},
					[]residencyv1.ResidencyPolicy{policy("gdpr", "personal", residencyv1.EnforcementDeny)}, residency.Options{}))
			},
			code: 403, says: "London, GB",
		},
		"in a dry run": {pod: pod("customers", ""), binding: binding("fra-1"), review: dryRun},
		"before there is a rulebook": {
			pod: pod("customers", ""), binding: binding("fra-1"), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} },
			code: 503, says: "the rulebook is not compiled yet",
		},
	}
	resources := map[string][2]string{"pods/binding": {"pods", "binding"}, "the legacy resource": {"bindings", ""}}
	for resource, by := range resources {
		for name, tc := range tests {
			t.Run(resource+" "+name, func(t *testing.T) {
				w := newWorld(t)
				b := tc.binding.DeepCopy()
				if tc.pod != nil {
					w.pods["crm/profiles"] = tc.pod
				}
				if tc.change != nil {
					tc.change(b)
				}
				if tc.world != nil {
					tc.world(w)
				}
				var changes []func(*admissionv1.AdmissionRequest)
				if tc.review != nil {
					changes = append(changes, tc.review)
				}
				before := tc.pod.DeepCopy()
				status, got := w.post(t, PathBindings, reviewOf(t, by[0], by[1], b, nil, changes...))
				if status != http.StatusOK || got.UID != "uid-1" {
					t.Errorf("status %d, uid %q", status, got.UID)
				}
				if code(got) != tc.code {
					t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
				}
				if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
					t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
				}
				if diff := cmp.Diff(tc.marked, w.marked); diff != "" {
					t.Errorf("marked (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(before, tc.pod); diff != "" {
					t.Errorf("the pod of the cache was changed (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// The mark on its namespace says that the pod is likely to handle something: a cached pod
// without a key is not believed there. Elsewhere it is, since most pods handle nothing.
func TestAStalePodIsNotBelievedWhereTheNamespaceIsMarked(t *testing.T) {
	for path, code := range map[string]int32{PathBindings: http.StatusForbidden, PathOtherBindings: 0} {
		t.Run(path, func(t *testing.T) {
			w := newWorld(t)
			w.pods["crm/profiles"] = pod("", "")
			w.fresh = map[string]*corev1.Pod{"crm/profiles": pod("customers", "")}
			b := binding("ldn-1")
			b.UID = "1" // as the scheduler gives it; without one the pod is read live anyway
			_, review := exchange(t, w, path, reviewOf(t, "pods", "binding", b, nil))
			if review == nil || review.Response.Allowed != (code == 0) {
				t.Fatalf("got %+v", review)
			}
			if code != 0 && review.Response.Result.Code != code {
				t.Errorf("code %d, want %d", review.Response.Result.Code, code)
			}
		})
	}
}

// What cannot be judged is refused where the failurePolicy is Fail, and has failed as a
// call where it is Ignore: a manager that cannot read must not stop everybody's pods.
func TestWhatCannotBeJudged(t *testing.T) {
	for name, spoil := range map[string]func(*world){
		"a pod that cannot be read": func(w *world) { w.read = errors.New("no way to read") },
		"a namespace that cannot":   func(w *world) { w.lookup = errors.New("no way to read") },
		"a fault of our own":        func(w *world) { w.panics = true },
	} {
		t.Run(name, func(t *testing.T) {
			for path, fails := range map[string]bool{PathBindings: false, PathOtherBindings: true} {
				w := newWorld(t)
				w.pods["crm/profiles"] = pod("", "")
				spoil(w)
				status, review := exchange(t, w, path, reviewOf(t, "pods", "binding", binding("fra-1"), nil))
				if fails && (status < 500 || review != nil) {
					t.Errorf("%s: status %d and review %+v, want a call that has failed", path, status, review)
				}
				if !fails && (status != http.StatusOK || review == nil || review.Response.Allowed) {
					t.Errorf("%s: status %d and review %+v, want a refusal", path, status, review)
				}
			}
		})
	}
	t.Run("a pod that is known to handle something is refused on both", func(t *testing.T) {
		for name, spoil := range map[string]func(*world){
			"its namespace cannot be read": func(w *world) { w.lookup = errors.New("no way to read") },
			"no rulebook":                  func(w *world) { w.options.Rulebook = &rulebook.Holder{} },
			"no mark":                      func(w *world) { w.mark = errors.New("no way to write") },
			"not synced":                   func(w *world) { w.options.Synced = func() bool { return false } },
		} {
			for _, path := range []string{PathBindings, PathOtherBindings} {
				w := newWorld(t)
				w.pods["crm/profiles"] = pod("customers", "")
				spoil(w)
				status, review := exchange(t, w, path, reviewOf(t, "pods", "binding", binding("fra-1"), nil))
				if status != http.StatusOK || review == nil || review.Response.Allowed {
					t.Errorf("%s, %s: status %d and review %+v, want a refusal", path, name, status, review)
				}
			}
		}
	})
	t.Run("a Binding that brings a key is refused on both", func(t *testing.T) {
		for name, spoil := range map[string]func(*world){
			"the pod cannot be read":       func(w *world) { w.read = errors.New("no way to read") },
			"its namespace cannot be read": func(w *world) { w.lookup = errors.New("no way to read") },
		} {
			for _, path := range []string{PathBindings, PathOtherBindings} {
				w := newWorld(t)
				w.pods["crm/profiles"] = pod("", "")
				spoil(w)
				b := binding("ldn-1")
				b.Labels = map[string]string{residencyv1.DatasetLabel: "customers"}
				status, review := exchange(t, w, path, reviewOf(t, "pods", "binding", b, nil))
				if status != http.StatusOK || review == nil || review.Response.Allowed {
					t.Errorf("%s, %s: status %d and review %+v, want a refusal", path, name, status, review)
				}
			}
		}
	})
	t.Run("what can be judged is refused on both", func(t *testing.T) {
		for _, path := range []string{PathBindings, PathOtherBindings} {
			w := newWorld(t)
			w.pods["crm/profiles"] = pod("customers", "")
			if _, review := exchange(t, w, path, reviewOf(t, "pods", "binding", binding("ldn-1"), nil)); review == nil || review.Response.Allowed {
				t.Errorf("%s: %+v", path, review)
			}
		}
	})
}

// exchange sends a review and returns the status and the review that is answered, nil if
// the answer is none.
func exchange(t *testing.T, w *world, path string, body []byte) (int, *admissionv1.AdmissionReview) {
	t.Helper()
	recorder := httptest.NewRecorder()
	Handlers(w.options)[path].ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
	review := &admissionv1.AdmissionReview{}
	if err := json.Unmarshal(recorder.Body.Bytes(), review); err != nil || review.Response == nil {
		return recorder.Code, nil
	}
	return recorder.Code, review
}
