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
	"fmt"
	"os/exec"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// groupOf is a Jurisdiction of the test.
func groupOf(t *testing.T, suffix string, countries ...residencyv1.CountryCode) *residencyv1.Jurisdiction {
	t.Helper()
	return &residencyv1.Jurisdiction{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, suffix)},
		Spec:       residencyv1.JurisdictionSpec{Title: "A group of countries", Countries: countries},
	}
}

func nameOf(j *residencyv1.Jurisdiction) residencyv1.JurisdictionName {
	return residencyv1.JurisdictionName(j.Name)
}

// members waits until the status of a Jurisdiction has the countries. Accepted alone does not
// tell: it is true before and after an included Jurisdiction changes.
func members(t *testing.T, j *residencyv1.Jurisdiction, want string) {
	t.Helper()
	waitCondition(t, j, residencyv1.ConditionAccepted, metav1.ConditionTrue, residencyv1.ReasonValid)
	eventually(t, j.Name+" to have "+want, func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(j), j); err != nil {
			return err
		}
		if got := fmt.Sprint(j.Status.Countries); got != want {
			return fmt.Errorf("it has %s", got)
		}
		return nil
	})
}

func changeJurisdiction(t *testing.T, j *residencyv1.Jurisdiction, change func(*residencyv1.JurisdictionSpec)) error {
	t.Helper()
	changed := j.DeepCopy()
	change(&changed.Spec)
	err := admin.Patch(t.Context(), changed, client.MergeFrom(j))
	if err == nil {
		*j = *changed
	}
	return err
}

func TestAJurisdictionIsMadeAndChanged(t *testing.T) {
	inner, outer := groupOf(t, "inner", "DE", "CH"), groupOf(t, "outer", "FR")
	outer.Spec.Includes = []residencyv1.JurisdictionName{nameOf(inner)}
	outer.Spec.Excludes = []residencyv1.CountryCode{"CH"}
	create(t, inner)
	members(t, inner, "[CH DE]")
	create(t, outer)
	members(t, outer, "[DE FR]")

	d, p := governed(t, jurisdiction(nameOf(outer)))
	ns := namespace(t)
	create(t, pod(ns, "home", d.Name, "fra-aws-1"))
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "abroad", d.Name, "dub-aws-1")), "IE", outer.Name)
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})

	t.Run("what an included one loses, the policy loses", func(t *testing.T) {
		if err := changeJurisdiction(t, inner, func(s *residencyv1.JurisdictionSpec) { s.Countries = []residencyv1.CountryCode{"IE"} }); err != nil {
			t.Fatal(err)
		}
		counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
		admitted(t, pod(ns, "dublin", d.Name, "dub-aws-1"))
		refused(t, pod(ns, "frankfurt", d.Name, "fra-aws-1"), "Frankfurt, DE")
		members(t, outer, "[FR IE]")
	})
	t.Run("a cycle is refused", func(t *testing.T) {
		err := changeJurisdiction(t, inner, func(s *residencyv1.JurisdictionSpec) {
			s.Includes = []residencyv1.JurisdictionName{nameOf(outer)}
		})
		if err == nil || !strings.Contains(err.Error(), "spec.includes[0]") || !strings.Contains(err.Error(), outer.Name) {
			t.Errorf("it is not refused with its way round: %v", err)
		}
	})
	t.Run("deleting one that a policy names warns", func(t *testing.T) {
		c, warnings := warningClient(t)
		if err := c.Delete(t.Context(), inner.DeepCopy()); err != nil {
			t.Fatal(err)
		}
		if !warnings.contain(p.Name) {
			t.Errorf("no warning names the policy %s: %q", p.Name, warnings.all())
		}
		waitCondition(t, outer, residencyv1.ConditionAccepted, metav1.ConditionFalse, residencyv1.ReasonUnknownJurisdiction)
		waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionFalse, residencyv1.ReasonInvalidJurisdiction)
		refused(t, pod(ns, "lost", d.Name, "dub-aws-1"), "is not valid")
		counts(t, d, residencyv1.OutcomeCounts{Undetermined: 1})
	})
}

func TestJurisdictionsThatCannotBe(t *testing.T) {
	for _, forbidden := range []string{"eu", "eea", "EU", "EEA", "Eu", "eEa", "eu-adequacy"} {
		t.Run(forbidden, func(t *testing.T) {
			j := groupOf(t, "group", "DE")
			j.Name = forbidden
			if err := admin.Create(t.Context(), j); err == nil {
				remove(t, j)
				t.Error("it was made")
			}
		})
	}
	t.Run("what got past the webhook is a condition", func(t *testing.T) {
		one, other := groupOf(t, "one"), groupOf(t, "other")
		one.Spec.Includes = []residencyv1.JurisdictionName{nameOf(other)}
		other.Spec.Includes = []residencyv1.JurisdictionName{nameOf(one)}
		adequate := groupOf(t, "adequacy", "CH")
		d := dataset(t, "data")
		p := policyFor(t, d, jurisdiction(nameOf(one)))
		withoutWebhook(t, func() {
			for _, object := range []client.Object{one, other, adequate, p} {
				create(t, object)
			}
		})
		for j, reason := range map[*residencyv1.Jurisdiction]string{
			one: residencyv1.ReasonCycle, other: residencyv1.ReasonCycle, adequate: residencyv1.ReasonReservedName,
		} {
			waitCondition(t, j, residencyv1.ConditionAccepted, metav1.ConditionFalse, reason)
		}
		waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionFalse, residencyv1.ReasonInvalidJurisdiction)
		refused(t, pod(namespace(t), "home", d.Name, "fra-aws-1"), "is not valid")

		if err := changeJurisdiction(t, one, func(s *residencyv1.JurisdictionSpec) {
			s.Includes, s.Countries = nil, []residencyv1.CountryCode{"DE"}
		}); err != nil {
			t.Fatalf("mending it: %v", err)
		}
		accepted(t, p)
		members(t, other, "[DE]")
	})
}

