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
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	overlay "github.com/domicile-dev/domicile/controllers/catalogue"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func policy(uid types.UID, generation int64, dataset residencyv1.ObjectName, place residencyv1.Place) residencyv1.ResidencyPolicy {
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "gdpr", UID: uid, Generation: generation}}
	p.Spec.Datasets = []residencyv1.ObjectName{dataset}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	p.Spec.Processing.Allowed = []residencyv1.Place{place}
	return p
}

func in(country residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{Country: &country}
}

func compiler(t *testing.T) func(datasets []string, policies ...residencyv1.ResidencyPolicy) *residency.Rulebook {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	return func(names []string, policies ...residencyv1.ResidencyPolicy) *residency.Rulebook {
		var datasets []residencyv1.Dataset
		for _, n := range names {
			datasets = append(datasets, residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: n}})
		}
		return residency.Compile(residency.World{Catalogue: cat}, datasets, policies, residency.Options{})
	}
}

func TestConditions(t *testing.T) {
	compile := compiler(t)
	customers := []string{"customers"}
	for name, tc := range map[string]struct {
		rulebook            *residency.Rulebook
		unsettled           bool
		counts, volumes     ledger.Counts
		accepted, compliant string
		datasets            int32
	}{
		"no rulebook yet": {accepted: "Unknown Pending", compliant: "Unknown Pending"},
		"a rulebook without it": {
			rulebook: compile(customers), accepted: "Unknown Pending", compliant: "Unknown Pending",
		},
		"a rulebook with an older generation": {
			rulebook: compile(customers, policy("u", 1, "customers", in("DE"))), accepted: "Unknown Pending", compliant: "Unknown Pending",
		},
		"a rulebook with another policy of that name": {
			rulebook: compile(customers, policy("other", 2, "customers", in("DE"))), accepted: "Unknown Pending", compliant: "Unknown Pending",
		},
		"held, and the pods are not judged yet": {
			rulebook: compile(customers, policy("u", 2, "customers", in("DE"))), unsettled: true,
			accepted: "True Valid", compliant: "Unknown Pending", datasets: 1,
		},
		"held": {
			rulebook: compile(customers, policy("u", 2, "customers", in("DE"))), counts: ledger.Counts{Permitted: 2},
			accepted: "True Valid", compliant: "True AllPermitted", datasets: 1,
		},
		"one is prohibited": {
			rulebook: compile(customers, policy("u", 2, "customers", in("DE"))), counts: ledger.Counts{Permitted: 2, Prohibited: 1, Undetermined: 1},
			accepted: "True Valid", compliant: "False Prohibited", datasets: 1,
		},
		"a volume is prohibited, and every pod is permitted": {
			rulebook: compile(customers, policy("u", 2, "customers", in("DE"))), counts: ledger.Counts{Permitted: 2}, volumes: ledger.Counts{Prohibited: 1},
			accepted: "True Valid", compliant: "False Prohibited", datasets: 1,
		},
		"one is undetermined": {
			rulebook: compile(customers, policy("u", 2, "customers", in("DE"))), counts: ledger.Counts{Undetermined: 1},
			accepted: "True Valid", compliant: "Unknown Undetermined", datasets: 1,
		},
		"it selects nothing": {
			rulebook: compile(nil, policy("u", 2, "customers", in("DE"))),
			accepted: "True Valid", compliant: "Unknown NoDatasets",
		},
		"it is not valid": {
			rulebook: compile(customers, policy("u", 2, "customers", in("XX"))), counts: ledger.Counts{Undetermined: 1},
			accepted: "False UnknownCountry", compliant: "Unknown PolicyNotAccepted", datasets: 1,
		},
		"it is not valid and selects nothing": {
			rulebook: compile(nil, policy("u", 2, "customers", in("XX"))),
			accepted: "False UnknownCountry", compliant: "Unknown PolicyNotAccepted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := policy("u", 2, "customers", in("DE"))
			update(&p, ledger.PolicyView{Rulebook: tc.rulebook, Settled: !tc.unsettled, Tally: ledger.Tally{Workloads: tc.counts, Volumes: tc.volumes}}, overlay.Overlay{Read: true}, now)
			for kind, want := range map[string]string{residencyv1.ConditionAccepted: tc.accepted, residencyv1.ConditionCompliant: tc.compliant} {
				c := apimeta.FindStatusCondition(p.Status.Conditions, kind)
				if c == nil {
					t.Fatalf("there is no condition %s", kind)
				}
				if got := string(c.Status) + " " + c.Reason; got != want {
					t.Errorf("%s is %s, want %s", kind, got, want)
				}
				if c.ObservedGeneration != 2 || c.Message == "" {
					t.Errorf("%s is %+v", kind, c)
				}
			}
			// That it governs none is said too, once it is known.
			got := p.Status.Datasets
			if known := !strings.HasPrefix(tc.accepted, "Unknown"); known != (got != nil) || known && *got != tc.datasets {
				t.Errorf("it governs %v datasets, want %d", got, tc.datasets)
			}
		})
	}
}

