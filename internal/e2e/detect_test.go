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
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// counts waits until the dataset counts its workloads as given.
func counts(t *testing.T, d *residencyv1.Dataset, want residencyv1.OutcomeCounts) {
	t.Helper()
	eventually(t, fmt.Sprintf("dataset %s to count %+v", d.Name, want), func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
			return err
		}
		if d.Status.Workloads == nil || d.Status.Workloads.OutcomeCounts != want {
			return fmt.Errorf("it counts %+v", d.Status.Workloads)
		}
		return nil
	})
}

func TestARunningPodIsFlaggedWhenItsPlaceIsNoLongerPermitted(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"), country("GB"))
	ns := namespace(t)
	create(t, pod(ns, "home", d.Name, "fra-aws-1"))
	create(t, pod(ns, "london", d.Name, "ldn-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
	waitCondition(t, d, residencyv1.ConditionCompliant, metav1.ConditionTrue, residencyv1.ReasonAllPermitted)
	waitCondition(t, d, residencyv1.ConditionGoverned, metav1.ConditionTrue, residencyv1.ReasonPolicyFound)
	if d.Status.Processing != "EEA and GB" {
		t.Errorf("processing is %q", d.Status.Processing)
	}

	allow(t, p, jurisdiction("EEA"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 1})
	waitCondition(t, d, residencyv1.ConditionCompliant, metav1.ConditionFalse, residencyv1.ReasonProhibited)
	waitCondition(t, p, residencyv1.ConditionCompliant, metav1.ConditionFalse, residencyv1.ReasonProhibited)
	if len(d.Status.Violations) != 1 {
		t.Fatalf("violations are %+v", d.Status.Violations)
	}
	v := d.Status.Violations[0]
	if v.Namespace != ns.Name || v.Kind != "Pod" || v.Name != "london" || v.Node != "ldn-aws-1" || v.Policy != p.Name ||
		v.Reason != "PlaceNotAllowed" || v.Outcome != residencyv1.OutcomeProhibited || !strings.Contains(v.Location, "London, GB") || v.Since.IsZero() {
		t.Errorf("the violation is %+v", v)
	}
	eventOn(t, ns.Name, "london", "London, GB")
	eventually(t, "the metric", metricHas(t, fmt.Sprintf("domicile_workloads{dataset=%q,outcome=\"Prohibited\"} 1", d.Name)))

	allow(t, p, jurisdiction("EEA"), country("GB"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
	if len(d.Status.Violations) != 0 {
		t.Errorf("violations are %+v", d.Status.Violations)
	}
}

// allow changes the places that a policy allows.
func allow(t *testing.T, p *residencyv1.ResidencyPolicy, places ...residencyv1.Place) {
	t.Helper()
	before := p.DeepCopy()
	p.Spec.Processing.Allowed = places
	if err := admin.Patch(t.Context(), p, client.MergeFrom(before)); err != nil {
		t.Fatalf("changing the policy: %v", err)
	}
}

// eventOn waits for an Event on a pod that has the words in it.
func eventOn(t *testing.T, namespace, pod, words string) {
	t.Helper()
	eventually(t, "an Event on pod "+pod, func(ctx context.Context) error {
		list := &eventsv1.EventList{}
		if err := admin.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return err
		}
		var notes []string
		for _, e := range list.Items {
			if e.Regarding.Name == pod && strings.Contains(e.Note, words) {
				return nil
			}
			notes = append(notes, e.Regarding.Name+": "+e.Note)
		}
		return fmt.Errorf("there are %q", notes)
	})
}

func TestWhatPodsAreCountedAs(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	home := pod(ns, "home", d.Name, "fra-aws-1")
	create(t, home)
	create(t, unscheduled(ns, "pending", d.Name))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})

	t.Run("a pod that has ended is not counted", func(t *testing.T) {
		// Only then, or the node would make the pod run again.
		eventually(t, "the pod to run", func(ctx context.Context) error {
			if err := admin.Get(ctx, client.ObjectKeyFromObject(home), home); err != nil {
				return err
			}
			if home.Status.Phase != corev1.PodRunning {
				return fmt.Errorf("it is %s", home.Status.Phase)
			}
			return nil
		})
		ended := home.DeepCopy()
		ended.Status.Phase = corev1.PodSucceeded
		if err := admin.Status().Patch(t.Context(), ended, client.MergeFrom(home)); err != nil {
			t.Fatalf("ending a pod: %v", err)
		}
		counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	})
	t.Run("a node whose label says that it is elsewhere", func(t *testing.T) {
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
			Name:        "wandering",
			Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
			Labels:      map[string]string{corev1.LabelTopologyRegion: "europe-west3"},
		}}
		create(t, node)
		// The manager may not have seen the node yet.
		eventually(t, "a pod on the new node", func(ctx context.Context) error {
			return admin.Create(ctx, pod(ns, "wanderer", d.Name, node.Name))
		})
		remove(t, pod(ns, "wanderer", "", ""))
		counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
		moved := node.DeepCopy()
		moved.Labels[corev1.LabelTopologyRegion] = "us-west4"
		if err := admin.Patch(t.Context(), moved, client.MergeFrom(node)); err != nil {
			t.Fatalf("labelling the node: %v", err)
		}
		counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Undetermined: 1})
		// A Site says otherwise, and that is an administrator's word.
		s := siteOf(t, "site", "US")
		s.Spec.NodeNames = []residencyv1.NodeName{"wandering"}
		create(t, s)
		counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 1})
	})
}

