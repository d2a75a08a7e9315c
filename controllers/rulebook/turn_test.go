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

package rulebook

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	testclock "k8s.io/utils/clock/testing"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// changes are the datasets that each rulebook says something else about than the one before.
type changes [][]string

// withTransfer has the dataset customers go to London by a transfer that ends, and the dataset
// payroll governed without dates. What each rulebook changes is recorded.
func withTransfer(t *testing.T, until time.Time) (*Reconciler, *stored, *testclock.FakePassiveClock, *changes) {
	t.Helper()
	r, s, clock := newReconciler(t)
	for _, name := range []string{"customers", "payroll"} {
		s.datasets.Items = append(s.datasets.Items, residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name), Generation: 1}})
	}
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "out", UID: "out", Generation: 1}}
	p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	p.Spec.Origin = &residencyv1.Origin{Jurisdiction: "EEA"}
	p.Spec.Processing.Allowed = []residencyv1.Place{{Country: new(residencyv1.CountryCode("GB"))}, {Country: new(residencyv1.CountryCode("DE"))}}
	p.Spec.Transfers = []residencyv1.Transfer{{
		To:        residencyv1.Place{Country: new(residencyv1.CountryCode("GB"))},
		Mechanism: residencyv1.MechanismStandardContractualClauses, Reference: "contract", ValidUntil: new(metav1.NewTime(until)),
	}}
	other := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "pay", UID: "pay", Generation: 1}}
	other.Spec.Datasets = []residencyv1.ObjectName{"payroll"}
	other.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	other.Spec.Processing.Allowed = []residencyv1.Place{{Country: new(residencyv1.CountryCode("DE"))}}
	s.policies.Items = append(s.policies.Items, p, other)

	all := &changes{}
	r.Holder.Subscribe(func(old, current *residency.Rulebook) { *all = append(*all, current.ChangedSince(old)) })
	return r, s, clock, all
}

// live lets time pass up to an instant: the reconciler is asked when it has asked to be, and not
// otherwise. It returns the instants at which it was, after that at which it begins.
func live(t *testing.T, r *Reconciler, clock *testclock.FakePassiveClock, until time.Time) []time.Time {
	t.Helper()
	var asked []time.Time
	for {
		wait := compile(t, r).RequeueAfter
		next := clock.Now().Add(wait)
		if wait == 0 || next.After(until) {
			clock.SetTime(until)
			return asked
		}
		clock.SetTime(next)
		asked = append(asked, next)
	}
}

// places is where customers may be processed, by the rulebook in force.
func places(t *testing.T, r *Reconciler, dataset string) string {
	t.Helper()
	d, ok := r.Holder.Current().Dataset(dataset)
	if !ok {
		t.Fatalf("there is no dataset %s", dataset)
	}
	return d.Processing
}

