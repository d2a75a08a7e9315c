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
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// What governs is deleted by whoever may, and the answer says what that frees.
func TestDeletionsOfWhatGoverns(t *testing.T) {
	running := func(w *world) {
		ordering(w)
		ended := pod("customers", "fra-1")
		ended.Status.Phase = corev1.PodFailed
		w.pods = map[string]*corev1.Pod{
			"crm/both": pod("parcels", "fra-1"), "crm/selected": pod("", "fra-1"), "crm/pending": pod("", ""),
			"crm/named": labelled(pod("customers", "fra-1"), "released", "yes"), "crm/ended": ended,
		}
	}
	gdpr, advice := policy("gdpr", "personal", "Deny"), policy("advice", "warned", "Warn")
	for name, tc := range map[string]struct {
		path, resource, name string
		old                  any
		world                func(*world)
		want                 []string
	}{
		"a Dataset that pods name": {
			path: PathDatasets, resource: "datasets", name: "customers", old: dataset("customers", "personal"), world: running,
			want: []string{
				"Dataset customers is governed by policy gdpr: without the Dataset nothing that handles it is held to that",
				"pods that handle it by a key (1): they name a Dataset that does not exist, and are Undetermined (UnknownDataset)",
			},
		},
		"a Dataset that selects pods": {
			path: PathDatasets, resource: "datasets", name: "parcels", old: dataset("parcels", "personal"), world: running,
			want: []string{
				"Dataset parcels is governed by policy gdpr: without the Dataset nothing that handles it is held to that",
				"pods that handle it by its spec.handledBy alone (2): they handle nothing without it, and may be anywhere",
				"pods that handle it by a key (1): they name a Dataset that does not exist, and are Undetermined (UnknownDataset)",
			},
		},
		"a Dataset that no pod handles": {
			path: PathDatasets, resource: "datasets", name: "clicks", old: dataset("clicks", "warned"), world: running,
			want: []string{"Dataset clicks is governed by policy advice: without the Dataset nothing that handles it is held to that"},
		},
		"a Dataset that nothing governs":      {path: PathDatasets, resource: "datasets", name: "weather", old: dataset("weather", "open")},
		"a Dataset that the rulebook has not": {path: PathDatasets, resource: "datasets", name: "new", old: dataset("new", "open")},
		"a Dataset, when pods cannot be listed": {
			path: PathDatasets, resource: "datasets", name: "customers", old: dataset("customers", "personal"),
			world: func(w *world) { w.read = errors.New("no way to read") },
			want: []string{
				"Dataset customers is governed by policy gdpr: without the Dataset nothing that handles it is held to that",
				"how many pods handle it cannot be said: listing pods: no way to read",
			},
		},
		"a policy": {
			path: PathPolicies, resource: "residencypolicies", name: "gdpr", old: gdpr, world: running,
			want: []string{
				"policy gdpr governs datasets (2): customers, parcels. Without it the pods that handle them (4) are held to their other policies alone",
				"datasets that no other policy governs (2): customers, parcels. Without it their pods may be anywhere",
			},
		},
		"a policy beside another": {
			path: PathPolicies, resource: "residencypolicies", name: "advice", old: advice,
			world: func(w *world) {
				w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue},
					[]residencyv1.Dataset{dataset("clicks", "warned")}, []residencyv1.ResidencyPolicy{advice, policy("trial", "warned", "Audit")}, residency.Options{}))
			},
			want: []string{"policy advice governs datasets (1): clicks. Without it the pods that handle them (0) are held to their other policies alone"},
		},
		"a policy that governs nothing": {path: PathPolicies, resource: "residencypolicies", name: "none", old: policy("none", "nothing", "Deny")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tc.world != nil {
				tc.world(w)
			}
			_, got := w.post(t, tc.path, reviewOf(t, tc.resource, "", nil, tc.old, named(tc.name), deletion))
			if !got.Allowed {
				t.Fatalf("refused: %+v", got.Result)
			}
			if diff := cmp.Diff(tc.want, got.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// A Dataset that selects fewer pods than before sets them free, as its deletion does.
func TestADatasetThatSelectsLess(t *testing.T) {
	old := handledBy(dataset("parcels", "personal"), "team", "orders")
	old.Spec.HandledBy[0].PodSelector = notLabelled("released")
	none := dataset("parcels", "personal")
	more := handledBy(dataset("parcels", "personal"), "team", "orders")
	for name, tc := range map[string]struct {
		after residencyv1.Dataset
		read  error
		want  []string
	}{
		"nobody":                     {after: none, want: []string{"pods that handle it by its spec.handledBy alone, which selects them no longer (2): they are not held to policy gdpr any more"}},
		"all of them, and more":      {after: more},
		"when pods cannot be listed": {after: none, read: errors.New("no way to read"), want: []string{"how many pods spec.handledBy selects no longer cannot be said: listing pods: no way to read"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			ordering(w)
			w.read = tc.read
			w.pods = map[string]*corev1.Pod{
				"crm/both": pod("parcels", "fra-1"), "crm/selected": pod("", "fra-1"), "crm/pending": pod("", ""),
				"crm/named": labelled(pod("customers", "fra-1"), "released", "yes"),
			}
			_, got := w.post(t, PathDatasets, reviewOf(t, "datasets", "", tc.after, old, named("parcels")))
			if !got.Allowed {
				t.Fatalf("refused: %+v", got.Result)
			}
			if diff := cmp.Diff(tc.want, got.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}