func TestAnEditedPolicyKeepsItsStatusUntilTheRulebookHoldsIt(t *testing.T) {
	compile := compiler(t)
	p := policy("u", 1, "customers", in("DE"))
	view := ledger.PolicyView{Rulebook: compile([]string{"customers"}, p), Settled: true, Tally: ledger.Tally{Workloads: ledger.Counts{Permitted: 4}}}
	update(&p, view, overlay.Overlay{Read: true}, now)
	p.Generation = 2
	before := p.DeepCopy()
	update(&p, view, overlay.Overlay{Read: true}, now.Add(time.Minute))
	if diff := cmp.Diff(before, &p); diff != "" {
		t.Errorf("it changed (-want +got):\n%s", diff)
	}
}

// Also a policy that no rulebook holds says whether the catalogue is the one that is wanted.
func TestEveryPolicySaysWhatBecameOfTheOverlay(t *testing.T) {
	compile := compiler(t)
	p := policy("u", 1, "customers", in("DE"))
	broken := overlay.Overlay{Read: true, InForce: true, Problem: "overlay/regions.csv:3: no", Object: &corev1.ObjectReference{Namespace: "domicile-system", Name: "domicile-catalogue"}}
	for _, step := range []struct {
		rulebook *residency.Rulebook
		laid     overlay.Overlay
		want     string
	}{
		{nil, overlay.Overlay{}, "Unknown Pending"},
		{nil, broken, "False OverlayInvalid"},
		{compile(nil, p), overlay.Overlay{Read: true}, "True NoOverlay"},
		{compile(nil, p), broken, "False OverlayInvalid"},
	} {
		update(&p, ledger.PolicyView{Rulebook: step.rulebook}, step.laid, now)
		c := apimeta.FindStatusCondition(p.Status.Conditions, residencyv1.ConditionCatalogueCurrent)
		if got := string(c.Status) + " " + c.Reason; got != step.want || c.ObservedGeneration != 1 {
			t.Errorf("%s of generation %d, want %s", got, c.ObservedGeneration, step.want)
		}
	}
}

func TestALongFaultIsCutOff(t *testing.T) {
	compile := compiler(t)
	p := policy("u", 1, "customers", in("XX"))
	for range 256 {
		p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, in("XX"))
	}
	update(&p, ledger.PolicyView{Rulebook: compile(nil, p)}, overlay.Overlay{Read: true}, now)
	c := apimeta.FindStatusCondition(p.Status.Conditions, residencyv1.ConditionAccepted)
	if len(c.Message) > 1024 || !strings.Contains(c.Message, "spec.processing.allowed[0].country") {
		t.Errorf("the message has %d bytes: %.200s", len(c.Message), c.Message)
	}
}

// A policy can lose what it names without being written itself.
func TestAPolicyWhoseSiteIsGoneIsTouchedAndNoLongerAccepted(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := policy("u", 1, "customers", residencyv1.Place{Site: new(residencyv1.ObjectName("paris-room"))})
	room := residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: "paris-room", UID: "s", Generation: 1}}
	room.Spec.NodeNames = []residencyv1.NodeName{"room-1"}
	room.Spec.Country = "FR"
	room.Spec.Basis = residencyv1.Basis{Reference: "lease", VerifiedAt: "2026-10-01"}
	compile := func(sites ...residencyv1.Site) *residency.Rulebook {
		return residency.Compile(residency.World{Catalogue: cat, Sites: sites}, nil, []residencyv1.ResidencyPolicy{p}, residency.Options{})
	}
	with, without := compile(room), compile()
	if diff := cmp.Diff([]string{"gdpr"}, changedPolicies(with, without)); diff != "" {
		t.Errorf("touched (-want +got):\n%s", diff)
	}
	if got := changedPolicies(without, compile()); len(got) > 0 {
		t.Errorf("the same rulebook again touches %v", got)
	}
	for _, step := range []struct {
		rulebook *residency.Rulebook
		want     string
	}{{with, "Valid"}, {without, "UnknownSite"}, {with, "Valid"}} {
		update(&p, ledger.PolicyView{Rulebook: step.rulebook}, overlay.Overlay{Read: true}, now)
		if c := apimeta.FindStatusCondition(p.Status.Conditions, residencyv1.ConditionAccepted); c.Reason != step.want {
			t.Errorf("Accepted is %s, want %s", c.Reason, step.want)
		}
	}
}

func TestWhichPoliciesANewRulebookTouches(t *testing.T) {
	compile := compiler(t)
	named := func(name string, p residencyv1.ResidencyPolicy) residencyv1.ResidencyPolicy {
		p.Name = name
		return p
	}
	old := compile([]string{"a"}, named("same", policy("1", 1, "a", in("DE"))), named("edited", policy("2", 1, "a", in("DE"))),
		named("more", policy("3", 1, "b", in("DE"))), named("gone", policy("4", 1, "a", in("DE"))))
	current := compile([]string{"a", "b"}, named("same", policy("1", 1, "a", in("DE"))), named("edited", policy("2", 2, "a", in("FR"))),
		named("more", policy("3", 1, "b", in("DE"))), named("new", policy("5", 1, "a", in("DE"))))
	if diff := cmp.Diff([]string{"edited", "more", "new"}, changedPolicies(old, current)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
