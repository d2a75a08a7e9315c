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

// Package namespace marks the namespaces in which something handles a dataset. Admission
// writes the mark within the request that makes it necessary; this controller heals what
// slipped through, as when the webhook was not there yet.
package namespace

import (
	"context"
	"fmt"
	"slices"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/controllers/late"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "namespace.mark"

// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups="",resources=pods;persistentvolumeclaims,verbs=get;list;watch
// +kubebuilder:rbac:groups=snapshot.storage.k8s.io,resources=volumesnapshots,verbs=get;list;watch
// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=get;list;watch

// everyNamespace asks for all namespaces in which a Dataset selects pods.
var everyNamespace = reconcile.Request{NamespacedName: types.NamespacedName{Namespace: "*", Name: "*"}}

// lateKinds asks whether the cluster has snapshots by now.
var lateKinds = reconcile.Request{NamespacedName: types.NamespacedName{Namespace: "*", Name: "kinds"}}

const kindSnapshots = "VolumeSnapshot"

// Reconciler marks one namespace.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Rulebook holds the rulebook in force, by which Datasets select pods.
	Rulebook *rulebook.Holder
	// Excluded are never marked, besides kube-system: they must not depend on the webhook.
	Excluded []string
	// Indexes makes those of snapshots, which may come to the cluster later.
	Indexes *index.Late

	woken wake.Source[reconcile.Request]
	// kinds are those that the cluster need not have. There is one worker.
	kinds late.Kinds[reconcile.Request]
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	c, err := controller.New(name, mgr, controller.Options{Reconciler: r, MaxConcurrentReconciles: 1})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	r.kinds = late.Kinds[reconcile.Request]{
		Reader: mgr.GetCache(), Mapper: mgr.GetRESTMapper(), Indexes: r.Indexes, Start: c.Watch, Wanted: r.snapshots(mgr.GetCache()),
	}
	r.woken.First = []reconcile.Request{lateKinds}
	sources := []source.Source{
		// Its keys make it governed, and its labels, if a Dataset selects by them.
		source.Kind[client.Object](mgr.GetCache(), facts.NewNamespaceMetadata(), &handler.EnqueueRequestForObject{},
			predicate.NewPredicateFuncs(func(o client.Object) bool { return r.candidate(o.GetName(), o) })),
		// So do the keys of a pod in it.
		source.Kind[client.Object](mgr.GetCache(), &corev1.Pod{}, handler.EnqueueRequestsFromMapFunc(namespaceOf),
			predicate.NewPredicateFuncs(func(o client.Object) bool { return r.governs(o.GetNamespace(), o) })),
		source.Kind[client.Object](mgr.GetCache(), &corev1.PersistentVolumeClaim{}, handler.EnqueueRequestsFromMapFunc(namespaceOf),
			predicate.NewPredicateFuncs(func(o client.Object) bool { return r.governs(o.GetNamespace(), o) })),
		// Snapshots may come to the cluster later.
		source.TypedKind(mgr.GetCache(), late.NewDefinitionMetadata(), handler.TypedEnqueueRequestsFromMapFunc(
			func(context.Context, *metav1.PartialObjectMetadata) []reconcile.Request {
				return []reconcile.Request{lateKinds}
			}), late.DefinesSnapshots()),
		// Datasets that select by labels.
		&r.woken,
	}
	for _, way := range facts.Carriers() {
		// What carries a key makes governed whoever may come to refer to it.
		sources = append(sources, source.Kind[client.Object](mgr.GetCache(), facts.NewMetadata(way), handler.EnqueueRequestsFromMapFunc(namespaceOf),
			predicate.NewPredicateFuncs(func(o client.Object) bool { return r.governs(o.GetNamespace(), o) })))
	}
	for _, s := range sources {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	r.Rulebook.Subscribe(func(old, current *residency.Rulebook) {
		if len(current.NewlySelecting(old)) > 0 {
			r.woken.Wake(everyNamespace)
		}
	})
	return nil
}

// snapshots make governed whoever may come to restore them, as claims do.
func (r *Reconciler) snapshots(c cache.Cache) []late.Kind[reconcile.Request] {
	version, object := snapshotv1.SchemeGroupVersion, &snapshotv1.VolumeSnapshot{}
	return []late.Kind[reconcile.Request]{{
		Kind: version.WithKind(kindSnapshots), Object: object, Indexed: true, Definition: "volumesnapshots." + version.Group,
		Source: source.Kind[client.Object](c, object, handler.EnqueueRequestsFromMapFunc(namespaceOf),
			predicate.NewPredicateFuncs(func(o client.Object) bool { return r.governs(o.GetNamespace(), o) })),
	}}
}

func namespaceOf(_ context.Context, o client.Object) []reconcile.Request {
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: o.GetNamespace()}}}
}

