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
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

// as has a user ask.
func as(name string, groups ...string) func(*admissionv1.AdmissionRequest) {
	return func(r *admissionv1.AdmissionRequest) {
		r.UserInfo = authenticationv1.UserInfo{Username: name, Groups: groups}
	}
}

// labelled gives a pod labels besides those that it has.
func labelled(p *corev1.Pod, pairs ...string) *corev1.Pod {
	for i := 0; i < len(pairs); i += 2 {
		p.Labels = over(p.Labels, map[string]string{pairs[i]: pairs[i+1]})
	}
	return p
}

// ordering has the dataset parcels select all pods in crm that have no label "released".
func ordering(w *world) {
	parcels := handledBy(dataset("parcels", "personal"), "team", "orders")
	parcels.Spec.HandledBy[0].PodSelector = notLabelled("released")
	w.namespaces["crm"] = facts.Keys{Labels: map[string]string{"team": "orders"}}
	w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue},
		[]residencyv1.Dataset{dataset("customers", "personal"), dataset("clicks", "warned"), parcels},
		[]residencyv1.ResidencyPolicy{policy("gdpr", "personal", residencyv1.EnforcementDeny), policy("advice", "warned", residencyv1.EnforcementWarn)},
		residency.Options{}))
}

// debugged adds an ephemeral container that takes its environment from a Secret.
func debugged(p *corev1.Pod, secret string) *corev1.Pod {
	c := corev1.EphemeralContainer{}
	c.Name = "debug"
	if secret != "" {
		c.EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: secret}}}}
	}
	p.Spec.EphemeralContainers = append(p.Spec.EphemeralContainers, c)
	return p
}

func constrained(p *corev1.Pod, zones ...string) *corev1.Pod {
	p.Spec.Affinity = inZone(corev1.LabelTopologyZone, zones...)
	return p
}

