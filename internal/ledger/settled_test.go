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

package ledger

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/residency"
)

func TestNothingIsSettledBeforeEverythingIsJudged(t *testing.T) {
	for _, first := range []Part{Pods, Stores} {
		l := New()
		if l.Dataset("d").Settled || l.Policy("p").Settled {
			t.Error("settled at the start")
		}
		l.Prime(first)
		if l.Dataset("d").Settled || l.Policy("p").Settled || l.Whole() || !l.Primed(first) || l.Primed(1-first) {
			t.Errorf("settled when only part %d is judged", first)
		}
		l.Prime(1 - first)
		if !l.Dataset("d").Settled || !l.Policy("p").Settled || !l.Whole() {
			t.Error("not settled when everything is judged")
		}
	}
}

// TestTheLastPodOfANewPolicySettlesIt: the pod was judged before the policy came, and is
// gone before it could be judged again.
func TestTheLastPodOfANewPolicySettlesIt(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	datasets := []residencyv1.Dataset{{ObjectMeta: metav1.ObjectMeta{Name: "customers"}}}
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "gdpr"}}
	p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
	before := residency.Compile(residency.World{Catalogue: cat}, datasets, nil, residency.Options{})
	after := residency.Compile(residency.World{Catalogue: cat}, datasets, []residencyv1.ResidencyPolicy{p}, residency.Options{})

	l := whole()
	l.Turnover(before, before.ChangedSince(nil))
	in := &residency.Input{Handles: []residency.Handling{{Dataset: "customers"}}}
	if _, ok := l.Record(podNamed("a"), in, &residency.Verdict{}, before, start); !ok {
		t.Fatal("not taken")
	}
	l.Turnover(after, after.ChangedSince(before))
	if l.Policy("gdpr").Settled {
		t.Fatal("settled before the pod is gone")
	}
	c := l.Remove(podNamed("a").Ref)
	if diff := gocmp.Diff([]string{"gdpr"}, c.Policies); diff != "" {
		t.Errorf("policies to be looked at (-want +got):\n%s", diff)
	}
	if !l.Policy("gdpr").Settled {
		t.Error("not settled although the pod is gone")
	}
}
