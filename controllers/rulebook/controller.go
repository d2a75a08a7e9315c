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
// admission reviews. Of the same objects it makes what says where nodes are.
package rulebook

import (
	"context"
	"fmt"
	"time"

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
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "rulebook.compile"

// maxWait bounds how long an instant is waited for at a time: timers do not
// see that the clock was set.
const maxWait = time.Hour

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=datasets;residencypolicies;sites;jurisdictions;processors,verbs=get;list;watch

// Reconciler compiles what administrators have written. There is one request, for there
// is one rulebook.
type Reconciler struct {
	// Reader reads from the cache.
	Reader client.Reader
	// Catalogue holds the catalogue. Before the first one nothing is compiled.
	Catalogue *catalogue.Holder
	Options   residency.Options
	// Nodes are located by what the Sites say, Holder is what a rulebook is put into.
	Nodes   *facts.Nodes
	Holder  *rulebook.Holder
	Clock   clock.PassiveClock
	Metrics *Metrics
	// Woken wakes the controller for another catalogue.
	Woken *wake.Source[reconcile.Request]

	// located is what the nodes are located by. There is one worker.
	located located
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
	// A rulebook of nothing is compiled too: readiness waits for it.
	r.Woken.First = []reconcile.Request{{}}
	for _, s := range []source.Source{
		// Another catalogue.
		r.Woken,
		// Who may be named on a pod, whom a refusal tells people to ask, and by which labels policies select.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.Dataset{}, one, relabelled()),
		// The rules.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.ResidencyPolicy{}, one, respecified()),
		// Where nodes are, and places that policies name.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.Site{}, one, respecified()),
		// Which countries policies name.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.Jurisdiction{}, one, respecified()),
		// Who is called, and where it stores and computes.
		source.Kind[client.Object](mgr.GetCache(), &residencyv1.Processor{}, one, respecified()),
	} {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	return nil
}

// Reconcile compiles the rulebook and puts it in force, and with it what says where nodes
// are. It comes back when the word of a Site ends, and when the rulebook comes to mean something
// else by itself.
func (r *Reconciler) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	cat := r.Catalogue.Current()
	if cat == nil {
		// The first one asks again.
		return reconcile.Result{}, nil
	}
	in, err := r.read(ctx)
	if err != nil {
		return reconcile.Result{}, err
	}
	now := r.Clock.Now()
	world := residency.World{Catalogue: cat, Sites: in.sites.Items, Jurisdictions: in.jurisdictions.Items, Processors: in.processors.Items}
	// The facts come before the rules that judge them: whoever sees a rulebook, as the
	// writers of statuses do, sees the nodes by the same Sites.
	r.locate(world, now)
	start := r.Clock.Now()
	opts := r.Options
	opts.AsOf = now
	rb := residency.Compile(world, in.datasets.Items, in.policies.Items, opts)
	took := r.Clock.Since(start)
	r.Metrics.observe(took)
	r.Holder.Swap(rb)
	ctrl.LoggerFrom(ctx).V(1).Info("Rulebook is in force", "datasets", len(in.datasets.Items), "policies", len(in.policies.Items),
		"sites", len(in.sites.Items), "jurisdictions", len(in.jurisdictions.Items), "processors", len(in.processors.Items), "took", took)
	now = r.Clock.Now()
	return reconcile.Result{RequeueAfter: soonest(r.located.wait(now), untilTurn(rb, now))}, nil
}

// untilTurn is how long to wait for the next turn of the rulebook, zero if there is none.
func untilTurn(rb *residency.Rulebook, now time.Time) time.Duration {
	at, ok := rb.NextTurn()
	if !ok {
		return 0
	}
	// What has come meanwhile is late already.
	return max(min(at.Sub(now), maxWait), time.Nanosecond)
}

// soonest is the shorter of two waits; zero is none.
func soonest(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

// objects are what a rulebook is made of.
type objects struct {
	datasets      residencyv1.DatasetList
	policies      residencyv1.ResidencyPolicyList
	sites         residencyv1.SiteList
	jurisdictions residencyv1.JurisdictionList
	processors    residencyv1.ProcessorList
}

// read reads all of them. Nobody changes them, so the cache's own objects will do.
func (r *Reconciler) read(ctx context.Context) (*objects, error) {
	var in objects
	for _, list := range []client.ObjectList{&in.datasets, &in.policies, &in.sites, &in.jurisdictions, &in.processors} {
		if err := r.Reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("listing for the rulebook: %T: %w", list, err)
		}
	}
	return &in, nil
}
