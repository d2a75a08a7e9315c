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

// Package rulebook compiles the rulebook, on every replica: every replica answers
// admission reviews.
package rulebook

import (
	"context"
	"fmt"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "rulebook.compile"

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=datasets;residencypolicies,verbs=get;list;watch

// Reconciler compiles all Datasets and ResidencyPolicies. There is one request, for
// there is one rulebook.
type Reconciler struct {
	// Reader reads from the cache.
	Reader    client.Reader
	Catalogue *catalogue.Catalogue
	Options   residency.Options
	Holder    *rulebook.Holder
	Clock     clock.PassiveClock
	Metrics   *Metrics
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	c, err := controller.New(name, mgr, controller.Options{Reconciler: r, NeedLeaderElection: new(false)})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	one := handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
		return []reconcile.Request{{}}
	})
	for _, s := range []source.Source{
		// A rulebook of nothing is compiled too: readiness waits for it.
		&wake.Source[reconcile.Request]{First: []reconcile.Request{{}}},
		// Who may be named on a pod, whom a refusal tells people to ask, and by which labels policies select.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.Dataset{}, one, changed()),
		// The rules.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.ResidencyPolicy{}, one, changed()),
	} {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	return nil
}

// Reconcile compiles the rulebook and puts it in force.
func (r *Reconciler) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	var datasets residencyv1.DatasetList
	var policies residencyv1.ResidencyPolicyList
	// Compile reads only, so the cache's own objects will do.
	if err := r.Reader.List(ctx, &datasets, client.UnsafeDisableDeepCopy); err != nil {
		return reconcile.Result{}, fmt.Errorf("listing datasets: %w", err)
	}
	if err := r.Reader.List(ctx, &policies, client.UnsafeDisableDeepCopy); err != nil {
		return reconcile.Result{}, fmt.Errorf("listing policies: %w", err)
	}
	start := r.Clock.Now()
	rb := residency.Compile(r.Catalogue, datasets.Items, policies.Items, r.Options)
	took := r.Clock.Since(start)
	r.Metrics.observe(took)
	r.Holder.Swap(rb)
	ctrl.LoggerFrom(ctx).V(1).Info("Rulebook is in force", "datasets", len(datasets.Items), "policies", len(policies.Items), "took", took)
	return reconcile.Result{}, nil
}
