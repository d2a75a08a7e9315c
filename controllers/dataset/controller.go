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
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

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

// Reconciler writes the status of one Dataset.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	Ledger *ledger.Ledger
	Events event.Sender
	Clock  clock.PassiveClock
	// Woken wakes the controller.
	Woken *wake.Source[reconcile.Request]
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager, holder *rulebook.Holder) error {
	c, err := controller.New(name, mgr, controller.Options{Reconciler: r})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	for _, s := range []source.Source{
		// A new one, and a status that somebody else has written.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.Dataset{}, wake.Later()),
		// What the rulebook says of it, and what was found about its pods.
		r.Woken,
	} {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	holder.Subscribe(r.rulebookChanged)
	return nil
}

// rulebookChanged asks for the datasets that the new rulebook holds otherwise.
func (r *Reconciler) rulebookChanged(old, current *residency.Rulebook) {
	r.Woken.WakeAfter(wake.Batch, wake.Named(changedDatasets(old, current))...)
}

// changedDatasets returns the names of the datasets that the current rulebook holds in
// another generation than the old one, or of which it says something else, sorted.
func changedDatasets(old, current *residency.Rulebook) []string {
	if old == nil {
		return current.Datasets()
	}
	var changed []string
	for _, dataset := range current.Datasets() {
		a, existed := old.Dataset(dataset)
		if b, _ := current.Dataset(dataset); !existed || !equality.Semantic.DeepEqual(a, b) {
			changed = append(changed, dataset)
		}
	}
	changed = append(changed, current.ChangedSince(old)...)
	slices.Sort(changed)
	return slices.Compact(changed)
}

// Reconcile writes the status of a Dataset, if it has changed.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	before := &residencyv1.Dataset{}
	if err := r.Client.Get(ctx, req.NamespacedName, before); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	view := r.Ledger.Dataset(before.Name)
	if view.Rulebook == nil {
		return reconcile.Result{}, nil
	}
	info, known := view.Rulebook.Dataset(before.Name)
	if !known || info.UID != before.UID || info.Generation != before.Generation {
		// The rulebook that holds this generation asks again.
		return reconcile.Result{}, nil
	}
	after := before.DeepCopy()
	update(after, info, view, r.Clock.Now())
	if equality.Semantic.DeepEqual(before.Status, after.Status) {
		return reconcile.Result{}, nil
	}
	written, result, err := status.Write(ctx, r.Client, before, after.DeepCopy())
	if err != nil {
		return result, fmt.Errorf("writing the status of dataset %s: %w", before.Name, err)
	}
	if e, turned := complianceTurned(before, after); written && turned {
		r.Events.Send(e)
	}
	return result, nil
}
