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
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
)

// volumeState is a PersistentVolume, and what Sites say of it.
type volumeState struct {
	name   string
	answer location.VolumeAnswer
}

// ofVolumes reports whether the Site is about volumes.
func ofVolumes(s *residencyv1.Site) bool {
	return len(s.Spec.VolumeNames) > 0 || s.Spec.VolumeSelector != nil || len(s.Spec.StorageClassNames) > 0
}

// volumesOf returns the volumes that a Site matches, sorted by name.
func (r *Reconciler) volumesOf(ctx context.Context, s *residencyv1.Site) ([]volumeState, error) {
	if !ofVolumes(s) {
		return nil, nil
	}
	var all corev1.PersistentVolumeList
	if err := r.Client.List(ctx, &all, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the volumes that Site %s matches: %w", s.Name, err)
	}
	return matching(r.Nodes, s.Name, all.Items), nil
}

// matching returns those of the volumes that a Site matches, sorted by name.
func matching(nodes *facts.Nodes, site string, volumes []corev1.PersistentVolume) []volumeState {
	var out []volumeState
	for i := range volumes {
		a := nodes.SitesOfVolume(&volumes[i])
		if slices.ContainsFunc(a.Matches, func(m location.SiteMatch) bool { return m.Site.Name == site }) {
			out = append(out, volumeState{volumes[i].Name, a})
		}
	}
	slices.SortFunc(out, func(a, b volumeState) int { return cmp.Compare(a.name, b.name) })
	return out
}

// lookAt adds the volumes that a Site matches, sorted by name.
func (f *found) lookAt(site string, volumes []volumeState) {
	for i := range volumes {
		f.volumes = append(f.volumes, volumes[i].name)
		if disagree := volumes[i].answer.Disagree; slices.Contains(disagree, site) {
			others := slices.DeleteFunc(slices.Clone(disagree), func(name string) bool { return name == site })
			f.conflictingVolumes = append(f.conflictingVolumes, word{volumes[i].name, status.Join(others)})
		}
	}
}

// volumeHandler wakes the Sites that match a volume that comes, changes or goes, and those that
// matched it.
func (r *Reconciler) volumeHandler() handler.TypedEventHandler[*corev1.PersistentVolume, reconcile.Request] {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	wakeSites := func(q queue, volumes ...*corev1.PersistentVolume) {
		for _, pv := range volumes {
			for _, m := range r.Nodes.SitesOfVolume(pv).Matches {
				q.AddAfter(reconcile.Request{NamespacedName: types.NamespacedName{Name: m.Site.Name}}, wake.Batch)
			}
		}
	}
	return handler.TypedFuncs[*corev1.PersistentVolume, reconcile.Request]{
		CreateFunc: func(_ context.Context, e ctrlevent.TypedCreateEvent[*corev1.PersistentVolume], q queue) {
			wakeSites(q, e.Object)
		},
		UpdateFunc: func(_ context.Context, e ctrlevent.TypedUpdateEvent[*corev1.PersistentVolume], q queue) {
			if changed.Volumes(e.ObjectOld, e.ObjectNew) {
				wakeSites(q, e.ObjectOld, e.ObjectNew)
			}
		},
		DeleteFunc: func(_ context.Context, e ctrlevent.TypedDeleteEvent[*corev1.PersistentVolume], q queue) {
			wakeSites(q, e.Object)
		},
	}
}

// relocated wakes all Sites: one that has changed may disagree with any other about a volume.
func (r *Reconciler) relocated() {
	if rb := r.Rulebook.Current(); rb != nil {
		r.woken.WakeAfter(wake.Batch, wake.Named(rb.Sites())...)
	}
}