func TestADatasetThatComesLater(t *testing.T) {
	ns := namespace(t)
	d, p := governed(t, jurisdiction("EEA"))
	later := d.DeepCopy()
	create(t, pod(ns, "home", d.Name, "fra-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	if err := admin.Delete(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	waitCondition(t, p, residencyv1.ConditionCompliant, metav1.ConditionUnknown, residencyv1.ReasonNoDatasets)
	later.ObjectMeta = metav1.ObjectMeta{Name: d.Name}
	later.Status = residencyv1.DatasetStatus{}
	if err := admin.Create(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	counts(t, later, residencyv1.OutcomeCounts{Permitted: 1})
	waitCondition(t, p, residencyv1.ConditionCompliant, metav1.ConditionTrue, residencyv1.ReasonAllPermitted)
}

func TestADatasetThatNothingGovernsIsNotCompliant(t *testing.T) {
	d := dataset(t, "data")
	waitCondition(t, d, residencyv1.ConditionGoverned, metav1.ConditionFalse, residencyv1.ReasonNoPolicy)
	waitCondition(t, d, residencyv1.ConditionCompliant, metav1.ConditionUnknown, residencyv1.ReasonNoPolicy)
	ns := namespace(t)
	create(t, pod(ns, "anywhere", d.Name, "iad-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{NotGoverned: 1})
}

func TestViolationsAreCappedAndCountsAreNot(t *testing.T) {
	d := dataset(t, "data")
	p := policyFor(t, d, jurisdiction("EEA"))
	p.Spec.Enforcement.Admission = residencyv1.EnforcementAudit
	create(t, p)
	accepted(t, p)
	ns := namespace(t)
	for i := range 25 {
		create(t, pod(ns, fmt.Sprintf("abroad-%02d", i), d.Name, "iad-aws-1"))
	}
	counts(t, d, residencyv1.OutcomeCounts{Prohibited: 25})
	if len(d.Status.Violations) != residencyv1.MaxViolations {
		t.Errorf("%d violations are listed", len(d.Status.Violations))
	}
}

func TestKubectlShowsTheStateAtAGlance(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"))
	kubectl(t, "wait", "--for=condition=Accepted", "residencypolicy/"+p.Name, "--timeout=30s")
	kubectl(t, "wait", "--for=condition=Compliant", "dataset/"+d.Name, "--timeout=30s")
	for _, tc := range []struct {
		resource string
		columns  []string
	}{
		{"datasets.residency.domicile.dev", []string{"NAME", "POLICIES", "STORAGE", "PROCESSING", "WORKLOADS", "PROHIBITED", "UNDETERMINED", "VOLUMES", "PROHIBITED", "VOLUMES", "COMPLIANT", "AGE"}},
		{"rds", []string{"NAME", "POLICIES"}},
		{"residencypolicies", []string{"NAME", "ADMISSION", "ACCEPTED", "DATASETS", "PROHIBITED", "UNDETERMINED", "COMPLIANT", "AGE"}},
		{"rpol", []string{"NAME", "ADMISSION"}},
	} {
		header, _, _ := strings.Cut(kubectl(t, "get", tc.resource), "\n")
		if got := strings.Fields(header); len(got) < len(tc.columns) || strings.Join(got[:len(tc.columns)], " ") != strings.Join(tc.columns, " ") {
			t.Errorf("kubectl get %s shows %v, want %v", tc.resource, got, tc.columns)
		}
	}
	if out := kubectl(t, "get", "residency"); !strings.Contains(out, "dataset.residency.domicile.dev/"+d.Name) || !strings.Contains(out, "residencypolicy.residency.domicile.dev/"+p.Name) {
		t.Errorf("kubectl get residency shows\n%s", out)
	}
}

// kubectl runs kubectl as the administrator and returns what it prints.
func kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := tryKubectl(t, args...)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func tryKubectl(t *testing.T, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), cluster.Kubectl(), append([]string{"--kubeconfig", cluster.Kubeconfig()}, args...)...)
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("starting kubectl: %v", err)
	}
	return string(out), err
}
