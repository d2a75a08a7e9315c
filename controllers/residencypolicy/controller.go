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

// Package residencypolicy writes the status of ResidencyPolicies: the rulebook says
// whether they are in force, the ledger what was found under them. It is the only writer.
package residencypolicy

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "residencypolicy.status"

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=residencypolicies;datasets,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=residencypolicies/status,verbs=patch

// Reconciler writes the status of one ResidencyPolicy.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Live reads from the API server.
	Live   client.Reader
	Ledger *ledger.Ledger
	Clock  clock.PassiveClock
	// Woken wakes the controller.
	Woken *wake.Source[reconcile.Request]

	// checked is the last rulebook that was found to hold the Datasets as they are. There
	// is one worker.
	checked *residency.Rulebook
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager, holder *rulebook.Holder) error {
	c, err := controller.New(name, mgr, controller.Options{Reconciler: r})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	for _, s := range []source.Source{
		// A new one, and a status that somebody else has written.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.ResidencyPolicy{}, wake.Later()),
		// What the rulebook says of it, and what was found under it.
		r.Woken,
	} {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	holder.Subscribe(r.rulebookChanged)
	return nil
}

// rulebookChanged asks for the policies that the new rulebook holds otherwise, or whose
// datasets are others than before.
func (r *Reconciler) rulebookChanged(old, current *residency.Rulebook) {
	r.Woken.WakeAfter(wake.Batch, wake.Named(changedPolicies(old, current))...)
}

func changedPolicies(old, current *residency.Rulebook) []string {
	if old == nil {
		return current.Policies()
	}
	var changed []string
	for _, policy := range current.Policies() {
		a, existed := old.Policy(policy)
		b, _ := current.Policy(policy)
		if !existed || a.UID != b.UID || a.Generation != b.Generation || !slices.Equal(a.Datasets, b.Datasets) {
			changed = append(changed, policy)
		}
	}
	return changed
}

// Reconcile writes the status of a ResidencyPolicy, if it has changed.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	before := &residencyv1.ResidencyPolicy{}
	if err := r.Client.Get(ctx, req.NamespacedName, before); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	after := before.DeepCopy()
	view := r.Ledger.Policy(before.Name)
	update(after, view, r.Clock.Now())
	if acceptedNow(after) && !acceptedNow(before) {
		// Whoever waits for this relies on it for the datasets that are there by now.
		current, err := r.holdsDatasets(ctx, view.Rulebook)
		if err != nil {
			return reconcile.Result{}, err
		}
		if !current {
			return reconcile.Result{RequeueAfter: wake.Batch}, nil
		}
	}
	if equality.Semantic.DeepEqual(before.Status, after.Status) {
		return reconcile.Result{}, nil
	}
	_, result, err := status.Write(ctx, r.Client, before, after)
	if err != nil {
		return result, fmt.Errorf("writing the status of policy %s: %w", before.Name, err)
	}
	return result, nil
}

// holdsDatasets reports whether the rulebook holds all Datasets as the API server has
// them, or had them after it was compiled: that is asked once for each rulebook, since
// every policy in it is older.
func (r *Reconciler) holdsDatasets(ctx context.Context, rb *residency.Rulebook) (bool, error) {
	if rb == r.checked {
		return true, nil
	}
	var datasets residencyv1.DatasetList
	if err := r.Live.List(ctx, &datasets); err != nil {
		return false, fmt.Errorf("listing the datasets live: %w", err)
	}
	if !rb.Holds(datasets.Items) {
		return false, nil
	}
	r.checked = rb
	return true, nil
}

// acceptedNow reports whether the policy is accepted in the generation that it has.
func acceptedNow(p *residencyv1.ResidencyPolicy) bool {
	c := apimeta.FindStatusCondition(p.Status.Conditions, residencyv1.ConditionAccepted)
	return c != nil && c.Status == metav1.ConditionTrue && c.ObservedGeneration == p.Generation
}