func TestPodUpdates(t *testing.T) {
	released := func() *corev1.Pod { return labelled(pod("", "ldn-1"), "released", "yes") }
	tests := map[string]struct {
		before, after *corev1.Pod
		subResource   string
		review        func(*admissionv1.AdmissionRequest)
		world         func(*world)

		code   int32
		says   []string // in the message
		warns  []string // in the warnings; nil: there are none
		never  string   // in the warnings
		marked []string
		asked  []string
	}{
		"of a pod that handles nothing": {before: pod("", "ldn-1"), after: labelled(pod("", "ldn-1"), "a", "b")},

		"without a node: constraints that lead to a prohibited place only": {
			before: constrained(pod("customers", ""), "eu-central-1a"), after: constrained(pod("customers", ""), "eu-west-2a"),
			code: 403, says: []string{"pod crm/profiles", `"customers"`, "London, GB"},
		},
		"without a node: constraints that lead to a permitted place": {
			before: constrained(pod("customers", ""), "eu-west-2a"), after: constrained(pod("customers", ""), "eu-central-1a"), marked: []string{"crm"},
		},
		"without a node: a key that the constraints do not allow": {
			before: constrained(pod("", ""), "eu-west-2a"), after: constrained(pod("customers", ""), "eu-west-2a"), code: 403, says: []string{`"customers"`},
		},
		"without a node: a key goes": {before: constrained(pod("customers", ""), "eu-west-2a"), after: constrained(pod("", ""), "eu-west-2a")},
		"without a node: another label, and it was in the wrong place before": {
			before: constrained(pod("customers", ""), "eu-west-2a"), after: labelled(constrained(pod("customers", ""), "eu-west-2a"), "a", "b"),
		},
		"without a node: a label by which it is selected goes": {
			before: pod("", ""), after: labelled(pod("", ""), "released", "yes"), world: ordering,
		},

		"with a node: a key comes, where it may be": {before: pod("", "fra-1"), after: pod("customers", "fra-1"), marked: []string{"crm"}},
		"with a node: a key comes, where it may not be": {
			before: pod("", "ldn-1"), after: pod("customers", "ldn-1"), marked: []string{"crm"},
			warns: []string{"the update is admitted, and the pod is flagged", "London, GB", `"customers"`},
		},
		"with a node: a key comes that is only warned of": {
			before: pod("", "ldn-1"), after: pod("clicks", "ldn-1"), marked: []string{"crm"}, warns: []string{`"clicks"`, "London, GB"},
		},
		"with a node: a key comes, in a dry run": {
			before: pod("", "ldn-1"), after: pod("customers", "ldn-1"), review: dryRun, warns: []string{"flagged"},
		},
		"with a node: a name besides one that is flagged says nothing of that": {
			before: pod("customers", "ldn-1"), after: pod("customers,weather", "ldn-1"), marked: []string{"crm"},
		},
		"with a node: it comes to be selected": {
			before: released(), after: pod("", "ldn-1"), world: ordering, marked: []string{"crm"},
			warns: []string{"flagged", `"parcels" (by spec.handledBy of the Dataset)`},
		},
		"with a node: it is selected no longer": {
			before: pod("", "fra-1"), after: labelled(pod("", "fra-1"), "released", "yes"), world: ordering, code: 403, asked: []string{"dev parcels"},
			says: []string{
				`would take dataset "parcels" off pod crm/profiles, which has a node (fra-1) and handles it by spec.handledBy of the Dataset`,
				"the verb declassify", "kubectl auth can-i declassify datasets.residency.domicile.dev/parcels", "Keep the labels",
			},
		},
		"with a node: it is selected no longer, by its status": {
			before: pod("", "fra-1"), after: labelled(pod("", "fra-1"), "released", "yes"), subResource: "status", world: ordering,
			code: 403, asked: []string{"dev parcels"}, says: []string{`"parcels"`},
		},
		"with a node: it is selected no longer, with the verb": {
			before: pod("", "fra-1"), after: labelled(pod("", "fra-1"), "released", "yes"), asked: []string{"dev parcels"},
			world: func(w *world) { ordering(w); w.may = map[string]bool{"dev parcels": true} },
		},
		"with a node: it is selected no longer, with the verb on another dataset": {
			before: pod("", "fra-1"), after: labelled(pod("", "fra-1"), "released", "yes"), asked: []string{"dev parcels"},
			world: func(w *world) { ordering(w); w.may = map[string]bool{"dev customers": true, "ops parcels": true} }, code: 403,
		},
		"with a node: it is selected no longer, and nobody knows who may": {
			before: pod("", "fra-1"), after: labelled(pod("", "fra-1"), "released", "yes"), asked: []string{"dev parcels"},
			world: func(w *world) { ordering(w); w.ask = errors.New("no way to ask") },
			code:  503, says: []string{`asking whether user "dev" may declassify dataset "parcels": no way to ask`},
		},
		"with a node: it is selected no longer, and names the dataset instead": {
			before: pod("", "fra-1"), after: labelled(pod("parcels", "fra-1"), "released", "yes"), world: ordering,
		},
		"with a node: a key goes": {before: pod("customers", "fra-1"), after: pod("", "fra-1"), code: 403, asked: []string{"dev customers"}},
		"with a node: one for another": {
			before: pod("customers", "ldn-1"), after: pod("clicks", "ldn-1"), code: 403, asked: []string{"dev customers"}, marked: []string{"crm"},
			says: []string{`"customers"`},
		},
		"with a node: a name that no Dataset can have goes": {before: pod(",", "fra-1"), after: pod("", "fra-1")},

		"an ephemeral container that refers to nothing": {
			before: pod("", "ldn-1"), after: debugged(pod("", "ldn-1"), ""), subResource: "ephemeralcontainers", world: carries(residency.BySecret, "db"),
		},
		"an ephemeral container that refers to a Secret without a key": {
			before: pod("", "ldn-1"), after: debugged(pod("", "ldn-1"), "other"), subResource: "ephemeralcontainers", world: carries(residency.BySecret, "db"),
		},
		"an ephemeral container that brings a dataset where it may not be": {
			before: pod("", "ldn-1"), after: debugged(pod("", "ldn-1"), "db"), subResource: "ephemeralcontainers", world: carries(residency.BySecret, "db"),
			code: 403, says: []string{`"customers" (by the key of Secret db, to which it refers)`, "London, GB"},
		},
		"an ephemeral container that brings a dataset where it may be": {
			before: pod("", "fra-1"), after: debugged(pod("", "fra-1"), "db"), subResource: "ephemeralcontainers", world: carries(residency.BySecret, "db"),
			marked: []string{"crm"},
		},
		"an ephemeral container that brings what is there already": {
			before: debugged(pod("customers", "ldn-1"), "db"), after: debugged(debugged(pod("customers", "ldn-1"), "db"), "db"),
			subResource: "ephemeralcontainers", world: carries(residency.BySecret, "db"),
		},
		"an ephemeral container that brings what so far only a key names": {
			before: pod("customers", "ldn-1"), after: debugged(pod("customers", "ldn-1"), "db"), subResource: "ephemeralcontainers", world: carries(residency.BySecret, "db"),
			code: 403, says: []string{`"customers" (by the key of Secret db, to which it refers)`, "London, GB"},
		},
		"a container that brings a dataset, and its key": {
			before: pod("", "ldn-1"), after: debugged(pod("customers", "ldn-1"), "db"), world: carries(residency.BySecret, "db"),
			code: 403, says: []string{`"customers" (by the key of Secret db, to which it refers)`}, never: "admitted",
		},

		"a container that brings a dataset, and a key that brings another": {
			before: pod("", "ldn-1"), after: debugged(pod("payroll", "ldn-1"), "db"), world: carries(residency.BySecret, "db"),
			code: 403, says: []string{`"customers"`}, warns: []string{`"payroll"`}, never: "admitted",
		},

		"in an excluded namespace": {
			before: pod("customers", "ldn-1"), after: pod("", "ldn-1"), world: func(w *world) { w.options.ExcludedNamespaces = []string{"crm"} },
		},
		"before there is a rulebook": {
			before: pod("", "fra-1"), after: labelled(pod("", "fra-1"), "a", "b"), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} },
			code: 503, says: []string{"the rulebook is not compiled yet"},
		},
		"when the namespace cannot be read": {
			before: pod("", "fra-1"), after: labelled(pod("", "fra-1"), "a", "b"), world: func(w *world) { w.lookup = errors.New("no way to read") },
			code: 503, says: []string{"namespace crm", "no way to read"},
		},
		"before the nodes are known": {
			before: pod("", "ldn-1"), after: pod("customers", "ldn-1"), world: func(w *world) { w.options.Synced = func() bool { return false } },
			code: 503, says: []string{"the nodes are not all known yet"},
		},
		"of an object that was not there": {after: pod("", "fra-1"), review: func(r *admissionv1.AdmissionRequest) { r.Operation = admissionv1.Update }, code: 400, says: []string{"no old object"}},
	}
	for name, tc := range tests {
		for _, path := range []string{PathPodUpdates, PathGovernedPodUpdates} {
			t.Run(name+path, func(t *testing.T) {
				w := newWorld(t)
				if tc.world != nil {
					tc.world(w)
				}
				changes := []func(*admissionv1.AdmissionRequest){as("dev")}
				if tc.review != nil {
					changes = append(changes, tc.review)
				}
				var old any
				if tc.before != nil {
					old = tc.before
				}
				status, got := w.post(t, path, reviewOf(t, "pods", tc.subResource, tc.after, old, changes...))
				if status != http.StatusOK || code(got) != tc.code {
					t.Fatalf("status %d, code %d, want %d: %+v", status, code(got), tc.code, got.Result)
				}
				for _, words := range tc.says {
					if !strings.Contains(got.Result.Message, words) {
						t.Errorf("the refusal does not say %q: %s", words, got.Result.Message)
					}
				}
				said := strings.Join(got.Warnings, " ")
				for _, words := range tc.warns {
					if !strings.Contains(said, words) {
						t.Errorf("the warnings do not say %q: %q", words, got.Warnings)
					}
				}
				if tc.never != "" && strings.Contains(said, tc.never) {
					t.Errorf("the warnings say %q: %q", tc.never, got.Warnings)
				}
				if tc.warns == nil && tc.code == 0 && len(got.Warnings) > 0 {
					t.Errorf("it is warned of: %q", got.Warnings)
				}
				if diff := cmp.Diff(tc.marked, w.marked); diff != "" {
					t.Errorf("marked (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tc.asked, w.asked); diff != "" {
					t.Errorf("asked who may declassify (-want +got):\n%s", diff)
				}
			})
		}
	}
}
