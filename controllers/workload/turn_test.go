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
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

// dated is a world in which time passes: datasets may go to London by transfers that end, and
// pods in London handle them. Nobody writes anything.
type dated struct {
	*world
	pods     *pods
	datasets []residencyv1.Dataset
	policies []residencyv1.ResidencyPolicy
	queue    queue
}

// pods are read from a cache. Whoever judges one reads it first.
type pods struct {
	client.Reader
	byName map[types.NamespacedName]*corev1.Pod
	read   map[string]int
}

func (p *pods) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	p.read[key.Name]++
	*into.(*corev1.Pod) = *p.byName[key]
	return nil
}

// newDated has a dataset for each end, handled by some pods in London, and as many that are in
// Frankfurt and end never.
func newDated(t testing.TB, each int, ends ...time.Time) *dated {
	t.Helper()
	d := &dated{world: newWorld(t), pods: &pods{byName: map[types.NamespacedName]*corev1.Pod{}, read: map[string]int{}}}
	d.Gatherer.Now = d.clock.Now
	d.Reader = d.pods
	d.queue = workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[Request]())
	t.Cleanup(d.queue.ShutDown)
	if err := d.Woken.Start(t.Context(), d.queue); err != nil {
		t.Fatal(err)
	}
	for i, end := range ends {
		name := fmt.Sprintf("data-%d", i)
		d.datasets = append(d.datasets, residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name), Generation: 1}})
		d.policies = append(d.policies, d.policy(name, end))
		for n := range each {
			pod := handling(fmt.Sprintf("%s-%d", name, n), "ldn-1", name)
			d.pods.byName[client.ObjectKeyFromObject(pod)] = pod
		}
	}
	d.compile()
	d.begin(t)
	return d
}

// policy allows a dataset in London by a transfer up to an instant; the zero time: without one.
func (d *dated) policy(dataset string, end time.Time) residencyv1.ResidencyPolicy {
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: dataset, UID: types.UID(dataset), Generation: 1}}
	p.Spec.Datasets = []residencyv1.ObjectName{residencyv1.ObjectName(dataset)}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	gb := residencyv1.Place{Country: new(residencyv1.CountryCode("GB"))}
	p.Spec.Processing.Allowed = []residencyv1.Place{gb}
	if !end.IsZero() {
		p.Spec.Origin = &residencyv1.Origin{Jurisdiction: "EEA"}
		p.Spec.Transfers = []residencyv1.Transfer{{
			To: gb, Mechanism: residencyv1.MechanismStandardContractualClauses, Reference: "contract", ValidUntil: new(metav1.NewTime(end)),
		}}
	}
	return p
}

// compile does what the rulebook's controller does when it is asked.
func (d *dated) compile() {
	opts := residency.Options{AsOf: d.clock.Now()}
	d.rulebookChanged(d.Ledger.Rulebook(), residency.Compile(residency.World{Catalogue: d.cat}, d.datasets, d.policies, opts))
}

