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

// Package dataset writes the status of Datasets: the rulebook says what governs them,
// the ledger what was found. It is the only writer.
package dataset

import (
	"context"
	"slices"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "dataset.status"

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=datasets,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=datasets/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch

// Reconciler writes the status of Datasets.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	Ledger *ledger.Ledger
	Events event.Sender
	Clock  clock.PassiveClock
	// Excluded are the namespaces in which nothing is refused.
	Excluded []string
	// Woken wakes the controller.
	Woken *wake.Source[reconcile.Request]
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager, holder *rulebook.Holder) error {
	w := &status.Writer[residencyv1.Dataset, *residencyv1.Dataset]{
		Name: name, Client: r.Client, Woken: r.Woken, Changed: changedDatasets, Update: r.update, Written: r.written,
		// An excluded namespace that comes to handle a dataset, or no longer does.
		Also: r.excludedChanged(mgr.GetCache(), holder.Current),
	}
	return w.SetupWithManager(mgr, holder)
}

// changedDatasets returns the names of the datasets that the current rulebook holds in
// another generation than the old one, or of which it says something else, sorted.
func changedDatasets(old, current *residency.Rulebook) []string {
	changed := status.ChangedNames(old, current, current.Datasets(), (*residency.Rulebook).Dataset)
	changed = append(changed, current.ChangedSince(old)...)
	slices.Sort(changed)
	return slices.Compact(changed)
}

// update brings the status up to date.
func (r *Reconciler) update(ctx context.Context, d *residencyv1.Dataset) (status.Next, error) {
	view := r.Ledger.Dataset(d.Name)
	if view.Rulebook == nil {
		return status.Next{Skip: true}, nil
	}
	info, known := view.Rulebook.Dataset(d.Name)
	if !known || info.UID != d.UID || info.Generation != d.Generation {
		// The rulebook that holds this generation asks again.
		return status.Next{Skip: true}, nil
	}
	namespaces, err := r.excludedNamespaces(ctx, view.Rulebook, d.Name)
	if err != nil {
		return status.Next{}, err
	}
	now := r.Clock.Now()
	update(d, info, view, now)
	set(d, excluded(namespaces), now)
	return status.Next{}, nil
}

// written sums up what has become of the dataset.
func (r *Reconciler) written(before, after *residencyv1.Dataset) {
	if e, turned := complianceTurned(before, after); turned {
		r.Events.Send(e)
	}
}
