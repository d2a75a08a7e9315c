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

package workload

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/ledger"
)

// prime judges every pod once, after which their part of the ledger is whole. Until then no status is
// written: a partial count would be a wrong one. If a pod cannot be judged all are
// judged again, for the same reason.
func (r *Reconciler) prime(ctx context.Context) error {
	var datasets residencyv1.DatasetList
	if err := r.Reader.List(ctx, &datasets, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing datasets: %w", err)
	}
	// Pods that an attempt before has recorded may be gone by now.
	r.Ledger.Reset(ledger.Pods)
	r.held = nil
	names := make([]string, len(datasets.Items))
	for i := range datasets.Items {
		d := &datasets.Items[i]
		names[i] = d.Name
		r.Ledger.Recall(d.Name, d.Status.Violations)
	}
	if err := r.judgeListed(ctx); err != nil {
		return err
	}
	r.begun()
	r.Datasets.Wake(wake.Named(names)...)
	r.Policies.Wake(wake.Named(r.Ledger.Rulebook().Policies())...)
	ctrl.LoggerFrom(ctx).Info("Every pod is judged", "handling", r.Ledger.Len(ledger.Pods))
	return nil
}

// begun says that every pod is judged, and tells of the turns that were seen meanwhile.
func (r *Reconciler) begun() {
	r.Ledger.Prime(ledger.Pods)
	for _, send := range r.held {
		send()
	}
	r.held = nil
}
