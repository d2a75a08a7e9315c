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
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func settled(c ledger.Counts) ledger.DatasetView {
	v := ledger.DatasetView{Settled: true, Tally: ledger.Tally{Workloads: c}}
	if c.Prohibited > 0 {
		v.Violations = []residencyv1.Violation{{
			Namespace: "crm", Kind: "Pod", Name: "profiles", Node: "ldn-1", Aspect: residencyv1.AspectProcessing, Location: "London, GB (aws eu-west-2)",
			Policy: "gdpr", Reason: "PlaceNotAllowed", Outcome: residencyv1.OutcomeProhibited,
		}}
	}
	return v
}

func withVolumes(v ledger.DatasetView) ledger.DatasetView {
	v.Tally.Volumes.Permitted, v.Tally.Snapshots.Undetermined = 5, 6
	return v
}

func TestConditions(t *testing.T) {
	governedBy := residency.DatasetInfo{Policies: []string{"gdpr"}}
	for name, tc := range map[string]struct {
		info                residency.DatasetInfo
		view                ledger.DatasetView
		governed, compliant string
		message             string
	}{
		"no policy": {
			view:     settled(ledger.Counts{NotGoverned: 3}),
			governed: "False NoPolicy", compliant: "Unknown NoPolicy",
		},
		"no pod": {
			info: governedBy, view: settled(ledger.Counts{}),
			governed: "True PolicyFound", compliant: "True AllPermitted", message: "Nothing is where it may not be: there is no pod, no volume and no snapshot.",
		},
		"all permitted": {
			info: governedBy, view: settled(ledger.Counts{Permitted: 1}),
			governed: "True PolicyFound", compliant: "True AllPermitted", message: "1 of 1 pod is where it may be.",
		},
		"one prohibited": {
			info: governedBy, view: settled(ledger.Counts{Permitted: 11, Prohibited: 1, Undetermined: 2}),
			governed: "True PolicyFound", compliant: "False Prohibited",
			message: "1 of 14 pods is not where it may be; the first is crm/profiles on node ldn-1, London, GB (aws eu-west-2) (PlaceNotAllowed).",
		},
		"a volume, and pods": {
			info: governedBy, view: ledger.DatasetView{
				Settled: true, Tally: ledger.Tally{Workloads: ledger.Counts{Permitted: 3}, Volumes: ledger.Counts{Permitted: 1, Prohibited: 1}},
				Violations: []residencyv1.Violation{{
					Namespace: "crm", Kind: "PersistentVolumeClaim", Name: "data", Location: "Dublin, IE (aws eu-west-1)", Aspect: residencyv1.AspectStorage,
					Policy: "gdpr", Reason: "PlaceNotAllowed", Outcome: residencyv1.OutcomeProhibited,
				}},
			},
			governed: "True PolicyFound", compliant: "False Prohibited",
			message: "1 of 2 volumes is not where it may be; the first is PersistentVolumeClaim crm/data, Dublin, IE (aws eu-west-1) (PlaceNotAllowed).",
		},
		"a PersistentVolume and a pod that stores in it": {
			info: governedBy, view: ledger.DatasetView{
				Settled: true, Tally: ledger.Tally{Workloads: ledger.Counts{Prohibited: 1}, Volumes: ledger.Counts{Prohibited: 1}, Snapshots: ledger.Counts{Prohibited: 2}},
				Violations: []residencyv1.Violation{{
					Kind: "PersistentVolume", Name: "pv-1", Location: "Dublin, IE (aws eu-west-1)", Aspect: residencyv1.AspectStorage,
					Policy: "gdpr", Reason: "PlaceNotAllowed", Outcome: residencyv1.OutcomeProhibited,
				}},
			},
			governed: "True PolicyFound", compliant: "False Prohibited",
			message: "1 of 1 pod, 1 of 1 volume and 2 of 2 snapshots are not where it may be; the first is PersistentVolume pv-1, Dublin, IE (aws eu-west-1) (PlaceNotAllowed).",
		},
		"pods and volumes, all permitted": {
			info: governedBy, view: ledger.DatasetView{Settled: true, Tally: ledger.Tally{Workloads: ledger.Counts{Permitted: 3}, Volumes: ledger.Counts{Permitted: 2}}},
			governed: "True PolicyFound", compliant: "True AllPermitted", message: "3 of 3 pods and 2 of 2 volumes are where it may be.",
		},
		"some undetermined": {
			info: governedBy, view: settled(ledger.Counts{Permitted: 10, Undetermined: 2}),
			governed: "True PolicyFound", compliant: "Unknown Undetermined", message: "2 of 12 pods are where nobody can say whether it may be.",
		},
		"an invalid policy, and no pod": {
			info: residency.DatasetInfo{Policies: []string{"gdpr", "broken"}, Faulty: true}, view: settled(ledger.Counts{}),
			governed: "True PolicyFound", compliant: "Unknown PolicyNotAccepted",
		},
		"an invalid policy, and a pod that a valid one prohibits": {
			info: residency.DatasetInfo{Policies: []string{"gdpr", "broken"}, Faulty: true}, view: settled(ledger.Counts{Prohibited: 1}),
			governed: "True PolicyFound", compliant: "False Prohibited",
		},
		"selectors that cannot be read": {
			info: residency.DatasetInfo{Policies: []string{"gdpr"}, HandledByFault: "spec.handledBy[0]: Required value"}, view: settled(ledger.Counts{Permitted: 1}),
			governed: "True PolicyFound", compliant: "Unknown InvalidSelector", message: "Who handles this dataset is not known: spec.handledBy[0]: Required value",
		},
		"pods that are not judged yet": {
			info:     governedBy,
			governed: "True PolicyFound", compliant: "Unknown Pending",
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := &residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Generation: 3}}
			update(d, tc.info, tc.view, now)
			for kind, want := range map[string]string{residencyv1.ConditionGoverned: tc.governed, residencyv1.ConditionCompliant: tc.compliant} {
				c := apimeta.FindStatusCondition(d.Status.Conditions, kind)
				if c == nil {
					t.Fatalf("there is no condition %s", kind)
				}
				if got := string(c.Status) + " " + c.Reason; got != want {
					t.Errorf("%s is %s, want %s", kind, got, want)
				}
				if c.ObservedGeneration != 3 || !c.LastTransitionTime.Time.Equal(now) || c.Message == "" {
					t.Errorf("%s is %+v", kind, c)
				}
				if kind == residencyv1.ConditionCompliant && tc.message != "" && c.Message != tc.message {
					t.Errorf("the message is %q", c.Message)
				}
			}
		})
	}
}

