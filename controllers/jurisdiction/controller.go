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

// Package jurisdiction writes the status of Jurisdictions: who their members are, as the
// rulebook has them. It is the only writer.
package jurisdiction

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

const name = "jurisdiction.status"

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=jurisdictions,verbs=get;list;watch
// +kubebuilder:rbac:groups=residency.domicile.dev,resources=jurisdictions/status,verbs=patch

// Reconciler writes the status of Jurisdictions.
type Reconciler struct {
	// Client reads from the cache and writes to the API server.
	Client client.Client
	// Rulebook holds the rulebook in force: what it does not hold yet is not in use.
	Rulebook *rulebook.Holder
	Clock    clock.PassiveClock

	woken wake.Source[reconcile.Request]
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	w := &status.Writer[residencyv1.Jurisdiction, *residencyv1.Jurisdiction]{
		Name: name, Client: r.Client, Woken: &r.woken, Changed: changed, Update: r.update,
	}
	return w.SetupWithManager(mgr, r.Rulebook)
}

// changed returns the names of the Jurisdictions of which the current rulebook says
// something else than the old one: what they include can have changed.
func changed(old, current *residency.Rulebook) []string {
	return status.ChangedNames(old, current, current.Jurisdictions(), (*residency.Rulebook).Jurisdiction)
}

// update brings the status up to date.
func (r *Reconciler) update(_ context.Context, j *residencyv1.Jurisdiction) (status.Next, error) {
	rb := r.Rulebook.Current()
	if rb == nil {
		return status.Next{Skip: true}, nil
	}
	info, known := rb.Jurisdiction(j.Name)
	if !known || info.UID != j.UID || info.Generation != j.Generation {
		// The rulebook that holds this generation asks again.
		return status.Next{Skip: true}, nil
	}
	update(j, info, r.Clock.Now())
	return status.Next{}, nil
}

// update brings the status of a Jurisdiction up to date. One that is not valid has no members.
func update(j *residencyv1.Jurisdiction, info residency.JurisdictionInfo, now time.Time) {
	c := metav1.Condition{
		Type: residencyv1.ConditionAccepted, Status: metav1.ConditionTrue, Reason: residencyv1.ReasonValid,
		Message:            "Policies can name it. It has " + status.Count(len(info.Countries), "member") + ".",
		ObservedGeneration: j.Generation, LastTransitionTime: metav1.NewTime(now),
	}
	j.Status.Countries = nil
	if info.Fault != nil {
		c.Status, c.Reason = metav1.ConditionFalse, info.Fault.Reason
		c.Message = "Policies that name it are not accepted until it is corrected: " + info.Fault.Message()
	} else {
		for _, country := range info.Countries {
			j.Status.Countries = append(j.Status.Countries, residencyv1.CountryCode(country))
		}
	}
	status.Set(&j.Status.Conditions, c)
}
