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
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	overlay "github.com/domicile-dev/domicile/controllers/catalogue"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const (
	name = "residencypolicy.status"
	// firstWait is how long to wait before a policy is looked at again as long as there is
	// no rulebook.
	firstWait = 2 * time.Second
)

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=residencypolicies;datasets,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=residencypolicies/status,verbs=patch

// Reconciler writes the status of ResidencyPolicies.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Live reads from the API server.
	Live   client.Reader
	Ledger *ledger.Ledger
	// Overlay is what became of the overlay of the catalogue.
	Overlay *overlay.State
	Clock   clock.PassiveClock
	// Woken wakes the controller.
	Woken *wake.Source[reconcile.Request]

	// checked is the last rulebook that was found to hold the Datasets as they are. There
	// is one worker.
	checked *residency.Rulebook
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager, holder *rulebook.Holder) error {
	w := &status.Writer[residencyv1.ResidencyPolicy, *residencyv1.ResidencyPolicy]{
		Name: name, Client: r.Client, Woken: r.Woken, Changed: changedPolicies, Update: r.update,
	}
	// The condition CatalogueCurrent is the same on every policy.
	r.Overlay.Subscribe(func() {
		if rb := holder.Current(); rb != nil {
			r.Woken.WakeAfter(wake.Batch, wake.Named(rb.Policies())...)
		}
	})
	return w.SetupWithManager(mgr, holder)
}

// changedPolicies returns the names of the policies that the current rulebook holds in
// another generation than the old one, or of which it says something else: their datasets
// can be others, and what they name can be gone.
func changedPolicies(old, current *residency.Rulebook) []string {
	return status.ChangedNames(old, current, current.Policies(), (*residency.Rulebook).Policy)
}

// update brings the status up to date.
func (r *Reconciler) update(ctx context.Context, p *residencyv1.ResidencyPolicy) (status.Next, error) {
	wasAccepted := acceptedNow(p)
	view := r.Ledger.Policy(p.Name)
	update(p, view, r.Overlay.Current(), r.Clock.Now())
	if view.Rulebook == nil {
		// Without a catalogue there is no rulebook that could ask again.
		return status.Next{After: firstWait}, nil
	}
	if !acceptedNow(p) || wasAccepted {
		return status.Next{}, nil
	}
	// Whoever waits for this relies on it for the datasets that are there by now.
	current, err := r.holdsDatasets(ctx, view.Rulebook)
	if err != nil || current {
		return status.Next{}, err
	}
	return status.Next{Skip: true, After: wake.Batch}, nil
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