func TestUpdate(t *testing.T) {
	var names []string
	for range 150 {
		names = append(names, "p")
	}
	d := &residencyv1.Dataset{}
	update(d, residency.DatasetInfo{Policies: names, Processing: strings.Repeat("é", 2000)},
		withVolumes(settled(ledger.Counts{Permitted: 1, Prohibited: 2, Undetermined: 3, NotGoverned: 4})), now)
	want := &residencyv1.WorkloadCounts{Total: 10, OutcomeCounts: residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 2, Undetermined: 3, NotGoverned: 4}}
	if diff := cmp.Diff(want, d.Status.Workloads); diff != "" {
		t.Errorf("workloads (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&residencyv1.StorageCounts{Total: 5, OutcomeCounts: residencyv1.OutcomeCounts{Permitted: 5}}, d.Status.Volumes); diff != "" {
		t.Errorf("volumes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&residencyv1.StorageCounts{Total: 6, OutcomeCounts: residencyv1.OutcomeCounts{Undetermined: 6}}, d.Status.Snapshots); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	if len(d.Status.Policies) != maxPolicies || len(d.Status.Processing) > maxWords || len(d.Status.Violations) != 1 {
		t.Errorf("%d policies, %d bytes of places, %d violations", len(d.Status.Policies), len(d.Status.Processing), len(d.Status.Violations))
	}
}

func TestPodsThatAreJudgedAgainLeaveTheStatusAsItWas(t *testing.T) {
	d := &residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Generation: 1}}
	info := residency.DatasetInfo{Policies: []string{"gdpr"}, Processing: "EEA"}
	update(d, info, settled(ledger.Counts{Prohibited: 1}), now)
	before := d.DeepCopy()
	info.Processing = "EEA and GB"
	update(d, info, ledger.DatasetView{}, now.Add(time.Minute))
	before.Status.Processing = info.Processing
	if diff := cmp.Diff(before, d); diff != "" {
		t.Errorf("more than the places has changed (-want +got):\n%s", diff)
	}
}

