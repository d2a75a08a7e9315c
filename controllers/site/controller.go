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

// Package site writes the status of Sites: the rulebook says whether they can be used as
// they are written, the nodes and the volumes what they match. It is the only writer.
package site

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const (
	name = "site.status"
	// maxWait bounds how long the end of the word is waited for at a time: timers do not see
	// that the clock was set.
	maxWait = time.Hour
)

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=sites,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=persistentvolumes,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=sites/status,verbs=patch

// Reconciler writes the status of Sites.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Rulebook holds the rulebook in force: what it does not hold yet is not in use.
	Rulebook *rulebook.Holder
	Nodes    *facts.Nodes
	Events   event.Sender
	Clock    clock.PassiveClock

	woken wake.Source[reconcile.Request]
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	w := &status.Writer[residencyv1.Site, *residencyv1.Site]{
		Name: name, Client: r.Client, Woken: &r.woken, Changed: changedSites, Update: r.update, Written: r.written,
		// What a volume has to do with the Sites that it is in, or was.
		Also: source.TypedKind(mgr.GetCache(), &corev1.PersistentVolume{}, r.volumeHandler()),
	}
	// What a node has to do with the Sites that it is in, or was.
	r.Nodes.Subscribe(func(c facts.NodeChange) { r.woken.WakeAfter(wake.Batch, wake.Named(c.Sites)...) })
	// Which volumes they match, and what other Sites say of these.
	r.Nodes.SubscribeLocator(r.relocated)
	return w.SetupWithManager(mgr, r.Rulebook)
}

// changedSites returns the names of the Sites that the current rulebook holds in another state
// than the old one.
func changedSites(old, current *residency.Rulebook) []string {
	return status.ChangedNames(old, current, current.Sites(), (*residency.Rulebook).Site)
}

// update brings the status up to date.
func (r *Reconciler) update(ctx context.Context, s *residencyv1.Site) (status.Next, error) {
	rb := r.Rulebook.Current()
	if rb == nil {
		return status.Next{Skip: true}, nil
	}
	info, known := rb.Site(s.Name)
	if !known || info.UID != s.UID || info.Generation != s.Generation {
		// The rulebook that holds this generation asks again.
		return status.Next{Skip: true}, nil
	}
	volumes, err := r.volumesOf(ctx, s)
	if err != nil {
		return status.Next{}, err
	}
	now := r.Clock.Now()
	f := look(s.Name, r.Nodes.OfSite(s.Name))
	f.lookAt(s.Name, volumes)
	update(s, info.Fault, f, now)
	return status.Next{After: untilEnd(s, now)}, nil
}

// untilEnd returns how long to wait until the word may have ended, zero if it does not, or has.
func untilEnd(s *residencyv1.Site, now time.Time) time.Duration {
	if s.Spec.ValidUntil == nil || !now.Before(s.Spec.ValidUntil.Time) {
		return 0
	}
	return min(s.Spec.ValidUntil.Sub(now), maxWait)
}

// written tells of what needs somebody to look at.
func (r *Reconciler) written(before, after *residencyv1.Site) {
	for _, e := range turned(before, after) {
		r.Events.Send(e)
	}
}
