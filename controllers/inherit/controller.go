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

// Package inherit writes on volumes and snapshots which datasets they hold because of where
// their data comes from, so that the data keeps its datasets when what it comes from is gone. It
// adds names and never takes one away.
//
//	claim ──▶ its PersistentVolume        source ──▶ claim, snapshot, content that says nothing itself
package inherit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

const name = "volume.inherit"

// +kubebuilder:rbac:groups="",resources=persistentvolumes;persistentvolumeclaims,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=snapshot.storage.k8s.io,resources=volumesnapshots;volumesnapshotcontents,verbs=get;list;watch;patch

// Reconciler writes on one object what it inherits.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client   client.Client
	Gatherer *facts.Gatherer
	// Woken wakes it for the objects that lack something.
	Woken *wake.Source[ledger.Ref]
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	base := mgr.GetLogger().WithValues("controller", name)
	c, err := controller.NewTyped(name, mgr, controller.TypedOptions[ledger.Ref]{Reconciler: r, LogConstructor: func(ref *ledger.Ref) logr.Logger {
		if ref == nil {
			return base
		}
		return base.WithValues("kind", ref.Kind, "namespace", ref.Namespace, "name", ref.Name)
	}})
	if err != nil {
		return fmt.Errorf("making the controller %s: %w", name, err)
	}
	// Who judges volumes sees what they lack, and looks at all of them at the start.
	if err := c.Watch(r.Woken); err != nil {
		return fmt.Errorf("watching for %s: %w", name, err)
	}
	return nil
}

// Reconcile writes what an object lacks. Somebody else's write in between is no error: what
// they have written may be a key.
func (r *Reconciler) Reconcile(ctx context.Context, ref ledger.Ref) (reconcile.Result, error) {
	object, ways, err := r.read(ctx, ref)
	if err != nil || object == nil {
		return reconcile.Result{}, err
	}
	datasets, lacks := Lacking(object, ways)
	if !lacks {
		return reconcile.Result{}, nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"resourceVersion": object.GetResourceVersion(),
		"annotations":     map[string]string{residencyv1.DatasetsAnnotation: datasets},
	}})
	if err != nil {
		return reconcile.Result{}, fmt.Errorf("writing the patch of %s %s: %w", ref.Kind, ref.Name, err)
	}
	target := &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: facts.StoredVersion(string(ref.Kind)), Kind: string(ref.Kind)},
		ObjectMeta: metav1.ObjectMeta{Namespace: ref.Namespace, Name: ref.Name},
	}
	err = r.Client.Patch(ctx, target, client.RawPatch(types.MergePatchType, patch))
	switch {
	case apierrors.IsConflict(err):
		return reconcile.Result{RequeueAfter: wake.Batch}, nil
	case apierrors.IsNotFound(err):
		return reconcile.Result{}, nil
	case err != nil:
		return reconcile.Result{}, fmt.Errorf("writing on %s %s what it inherits: %w", ref.Kind, ref.Name, err)
	}
	ctrl.LoggerFrom(ctx).Info("Object keeps the datasets of what its data comes from", "datasets", datasets)
	return reconcile.Result{}, nil
}

// read reads an object and by which ways it holds datasets. It is nil if it is gone.
func (r *Reconciler) read(ctx context.Context, ref ledger.Ref) (client.Object, []residency.Handling, error) {
	object := facts.NewStored(string(ref.Kind))
	if err := r.Client.Get(ctx, types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}, object); err != nil {
		return nil, nil, client.IgnoreNotFound(err)
	}
	ways, err := r.Gatherer.WaysOfStored(ctx, object)
	return object, ways, err
}
