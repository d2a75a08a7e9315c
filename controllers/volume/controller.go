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

// Package volume judges volumes and snapshots, those that are and those that will be, and keeps
// their part of the ledger.
//
//	claims, PersistentVolumes, snapshots, contents, ┐
//	classes, namespaces, nodes, Sites, rulebook ────┴▶ Request ──▶ what it touches ──facts──▶ Input ──Evaluate──▶ Verdict ──▶ ledger, Events
//	                                                                    └──▶ pods of the claims, and what inherits
//
// A change wakes what it touches and nothing else. Handlers only put a request into the queue;
// what it means is looked up, by indexes and in both directions, when its turn comes.
package volume

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/controllers/late"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/controllers/workload"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "volume.detect"

// +kubebuilder:rbac:groups="",resources=persistentvolumeclaims;persistentvolumes;namespaces;nodes,verbs=get;list;watch
// +kubebuilder:rbac:groups=storage.k8s.io,resources=storageclasses;volumeattributesclasses,verbs=get;list;watch
// +kubebuilder:rbac:groups=snapshot.storage.k8s.io,resources=volumesnapshots;volumesnapshotcontents;volumesnapshotclasses,verbs=get;list;watch
// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=datasets,verbs=get;list;watch

// Reconciler judges volumes and snapshots. All of it is required.
type Reconciler struct {
	// Reader reads from the cache.
	Reader   client.Reader
	Gatherer *facts.Gatherer
	Ledger   *ledger.Ledger
	Events   event.Sender
	Clock    clock.PassiveClock
	// Indexes makes those of snapshots, which may come to the cluster later.
	Indexes *index.Late
	// Datasets and Policies wake the writers of the statuses.
	Datasets, Policies *wake.Source[reconcile.Request]
	// Pods wakes who judges pods, for those of the claims that are touched.
	Pods *wake.Source[workload.Request]
	// Inherit wakes who writes on an object what it inherits.
	Inherit *wake.Source[ledger.Ref]

	woken wake.Source[Request]
	// kinds are those that the cluster need not have.
	kinds late.Kinds[Request]
	// held are the Events of the beginning. There is one worker.
	held []event.Event
}

// SetupWithManager registers the controller. It has one worker: what is found about a volume
// is recorded in the order in which it was found. It comes after that of pods, which tells the
// ledger of a new rulebook.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager, holder *rulebook.Holder, nodes *facts.Nodes) error {
	c, err := controller.NewTyped(name, mgr, controller.TypedOptions[Request]{
		Reconciler: r, MaxConcurrentReconciles: 1, LogConstructor: logger(mgr.GetLogger()),
	})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	r.kinds = late.Kinds[Request]{
		Reader: mgr.GetCache(), Mapper: mgr.GetRESTMapper(), Indexes: r.Indexes, Start: c.Watch, Wanted: lateKinds(mgr.GetCache()),
	}
	r.woken.First = []Request{{Kind: everything}}
	for _, s := range []source.TypedSource[Request]{
		// What a claim holds, and what its volume is.
		source.TypedKind(mgr.GetCache(), &corev1.PersistentVolumeClaim{}, known(objectHandler[*corev1.PersistentVolumeClaim](oneClaim)), changed.By(changed.Claims)),
		// Where a volume rests, and what it holds.
		source.TypedKind(mgr.GetCache(), &corev1.PersistentVolume{}, known(volumeHandler()), changed.By(changed.Volumes)),
		// Where the claims that it will make volumes for will rest.
		source.TypedKind(mgr.GetCache(), &storagev1.StorageClass{}, known(classHandler[*storagev1.StorageClass](ofClass)), changed.By(changed.Versions[*storagev1.StorageClass])),
		// The keys of a namespace are those of every claim and snapshot in it.
		source.TypedKind(mgr.GetCache(), facts.NewNamespaceMetadata(), known(namespaceHandler()), changed.By(namespaceKeys)),
		// Kinds that the cluster gets later.
		source.TypedKind(mgr.GetCache(), late.NewDefinitionMetadata(), definitionHandler(), late.DefinesSnapshots()),
		// New rulebooks, and nodes and volumes that are elsewhere than they were.
		&r.woken,
	} {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	holder.Subscribe(r.rulebookChanged)
	nodes.Subscribe(r.nodeChanged)
	nodes.SubscribeLocator(r.relocated)
	return nil
}

// Reconcile judges what a request means.
func (r *Reconciler) Reconcile(ctx context.Context, req Request) (reconcile.Result, error) {
	if r.Ledger.Rulebook() == nil {
		// The first one asks again.
		return reconcile.Result{}, nil
	}
	switch {
	case !r.Ledger.Primed(ledger.Stores):
		return reconcile.Result{}, r.prime(ctx)
	case req.Kind == kinds:
		return r.kinds.Watch(ctx)
	default:
		return reconcile.Result{}, r.judgeAll(ctx, req)
	}
}

// judgeAll judges what a request means and what that touches, all of it even if one cannot be
// judged, and has the pods judged that use it.
func (r *Reconciler) judgeAll(ctx context.Context, req Request) error {
	refs, spreads, err := r.meant(ctx, req)
	if err != nil {
		return err
	}
	if spreads {
		if refs, err = r.touched(ctx, refs); err != nil {
			return err
		}
	}
	var errs []error
	for _, ref := range refs {
		errs = append(errs, r.judge(ctx, ref))
		// Who judges pods hears of changes of claims itself.
		if itself := req.Kind == oneClaim && req.Namespace == ref.Namespace && req.Name == ref.Name; spreads && ref.Kind == ledger.KindClaim && !itself {
			r.Pods.Wake(workload.OfClaim(ref.Namespace, ref.Name))
		}
	}
	return errors.Join(errs...)
}

// rulebookChanged asks for what the new rulebook may say something else about.
func (r *Reconciler) rulebookChanged(old, current *residency.Rulebook) {
	if old == nil {
		r.woken.Wake(Request{Kind: everything})
		return
	}
	for _, dataset := range current.ChangedSince(old) {
		r.woken.Wake(Request{Kind: ofDataset, Name: dataset})
	}
}

// nodeChanged asks for the volumes that rest on the node, or may. A burst of nodes is one
// request, but for the volumes that name them.
func (r *Reconciler) nodeChanged(c facts.NodeChange) {
	if !c.Labels && !c.Location {
		return
	}
	for _, host := range c.Hosts {
		r.woken.WakeAfter(wake.Batch, Request{Kind: onHost, Name: host})
	}
	r.woken.WakeAfter(wake.Batch, Request{Kind: onHost, Name: anyHost}, Request{Kind: open})
}

// relocated asks for all that rests somewhere, since the catalogue, a Site or the time says
// that of volumes too.
func (r *Reconciler) relocated() { r.woken.Wake(Request{Kind: storing}) }

// exists tells an object that is not there, or of which there can be none, from one that could
// not be read.
func exists(err error) (bool, error) {
	if apimeta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}
