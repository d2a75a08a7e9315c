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
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	testclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// world is what a Reconciler judges in, without a cluster: nodes in Frankfurt and London,
// and the dataset customers, whose policy can be changed.
type world struct {
	*Reconciler
	cat   *catalogue.Catalogue
	clock *testclock.FakePassiveClock
	// onPods and onOwners are the Events that were sent.
	onPods, onOwners events
	generation       int64
}

type events []event.Event

func (e *events) Send(one event.Event) { *e = append(*e, one) }

// unkeyed is a source of facts in which no namespace carries a key.
type unkeyed struct{ facts.StoredObjects }

func (unkeyed) Namespace(context.Context, string) (facts.Keys, error) { return facts.Keys{}, nil }

func (unkeyed) ExternalNames(context.Context, string) ([]facts.ExternalName, error) { return nil, nil }

func (unkeyed) Carrier(context.Context, residency.Way, string, string) (facts.Keys, error) {
	return facts.Keys{}, nil
}

func (unkeyed) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, nil }

func newWorld(t testing.TB) *world {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{cat: cat, clock: testclock.NewFakePassiveClock(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))}
	nodes := facts.NewNodes(location.Locator{Catalogue: cat})
	for name, region := range map[string]string{"fra-1": "eu-central-1", "ldn-1": "eu-west-2"} {
		nodes.Set(&corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyRegion: region}},
			Spec:       corev1.NodeSpec{ProviderID: "aws:///" + region + "a/i-0f3a91c2d4e5b6a71"},
		})
	}
	w.Reconciler = &Reconciler{
		Gatherer: &facts.Gatherer{Nodes: nodes, Source: unkeyed{}},
		Ledger:   ledger.New(), Clock: w.clock, Events: &w.onPods, Summaries: &w.onOwners,
		Datasets: &wake.Source[reconcile.Request]{}, Policies: &wake.Source[reconcile.Request]{}, Woken: &wake.Source[Request]{},
	}
	return w
}

// permit has the policy of customers permit these countries and no others.
func (w *world) permit(countries ...residencyv1.CountryCode) {
	w.generation++
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "gdpr", UID: "gdpr", Generation: w.generation}}
	p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	for _, c := range countries {
		p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, residencyv1.Place{Country: new(c)})
	}
	d := residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "customers", UID: "customers", Generation: 1}}
	rb := residency.Compile(residency.World{Catalogue: w.cat}, []residencyv1.Dataset{d}, []residencyv1.ResidencyPolicy{p}, residency.Options{})
	w.rulebookChanged(w.Ledger.Rulebook(), rb)
}

// see has pods judged.
func (w *world) see(t *testing.T, pods ...*corev1.Pod) {
	t.Helper()
	for _, pod := range pods {
		if _, err := w.judge(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
	}
}

func handling(name, node string, datasets ...string) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: name, UID: types.UID(name), ResourceVersion: "1"},
		Spec:       corev1.PodSpec{NodeName: node},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for _, d := range datasets {
		pod.Labels = map[string]string{residencyv1.DatasetLabel: d}
	}
	return pod
}

func ownedBy(owner string, pod *corev1.Pod) *corev1.Pod {
	pod.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "apps/v1", Kind: "ReplicaSet", Name: owner, UID: types.UID(owner), Controller: new(true),
	}}
	return pod
}
