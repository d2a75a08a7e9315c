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
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// store answers every Get with the same, and keeps what is patched.
type store struct {
	client.Writer
	object  client.Object // nil: NotFound
	err     error
	reads   int
	patches []string
}

func (s *store) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	s.reads++
	if s.err != nil {
		return s.err
	}
	if s.object == nil {
		return apierrors.NewNotFound(corev1.Resource("things"), key.Name)
	}
	switch o := into.(type) {
	case *corev1.Pod:
		s.object.(*corev1.Pod).DeepCopyInto(o)
	case *metav1.PartialObjectMetadata:
		s.object.(*metav1.PartialObjectMetadata).DeepCopyInto(o)
	}
	return nil
}

func (s *store) List(context.Context, client.ObjectList, ...client.ListOption) error {
	return errors.New("nothing is listed in a request")
}

func (s *store) Patch(_ context.Context, o client.Object, p client.Patch, _ ...client.PatchOption) error {
	data, err := p.Data(o)
	if err != nil {
		return err
	}
	s.patches = append(s.patches, o.GetName()+" "+string(p.Type())+" "+string(data))
	return s.err
}

func TestPodReader(t *testing.T) {
	of := func(uid types.UID) *corev1.Pod { return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{UID: uid}} }
	tests := map[string]struct {
		cache, live store
		uid         types.UID
		want        types.UID
		notFound    bool
		failed      bool
		lives       int
	}{
		"without a uid, whatever is cached": {cache: store{object: of("1")}, live: store{object: of("2")}, want: "2", lives: 1},
		"in the cache, of that uid":         {cache: store{object: of("1")}, uid: "1", want: "1"},
		"in the cache, of an older uid":     {cache: store{object: of("1")}, live: store{object: of("2")}, uid: "2", want: "2", lives: 1},
		"not in the cache yet":              {live: store{object: of("2")}, want: "2", lives: 1},
		"nowhere":                           {notFound: true, lives: 1},
		"a cache that fails":                {cache: store{err: errors.New("no")}, live: store{object: of("2")}, uid: "2", failed: true},
		"an API server that fails":          {live: store{err: errors.New("no")}, failed: true, lives: 1},
		"an older one, and no other there":  {cache: store{object: of("1")}, uid: "2", notFound: true, lives: 1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := NewPodReader(&tc.cache, &tc.live).Pod(t.Context(), "crm", "profiles", tc.uid)
			switch {
			case tc.notFound && !apierrors.IsNotFound(err), tc.failed && (err == nil || apierrors.IsNotFound(err)):
				t.Fatalf("error %v", err)
			case !tc.notFound && !tc.failed && (err != nil || got.UID != tc.want):
				t.Fatalf("got %v, %v", got, err)
			}
			if tc.live.reads != tc.lives {
				t.Errorf("read live %d times, want %d", tc.live.reads, tc.lives)
			}
		})
	}
}

func TestNamespaceMarker(t *testing.T) {
	with := func(value string) *metav1.PartialObjectMetadata {
		return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "crm", Labels: map[string]string{residencyv1.GovernedLabel: value}}}
	}
	patch := []string{`crm application/merge-patch+json {"metadata":{"labels":{"residency.domicile.dev/governed":"true"}}}`}
	tests := map[string]struct {
		cache, live store
		want        []string
		failed      bool
	}{
		"with the mark":        {cache: store{object: with("true")}},
		"with another value":   {cache: store{object: with("no")}, want: patch},
		"without it":           {cache: store{object: &metav1.PartialObjectMetadata{}}, want: patch},
		"not in the cache yet": {want: patch},
		"a cache that fails":   {cache: store{err: errors.New("no")}, failed: true},
		"a write that fails":   {live: store{err: errors.New("no")}, want: patch, failed: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			err := NewNamespaceMarker(&tc.cache, &tc.live).Mark(t.Context(), "crm")
			if (err != nil) != tc.failed {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(tc.want, tc.live.patches); diff != "" {
				t.Errorf("patches (-want +got):\n%s", diff)
			}
		})
	}
}
