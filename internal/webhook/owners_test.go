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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func controller(apiVersion, kind, name string) metav1.OwnerReference {
	return metav1.OwnerReference{APIVersion: apiVersion, Kind: kind, Name: name, UID: types.UID(name), Controller: new(true)}
}

func TestARefusedPodNamesItsOwners(t *testing.T) {
	owned := []metav1.OwnerReference{
		{APIVersion: "v1", Kind: "ConfigMap", Name: "not-its-controller", UID: "1"},
		controller("apps/v1", "ReplicaSet", "profiles-6c8"),
	}
	chain := map[string]*metav1.OwnerReference{
		"ReplicaSet profiles-6c8": new(controller("apps/v1", "Deployment", "profiles")),
		"Deployment profiles":     new(controller("serving.knative.dev/v1", "Revision", "profiles-00001")),
	}
	for name, tc := range map[string]struct {
		owners []metav1.OwnerReference
		world  func(*world)
		want   string // after the finding
	}{
		"none":                     {nil, nil, ""},
		"no controller among them": {owned[:1], nil, ""},
		"one":                      {owned, nil, " It is made by ReplicaSet profiles-6c8."},
		"a chain":                  {owned, func(w *world) { w.controllers = chain }, " It is made by ReplicaSet profiles-6c8 of Deployment profiles of Revision profiles-00001."},
		"one that cannot be read":  {owned, func(w *world) { w.owners = errors.New("no way to read") }, " It is made by ReplicaSet profiles-6c8."},
		"a custom resource":        {[]metav1.OwnerReference{controller("argoproj.io/v1alpha1", "Rollout", "profiles")}, nil, " It is made by Rollout profiles."},
		"nobody to read them":      {owned, func(w *world) { w.options.Owners = nil }, " It is made by ReplicaSet profiles-6c8."},
		"without end": {owned, func(w *world) {
			w.controllers = map[string]*metav1.OwnerReference{"ReplicaSet profiles-6c8": new(controller("apps/v1", "ReplicaSet", "profiles-6c8"))}
		}, " It is made by ReplicaSet profiles-6c8" + strings.Repeat(" of ReplicaSet profiles-6c8", maxOwners-1) + "."},
		"a name that is none": {[]metav1.OwnerReference{controller("a/v1", "A\n", strings.Repeat("x", 1000))}, nil, " It is made by A  " + strings.Repeat("x", maxOwner-3) + "...."},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tc.world != nil {
				tc.world(w)
			}
			p := pod("customers", "ldn-1")
			_, got := w.post(t, PathPods, reviewOf(t, "pods", "", p, nil))
			plain := got.Result.Message
			p.OwnerReferences = tc.owners
			_, got = w.post(t, PathPods, reviewOf(t, "pods", "", p, nil))
			if diff := cmp.Diff(plain+tc.want, got.Result.Message); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			p.Spec.NodeName = "fra-1"
			if _, got = w.post(t, PathPods, reviewOf(t, "pods", "", p, nil)); !got.Allowed {
				t.Errorf("at home: %+v", got.Result)
			}
		})
	}
}

func TestOwnerReader(t *testing.T) {
	object := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{UID: "profiles", OwnerReferences: []metav1.OwnerReference{controller("a/v1", "A", "a")}}}
	for name, tc := range map[string]struct {
		live   store
		of     metav1.OwnerReference
		want   string
		failed bool
		reads  int
	}{
		"a Deployment":               {store{object: object}, controller("apps/v1", "Deployment", "profiles"), "A a", false, 1},
		"a ReplicaSet":               {store{object: object}, controller("apps/v1", "ReplicaSet", "profiles"), "A a", false, 1},
		"a StatefulSet":              {store{object: object}, controller("apps/v1", "StatefulSet", "profiles"), "A a", false, 1},
		"a Job":                      {store{object: object}, controller("batch/v1", "Job", "profiles"), "A a", false, 1},
		"one made anew":              {store{object: object}, controller("batch/v1", "Job", "older"), "", false, 1},
		"one without a controller":   {store{object: &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{UID: "profiles"}}}, controller("batch/v1", "Job", "profiles"), "", false, 1},
		"a kind that is not read":    {store{object: object}, controller("argoproj.io/v1alpha1", "Rollout", "profiles"), "", false, 0},
		"a Job of another group":     {store{object: object}, controller("example.com/v1", "Job", "profiles"), "", false, 0},
		"one that is gone":           {store{}, controller("batch/v1", "Job", "profiles"), "", true, 1},
		"an API server that is away": {store{err: errors.New("no")}, controller("batch/v1", "Job", "profiles"), "", true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := NewOwnerReader(&tc.live).Controller(t.Context(), "crm", &tc.of)
			if (err != nil) != tc.failed {
				t.Fatalf("error %v", err)
			}
			words := ""
			if got != nil {
				words = ownerWords(got)
			}
			if words != tc.want || tc.live.reads != tc.reads {
				t.Errorf("got %q after %d reads, want %q after %d", words, tc.live.reads, tc.want, tc.reads)
			}
		})
	}
}
