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

// Package workload judges the pods that run, and keeps the ledger of what was found.
//
//	pods, namespaces, carriers, nodes, rulebook ──▶ Request ──▶ pods ──facts──▶ Input ──Evaluate──▶ Verdict ──▶ ledger, Events
//
// A change wakes the pods that it touches and no others. Handlers only put a request
// into the queue; which pods it means is looked up, by an index, when its turn comes.
package workload

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
	"github.com/domicile-dev/domicile/internal/steer"
)

const name = "pod.detect"

// +kubebuilder:rbac:groups="",resources=pods;namespaces;services,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=persistentvolumeclaims;secrets;configmaps,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=nodes,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=datasets,verbs=get;list;watch

// Reconciler judges pods.
type Reconciler struct {
	// Reader reads from the cache.
	Reader   client.Reader
	Gatherer *facts.Gatherer
	Ledger   *ledger.Ledger
	// Events sends those on pods, of which there may be many, Summaries those on their owners.
	Events, Summaries event.Sender
	Clock             clock.PassiveClock
	// Datasets and Policies wake the writers of the statuses.
	Datasets, Policies *wake.Source[reconcile.Request]
	// SteerBy is on which labels of nodes pods are steered.
	SteerBy steer.By
	// Woken wakes it for pods whose volumes are, or hold, something else than before.
	Woken *wake.Source[Request]

	owners throttle
	// waiting are the pods of which was told that they wait for a node, by their UIDs, and
	// waits are the owners of those.
	waiting map[types.NamespacedName]types.UID
	waits   throttle
	// held are the Events of the beginning. There is one worker.
	held []func()
}

// SetupWithManager registers the controller. It has one worker: what is found about a
// pod is recorded in the order in which it was found.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager, holder *rulebook.Holder, nodes *facts.Nodes) error {
	c, err := controller.NewTyped(name, mgr, controller.TypedOptions[Request]{
		Reconciler: r, MaxConcurrentReconciles: 1, LogConstructor: logger(mgr.GetLogger()),
	})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	r.Woken.First = []Request{{Kind: everything}}
	sources := []source.TypedSource[Request]{
		// What a pod handles, where it is, and whether it has ended.
		source.TypedKind(mgr.GetCache(), &corev1.Pod{}, podHandler(), podChanged()),
		// The keys of a namespace are those of every pod in it, and so are the processors that it
		// names; Datasets select by its labels.
		source.TypedKind(mgr.GetCache(), facts.NewNamespaceMetadata(), namespaceHandler(), namespaceChanged()),
		// Pods call hosts elsewhere by the names of Services.
		source.TypedKind(mgr.GetCache(), &corev1.Service{}, serviceHandler(), serviceChanged()),
		// New rulebooks, and nodes and volumes that are elsewhere than they were.
		r.Woken,
	}
	// So are those of a claim and of what holds its data, and its volume is where the pod stores.
	sources = append(sources, source.TypedKind(mgr.GetCache(), &corev1.PersistentVolumeClaim{}, carrierHandler[*corev1.PersistentVolumeClaim](podsOfClaim), changed.By(changed.Claims)))
	for _, way := range facts.Carriers() {
		// The keys of what a pod refers to are the pod's own.
		sources = append(sources, source.TypedKind(mgr.GetCache(), facts.NewMetadata(way), carrierHandler[*metav1.PartialObjectMetadata](podsOf(way)), carrierChanged()))
	}
	for _, s := range sources {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	holder.Subscribe(r.rulebookChanged)
	nodes.Subscribe(r.nodeChanged)
	nodes.SubscribeLocator(r.relocated)
	return nil
}

// Reconcile judges the pods that a request means.
func (r *Reconciler) Reconcile(ctx context.Context, req Request) (reconcile.Result, error) {
	if r.Ledger.Rulebook() == nil {
		// The first rulebook asks again.
		return reconcile.Result{}, nil
	}
	if !r.Ledger.Primed(ledger.Pods) {
		return reconcile.Result{}, r.prime(ctx)
	}
	return reconcile.Result{}, r.judgeAll(ctx, req)
}

