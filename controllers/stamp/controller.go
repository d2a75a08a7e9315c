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

// Package stamp writes on each node where it is: labels that constraints can select on,
// and an annotation with the witnesses and the memory of where the node was. It is the
// only writer of both; everybody else is refused by a ValidatingAdmissionPolicy.
package stamp

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/stamp"
)

const (
	name = "node.stamp"
	// workers is how many stamps are written at a time: enough for 5,000 new nodes in a
	// minute, few enough to leave the API server to others.
	workers = 8
)

// +kubebuilder:rbac:groups="",resources=nodes,verbs=get;list;watch;patch

// Writer is what is needed of client.Client.
type Writer interface {
	Patch(ctx context.Context, object client.Object, patch client.Patch, options ...client.PatchOption) error
	Apply(ctx context.Context, object runtime.ApplyConfiguration, options ...client.ApplyOption) error
}

// Reconciler writes the stamp of one node.
type Reconciler struct {
	// Client writes to the API server; nothing is read through it.
	Client Writer
	// Nodes knows where the nodes are, and wakes the controller.
	Nodes  *facts.Nodes
	Events event.Sender
	Clock  clock.PassiveClock

	woken wake.Source[reconcile.Request]
}

// SetupWithManager registers the controller. It comes before the first node.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	c, err := controller.New(name, mgr, controller.Options{Reconciler: r, MaxConcurrentReconciles: workers})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	// Every node that is located otherwise, or whose stamp is another one. There is no watch
	// of nodes here, so that a heartbeat is no request.
	if err := c.Watch(source.Func(r.start)); err != nil {
		return fmt.Errorf("watching for %s: %w", name, err)
	}
	r.Nodes.Subscribe(r.nodeChanged)
	return nil
}

// start asks for all nodes that are known when this process becomes the leader: another
// one may have left some of them unstamped.
func (r *Reconciler) start(ctx context.Context, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
	if err := r.woken.Start(ctx, queue); err != nil {
		return err
	}
	for _, s := range r.Nodes.States() {
		r.wake(s.Name)
	}
	return nil
}

func (r *Reconciler) nodeChanged(c facts.NodeChange) {
	if c.Stamp {
		r.wake(c.Name)
	}
}

func (r *Reconciler) wake(node string) { r.woken.Wake(wake.Named([]string{node})...) }

// work is one node and the stamp that it should have.
type work struct {
	facts.NodeState
	want stamp.Stamp
}

// Reconcile writes the stamp of a node if it is not as it should be.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	state, ok := r.Nodes.State(req.Name)
	if !ok {
		return reconcile.Result{}, nil
	}
	want, err := stamp.For(state.UID, state.Answer, state.Present, r.Clock.Now())
	if err != nil {
		return reconcile.Result{}, fmt.Errorf("making the stamp of node %s: %w", req.Name, err)
	}
	if want.Equal(state.Present) {
		return reconcile.Result{}, nil
	}
	w := &work{NodeState: state, want: want}
	for _, phase := range []struct {
		name string
		run  func(context.Context, *work) error
	}{
		{"removing labels that are not of the stamp", r.clean},
		{"writing the stamp", r.apply},
		{"telling of a move", r.tellOfMove},
	} {
		err := phase.run(ctx, w)
		if outdated(err) {
			// The node is gone, is another one by now, or others write it all the time. What is
			// known of it says so soon, or it is tried again.
			return reconcile.Result{RequeueAfter: wake.Batch}, nil
		}
		if err != nil {
			return reconcile.Result{}, fmt.Errorf("%s on node %s: %w", phase.name, req.Name, err)
		}
	}
	return reconcile.Result{}, nil
}

// outdated reports whether the node was not there as it was meant to be written. Of another
// UID the API server says that the node exists and cannot change its own, or that it does
// not exist and cannot be made with one.
func outdated(err error) bool {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return true
	}
	var status apierrors.APIStatus
	if !apierrors.IsInvalid(err) || !errors.As(err, &status) || status.Status().Details == nil {
		return false
	}
	return slices.ContainsFunc(status.Status().Details.Causes, func(c metav1.StatusCause) bool { return c.Field == "metadata.uid" })
}
