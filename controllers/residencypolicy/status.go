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

package residencypolicy

import (
	"fmt"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	overlay "github.com/domicile-dev/domicile/controllers/catalogue"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

// update brings the status of a policy up to date. As long as the rulebook does not hold
// this generation, everything stays as it was observed of an older one.
func update(p *residencyv1.ResidencyPolicy, view ledger.PolicyView, laid overlay.Overlay, now time.Time) {
	info, held := infoOf(p, view.Rulebook)
	defer setCatalogueCurrent(p, laid, held, now)
	if !held {
		setFirst(p, pending(), now)
		setFirst(p, status.Pending(), now)
		return
	}
	set(p, accepted(info), now)
	p.Status.Datasets = new(int32(len(info.Datasets)))
	p.Status.NextChange = nil
	if !info.NextTurn.IsZero() {
		p.Status.NextChange = new(metav1.NewTime(info.NextTurn))
	}
	if !view.Settled {
		setFirst(p, status.Pending(), now)
		return
	}
	p.Status.Workloads = &residencyv1.PolicyCounts{
		Permitted:    int32(view.Tally.Workloads.Permitted),
		Prohibited:   int32(view.Tally.Workloads.Prohibited),
		Undetermined: int32(view.Tally.Workloads.Undetermined),
	}
	set(p, compliant(info, view.Tally), now)
}

// infoOf returns what the rulebook holds of this generation of the policy.
func infoOf(p *residencyv1.ResidencyPolicy, rb *residency.Rulebook) (residency.PolicyInfo, bool) {
	if rb == nil {
		return residency.PolicyInfo{}, false
	}
	info, known := rb.Policy(p.Name)
	return info, known && info.UID == p.UID && info.Generation == p.Generation
}

func set(p *residencyv1.ResidencyPolicy, c metav1.Condition, now time.Time) {
	c.ObservedGeneration = p.Generation
	c.LastTransitionTime = metav1.NewTime(now)
	status.Set(&p.Status.Conditions, c)
}

// setCatalogueCurrent sets the condition CatalogueCurrent. It says nothing of the policy's
// own, so that by itself it does not count as having observed a generation.
func setCatalogueCurrent(p *residencyv1.ResidencyPolicy, laid overlay.Overlay, held bool, now time.Time) {
	c := laid.Condition()
	c.ObservedGeneration = p.Generation
	if old := apimeta.FindStatusCondition(p.Status.Conditions, c.Type); old != nil && !held {
		c.ObservedGeneration = old.ObservedGeneration
	}
	c.LastTransitionTime = metav1.NewTime(now)
	status.Set(&p.Status.Conditions, c)
}

// setFirst sets a condition that was never set.
func setFirst(p *residencyv1.ResidencyPolicy, c metav1.Condition, now time.Time) {
	if apimeta.FindStatusCondition(p.Status.Conditions, c.Type) == nil {
		set(p, c, now)
	}
}

// pending is the condition Accepted of a policy that no rulebook has held yet.
func pending() metav1.Condition {
	return metav1.Condition{
		Type: residencyv1.ConditionAccepted, Status: metav1.ConditionUnknown, Reason: residencyv1.ReasonPending,
		Message: "The policy is not part of the rulebook yet.",
	}
}

// accepted is the condition Accepted of a policy that the rulebook holds.
func accepted(info residency.PolicyInfo) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionAccepted}
	if info.Fault != nil {
		c.Status, c.Reason = metav1.ConditionFalse, info.Fault.Reason
		c.Message = "What the policy governs is Undetermined until it is corrected: " + info.Fault.Message()
		return c
	}
	c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonValid
	c.Message = "The policy is part of the rulebook that serves admission."
	return c
}

// compliant is the condition Compliant of a policy: of all that it governs, volumes and
// snapshots among it, while status.workloads counts pods alone.
func compliant(info residency.PolicyInfo, tally ledger.Tally) metav1.Condition {
	c := status.Compliant(tally, "")
	if c.Status == metav1.ConditionFalse {
		return c
	}
	switch {
	case info.Fault != nil:
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonPolicyNotAccepted
		c.Message = fmt.Sprintf("The policy is not valid (%s), so nobody can say whether anything is where it may be.", info.Fault.Reason)
	case len(info.Datasets) == 0:
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonNoDatasets
		c.Message = "The policy selects no dataset that exists."
	}
	return c
}
