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

// Package processor writes the status of Processors: whether the rulebook can use them, and
// when what is attested of them changes next. It is the only writer, and tells of attestations
// that end soon.
package processor

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "processor.status"

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=processors,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=processors/status,verbs=patch

// Reconciler writes the status of Processors.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Rulebook holds the rulebook in force: what it does not hold yet is not in use.
	Rulebook *rulebook.Holder
	Events   event.Sender
	Clock    clock.PassiveClock

	woken wake.Source[reconcile.Request]
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	w := &status.Writer[residencyv1.Processor, *residencyv1.Processor]{
		Name: name, Client: r.Client, Woken: &r.woken, Changed: changed, Update: r.update, Written: r.written,
	}
	return w.SetupWithManager(mgr, r.Rulebook)
}

// changed returns the names of the Processors of which the current rulebook says something
// else than the old one: what their places name can have changed.
func changed(old, current *residency.Rulebook) []string {
	return status.ChangedNames(old, current, current.Processors(), (*residency.Rulebook).Processor)
}

// written tells of the notices that the status has now. A replica that comes later finds them there.
func (r *Reconciler) written(before, after *residencyv1.Processor) {
	for _, e := range ending(before, after) {
		r.Events.Send(e)
	}
}

// update brings the status up to date. An attestation that no policy asks for turns no
// rulebook, so this comes back by itself when one begins or ends.
func (r *Reconciler) update(_ context.Context, p *residencyv1.Processor) (status.Next, error) {
	now := r.Clock.Now()
	rb := r.Rulebook.Current()
	if rb == nil {
		pend(p, now)
		return status.Next{}, nil
	}
	info, known := rb.Processor(p.Name)
	if !known || info.UID != p.UID || info.Generation != p.Generation {
		// The rulebook that holds this generation asks again.
		pend(p, now)
		return status.Next{}, nil
	}
	update(p, info, now)
	after := notify(p, now)
	if next := p.Status.NextChange; next != nil && (after == 0 || next.Sub(now) < after) {
		after = max(min(next.Sub(now), maxWait), time.Nanosecond)
	}
	return status.Next{After: after}, nil
}

// pend says of a Processor that no rulebook has held yet that it is not in use. One of which
// an earlier generation is in use keeps what was said of that.
func pend(p *residencyv1.Processor, now time.Time) {
	if len(p.Status.Conditions) > 0 {
		return
	}
	set(p, metav1.Condition{
		Status: metav1.ConditionUnknown, Reason: residencyv1.ReasonPending, Message: "The Processor is not part of the rulebook yet.",
	}, now)
}

// update brings the status of a Processor that the rulebook holds up to date.
func update(p *residencyv1.Processor, info residency.ProcessorInfo, now time.Time) {
	p.Status.NextChange = nil
	if info.Fault != nil {
		set(p, metav1.Condition{
			Status: metav1.ConditionFalse, Reason: info.Fault.Reason,
			Message: "Whatever calls it is Undetermined until it is corrected: " + info.Fault.Message(),
		}, now)
		return
	}
	if at := nextChange(p.Spec.Attestations, now); !at.IsZero() {
		p.Status.NextChange = new(metav1.NewTime(at))
	}
	set(p, metav1.Condition{
		Status: metav1.ConditionTrue, Reason: residencyv1.ReasonValid,
		Message: "Pods can name it. It has " + status.Count(len(p.Spec.Modes), "mode") + ".",
	}, now)
}

func set(p *residencyv1.Processor, c metav1.Condition, now time.Time) {
	c.Type, c.ObservedGeneration, c.LastTransitionTime = residencyv1.ConditionAccepted, p.Generation, metav1.NewTime(now)
	status.Set(&p.Status.Conditions, c)
}

// nextChange is the first instant after now at which an attestation begins or ends, the zero
// time if there is none.
func nextChange(attestations []residencyv1.Attestation, now time.Time) time.Time {
	var next time.Time
	for i := range attestations {
		for _, at := range []*metav1.Time{attestations[i].ValidFrom, attestations[i].ValidUntil} {
			if at != nil && at.After(now) && (next.IsZero() || at.Time.Before(next)) {
				next = at.Time
			}
		}
	}
	return next
}