// A folder of manifests is applied at once: the gate has not seen the first of them when
// the second arrives.
func TestAJurisdictionAndItsPolicyAreAppliedAtOnce(t *testing.T) {
	for i := range 5 {
		group, policy := name(t, fmt.Sprintf("group-%d", i)), name(t, fmt.Sprintf("policy-%d", i))
		manifest := fmt.Sprintf(`apiVersion: residency.domicile.dev/v1alpha1
kind: Jurisdiction
metadata: {name: %[1]s}
spec: {title: A group, countries: [DE]}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: Jurisdiction
metadata: {name: %[1]s-more}
spec: {title: A group and more, includes: [%[1]s], countries: [FR]}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata: {name: %[2]s}
spec:
  datasets: [no-such-dataset]
  processing: {allowed: [{jurisdiction: %[1]s-more}]}
  enforcement: {admission: Deny}
`, group, policy)
		p := &residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: policy}}
		for _, object := range []client.Object{
			&residencyv1.Jurisdiction{ObjectMeta: metav1.ObjectMeta{Name: group}},
			&residencyv1.Jurisdiction{ObjectMeta: metav1.ObjectMeta{Name: group + "-more"}},
			p,
		} {
			remove(t, object)
		}
		if out, err := applied(t, manifest); err != nil {
			t.Fatalf("applying it: %v\n%s", err, out)
		}
		accepted(t, p)
	}
}

// applied applies a manifest with kubectl.
func applied(t *testing.T, manifest string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), cluster.Kubectl(), "--kubeconfig", cluster.Kubeconfig(), "apply", "-f", "-")
	command.Stdin = strings.NewReader(manifest)
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestAPolicyThatNeedsABetterWord(t *testing.T) {
	ns := namespace(t)
	declared := newNode(t, "node", "", nil)
	create(t, siteOf(t, "room", "DE", declared))
	for minimum, refusals := range map[residencyv1.Assurance]map[string][]string{
		residencyv1.AssuranceClaimed:    {"ams-az-1": nil, "fra-aws-1": nil, declared.Name: nil},
		residencyv1.AssuranceConsistent: {"ams-az-1": {"Claimed", "Consistent"}, "fra-aws-1": nil, declared.Name: nil},
		residencyv1.AssuranceDeclared:   {"ams-az-1": {"Claimed", "Declared", "Site"}, "fra-aws-1": {"Consistent", "Declared", "Site"}, declared.Name: nil},
	} {
		t.Run(string(minimum), func(t *testing.T) {
			d := dataset(t, "data")
			p := policyFor(t, d, jurisdiction("EEA"))
			p.Spec.Assurance = &residencyv1.AssuranceRule{Minimum: minimum}
			create(t, p)
			accepted(t, p)
			for node, words := range refusals {
				object := pod(ns, strings.ToLower(string(minimum))+"-"+node, d.Name, node)
				if words == nil {
					admitted(t, object)
					continue
				}
				refused(t, object, append(words, "cannot be judged")...)
			}
		})
	}
	t.Run("of a running pod too", func(t *testing.T) {
		d, p := governed(t, jurisdiction("EEA"))
		create(t, pod(ns, "running", d.Name, "fra-aws-1"))
		counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
		before := p.DeepCopy()
		p.Spec.Assurance = &residencyv1.AssuranceRule{Minimum: residencyv1.AssuranceDeclared}
		if err := admin.Patch(t.Context(), p, client.MergeFrom(before)); err != nil {
			t.Fatal(err)
		}
		counts(t, d, residencyv1.OutcomeCounts{Undetermined: 1})
		if v := d.Status.Violations; len(v) != 1 || v[0].Reason != "InsufficientAssurance" {
			t.Errorf("violations are %+v", v)
		}
	})
}

func TestKubectlShowsSitesAndJurisdictions(t *testing.T) {
	s, j := siteOf(t, "room", "DE"), groupOf(t, "group", "DE", "FR")
	s.Spec.NodeNames = []residencyv1.NodeName{"no-such-node"}
	create(t, s)
	create(t, j)
	kubectl(t, "wait", "--for=condition=Accepted", "site/"+s.Name, "jurisdiction/"+j.Name, "--timeout=30s")
	for resource, columns := range map[string]string{
		"sites": "NAME PROVIDER CITY COUNTRY NODES ASSURANCE ACCEPTED CONTRADICTED CONFLICTING AGE", "rsite": "NAME PROVIDER",
		"jurisdictions": "NAME TITLE COUNTRIES ACCEPTED AGE", "rjur": "NAME TITLE",
	} {
		header, _, _ := strings.Cut(kubectl(t, "get", resource), "\n")
		if got := strings.Join(strings.Fields(header), " "); !strings.HasPrefix(got, columns) {
			t.Errorf("kubectl get %s shows %q, want %q", resource, got, columns)
		}
	}
	all := kubectl(t, "get", "residency")
	for _, line := range []string{"site.residency.domicile.dev/" + s.Name, "jurisdiction.residency.domicile.dev/" + j.Name} {
		if !strings.Contains(all, line) {
			t.Errorf("kubectl get residency does not show %s:\n%s", line, all)
		}
	}
}
