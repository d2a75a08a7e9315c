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
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
)

// mayDo lets a user do this with these resources, and read nodes.
func mayDo(verb string, resources ...string) []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: resources, Verbs: []string{verb}},
		{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"get"}},
	}
}

// selecting has a dataset select the pods with the label app: profiles in the namespaces of a
// team, and waits until the gate knows it. It returns the team.
func selecting(t *testing.T, d *residencyv1.Dataset) string {
	t.Helper()
	team := name(t, "team")
	changed := d.DeepCopy()
	changed.Spec.HandledBy = []residencyv1.PodsSelector{{
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": team}},
		PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app": "profiles"}},
	}}
	if err := admin.Patch(t.Context(), changed, client.MergeFrom(d)); err != nil {
		t.Fatal(err)
	}
	waitForSelector(t, d, team)
	return team
}

// waitForSelector waits until a pod in a namespace of the team would be refused.
func waitForSelector(t *testing.T, d *residencyv1.Dataset, team string) {
	t.Helper()
	ns := ofTeam(t, team)
	eventually(t, "the gate to know who handles "+d.Name, func(ctx context.Context) error {
		p := pod(ns, "probe", "", "iad-aws-1")
		setLabel(p, "app", "profiles")
		// The manager writes the same mark at its own time, so nothing that was read before counts.
		if err := admin.Patch(ctx, ns, facts.GovernedMark()); err != nil {
			return err
		}
		return refusedWith(admin.Create(ctx, p, client.DryRunAll), d.Name)
	})
}

func ofTeam(t *testing.T, team string) *corev1.Namespace {
	t.Helper()
	return namespace(t, func(ns *corev1.Namespace) { ns.Labels = map[string]string{"team": team} })
}

// profiles is a pod that the dataset of selecting selects.
func profiles(ns *corev1.Namespace, name, node string) *corev1.Pod {
	p := pod(ns, name, "", node)
	p.Labels = map[string]string{"app": "profiles"}
	return p
}

// A label by which a Dataset selects is taken off a running pod by who may declassify, in
// every way in which it can be taken off, and any other label by everybody.
func TestALabelThatSelectsIsTakenOffWithTheVerbDeclassify(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := ofTeam(t, selecting(t, d))
	rules := append(mayDo("patch", "pods", "pods/status"), mayDo("update", "pods", "pods/status")...)
	who, other, may := withRules(t, rules...), withRules(t, append(rules, declassify("another"))...), withRules(t, append(rules, declassify(d.Name))...)
	for _, way := range waysToWrite("pod") {
		t.Run(way, func(t *testing.T) {
			running := profiles(ns, strings.ReplaceAll(strings.ToLower(way), " ", "-"), "fra-aws-1")
			create(t, running)
			counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
			for what, value := range map[string][]string{"taken off": nil, "changed": {"other"}} {
				free := func(o client.Object) { setLabel(o, "app", value...) }
				for _, c := range []client.Client{who, other} {
					expectRefusal(t, written(t, c, running, way, free), "governed-pod-updates.residency.domicile.dev", d.Name,
						"pod "+ns.Name+"/"+running.Name, "fra-aws-1", "spec.handledBy", "kubectl auth can-i declassify datasets.residency.domicile.dev/"+d.Name)
				}
				t.Log(what, "is refused")
			}
			if err := written(t, who, running, way, func(o client.Object) { setLabel(o, otherLabel, "x") }); err != nil {
				t.Errorf("another label: %v", err)
			}
			if err := written(t, may, running, way, func(o client.Object) { setLabel(o, "app") }); err != nil {
				t.Errorf("with the verb: %v", err)
			}
			counts(t, d, residencyv1.OutcomeCounts{})
		})
	}
	t.Run("of a pod without a node", func(t *testing.T) {
		waiting := profiles(ns, "waiting", "")
		waiting.Spec.SchedulerName = "nobody"
		create(t, waiting)
		if err := written(t, who, waiting, "merge patch", func(o client.Object) { setLabel(o, "app") }); err != nil {
			t.Error(err)
		}
	})
}

// The same of a namespace, whose labels select all the pods in it.
func TestALabelOfANamespaceThatSelectsIsTakenOffWithTheVerbDeclassify(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	team := selecting(t, d)
	doors := []string{"namespaces", "namespaces/status", "namespaces/finalize"}
	rules := append(mayDo("patch", doors...), mayDo("update", doors...)...)
	who, may := withRules(t, rules...), withRules(t, append(rules, declassify(d.Name))...)
	for _, way := range waysToWrite("namespace") {
		t.Run(way, func(t *testing.T) {
			ns := ofTeam(t, team)
			governedNamespace(t, ns)
			free := func(o client.Object) { setLabel(o, "team") }
			running := profiles(ns, "running", "fra-aws-1")
			create(t, running)
			counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
			expectRefusal(t, written(t, who, ns, way, free), "governed-namespaces.residency.domicile.dev", d.Name,
				"namespace "+ns.Name+" (1, the first is running)", "declassify")
			if err := written(t, who, ns, way, func(o client.Object) { setLabel(o, otherLabel, "x") }); err != nil {
				t.Errorf("another label: %v", err)
			}
			if err := written(t, may, ns, way, free); err != nil {
				t.Errorf("with the verb: %v", err)
			}
			counts(t, d, residencyv1.OutcomeCounts{})
		})
	}
	t.Run("where nothing runs", func(t *testing.T) {
		ns := ofTeam(t, team)
		governedNamespace(t, ns)
		if err := written(t, who, ns, "merge patch", func(o client.Object) { setLabel(o, "team") }); err != nil {
			t.Error(err)
		}
	})
}

