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

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// abroad is a policy for data from the EEA that allows GB too, and goes there by a mechanism.
func abroad(t *testing.T, d *residencyv1.Dataset, mechanism residencyv1.TransferMechanism) *residencyv1.ResidencyPolicy {
	t.Helper()
	p := policyFor(t, d, jurisdiction("EEA"), country("GB"))
	p.Spec.Origin = &residencyv1.Origin{Jurisdiction: "EEA"}
	p.Spec.Transfers = []residencyv1.Transfer{{To: country("GB"), Mechanism: mechanism, Reference: "contract 12"}}
	return p
}

// steersTo reports whether a new pod of a dataset is steered to nodes in a country, too.
func steersTo(t *testing.T, ns *corev1.Namespace, d *residencyv1.Dataset, code string) bool {
	t.Helper()
	p := pod(ns, "anywhere", d.Name, "")
	if err := admin.Create(t.Context(), p, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p.Spec.Affinity)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"DE"`) {
		t.Fatalf("the pod is steered by %s, and not to DE", text)
	}
	return strings.Contains(string(text), fmt.Sprintf("%q", code))
}

// Nobody writes anything at the instant at which a transfer ends.
func TestATransferThatEnds(t *testing.T) {
	d := dataset(t, "data")
	p := abroad(t, d, residencyv1.MechanismStandardContractualClauses)
	create(t, p)
	accepted(t, p)
	ns := namespace(t)
	create(t, pod(ns, "home", d.Name, "fra-aws-1"))
	london := pod(ns, "london", d.Name, "ldn-aws-1")
	create(t, london)
	if n := runs(t, london); n.Name != "ldn-aws-1" {
		t.Fatalf("it runs on %s", n.Name)
	}
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
	if !steersTo(t, ns, d, "GB") {
		t.Error("pods are not steered to GB while they may go there")
	}

	// Only now, so that a slow machine is not late for what comes before the end.
	end := metav1.NewTime(time.Now().Add(6 * time.Second).Truncate(time.Second))
	before := p.DeepCopy()
	p.Spec.Transfers[0].ValidUntil = &end
	if err := admin.Patch(t.Context(), p, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the next change in the status", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
			return err
		}
		if next := p.Status.NextChange; next == nil || !next.Time.Equal(end.Time) {
			return fmt.Errorf("it is %v, not %v", next, end)
		}
		return nil
	})
	processing(t, d, fmt.Sprintf("EEA and GB (GB until %s)", end.UTC().Format(time.RFC3339)))

	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 1})
	waitCondition(t, p, residencyv1.ConditionCompliant, metav1.ConditionFalse, residencyv1.ReasonProhibited)
	if len(d.Status.Violations) != 1 || d.Status.Violations[0].Name != "london" || d.Status.Violations[0].Reason != "TransferExpired" {
		t.Errorf("violations are %+v", d.Status.Violations)
	}
	if at := flaggedAt(t, ns.Name, "london", "the transfer to GB has ended"); at.Before(end.Time) || at.Sub(end.Time) > time.Second {
		t.Errorf("it is flagged %s after the end", at.Sub(end.Time))
	}
	processing(t, d, "EEA")
	eventually(t, "no next change in the status", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
			return err
		}
		if p.Status.NextChange != nil {
			return fmt.Errorf("it is %v", p.Status.NextChange)
		}
		return nil
	})
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "late", d.Name, "ldn-aws-1")), "London, GB",
		"is outside its origin EEA: the transfer to GB has ended (standard contractual clauses contract 12, spec.transfers[0], until "+end.UTC().Format(time.RFC3339))
	if steersTo(t, ns, d, "GB") {
		t.Error("pods are still steered to GB")
	}
	create(t, pod(ns, "twin", d.Name, "fra-aws-1"))
}

// processing waits until a dataset's status says where it may be processed.
func processing(t *testing.T, d *residencyv1.Dataset, want string) {
	t.Helper()
	eventually(t, "where dataset "+d.Name+" may be processed", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
			return err
		}
		if d.Status.Processing != want {
			return fmt.Errorf("it is %q, not %q", d.Status.Processing, want)
		}
		return nil
	})
}

// flaggedAt waits for the Event that flags a pod, and returns when the manager has made it.
func flaggedAt(t *testing.T, namespace, pod, words string) time.Time {
	t.Helper()
	var at time.Time
	eventually(t, "an Event on pod "+pod, func(ctx context.Context) error {
		list := &eventsv1.EventList{}
		if err := admin.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return err
		}
		for _, e := range list.Items {
			if e.Regarding.Name == pod && e.Type == corev1.EventTypeWarning && strings.Contains(e.Note, words) {
				at = e.EventTime.Time
				return nil
			}
		}
		return errors.New("there is none")
	})
	return at
}

// expectInvalid checks that an object was refused because of what it says.
func expectInvalid(t *testing.T, err error, words ...string) {
	t.Helper()
	if !apierrors.IsInvalid(err) {
		t.Errorf("it is answered with %v", err)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the refusal does not say %q: %v", w, err)
		}
	}
}

func TestTransfersThatCannotBe(t *testing.T) {
	d := dataset(t, "data")
	none := abroad(t, d, residencyv1.MechanismAdequacyDecision)
	none.Spec.Transfers[0].To = country("CN")
	expectInvalid(t, admin.Create(t.Context(), none), `spec.transfers[0].to: Invalid value: "CN"`, "has no adequacy decision on CN: name another mechanism")
	partial := abroad(t, d, residencyv1.MechanismAdequacyDecision)
	partial.Spec.Transfers[0].To = country("US")
	expectInvalid(t, admin.Create(t.Context(), partial), "spec.transfers[0].scope", "covers only some recipients")

	for name, tc := range map[string]struct {
		change func(*residencyv1.ResidencyPolicySpec)
		says   string
	}{
		"without an origin": {func(s *residencyv1.ResidencyPolicySpec) { s.Origin = nil }, "transfers need an origin: without one no transfer is asked for"},
		"without a reference": {
			func(s *residencyv1.ResidencyPolicySpec) { s.Transfers[0].Reference = "" }, "spec.transfers[0].reference",
		},
		"that ends before it begins": {func(s *residencyv1.ResidencyPolicySpec) {
			s.Transfers[0].ValidFrom = new(metav1.NewTime(time.Now()))
			s.Transfers[0].ValidUntil = new(metav1.NewTime(time.Now().Add(-time.Hour)))
		}, "validUntil must come after validFrom"},
		"with a module for a decision": {
			func(s *residencyv1.ResidencyPolicySpec) {
				s.Transfers[0].Module = residencyv1.ModuleControllerToProcessor
			},
			"module is for the mechanism StandardContractualClauses",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := abroad(t, d, residencyv1.MechanismAdequacyDecision)
			tc.change(&p.Spec)
			expectInvalid(t, admin.Create(t.Context(), p), tc.says)
		})
	}
}