// candidate reports whether a namespace may be in want of the mark.
func (r *Reconciler) candidate(namespace string, o client.Object) bool {
	return !r.excluded(namespace) && !facts.HasGovernedMark(o)
}

// governs reports whether an object makes its namespace governed.
func (r *Reconciler) governs(namespace string, o client.Object) bool {
	return !r.excluded(namespace) && keyed(o)
}

func (r *Reconciler) excluded(namespace string) bool {
	return namespace == metav1.NamespaceSystem || slices.Contains(r.Excluded, namespace)
}

func keyed(o client.Object) bool {
	return facts.Keys{Labels: o.GetLabels(), Annotations: o.GetAnnotations()}.Any()
}

// Reconcile marks the namespace if it, or something in it, carries a key, or if a Dataset
// selects pods in it.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	switch req {
	case everyNamespace:
		return reconcile.Result{}, r.wakeSelected(ctx)
	case lateKinds:
		return r.kinds.Watch(ctx)
	}
	ns := facts.NewNamespaceMetadata()
	if err := r.Client.Get(ctx, req.NamespacedName, ns); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if !r.candidate(ns.Name, ns) {
		return reconcile.Result{}, nil
	}
	needed, err := r.needed(ctx, ns)
	if err != nil || !needed {
		return reconcile.Result{}, err
	}
	if err := r.Client.Patch(ctx, ns, facts.GovernedMark()); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	ctrl.LoggerFrom(ctx).Info("Namespace is marked as governed")
	return reconcile.Result{}, nil
}

// wakeSelected asks for the namespaces in which a Dataset selects pods.
func (r *Reconciler) wakeSelected(ctx context.Context) error {
	rb := r.Rulebook.Current()
	all := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "NamespaceList"}}
	if err := r.Client.List(ctx, all, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing namespaces: %w", err)
	}
	for i := range all.Items {
		if ns := &all.Items[i]; rb.SelectsIn(ns.Labels) && r.candidate(ns.Name, ns) {
			r.woken.Wake(reconcile.Request{NamespacedName: types.NamespacedName{Name: ns.Name}})
		}
	}
	return nil
}

func (r *Reconciler) needed(ctx context.Context, ns *metav1.PartialObjectMetadata) (bool, error) {
	if rb := r.Rulebook.Current(); keyed(ns) || (rb != nil && rb.SelectsIn(ns.Labels)) {
		return true, nil
	}
	if found, err := r.any(ctx, &corev1.PodList{}, ns.Name, index.PodKeyed); err != nil || found {
		return found, err
	}
	if found, err := r.any(ctx, &corev1.PersistentVolumeClaimList{}, ns.Name, index.CarrierKeyed); err != nil || found {
		return found, err
	}
	if r.kinds.Has(kindSnapshots) {
		if found, err := r.any(ctx, &snapshotv1.VolumeSnapshotList{}, ns.Name, index.CarrierKeyed); err != nil || found {
			return found, err
		}
	}
	for _, way := range facts.Carriers() {
		list := &metav1.PartialObjectMetadataList{TypeMeta: facts.NewMetadata(way).TypeMeta}
		list.Kind += "List"
		if found, err := r.any(ctx, list, ns.Name, index.CarrierKeyed); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

// any reports whether an object in a namespace carries a key, by the index.
func (r *Reconciler) any(ctx context.Context, list client.ObjectList, namespace, field string) (bool, error) {
	err := r.Client.List(ctx, list, client.InNamespace(namespace), client.MatchingFields{field: index.Keyed},
		client.Limit(1), client.UnsafeDisableDeepCopy)
	if err != nil {
		return false, fmt.Errorf("listing what carries a key in namespace %s: %w", namespace, err)
	}
	return apimeta.LenList(list) > 0, nil
}
