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

package dataset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// excludedNamespaces returns those of the excluded namespaces that handle the dataset as a
// whole: in them nothing is refused, and whoever gave them the key may think otherwise.
func (r *Reconciler) excludedNamespaces(ctx context.Context, rb *residency.Rulebook, name string) ([]string, error) {
	var out []string
	for _, excluded := range r.Excluded {
		ns := facts.NewNamespaceMetadata()
		err := r.Client.Get(ctx, types.NamespacedName{Name: excluded}, ns)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the excluded namespace %s: %w", excluded, err)
		}
		if carries(ns, name) || selectedIn(ns, rb.Selectors(name)) {
			out = append(out, excluded)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func carries(ns *metav1.PartialObjectMetadata, name string) bool {
	return slices.Contains(carried(ns), name)
}

// carried returns the datasets that the keys of a namespace name.
func carried(ns *metav1.PartialObjectMetadata) []string {
	var out []string
	for _, h := range facts.Handles(facts.Keys{}, facts.Keys{Labels: ns.Labels, Annotations: ns.Annotations}) {
		out = append(out, h.Dataset)
	}
	return out
}

// selectedIn reports whether a selector means the namespace. One that selects in all of them
// means none in particular.
func selectedIn(ns *metav1.PartialObjectMetadata, selectors []residency.PodsSelector) bool {
	return slices.ContainsFunc(selectors, func(s residency.PodsSelector) bool {
		return !s.Namespaces.Empty() && s.Namespaces.Matches(labels.Set(ns.Labels))
	})
}

// excluded is the condition Excluded.
func excluded(namespaces []string) metav1.Condition {
	if len(namespaces) == 0 {
		return metav1.Condition{
			Type: residencyv1.ConditionExcluded, Status: metav1.ConditionFalse, Reason: residencyv1.ReasonNoneExcluded,
			Message: "No namespace that is excluded from admission handles this dataset as a whole.",
		}
	}
	return metav1.Condition{
		Type: residencyv1.ConditionExcluded, Status: metav1.ConditionTrue, Reason: residencyv1.ReasonNamespaceExcluded,
		Message: fmt.Sprintf("In namespaces that are excluded from admission nothing is refused, only flagged: %s.", strings.Join(namespaces, ", ")),
	}
}

// excludedChanged asks for the datasets that an excluded namespace names or named, and for
// those that select by labels.
func (r *Reconciler) excludedChanged(c cache.Cache, current func() *residency.Rulebook) source.Source {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	ask := func(q queue, all ...*metav1.PartialObjectMetadata) {
		var names []string
		for _, ns := range all {
			names = append(names, carried(ns)...)
		}
		if rb := current(); rb != nil {
			names = append(names, rb.NewlySelecting(nil)...)
		}
		for _, request := range wake.Named(names) {
			q.Add(request)
		}
	}
	return source.TypedKind(c, facts.NewNamespaceMetadata(), handler.TypedFuncs[*metav1.PartialObjectMetadata, reconcile.Request]{
		CreateFunc: func(_ context.Context, e ctrlevent.TypedCreateEvent[*metav1.PartialObjectMetadata], q queue) {
			ask(q, e.Object)
		},
		UpdateFunc: func(_ context.Context, e ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata], q queue) {
			ask(q, e.ObjectOld, e.ObjectNew)
		},
		DeleteFunc: func(_ context.Context, e ctrlevent.TypedDeleteEvent[*metav1.PartialObjectMetadata], q queue) {
			ask(q, e.Object)
		},
	}, predicate.NewTypedPredicateFuncs(func(ns *metav1.PartialObjectMetadata) bool { return slices.Contains(r.Excluded, ns.Name) }))
}
