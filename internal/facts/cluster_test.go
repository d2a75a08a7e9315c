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

package facts

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// reader has one namespace, or none, or fails.
type reader struct {
	client.Reader
	labels map[string]string // nil: NotFound
	err    error
}

func (r reader) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	if r.err != nil {
		return r.err
	}
	if r.labels == nil {
		return apierrors.NewNotFound(corev1.Resource("namespaces"), key.Name)
	}
	into.(*metav1.PartialObjectMetadata).Labels = r.labels
	return nil
}

func TestNamespaceOfACluster(t *testing.T) {
	away := errors.New("the API server is away")
	plain := reader{labels: map[string]string{"team": "crm"}}
	marked := reader{labels: map[string]string{residencyv1.GovernedLabel: residencyv1.GovernedValue}}
	keyed := reader{labels: map[string]string{residencyv1.DatasetLabel: "customers", residencyv1.GovernedLabel: residencyv1.GovernedValue}}
	for name, tc := range map[string]struct {
		cache, live  reader
		marked, told bool
		want         map[string]string
		err          error
	}{
		"in the cache":                                    {cache: plain, live: keyed, want: plain.labels},
		"not in the cache yet":                            {live: keyed, want: keyed.labels},
		"not in the cache yet, and it will be told":       {live: keyed, told: true, want: nil},
		"nowhere: its pods may outlive it":                {want: nil},
		"the cache fails":                                 {cache: reader{err: away}, live: keyed, err: away},
		"the API server fails":                            {live: reader{err: away}, err: away},
		"known to be marked, and cached without the mark": {cache: plain, live: keyed, marked: true, want: keyed.labels},
		"known to be marked, and cached with it":          {cache: marked, live: keyed, marked: true, want: marked.labels},
		"known to be marked, and gone meanwhile":          {cache: plain, marked: true, want: nil},
		"known to be marked, and the API server fails":    {cache: plain, live: reader{err: away}, marked: true, err: away},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Cluster{Cache: tc.cache, Live: tc.live, Marked: tc.marked, Told: tc.told}
			got, err := c.Namespace(t.Context(), "crm")
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, got.Labels); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCarrierOfACluster(t *testing.T) {
	away := errors.New("the API server is away")
	plain := reader{labels: map[string]string{"app": "crm"}}
	keyed := reader{labels: map[string]string{residencyv1.DatasetLabel: "customers"}}
	for name, tc := range map[string]struct {
		cache, live reader
		told        bool
		want        map[string]string
		err         error
	}{
		"in the cache":                              {cache: plain, live: keyed, want: plain.labels},
		"not in the cache yet":                      {live: keyed, want: keyed.labels},
		"not in the cache yet, and it will be told": {live: keyed, told: true, want: nil},
		"nowhere":              {want: nil},
		"the cache fails":      {cache: reader{err: away}, live: keyed, err: away},
		"the API server fails": {live: reader{err: away}, err: away},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Cluster{Cache: tc.cache, Live: tc.live, Told: tc.told}
			got, err := c.Carrier(t.Context(), residency.BySecret, "crm", "db")
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, got.Labels); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
			}
		})
	}
}

// claimReader has one claim, in a volume or in none.
type claimReader struct {
	client.Reader
	volume string
	err    error
}

func (r claimReader) Get(_ context.Context, _ client.ObjectKey, o client.Object, _ ...client.GetOption) error {
	o.(*corev1.PersistentVolumeClaim).Spec.VolumeName = r.volume
	return r.err
}

func TestAClaimOfAClusterAsItIsNow(t *testing.T) {
	away := errors.New("the API server is away")
	for name, tc := range map[string]struct {
		live claimReader
		told bool
		want string
		err  error
	}{
		"the API server has it":     {live: claimReader{volume: "pv-1"}, want: "pv-1"},
		"it is told of the change":  {live: claimReader{volume: "pv-1"}, told: true, want: ""},
		"the API server is away":    {live: claimReader{err: away}, err: away},
		"the API server has it not": {live: claimReader{err: apierrors.NewNotFound(corev1.Resource("persistentvolumeclaims"), "data")}, want: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Cluster{Cache: claimReader{}, Live: tc.live, Told: tc.told}
			claim, err := c.ClaimNow(t.Context(), "crm", "data")
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			got := "none"
			if claim != nil {
				got = claim.Spec.VolumeName
			}
			if tc.err == nil && got != tc.want {
				t.Errorf("its volume is %q, want %q", got, tc.want)
			}
		})
	}
}
