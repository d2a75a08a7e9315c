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

package processor

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	testclock "k8s.io/utils/clock/testing"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

var (
	noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	one  = noon.Add(time.Minute)
	two  = noon.Add(2 * time.Hour)
)

// model has one mode, which computes in a country.
func model(country residencyv1.CountryCode, attestations ...residencyv1.Attestation) residencyv1.Processor {
	p := residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: "model", UID: "u", Generation: 2}}
	p.Spec.Title, p.Spec.Attestations = "Model", attestations
	p.Spec.Modes = []residencyv1.ProcessorMode{{
		Name: "one", Processing: &residencyv1.ModeProcessing{Places: []residencyv1.Place{{Country: new(country)}}},
	}}
	return p
}

func attested(from, until time.Time) residencyv1.Attestation {
	a := residencyv1.Attestation{Scheme: "ISO27001"}
	if !from.IsZero() {
		a.ValidFrom = new(metav1.NewTime(from))
	}
	if !until.IsZero() {
		a.ValidUntil = new(metav1.NewTime(until))
	}
	return a
}

func compiler(t *testing.T) func(...residencyv1.Processor) *residency.Rulebook {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	return func(all ...residencyv1.Processor) *residency.Rulebook {
		return residency.Compile(residency.World{Catalogue: cat, Processors: all}, nil, nil, residency.Options{AsOf: noon})
	}
}

func TestStatus(t *testing.T) {
	compile := compiler(t)
	older := model("DE")
	older.Generation = 1
	for name, tc := range map[string]struct {
		processor residencyv1.Processor
		rulebook  *residency.Rulebook
		reason    string
		status    metav1.ConditionStatus
		says      string
		next      time.Time
		after     time.Duration
	}{
		"valid": {processor: model("DE"), rulebook: compile(model("DE")), reason: "Valid", status: metav1.ConditionTrue, says: "It has 1 mode."},
		"in no country": {
			processor: model("XX"), rulebook: compile(model("XX")), reason: "UnknownCountry", status: metav1.ConditionFalse, says: "Undetermined until it is corrected",
		},
		"before a rulebook": {processor: model("DE"), reason: "Pending", status: metav1.ConditionUnknown},
		"not in it yet":     {processor: model("DE"), rulebook: compile(), reason: "Pending", status: metav1.ConditionUnknown},
		"in it as it was":   {processor: model("DE"), rulebook: compile(older), reason: "Pending", status: metav1.ConditionUnknown},
		"what is attested ends": {
			processor: model("DE", attested(noon.AddDate(-1, 0, 0), two), attested(one, time.Time{}), attested(time.Time{}, noon)),
			rulebook:  compile(model("DE")), reason: "Valid", status: metav1.ConditionTrue, next: one, after: time.Minute,
		},
		"a long time is not waited for at once": {
			processor: model("DE", attested(time.Time{}, two)), rulebook: compile(model("DE")), reason: "Valid", status: metav1.ConditionTrue, next: two, after: time.Hour,
		},
		"all has ended": {processor: model("DE", attested(time.Time{}, noon)), rulebook: compile(model("DE")), reason: "Valid", status: metav1.ConditionTrue},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Reconciler{Rulebook: &rulebook.Holder{}, Clock: testclock.NewFakePassiveClock(noon)}
			if tc.rulebook != nil {
				r.Rulebook.Swap(tc.rulebook)
			}
			next, err := r.update(t.Context(), &tc.processor)
			if err != nil || next.Skip || next.After != tc.after {
				t.Fatalf("comes to %+v, %v; want to come back after %s", next, err, tc.after)
			}
			c := tc.processor.Status.Conditions[0]
			if c.Type != residencyv1.ConditionAccepted || c.Reason != tc.reason || c.Status != tc.status ||
				c.ObservedGeneration != 2 || !strings.Contains(c.Message, tc.says) {
				t.Errorf("the condition is %+v", c)
			}
			var got time.Time
			if at := tc.processor.Status.NextChange; at != nil {
				got = at.Time
			}
			if !got.Equal(tc.next) {
				t.Errorf("the next change is %s, want %s", got, tc.next)
			}
		})
	}
}

// Nobody should take what was said of one generation for nothing, or for another's.
func TestWhatWasSaidOfAnEarlierGenerationStays(t *testing.T) {
	p := model("DE")
	update(&p, residency.ProcessorInfo{}, noon)
	p.Generation = 3
	before := p.Status.DeepCopy()
	pend(&p, one)
	if diff := cmp.Diff(*before, p.Status); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
}

func TestWhichProcessorsANewRulebookTouches(t *testing.T) {
	compile := compiler(t)
	other := model("FR")
	other.Name = "other"
	edited := model("DE")
	edited.Generation = 3
	if diff := cmp.Diff([]string{"model"}, changed(compile(model("DE"), other), compile(edited, other))); diff != "" {
		t.Errorf("edited (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"model", "other"}, changed(nil, compile(edited, other))); diff != "" {
		t.Errorf("the first (-want +got):\n%s", diff)
	}
}

type events []event.Event

func (e *events) Send(one event.Event) { *e = append(*e, one) }

// What the status says already is not told again.
func TestAnAttestationThatEndsSoonIsToldOfOnce(t *testing.T) {
	p := model("DE", attested(time.Time{}, noon.Add(time.Hour)))
	var sent events
	r := &Reconciler{Rulebook: &rulebook.Holder{}, Events: &sent, Clock: testclock.NewFakePassiveClock(noon)}
	r.Rulebook.Swap(compiler(t)(p))
	for range 2 {
		before := p.DeepCopy()
		next, err := r.update(t.Context(), &p)
		if err != nil || next.After != time.Hour {
			t.Fatalf("comes to %+v, %v", next, err)
		}
		r.written(before, &p)
	}
	if len(sent) != 1 || !strings.Contains(sent[0].Note, "ISO27001") {
		t.Errorf("sent are %+v", sent)
	}
}