// begin has all pods judged for the first time.
func (d *dated) begin(t testing.TB) {
	t.Helper()
	for _, pod := range d.pods.byName {
		if _, err := d.judge(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
	d.begun()
	d.Ledger.Prime(ledger.Stores)
	first, _ := d.queue.Get()
	if first != (Request{Kind: everything}) || d.queue.Len() > 0 {
		t.Fatalf("at first %+v and %d more were asked for", first, d.queue.Len())
	}
	d.queue.Done(first)
}

// pass sets the clock and deals with what is asked for. It returns the pods that were judged.
func (d *dated) pass(t testing.TB, to time.Time) []string {
	t.Helper()
	clear(d.pods.read)
	d.clock.SetTime(to)
	if at, ok := d.Ledger.Rulebook().NextTurn(); ok && !to.Before(at) {
		d.compile()
	}
	for d.queue.Len() > 0 {
		req, _ := d.queue.Get()
		if _, err := d.Reconcile(t.Context(), req); err != nil {
			t.Fatal(err)
		}
		d.queue.Done(req)
	}
	return slices.Sorted(maps.Keys(d.pods.read))
}

func (d *dated) prohibited(dataset string) int {
	return d.Ledger.Tallies()[dataset].Workloads.Prohibited
}

func TestVerdictsTurnWithTheClock(t *testing.T) {
	noon := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	first, second := noon.Add(10*time.Minute), noon.Add(time.Hour)
	d := newDated(t, 2, first, second, time.Time{}, second)
	for _, step := range []struct {
		at     time.Time
		judged []string
		// prohibited are the pods of each dataset that are.
		prohibited [4]int
		events     int
	}{
		{noon.Add(time.Minute), nil, [4]int{}, 0},
		{first.Add(-time.Nanosecond), nil, [4]int{}, 0},
		{first, []string{"data-0-0", "data-0-1"}, [4]int{2}, 2},
		{first.Add(time.Nanosecond), nil, [4]int{2}, 2},
		{second.Add(-time.Nanosecond), nil, [4]int{2}, 2},
		{second, []string{"data-1-0", "data-1-1", "data-3-0", "data-3-1"}, [4]int{2, 2, 0, 2}, 6},
		{second.AddDate(10, 0, 0), nil, [4]int{2, 2, 0, 2}, 6},
	} {
		judged := d.pass(t, step.at)
		if diff := cmp.Diff(step.judged, judged); diff != "" {
			t.Errorf("at %s others were judged (-want +got):\n%s", step.at, diff)
		}
		for i, want := range step.prohibited {
			if got := d.prohibited(fmt.Sprintf("data-%d", i)); got != want {
				t.Errorf("at %s %d pods of data-%d are prohibited, not %d", step.at, got, i, want)
			}
		}
		for pod, times := range d.pods.read {
			if times != 1 {
				t.Errorf("at %s %s was judged %d times", step.at, pod, times)
			}
		}
		if len(d.onPods) != step.events {
			t.Errorf("at %s there are %d Events", step.at, len(d.onPods))
		}
	}
	if e := d.onPods[0]; e.Reason != "Prohibited" || e.Type != corev1.EventTypeWarning {
		t.Errorf("the first Event is %+v", e)
	}
}

// What a status says is whole again only when the pods that turned are judged.
func TestATurnUnsettlesWhatItTouches(t *testing.T) {
	end := time.Date(2026, 11, 1, 12, 10, 0, 0, time.UTC)
	d := newDated(t, 1, end, time.Time{})
	d.clock.SetTime(end)
	d.compile()
	if d.Ledger.Dataset("data-0").Settled || !d.Ledger.Dataset("data-1").Settled {
		t.Errorf("settled are %v and %v", d.Ledger.Dataset("data-0").Settled, d.Ledger.Dataset("data-1").Settled)
	}
	d.pass(t, end)
	if !d.Ledger.Dataset("data-0").Settled {
		t.Error("not settled after the pod was judged again")
	}
}

// A pod that is judged for another cause at an instant, before the rulebook turns, has its verdict
// by the clock already.
func TestTheClockIsAskedAndNotTheRulebook(t *testing.T) {
	end := time.Date(2026, 11, 1, 12, 10, 0, 0, time.UTC)
	d := newDated(t, 1, end)
	d.clock.SetTime(end)
	d.see(t, d.pods.byName[types.NamespacedName{Namespace: "crm", Name: "data-0-0"}])
	if d.prohibited("data-0") != 1 {
		t.Error("the pod is still permitted")
	}
	d.pass(t, end)
	if d.prohibited("data-0") != 1 || len(d.onPods) != 1 {
		t.Errorf("%d are prohibited, Events are %+v", d.prohibited("data-0"), d.onPods)
	}
}

// BenchmarkTurns is a turn in a cluster of 10,000 pods and 500 transfers that end: from the
// instant until the last pod that it touches is judged again, by the controllers' own code without
// an API server. Of some ends each is on its own day, of all they are on one.
func BenchmarkTurns(b *testing.B) {
	const dates, each = 500, 20
	start := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	for name, day := range map[string]int{"OneOfMany": 1, "AllAtOnce": 0} {
		b.Run(name, func(b *testing.B) {
			ends := make([]time.Time, dates)
			for i := range ends {
				ends[i] = start.AddDate(0, 0, i*day)
			}
			touched := each
			if day == 0 {
				touched = dates * each
			}
			between := 0
			d := newDated(b, each, ends...)
			next := 0
			for b.Loop() {
				b.StopTimer()
				if next == dates || day == 0 && next > 0 {
					d, next = newDated(b, each, ends...), 0
				}
				between += len(d.pass(b, ends[next].Add(-time.Nanosecond)))
				b.StartTimer()
				if got := len(d.pass(b, ends[next])); got != touched {
					b.Fatalf("%d pods were judged, not %d", got, touched)
				}
				next++
			}
			if between > 0 {
				b.Errorf("%d pods were judged between instants", between)
			}
			b.ReportMetric(float64(touched), "judged/turn")
			b.ReportMetric(float64(between), "judged-between")
		})
	}
}
