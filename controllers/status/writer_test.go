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

package status

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
)

var sites = schema.GroupResource{Group: residencyv1.GroupVersion.Group, Resource: "sites"}

// server has one Site, or none, and answers every write with the same.
type server struct {
	client.Client
	stored  *residencyv1.Site
	answer  error
	patches []string
}

func (s *server) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	if s.stored == nil {
		return apierrors.NewNotFound(sites, key.Name)
	}
	s.stored.DeepCopyInto(into.(*residencyv1.Site))
	return nil
}

func (s *server) Status() client.SubResourceWriter { return statuses{server: s} }

// statuses is what writes to the server.
type statuses struct {
	client.SubResourceWriter
	server *server
}

func (s statuses) Patch(_ context.Context, object client.Object, patch client.Patch, _ ...client.SubResourcePatchOption) error {
	data, err := patch.Data(object)
	if err != nil {
		return err
	}
	s.server.patches = append(s.server.patches, string(data))
	return s.server.answer
}

func TestAStatusIsWrittenIfItHasChanged(t *testing.T) {
	stored := &residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: "a", ResourceVersion: "7"}, Status: residencyv1.SiteStatus{Nodes: new(int32(1))}}
	patch := []string{`{"metadata":{"resourceVersion":"7"},"status":{"nodes":2}}`}
	sick := errors.New("no")
	for name, tc := range map[string]struct {
		gone    bool
		nodes   int32
		next    Next
		err     error // of looking
		answer  error // of the server
		patches []string
		told    bool
		after   time.Duration
		fails   bool
	}{
		"another status":                    {nodes: 2, patches: patch, told: true},
		"another status, and more to come":  {nodes: 2, next: Next{After: time.Hour}, patches: patch, told: true, after: time.Hour},
		"the same status":                   {nodes: 1},
		"the same status, and more to come": {nodes: 1, next: Next{After: time.Hour}, after: time.Hour},
		"not to be written yet":             {nodes: 2, next: Next{Skip: true, After: time.Second}, after: time.Second},
		"an object that is gone":            {gone: true, nodes: 2},
		"a look that fails":                 {nodes: 2, err: sick, fails: true},
		"a write in between":                {nodes: 2, answer: apierrors.NewConflict(sites, "a", sick), patches: patch, after: wake.Batch},
		"gone in between":                   {nodes: 2, answer: apierrors.NewNotFound(sites, "a"), patches: patch},
		"a write that fails":                {nodes: 2, answer: sick, patches: patch, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{stored: stored, answer: tc.answer}
			if tc.gone {
				s.stored = nil
			}
			told := false
			w := &Writer[residencyv1.Site, *residencyv1.Site]{
				Client: s,
				Update: func(_ context.Context, site *residencyv1.Site) (Next, error) {
					site.Status.Nodes = &tc.nodes
					return tc.next, tc.err
				},
				Written: func(before, after *residencyv1.Site) {
					told = true
					if *before.Status.Nodes != 1 || *after.Status.Nodes != 2 {
						t.Errorf("told of %d and %d", *before.Status.Nodes, *after.Status.Nodes)
					}
				},
			}
			result, err := w.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKey{Name: "a"}})
			if (err != nil) != tc.fails || err == nil && result.RequeueAfter != tc.after || told != tc.told {
				t.Errorf("%+v, %v, told %v", result, err, told)
			}
			if diff := cmp.Diff(tc.patches, s.patches); diff != "" {
				t.Errorf("patches (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWords(t *testing.T) {
	many := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"}
	for got, want := range map[string]string{
		Count(1, "node"): "1 node", Count(0, "node"): "0 nodes",
		Join(many[:2]): "a, b", Join(many): "a, b, c, d, e, f, g, h, i, j, k, l and 2 more", Join(nil): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