func TestWhatTurnsTheSummary(t *testing.T) {
	with := func(status metav1.ConditionStatus, reason string) *residencyv1.Dataset {
		d := &residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "customers", UID: "u"}}
		if status != "" {
			d.Status.Conditions = []metav1.Condition{{Type: residencyv1.ConditionCompliant, Status: status, Reason: reason, Message: "message"}}
		}
		return d
	}
	none := with("", "")
	fine := with(metav1.ConditionTrue, residencyv1.ReasonAllPermitted)
	prohibited := with(metav1.ConditionFalse, residencyv1.ReasonProhibited)
	undetermined := with(metav1.ConditionUnknown, residencyv1.ReasonUndetermined)
	free := with(metav1.ConditionUnknown, residencyv1.ReasonNoPolicy)
	waiting := with(metav1.ConditionUnknown, residencyv1.ReasonPending)
	for name, tc := range map[string]struct {
		before, after *residencyv1.Dataset
		want          string
	}{
		"new, and nothing wrong":        {none, fine, ""},
		"new, and nobody's":             {none, free, ""},
		"new, and wrong at once":        {none, prohibited, corev1.EventTypeWarning},
		"judged, and nothing wrong":     {waiting, fine, ""},
		"judged, and wrong":             {waiting, undetermined, corev1.EventTypeWarning},
		"it became wrong":               {fine, prohibited, corev1.EventTypeWarning},
		"it is worse":                   {undetermined, prohibited, corev1.EventTypeWarning},
		"it is well again":              {prohibited, fine, corev1.EventTypeNormal},
		"it is as wrong as it was":      {prohibited, prohibited, ""},
		"no policy governs it any more": {fine, free, corev1.EventTypeNormal},
	} {
		t.Run(name, func(t *testing.T) {
			e, turned := complianceTurned(tc.before, tc.after)
			if e.Type != tc.want || turned != (tc.want != "") {
				t.Errorf("the Event is %+v, %v", e, turned)
			}
			if turned && (e.Regarding.Name != "customers" || e.Regarding.UID != "u" || e.Note != "message") {
				t.Errorf("the Event is %+v", e)
			}
		})
	}
}

func TestWhichDatasetsANewRulebookTouches(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	dataset := func(name string, generation int64) residencyv1.Dataset {
		return residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: name, Generation: generation}}
	}
	compile := func(datasets ...residencyv1.Dataset) *residency.Rulebook {
		return residency.Compile(residency.World{Catalogue: cat}, datasets, nil, residency.Options{})
	}
	old := compile(dataset("same", 1), dataset("edited", 1), dataset("gone", 1))
	current := compile(dataset("same", 1), dataset("edited", 2), dataset("new", 1))
	if diff := cmp.Diff([]string{"edited", "gone", "new"}, changedDatasets(old, current)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"edited", "gone", "same"}, changedDatasets(nil, old)); diff != "" {
		t.Errorf("at first (-want +got):\n%s", diff)
	}
}
