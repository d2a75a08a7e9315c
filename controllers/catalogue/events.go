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

package catalogue

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/wake"
)

const (
	reporterName = "catalogue.report"
	actionLoad   = "LoadCatalogue"
)

// Reporter tells, by Events on the ConfigMap, of an overlay that cannot be used, and of
// one that can again. Every replica loads the catalogue; only the leader tells.
type Reporter struct {
	State  *State
	Events event.Sender

	woken wake.Source[reconcile.Request]
	// told is the problem that was told last. There is one worker.
	told string
}

// SetupWithManager registers the controller.
func (r *Reporter) SetupWithManager(mgr ctrl.Manager) error {
	c, err := controller.New(reporterName, mgr, controller.Options{Reconciler: r})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", reporterName, err)
	}
	r.woken.First = []reconcile.Request{{}}
	// What the catalogue became.
	if err := c.Watch(&r.woken); err != nil {
		return fmt.Errorf("watching for %s: %w", reporterName, err)
	}
	r.State.Subscribe(func() { r.woken.Wake(reconcile.Request{}) })
	return nil
}

// Reconcile tells what is news.
func (r *Reporter) Reconcile(context.Context, reconcile.Request) (reconcile.Result, error) {
	o := r.State.Current()
	if e, news := turned(r.told, o); news {
		r.Events.Send(e)
	}
	r.told = o.Problem
	return reconcile.Result{}, nil
}

// turned returns the Event about an overlay, given the problem that was told last. That
// an overlay has nothing wrong with it is news only after it had.
func turned(told string, o Overlay) (event.Event, bool) {
	if o.Object == nil || o.Problem == told {
		return event.Event{}, false
	}
	e := event.Event{Regarding: *o.Object, Action: actionLoad}
	if o.Problem != "" {
		e.Type, e.Reason, e.Note = corev1.EventTypeWarning, residencyv1.ReasonOverlayInvalid, o.sentence()
		return e, true
	}
	e.Type, e.Reason, e.Note = corev1.EventTypeNormal, residencyv1.ReasonOverlayValid, o.Condition().Message
	return e, true
}
