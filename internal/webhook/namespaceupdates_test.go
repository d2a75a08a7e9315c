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
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

func notLabelled(key string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: metav1.LabelSelectorOpDoesNotExist}}}
}

func TestNamespaceUpdates(t *testing.T) {
	labels := func(pairs ...string) *corev1.Namespace { // of the namespace crm
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "crm", Labels: map[string]string{residencyv1.GovernedLabel: "true"}}}
		for i := 0; i < len(pairs); i += 2 {
			ns.Labels[pairs[i]] = pairs[i+1]
		}
		return ns
	}
	running := func(w *world) { w.pods["crm/profiles"] = pod("", "fra-1") }
	tests := map[string]struct {
		before, after *corev1.Namespace
		world         func(*world)
		code          int32
		says          []string
		asked         []string
	}{
		"a label by which nothing is selected": {before: labels("a", "b"), after: labels(), world: running},
		"a label that comes":                   {before: labels(), after: labels("team", "orders"), world: running},
		"a label by which a pod is selected": {
			before: labels("team", "orders"), after: labels(), world: running, code: 403, asked: []string{"dev parcels"},
			says: []string{`"parcels"`, "namespace crm (1, the first is profiles)", "declassify datasets.residency.domicile.dev/parcels", "Keep the labels of the namespace"},
		},
		"another value of it": {before: labels("team", "orders"), after: labels("team", "crm"), world: running, code: 403, asked: []string{"dev parcels"}},
		"with the verb": {
			before: labels("team", "orders"), after: labels(), asked: []string{"dev parcels"},
			world: func(w *world) { running(w); w.may = map[string]bool{"dev parcels": true} },
		},
		"when nobody knows who may": {
			before: labels("team", "orders"), after: labels(), asked: []string{"dev parcels"}, code: 503, says: []string{`may declassify dataset "parcels": no way to ask`},
			world: func(w *world) { running(w); w.ask = errors.New("no way to ask") },
		},
		"where no pod runs": {before: labels("team", "orders"), after: labels()},
		"where no pod has a node": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) { w.pods["crm/profiles"] = pod("", "") },
		},
		"where every pod has ended": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) {
				running(w)
				w.pods["crm/profiles"].Status.Phase = corev1.PodSucceeded
			},
		},
		"where pods run elsewhere": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) {
				running(w)
				w.pods["crm/profiles"].Namespace = "shop"
			},
		},
		"where the pod names the dataset itself": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) { w.pods["crm/profiles"] = pod("parcels", "fra-1") },
		},
		"where the pod refers to what carries the key": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) {
				w.pods["crm/profiles"] = debugged(pod("", "fra-1"), "db")
				carries(residency.BySecret, "db")(w)
				for c, keys := range w.carriers {
					keys.Labels[residencyv1.DatasetLabel] = "parcels"
					w.carriers[c] = keys
				}
			},
		},
		"where the namespace comes to name the dataset": {
			before: labels("team", "orders"), after: labels(residencyv1.DatasetLabel, "parcels"), world: running,
		},
		"in an excluded namespace": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) { running(w); w.options.ExcludedNamespaces = []string{"crm"} },
		},
		"before there is a rulebook": {
			before: labels("a", "b"), after: labels(), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} }, code: 503, says: []string{"the rulebook is not compiled yet"},
		},
		"before the pods are known": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) { w.options.Synced = func() bool { return false } },
			code: 503, says: []string{"the pods are not all known yet"},
		},
		"when the pods cannot be listed": {
			before: labels("team", "orders"), after: labels(), world: func(w *world) { running(w); w.read = errors.New("no way to read") },
			code: 503, says: []string{"listing the pods of namespace crm: no way to read"},
		},
	}
	for name, tc := range tests {
		for _, subResource := range []string{"", "status", "finalize"} {
			t.Run(name+"/"+subResource, func(t *testing.T) {
				w := newWorld(t)
				if tc.world != nil {
					tc.world(w)
				}
				_, got := w.post(t, PathNamespaceUpdates, reviewOf(t, "namespaces", subResource, tc.after, tc.before, named("crm"), as("dev")))
				if code(got) != tc.code {
					t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
				}
				for _, words := range tc.says {
					if !strings.Contains(got.Result.Message, words) {
						t.Errorf("the refusal does not say %q: %s", words, got.Result.Message)
					}
				}
				if diff := cmp.Diff(tc.asked, w.asked); diff != "" {
					t.Errorf("asked who may declassify (-want +got):\n%s", diff)
				}
			})
		}
	}
}
