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
	"fmt"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/status"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

const (
	// maxPolicies is how many policies a status names.
	maxPolicies = 100
	// maxWords is how many bytes a status has for the places.
	maxWords = 1000
)

// update brings the status of a dataset up to date. What pods, volumes and
// snapshots decide stays as it is until all of them have been judged by the rulebook in force.
func update(d *residencyv1.Dataset, info residency.DatasetInfo, view ledger.DatasetView, now time.Time) {
	s := &d.Status
	s.Policies = info.Policies[:min(len(info.Policies), maxPolicies)]
	s.Storage = event.Cut(info.Storage, maxWords)
	s.Processing = event.Cut(info.Processing, maxWords)
	set(d, governed(info), now)
	if !view.Settled {
		if apimeta.FindStatusCondition(s.Conditions, residencyv1.ConditionCompliant) == nil {
			set(d, status.Pending(), now)
		}
		return
	}
	pods, volumes, snapshots := &view.Tally.Workloads, &view.Tally.Volumes, &view.Tally.Snapshots
	s.Workloads = &residencyv1.WorkloadCounts{Total: int32(pods.Total()), OutcomeCounts: outcomes(pods)}
	s.Volumes = &residencyv1.StorageCounts{Total: int32(volumes.Total()), OutcomeCounts: outcomes(volumes)}
	s.Snapshots = &residencyv1.StorageCounts{Total: int32(snapshots.Total()), OutcomeCounts: outcomes(snapshots)}
	s.Violations = view.Violations
	set(d, compliant(info, view), now)
}

func outcomes(c *ledger.Counts) residencyv1.OutcomeCounts {
	return residencyv1.OutcomeCounts{
		Permitted:    int32(c.Permitted),
		Prohibited:   int32(c.Prohibited),
		Undetermined: int32(c.Undetermined),
		NotGoverned:  int32(c.NotGoverned),
	}
}

func set(d *residencyv1.Dataset, c metav1.Condition, now time.Time) {
	c.ObservedGeneration = d.Generation
	c.LastTransitionTime = metav1.NewTime(now)
	status.Set(&d.Status.Conditions, c)
}

// governed is the condition Governed.
func governed(info residency.DatasetInfo) metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionGoverned}
	switch n := len(info.Policies); n {
	case 0:
		c.Status, c.Reason = metav1.ConditionFalse, residencyv1.ReasonNoPolicy
		c.Message = "No policy selects this dataset, so it may be processed anywhere."
	case 1:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonPolicyFound
		c.Message = fmt.Sprintf("Policy %s governs this dataset.", info.Policies[0])
	default:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonPolicyFound
		c.Message = fmt.Sprintf("%d policies govern this dataset; all of them must permit a place.", n)
	}
	return c
}

// compliant is the condition Compliant.
func compliant(info residency.DatasetInfo, view ledger.DatasetView) metav1.Condition {
	c := status.Compliant(view.Tally, example(view.Violations))
	if c.Status == metav1.ConditionFalse {
		return c
	}
	switch {
	case info.HandledByFault != "":
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonInvalidSelector
		c.Message = "Who handles this dataset is not known: " + info.HandledByFault
	case len(info.Policies) == 0:
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonNoPolicy
		c.Message = "No policy says where this dataset may be processed."
	case info.Faulty:
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonPolicyNotAccepted
		c.Message = "A policy that governs this dataset is not valid, so nobody can say where it may be processed."
	}
	return c
}

// named names what has a violation: a pod without its kind.
func named(v *residencyv1.Violation) string {
	text := v.Name
	if v.Namespace != "" {
		text = v.Namespace + "/" + v.Name
	}
	if v.Kind != string(ledger.KindPod) {
		text = v.Kind + " " + text
	}
	return text
}

// example tells of the first violation.
func example(violations []residencyv1.Violation) string {
	if len(violations) == 0 {
		return ""
	}
	v := &violations[0]
	text := "; the first is " + named(v)
	switch {
	case v.Location != "" && v.Node != "" && v.Aspect == residencyv1.AspectProcessing:
		text += fmt.Sprintf(" on node %s, %s", v.Node, v.Location)
	case v.Location != "":
		text += ", " + v.Location
	}
	return fmt.Sprintf("%s (%s)", text, v.Reason)
}
