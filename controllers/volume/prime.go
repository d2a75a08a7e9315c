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

package volume

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/ledger"
)

// prime judges every volume and every snapshot once, after which their part of the ledger is
// whole. If one cannot be judged all are judged again: a partial count would be a wrong one.
func (r *Reconciler) prime(ctx context.Context) error {
	// What the cluster has of kinds that it need not have is part of the whole.
	again, err := r.kinds.Watch(ctx)
	if err != nil {
		return err
	}
	if again.RequeueAfter > 0 {
		// One that is defined and not served yet: nothing else tells when it is.
		r.woken.WakeAfter(again.RequeueAfter, Request{Kind: kinds})
	}
	var datasets residencyv1.DatasetList
	if err := r.Reader.List(ctx, &datasets, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing datasets: %w", err)
	}
	r.Ledger.Reset(ledger.Stores)
	r.held = nil
	names := make([]string, len(datasets.Items))
	for i := range datasets.Items {
		d := &datasets.Items[i]
		names[i] = d.Name
		r.Ledger.Recall(d.Name, d.Status.Violations)
	}
	all := r.finder(ctx)
	all.claims()
	all.list(ledger.KindVolume, &corev1.PersistentVolumeList{})
	all.snapshots()
	all.everyContent()
	errs := []error{all.err}
	for _, ref := range all.found {
		errs = append(errs, r.judge(ctx, ref))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	r.begun()
	r.Datasets.Wake(wake.Named(names)...)
	r.Policies.Wake(wake.Named(r.Ledger.Rulebook().Policies())...)
	ctrl.LoggerFrom(ctx).Info("Every volume is judged", "holding", r.Ledger.Len(ledger.Stores))
	return nil
}

// begun says that everything is judged, and tells of the turns that were seen meanwhile.
func (r *Reconciler) begun() {
	r.Ledger.Prime(ledger.Stores)
	for _, e := range r.held {
		r.Events.Send(e)
	}
	r.held = nil
}
