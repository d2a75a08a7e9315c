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
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// reasonPodsFlagged is the reason of the Event on what has made pods handle a dataset where
// they may not: the data was there already, so nothing was refused.
const reasonPodsFlagged = "PodsFlagged"

// judgeTightened judges the pods that handle what an object says, and tells on the object how
// many are flagged because of what it says now.
func (r *Reconciler) judgeTightened(ctx context.Context, req Request, opts ...client.ListOption) error {
	t := tightening{req: req, datasets: map[string]bool{}}
	err := r.judgeListedThen(ctx, t.add, opts...)
	if t.pods == 0 {
		return err
	}
	object := t.object()
	if e := r.Reader.Get(ctx, types.NamespacedName{Namespace: req.Namespace, Name: req.Name}, object); e != nil {
		// One that is gone by now has nobody who looks at it.
		return errors.Join(err, client.IgnoreNotFound(e))
	}
	r.Summaries.Send(t.event(object.GetUID()))
	return err
}

// tightening is what has become of the pods that handle what an object says.
type tightening struct {
	req      Request
	pods     int
	datasets map[string]bool
}

// add counts a pod that is flagged now and was not before, if the object is the reason.
func (t *tightening) add(v *residency.Verdict) {
	by := false
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Outcome.Flagged() && t.says(&f.Handling) {
			by = true
			t.datasets[f.Dataset] = true
		}
	}
	if by {
		t.pods++
	}
}

// says reports whether a pod handles a dataset because of the object.
func (t *tightening) says(h *residency.Handling) bool {
	switch t.req.Kind {
	case podsInNamespace:
		return h.Way == residency.ByNamespaceLabel || h.Way == residency.ByNamespaceAnnotation || h.Way == residency.ByHandledBy
	case podsOfClaim, podsOfSecret, podsOfConfigMap:
		return podsOf(h.Way) == t.req.Kind && h.Object == t.req.Name
	default:
		return false
	}
}

// kind is the kind of the object.
func (t *tightening) kind() string {
	switch t.req.Kind {
	case podsOfClaim:
		return residency.ByClaim.Kind()
	case podsOfSecret:
		return residency.BySecret.Kind()
	case podsOfConfigMap:
		return residency.ByConfigMap.Kind()
	default:
		return "Namespace"
	}
}

// object is an empty one to read the metadata of the object into.
func (t *tightening) object() client.Object {
	switch t.req.Kind {
	case podsOfClaim:
		return &corev1.PersistentVolumeClaim{}
	case podsOfSecret:
		return facts.NewMetadata(residency.BySecret)
	case podsOfConfigMap:
		return facts.NewMetadata(residency.ByConfigMap)
	default:
		return facts.NewNamespaceMetadata()
	}
}

func (t *tightening) event(uid types.UID) event.Event {
	kind := t.kind()
	who, where := "that refer to it", t.req.Namespace+"/"
	if t.req.Kind == podsInNamespace {
		who, where = "in it", ""
	}
	datasets := strings.Join(slices.Sorted(maps.Keys(t.datasets)), `", "`)
	return event.Event{
		Regarding: corev1.ObjectReference{APIVersion: "v1", Kind: kind, Namespace: t.req.Namespace, Name: t.req.Name, UID: uid},
		Type:      corev1.EventTypeWarning,
		Reason:    reasonPodsFlagged,
		Action:    event.ActionJudge,
		Note: fmt.Sprintf("%s %s%s makes pods %s handle dataset \"%s\", and %d of them are flagged for it now. "+
			"They run on, since the data is there already; an Event on each says why, and the status of the Dataset lists them.",
			kind, where, t.req.Name, who, datasets, t.pods),
	}
}
