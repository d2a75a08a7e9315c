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

// Package catalogue keeps the catalogue of places in force, on every replica: the one that
// is built in, with the rows that a ConfigMap in the operator's namespace adds or corrects.
package catalogue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

const (
	name = "catalogue.load"

	// ConfigMap is the name of the ConfigMap with the overlay. Its keys are the files of the
	// catalogue, such as regions.csv.
	ConfigMap = catalogue.OverlayConfigMap
)

// Its data is read of this one only: the Role is of the operator's own namespace.
// +kubebuilder:rbac:groups="",namespace=domicile-system,resources=configmaps,resourceNames=domicile-catalogue,verbs=get

// Reconciler loads the catalogue. There is one request, for there is one catalogue.
type Reconciler struct {
	// Reader reads from the API server: the cache has only the metadata of ConfigMaps.
	Reader client.Reader
	// Namespace is the operator's own.
	Namespace string
	// Holder is what a catalogue that can be used is put into.
	Holder *catalogue.Holder
	// State is told what became of the overlay.
	State   *State
	Metrics *Metrics

	// loaded is what the catalogue in force was made of. There is one worker.
	loaded map[string]string
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
		// Without an overlay there is a catalogue too.
		&wake.Source[reconcile.Request]{First: []reconcile.Request{{}}},
		// The overlay, of all ConfigMaps.
		source.Kind[client.Object](mgr.GetCache(), facts.NewMetadata(residency.ByConfigMap), one, predicate.NewPredicateFuncs(r.isOverlay)),
	} {
		if err := c.Watch(s); err != nil {
			return fmt.Errorf("watching for %s: %w", name, err)
		}
	}
	return nil
}

func (r *Reconciler) isOverlay(o client.Object) bool {
	return o.GetNamespace() == r.Namespace && o.GetName() == ConfigMap
}

// Reconcile puts the catalogue with its overlay in force. One that cannot be used changes
// nothing but what is said of it.
func (r *Reconciler) Reconcile(ctx context.Context, _ reconcile.Request) (reconcile.Result, error) {
	found := &corev1.ConfigMap{}
	err := r.Reader.Get(ctx, types.NamespacedName{Namespace: r.Namespace, Name: ConfigMap}, found)
	switch {
	case apierrors.IsNotFound(err):
		found = nil
	case err != nil:
		return reconcile.Result{}, fmt.Errorf("reading the overlay of the catalogue: %w", err)
	}
	o := Overlay{Read: true}
	if found != nil {
		o.Object = &corev1.ObjectReference{
			APIVersion: "v1", Kind: "ConfigMap", Namespace: found.Namespace, Name: found.Name,
			UID: found.UID, ResourceVersion: found.ResourceVersion,
		}
	}
	if err := r.load(found); err != nil {
		// One line for each row that is wrong.
		o.Problem = strings.ReplaceAll(err.Error(), "\n", "; ")
		ctrl.LoggerFrom(ctx).Error(err, "Overlay of the catalogue cannot be used")
	} else {
		ctrl.LoggerFrom(ctx).Info("Catalogue is in force", "overlay", found != nil)
	}
	o.InForce = r.Holder.Current() != nil
	r.Metrics.observe(o.Problem == "")
	r.State.set(o)
	// Nobody can mend it but a person, and then there is another request.
	return reconcile.Result{}, nil
}

// load puts the catalogue with an overlay in force, unless it is there already. No
// ConfigMap is no overlay.
func (r *Reconciler) load(overlay *corev1.ConfigMap) error {
	files := map[string]string{}
	if overlay != nil {
		if len(overlay.BinaryData) > 0 {
			return errors.New("binaryData is not read: put the files into data")
		}
		maps.Copy(files, overlay.Data)
	}
	if r.loaded != nil && maps.Equal(r.loaded, files) {
		return nil
	}
	cat, err := catalogue.LoadWith(catalogue.Overlay{Files: files})
	if err != nil {
		return err
	}
	r.loaded = files
	r.Holder.Swap(cat)
	return nil
}
