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
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	testclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

// stored is a reader of what a rulebook is made of.
type stored struct {
	client.Reader
	objects
	err error
}

func (s *stored) List(_ context.Context, into client.ObjectList, _ ...client.ListOption) error {
	switch list := into.(type) {
	case *residencyv1.DatasetList:
		*list = s.datasets
	case *residencyv1.ResidencyPolicyList:
		*list = s.policies
	case *residencyv1.SiteList:
		*list = s.sites
	case *residencyv1.JurisdictionList:
		*list = s.jurisdictions
	case *residencyv1.ProcessorList:
		*list = s.processors
	default:
		return fmt.Errorf("a %T is not listed", into)
	}
	return s.err
}

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// newReconciler has the Site paris-room with the node room-1, until one o'clock, and a
// policy that allows it and a Jurisdiction.
func newReconciler(t *testing.T) (*Reconciler, *stored, *testclock.FakePassiveClock) {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &stored{}
	room := residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: "paris-room", UID: "s", Generation: 1}}
	room.Spec.NodeNames, room.Spec.Country = []residencyv1.NodeName{"room-1"}, "FR"
	room.Spec.Basis = residencyv1.Basis{Reference: "lease", VerifiedAt: "2026-10-01"}
	room.Spec.ValidUntil = new(metav1.NewTime(noon.Add(time.Hour)))
	s.sites.Items = []residencyv1.Site{room}
	dach := residencyv1.Jurisdiction{ObjectMeta: metav1.ObjectMeta{Name: "dach", UID: "j", Generation: 1}}
	dach.Spec.Title, dach.Spec.Countries = "DACH", []residencyv1.CountryCode{"DE", "AT", "CH"}
	s.jurisdictions.Items = []residencyv1.Jurisdiction{dach}
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "gdpr", UID: "p", Generation: 1}}
	p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	p.Spec.Processing.Allowed = []residencyv1.Place{
		{Site: new(residencyv1.ObjectName("paris-room"))}, {Jurisdiction: new(residencyv1.JurisdictionName("dach"))},
	}
	s.policies.Items = []residencyv1.ResidencyPolicy{p}

	metrics, err := NewMetrics(prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	clock := testclock.NewFakePassiveClock(noon)
	r := &Reconciler{
		Reader: s, Catalogue: &catalogue.Holder{}, Nodes: facts.NewNodes(location.Locator{}), Holder: &rulebook.Holder{},
		Clock: clock, Metrics: metrics, Woken: &wake.Source[reconcile.Request]{},
	}
	r.Nodes.Set(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "room-1", UID: "n"}})
	r.Catalogue.Swap(cat)
	return r, s, clock
}

func compile(t *testing.T, r *Reconciler) reconcile.Result {
	t.Helper()
	result, err := r.Reconcile(t.Context(), reconcile.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func reasonOf(t *testing.T, r *Reconciler, node string) location.Reason {
	t.Helper()
	n, ok := r.Nodes.Get(node)
	if !ok {
		t.Fatalf("there is no node %s", node)
	}
	return n.Location.Reason
}

func TestSitesAndJurisdictionsArePartOfTheRulebook(t *testing.T) {
	r, s, _ := newReconciler(t)
	compile(t, r)
	info, ok := r.Holder.Current().Policy("gdpr")
	if !ok || info.Fault != nil {
		t.Errorf("the policy is %+v", info.Fault)
	}
	s.jurisdictions.Items = nil
	compile(t, r)
	if info, _ := r.Holder.Current().Policy("gdpr"); info.Fault == nil || info.Fault.Reason != residencyv1.ReasonUnknownJurisdiction {
		t.Errorf("the policy is %+v", info.Fault)
	}
	s.sites.Items = nil
	compile(t, r)
	if reason := reasonOf(t, r, "room-1"); reason != location.ReasonNoWitness {
		t.Errorf("without its Site the node is %q", reason)
	}
}

func TestProcessorsArePartOfTheRulebook(t *testing.T) {
	r, s, _ := newReconciler(t)
	model := residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: "model", UID: "m", Generation: 1}}
	model.Spec.Title, model.Spec.Modes = "Model", []residencyv1.ProcessorMode{{Name: "global", Hosts: []residencyv1.HostName{"api.example.com"}}}
	s.processors.Items = []residencyv1.Processor{model}
	compile(t, r)
	if _, ok := r.Holder.Current().Processor("model"); !ok || !r.Holder.Current().CallsProcessors() {
		t.Error("the rulebook does not know the processor")
	}
	s.processors.Items = nil
	compile(t, r)
	if _, ok := r.Holder.Current().Processor("model"); ok {
		t.Error("the rulebook knows a processor that is gone")
	}
}

