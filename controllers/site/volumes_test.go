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

package site

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// asked notes which Sites are woken.
type asked struct {
	workqueue.TypedRateLimitingInterface[reconcile.Request]
	names []string
}

func (a *asked) AddAfter(r reconcile.Request, _ time.Duration) { a.names = append(a.names, r.Name) }

func TestAVolumeWakesTheSitesThatItWasInAndIsIn(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	of := func(name, class string) residencyv1.Site {
		return room(name, func(s *residencyv1.SiteSpec) {
			s.StorageClassNames = []residencyv1.NodeName{residencyv1.NodeName(class)}
		})
	}
	sites := residency.LocationSites(residency.World{Catalogue: cat, Sites: []residencyv1.Site{of("paris", "a"), of("lyon", "b"), of("nice", "c")}})
	h := (&Reconciler{Nodes: facts.NewNodes(location.Locator{Catalogue: cat, Sites: sites, Now: now})}).volumeHandler()
	before, after, same := pv("pv", "a"), pv("pv", "b"), pv("pv", "a")
	same.Status.Phase = corev1.VolumeBound
	for name, tc := range map[string]struct {
		happens func(ctx context.Context, q *asked)
		want    []string
	}{
		"it comes": {func(ctx context.Context, q *asked) {
			h.Create(ctx, ctrlevent.TypedCreateEvent[*corev1.PersistentVolume]{Object: &before}, q)
		}, []string{"paris"}},
		"it goes": {func(ctx context.Context, q *asked) {
			h.Delete(ctx, ctrlevent.TypedDeleteEvent[*corev1.PersistentVolume]{Object: &before}, q)
		}, []string{"paris"}},
		"it moves": {func(ctx context.Context, q *asked) {
			h.Update(ctx, ctrlevent.TypedUpdateEvent[*corev1.PersistentVolume]{ObjectOld: &before, ObjectNew: &after}, q)
		}, []string{"lyon", "paris"}},
		"it is bound": {func(ctx context.Context, q *asked) {
			h.Update(ctx, ctrlevent.TypedUpdateEvent[*corev1.PersistentVolume]{ObjectOld: &before, ObjectNew: &same}, q)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			q := &asked{}
			tc.happens(t.Context(), q)
			slices.Sort(q.names)
			if diff := cmp.Diff(tc.want, q.names); diff != "" {
				t.Errorf("woken (-want +got):\n%s", diff)
			}
		})
	}
}
