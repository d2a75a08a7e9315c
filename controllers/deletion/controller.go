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

// Package deletion tells of Datasets, ResidencyPolicies and Sites that were deleted while they
// governed something. Admission warns whoever deletes; this tells everybody else, and does not
// need the webhook.
package deletion

import (
	"context"
	"fmt"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
)

const name = "deletion.report"

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=datasets;residencypolicies;sites,verbs=get;list;watch

// Reconciler sends the Event on one deletion.
type Reconciler struct {
	Events event.Sender
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	c, err := controller.NewTyped(name, mgr, controller.TypedOptions[Deletion]{Reconciler: r})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	// Each is known as it was last: its status says what it governed.
	for _, s := range []source.TypedSource[Deletion]{
		source.TypedKind(mgr.GetCache(), &residencyv1.Dataset{}, deleted(ofDataset)),
		source.TypedKind(mgr.GetCache(), &residencyv1.ResidencyPolicy{}, deleted(ofPolicy)),
		source.TypedKind(mgr.GetCache(), &residencyv1.Site{}, deleted(ofSite)),
	} {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	return nil
}

// deleted asks for the Event on what is deleted, if one is due.
func deleted[O client.Object](of func(O) (Deletion, bool)) handler.TypedEventHandler[O, Deletion] {
	return handler.TypedFuncs[O, Deletion]{
		DeleteFunc: func(_ context.Context, e ctrlevent.TypedDeleteEvent[O], q workqueue.TypedRateLimitingInterface[Deletion]) {
			if d, due := of(e.Object); due {
				q.Add(d)
			}
		},
	}
}

// Reconcile sends the Event.
func (r *Reconciler) Reconcile(_ context.Context, d Deletion) (reconcile.Result, error) {
	r.Events.Send(d.event())
	return reconcile.Result{}, nil
}
