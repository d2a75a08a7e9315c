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

package status

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

// Object is a kind of API object: T is its type, *T what is read and written.
type Object[T any] interface {
	*T
	client.Object
	DeepCopy() *T
}

// Writer writes the statuses of all objects of one kind, on the leader. It is the only
// one who does. All of it is required, but Written and Also.
type Writer[T any, O Object[T]] struct {
	// Name of the controller, such as "dataset.status".
	Name string
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Woken wakes it for what a watch of the objects does not show.
	Woken *wake.Source[reconcile.Request]
	// Changed returns the names of the objects about which a rulebook says something else
	// than the old one; that is nil at the first.
	Changed func(old, current *residency.Rulebook) []string
	// Also wakes it besides; nil: nothing does.
	Also source.Source
	// Update brings the status of an object up to date.
	Update func(ctx context.Context, object O) (Next, error)
	// Written is told of every status that was written.
	Written func(before, after O)
}

// Next is what is to be done with a status once it was looked at.
type Next struct {
	// Skip says that nothing is written, whatever has changed.
	Skip bool
	// After is how long it takes until it has to be looked at again; zero: until it is woken.
	After time.Duration
}

// SetupWithManager registers the controller.
func (w *Writer[T, O]) SetupWithManager(mgr ctrl.Manager, holder *rulebook.Holder) error {
	c, err := controller.New(w.Name, mgr, controller.Options{Reconciler: w})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", w.Name, err)
	}
	sources := []source.Source{
		// A new one, and a status that somebody else has written.
		source.Kind[client.Object](mgr.GetCache(), O(new(T)), wake.Later()),
		// What the rulebook says of it, and what was found under it.
		w.Woken,
	}
	if w.Also != nil {
		sources = append(sources, w.Also)
	}
	for _, s := range sources {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", w.Name, err)
		}
	}
	holder.Subscribe(func(old, current *residency.Rulebook) {
		w.Woken.WakeAfter(wake.Batch, wake.Named(w.Changed(old, current))...)
	})
	return nil
}

// Reconcile writes the status of one object, if it has changed.
func (w *Writer[T, O]) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	before := O(new(T))
	if err := w.Client.Get(ctx, req.NamespacedName, before); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	after := O(before.DeepCopy())
	next, err := w.Update(ctx, after)
	result := reconcile.Result{RequeueAfter: next.After}
	if err != nil || next.Skip || equality.Semantic.DeepEqual(before, after) {
		return result, err
	}
	written, conflict, err := write(ctx, w.Client, before, O(after.DeepCopy()))
	switch {
	case err != nil:
		return result, fmt.Errorf("writing the status of %s: %w", before.GetName(), err)
	case conflict:
		return reconcile.Result{RequeueAfter: wake.Batch}, nil
	case written && w.Written != nil:
		w.Written(before, after)
	}
	return result, nil
}