func TestARulebookTurnsWhenATransferEnds(t *testing.T) {
	ends := noon.Add(20 * time.Minute)
	r, s, clock, all := withTransfer(t, ends)
	s.sites.Items[0].Spec.ValidUntil = nil
	asked := live(t, r, clock, noon.AddDate(1, 0, 0))
	if diff := cmp.Diff([]time.Time{ends}, asked); diff != "" {
		t.Errorf("it was asked again at other instants than that one (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(changes{{"customers", "payroll"}, {"customers"}}, *all); diff != "" {
		t.Errorf("the rulebooks change other datasets (-want +got):\n%s", diff)
	}
	if got := places(t, r, "customers"); got != "DE" {
		t.Errorf("customers may be in %s", got)
	}
	if info, _ := r.Holder.Current().Policy("out"); !info.NextTurn.IsZero() {
		t.Errorf("the policy turns again, at %s", info.NextTurn)
	}
}

func TestARulebookSpeaksOfTheInstantAtWhichItWasMade(t *testing.T) {
	ends := noon.Add(20 * time.Minute)
	r, s, clock, _ := withTransfer(t, ends)
	s.sites.Items[0].Spec.ValidUntil = nil
	s.policies.Items = s.policies.Items[1:]
	for _, step := range []struct {
		at   time.Time
		want string
		next time.Time
	}{
		{noon, "DE and GB (GB until 2026-11-01T12:20:00Z)", ends},
		{ends.Add(-time.Nanosecond), "DE and GB (GB until 2026-11-01T12:20:00Z)", ends},
		{ends, "DE", time.Time{}},
		{ends.Add(time.Nanosecond), "DE", time.Time{}},
	} {
		clock.SetTime(step.at)
		wait := compile(t, r).RequeueAfter
		if got := places(t, r, "customers"); got != step.want {
			t.Errorf("at %s customers may be in %s", step.at, got)
		}
		info, _ := r.Holder.Current().Policy("out")
		if !info.NextTurn.Equal(step.next) {
			t.Errorf("at %s the policy turns next at %s", step.at, info.NextTurn)
		}
		if !step.next.IsZero() && wait != ends.Sub(step.at) {
			t.Errorf("at %s it comes back after %s", step.at, wait)
		}
	}
}

// A timer does not see that the clock was set, and so it is never long. What it finds then is
// that nothing has changed.
func TestALongWaitChangesNothing(t *testing.T) {
	ends := noon.Add(2*maxWait + time.Minute)
	r, s, clock, all := withTransfer(t, ends)
	s.sites.Items[0].Spec.ValidUntil = nil
	asked := live(t, r, clock, ends.AddDate(0, 0, 1))
	if diff := cmp.Diff([]time.Time{noon.Add(maxWait), noon.Add(2 * maxWait), ends}, asked); diff != "" {
		t.Errorf("it was asked again at other instants (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(changes{{"customers", "payroll"}, nil, nil, {"customers"}}, *all); diff != "" {
		t.Errorf("the rulebooks change other datasets (-want +got):\n%s", diff)
	}
}

func TestASiteAndATransferEndTogether(t *testing.T) {
	ends := noon.Add(time.Hour)
	r, _, clock, all := withTransfer(t, ends)
	r.Holder.Subscribe(func(old, current *residency.Rulebook) {
		if slices.Contains(current.ChangedSince(old), "customers") && old != nil && reasonOf(t, r, "room-1") != location.ReasonDeclarationExpired {
			t.Error("whoever hears of the transfer's end sees the node by the Site that has ended too")
		}
	})
	asked := live(t, r, clock, noon.AddDate(0, 1, 0))
	if diff := cmp.Diff([]time.Time{ends}, asked); diff != "" {
		t.Errorf("it was asked again at other instants than that one (-want +got):\n%s", diff)
	}
	if reason := reasonOf(t, r, "room-1"); reason != location.ReasonDeclarationExpired {
		t.Errorf("after both have ended the node is %q", reason)
	}
	if diff := cmp.Diff(changes{{"customers", "payroll"}, {"customers"}}, *all); diff != "" {
		t.Errorf("the rulebooks change other datasets (-want +got):\n%s", diff)
	}
}

func TestTheSoonerOfTheTwoIsWaitedFor(t *testing.T) {
	site, transfer := noon.Add(time.Hour), noon.Add(20*time.Minute)
	r, _, clock, all := withTransfer(t, transfer)
	asked := live(t, r, clock, noon.AddDate(0, 1, 0))
	if diff := cmp.Diff([]time.Time{transfer, site}, asked); diff != "" {
		t.Errorf("it was asked again at other instants (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(changes{{"customers", "payroll"}, {"customers"}, nil}, *all); diff != "" {
		t.Errorf("the rulebooks change other datasets (-want +got):\n%s", diff)
	}
}

func TestAClockThatIsSetBack(t *testing.T) {
	ends := noon.Add(20 * time.Minute)
	r, s, clock, all := withTransfer(t, ends)
	s.sites.Items[0].Spec.ValidUntil = nil
	s.policies.Items = s.policies.Items[1:]
	clock.SetTime(ends.Add(time.Minute))
	compile(t, r)
	if got := places(t, r, "customers"); got != "DE" {
		t.Fatalf("after the end customers may be in %s", got)
	}
	clock.SetTime(noon)
	wait := compile(t, r).RequeueAfter
	if got := places(t, r, "customers"); got != "DE and GB (GB until 2026-11-01T12:20:00Z)" {
		t.Errorf("once the clock is right customers may be in %s", got)
	}
	if wait != ends.Sub(noon) {
		t.Errorf("it comes back after %s", wait)
	}
	clock.SetTime(ends)
	compile(t, r)
	if diff := cmp.Diff(changes{{"customers", "payroll"}, {"customers"}, {"customers"}}, *all); diff != "" {
		t.Errorf("the rulebooks change other datasets (-want +got):\n%s", diff)
	}
}