// judgeAll judges the pods that a request means, all of them even if one cannot be judged.
func (r *Reconciler) judgeAll(ctx context.Context, req Request) error {
	switch req.Kind {
	case onePod:
		return r.judgeNamed(ctx, types.NamespacedName{Namespace: req.Namespace, Name: req.Name})
	case podsInNamespace:
		return r.judgeTightened(ctx, req, client.InNamespace(req.Name))
	case podsCalling:
		return r.judgeListed(ctx, client.InNamespace(req.Name))
	case podsOnNode:
		return r.judgeListed(ctx, onNode(req.Name))
	case podsOfDataset:
		return r.judgeEach(ctx, r.Ledger.Of(req.Name, ledger.Pods))
	case podsWithoutNode:
		return r.judgeEach(ctx, r.Ledger.Open(ledger.Pods))
	case podsStoring:
		return r.judgeEach(ctx, r.Ledger.Storing(ledger.Pods))
	case podsSelected:
		return r.judgeSelected(ctx, req.Name)
	case podsOfClaim:
		return r.judgeTightened(ctx, req, referringTo(residency.ByClaim, req.Namespace, req.Name)...)
	case podsOfSecret:
		return r.judgeTightened(ctx, req, referringTo(residency.BySecret, req.Namespace, req.Name)...)
	case podsOfConfigMap:
		return r.judgeTightened(ctx, req, referringTo(residency.ByConfigMap, req.Namespace, req.Name)...)
	default:
		return nil
	}
}

// judgeSelected judges the pods that a dataset selects: in the namespaces that it selects, and
// in no others.
func (r *Reconciler) judgeSelected(ctx context.Context, dataset string) error {
	selectors := r.Ledger.Rulebook().Selectors(dataset)
	if len(selectors) == 0 {
		return nil
	}
	namespaces := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "NamespaceList"}}
	if err := r.Reader.List(ctx, namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing namespaces: %w", err)
	}
	var errs []error
	for i := range namespaces.Items {
		ns := &namespaces.Items[i]
		for _, s := range selectors {
			if s.Namespaces.Matches(labels.Set(ns.Labels)) {
				errs = append(errs, r.judgeListed(ctx, client.InNamespace(ns.Name), client.MatchingLabelsSelector{Selector: s.Pods}))
			}
		}
	}
	return errors.Join(errs...)
}

func (r *Reconciler) judgeEach(ctx context.Context, pods []ledger.Ref) error {
	var errs []error
	for _, pod := range pods {
		errs = append(errs, r.judgeNamed(ctx, types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}))
	}
	return errors.Join(errs...)
}

func (r *Reconciler) judgeNamed(ctx context.Context, key types.NamespacedName) error {
	pod := &corev1.Pod{}
	err := r.Reader.Get(ctx, key, pod, client.UnsafeDisableDeepCopy)
	switch {
	case apierrors.IsNotFound(err):
		r.remove(key.Namespace, key.Name)
		return nil
	case err != nil:
		return fmt.Errorf("reading pod %s: %w", key, err)
	default:
		_, err := r.judge(ctx, pod)
		return err
	}
}

func (r *Reconciler) judgeListed(ctx context.Context, opts ...client.ListOption) error {
	return r.judgeListedThen(ctx, func(*residency.Verdict) {}, opts...)
}

// judgeListedThen judges pods, and hands over the verdict on each that is flagged by that.
func (r *Reconciler) judgeListedThen(ctx context.Context, flagged func(*residency.Verdict), opts ...client.ListOption) error {
	var pods corev1.PodList
	if err := r.Reader.List(ctx, &pods, append(opts, client.UnsafeDisableDeepCopy)...); err != nil {
		return fmt.Errorf("listing pods: %w", err)
	}
	var errs []error
	for i := range pods.Items {
		v, err := r.judge(ctx, &pods.Items[i])
		if v != nil {
			flagged(v)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
