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

package stamp

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/stamp"
)

const actionLocate = "Locate"

// tellOfMove sends an Event once the stamp says that the node has moved.
func (r *Reconciler) tellOfMove(_ context.Context, w *work) error {
	if e, due := moved(w); due {
		r.Events.Send(e)
	}
	return nil
}

// moved returns the Event of a node that has moved, if its stamp did not say so before.
func moved(w *work) (event.Event, bool) {
	l := &w.Answer.Location
	if l.Reason != location.ReasonMovedNode {
		return event.Event{}, false
	}
	before, err := stamp.Decode(w.UID, w.Present.Annotation)
	if err == nil && before.Reason == string(location.ReasonMovedNode) {
		return event.Event{}, false
	}
	return event.Event{
		Regarding: corev1.ObjectReference{APIVersion: "v1", Kind: "Node", Name: w.Name, UID: types.UID(w.UID)},
		Type:      corev1.EventTypeWarning,
		Reason:    string(location.ReasonMovedNode),
		Action:    actionLocate,
		Note:      l.Detail,
	}, true
}