// A Binding brings no label by which the pod would be selected no longer, and is judged by
// those by which it comes to be selected.
func TestABindingAndTheLabelsThatSelect(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := ofTeam(t, selecting(t, d))
	for door, bind := range bindingDoors(t) {
		t.Run(door, func(t *testing.T) {
			waiting := unscheduled(ns, door+"-selected", "")
			waiting.Labels = map[string]string{"app": "profiles"}
			create(t, waiting)
			b := binding(waiting, "fra-aws-1")
			setLabel(b, "app", "other")
			expectRefusal(t, bind(t.Context(), b), "governed-bindings.residency.domicile.dev", d.Name, "would not any longer")
			setLabel(b, "app", "profiles")
			if err := bind(t.Context(), b); err != nil {
				t.Errorf("with the label that it has: %v", err)
			}
			free := unscheduled(ns, door+"-free", "")
			create(t, free)
			b = binding(free, "ldn-aws-1")
			setLabel(b, "app", "profiles")
			expectRefusal(t, bind(t.Context(), b), d.Name, "London, GB")
			setLabel(b, "app")
			if err := bind(t.Context(), b); err != nil {
				t.Errorf("without it: %v", err)
			}
		})
	}
}

// A pod that waits is judged again when it may go elsewhere, or comes to handle more.
func TestAPodThatWaitsIsJudgedWhenItChanges(t *testing.T) {
	d := dataset(t, "data")
	p := policyFor(t, d, jurisdiction("EEA"))
	// Steering writes the affinity of a pod, and then nobody widens it.
	p.Spec.Enforcement.Steering = residencyv1.SteeringDisabled
	create(t, p)
	accepted(t, p)
	ns := namespace(t)
	who := withRules(t, mayDo("patch", "pods")...)
	to := func(node string) func(client.Object) {
		return func(o client.Object) {
			o.(*corev1.Pod).Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
					MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{node}}},
				}}},
			}}
		}
	}
	gated := func(name, dataset string) *corev1.Pod {
		p := pod(ns, name, dataset, "")
		p.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "e2e.example.com/wait"}}
		create(t, p)
		return p
	}
	waiting := gated("waiting", d.Name)
	expectRefusal(t, written(t, who, waiting, "merge patch", to("ldn-aws-1")), "governed-pod-updates.residency.domicile.dev", d.Name, "London, GB")
	if err := written(t, who, waiting, "merge patch", to("fra-aws-1")); err != nil {
		t.Errorf("to a permitted place: %v", err)
	}
	if err := written(t, who, waiting, "merge patch", func(o client.Object) { o.(*corev1.Pod).Spec.SchedulingGates = nil }); err != nil {
		t.Errorf("opening its gate: %v", err)
	}
	eventually(t, "it to be scheduled", scheduled(waiting))

	unmarked := namespace(t)
	late := pod(unmarked, "late", "", "")
	late.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "e2e.example.com/wait"}}
	to("ldn-aws-1")(late)
	create(t, late)
	expectRefusal(t, written(t, who, late, "merge patch", func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, d.Name) }),
		"labelled-pod-updates.residency.domicile.dev", "London, GB")
	if err := written(t, who, late, "merge patch", func(o client.Object) { setLabel(o, otherLabel, d.Name) }); err != nil {
		t.Errorf("another label: %v", err)
	}
}

// A key that a running pod gets is the truth, and is not refused: it is flagged, and whoever
// writes it is told.
func TestAKeyThatARunningPodGets(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	who, _ := account(t, mayDo("patch", "pods", "pods/status")...)
	for _, way := range waysToWrite("pod") {
		if !strings.Contains(way, "patch") {
			continue
		}
		t.Run(way, func(t *testing.T) {
			// The first of a namespace has it marked, the second finds the mark.
			ns := namespace(t)
			for i, node := range []string{"ldn-aws-1", "fra-aws-1", "iad-aws-1"} {
				running := pod(ns, fmt.Sprint("running-", i), "", node)
				create(t, running)
				c, warned := warningUser(t, who)
				if err := written(t, c, running, way, func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, d.Name) }); err != nil {
					t.Fatalf("on %s: %v", node, err)
				}
				if flagged := warned.contain("the pod is flagged"); flagged != (node != "fra-aws-1") {
					t.Errorf("on %s the warnings are %q", node, warned.all())
				}
				governedNamespace(t, ns)
			}
			counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 2})
			for i := range 3 {
				if err := admin.Delete(t.Context(), pod(ns, fmt.Sprint("running-", i), "", ""), client.GracePeriodSeconds(0)); err != nil {
					t.Fatal(err)
				}
			}
			counts(t, d, residencyv1.OutcomeCounts{})
		})
	}
}

// warningUser is a user's client that keeps the warnings it gets.
func warningUser(t *testing.T, name string, groups ...string) (client.Client, *warningLog) {
	t.Helper()
	config, err := cluster.UserConfig(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	log := &warningLog{}
	config = rest.CopyConfig(config)
	config.WarningHandlerWithContext = log
	c, err := clientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	return c, log
}