// Whoever hears of a rulebook looks at the nodes, and has to see them by the same Sites.
func TestNodesAreLocatedBeforeTheRulebookIsInForce(t *testing.T) {
	r, _, _ := newReconciler(t)
	heard := false
	r.Holder.Subscribe(func(_, _ *residency.Rulebook) {
		heard = true
		if reason := reasonOf(t, r, "room-1"); reason != "" {
			t.Errorf("the node is still %q", reason)
		}
	})
	compile(t, r)
	if !heard {
		t.Error("there is no rulebook")
	}
}

func TestTheWordOfASiteEnds(t *testing.T) {
	r, s, clock := newReconciler(t)
	clock.SetTime(noon.Add(45 * time.Minute))
	if wait := compile(t, r).RequeueAfter; wait != 15*time.Minute {
		t.Errorf("comes back after %s", wait)
	}
	if reason := reasonOf(t, r, "room-1"); reason != "" {
		t.Errorf("before the end the node is %q", reason)
	}
	clock.SetTime(noon.Add(time.Hour))
	if wait := compile(t, r).RequeueAfter; wait != 0 {
		t.Errorf("comes back after %s although nothing ends any more", wait)
	}
	if reason := reasonOf(t, r, "room-1"); reason != location.ReasonDeclarationExpired {
		t.Errorf("after the end the node is %q", reason)
	}
	s.sites.Items[0].Spec.ValidUntil = new(metav1.NewTime(noon.AddDate(1, 0, 0)))
	s.sites.Items[0].Generation++
	if wait := compile(t, r).RequeueAfter; wait != maxWait {
		t.Errorf("comes back after %s, when the clock may have been set", wait)
	}
}

func TestNothingIsCompiledBeforeTheFirstCatalogue(t *testing.T) {
	r, _, _ := newReconciler(t)
	cat := r.Catalogue.Swap(nil)
	compile(t, r)
	if _, located := r.Nodes.State("room-1"); r.Holder.Current() != nil || located {
		t.Error("something is in force")
	}
	r.Catalogue.Swap(cat)
	compile(t, r)
	if _, located := r.Nodes.State("room-1"); r.Holder.Current() == nil || !located {
		t.Error("nothing is in force")
	}
}

func TestARulebookOfAPartOfTheObjectsIsNone(t *testing.T) {
	r, s, _ := newReconciler(t)
	s.err = errors.New("no")
	if _, err := r.Reconcile(t.Context(), reconcile.Request{}); err == nil || r.Holder.Current() != nil {
		t.Errorf("error %v, rulebook %v", err, r.Holder.Current())
	}
}

// Datasets and policies are written often, and there may be many nodes.
func TestNodesAreLocatedAgainOnlyByOtherSitesOrAnotherCatalogue(t *testing.T) {
	r, s, _ := newReconciler(t)
	reach := func() *residency.Reach { return r.Nodes.Reach(&corev1.Pod{}) }
	compile(t, r)
	for _, step := range []struct {
		name    string
		change  func()
		located bool
	}{
		{"nothing", func() {}, false},
		{"a policy", func() { s.policies.Items[0].Generation++ }, false},
		{"a jurisdiction", func() { s.jurisdictions.Items[0].Generation++ }, false},
		{"a Site", func() { s.sites.Items[0].Generation++ }, true},
		{"a Site made anew", func() { s.sites.Items[0].UID = "other" }, true},
		{"a catalogue", func() {
			cat, err := catalogue.Load()
			if err != nil {
				t.Fatal(err)
			}
			r.Catalogue.Swap(cat)
		}, true},
		{"no Site", func() { s.sites.Items = nil }, true},
	} {
		// What was gathered of the nodes is kept for as long as they are where they were.
		before := reach()
		step.change()
		compile(t, r)
		if located := reach() != before; located != step.located {
			t.Errorf("%s: located again is %v", step.name, located)
		}
	}
}
