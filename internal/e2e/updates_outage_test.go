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
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// What keeps pods alive and lets them end does not wait for the gate; what changes what a
// verdict rests on does, while it is down.
func TestUpdatesWithTheManagerKilled(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := ofTeam(t, selecting(t, d))
	running := profiles(ns, "running", "fra-aws-1")
	running.Finalizers = []string{"e2e.residency.domicile.dev/stay"}
	create(t, running)
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	governedNamespace(t, ns)
	if err := cluster.KillManager(); err != nil {
		t.Fatalf("killing the manager: %v", err)
	}
	t.Cleanup(func() {
		// Not the test's own context, which has ended by now.
		if err := cluster.StartManager(context.Background()); err != nil {
			t.Errorf("starting the manager: %v", err)
		}
	})
	for what, change := range map[string]func(client.Object){
		"the label of a pod":             func(o client.Object) { setLabel(o, "app") },
		"a label that selects nobody":    func(o client.Object) { setLabel(o, otherLabel, "x") },
		"the first key of a running pod": func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, d.Name) },
	} {
		if err := written(t, admin, running, "merge patch", change); !gateIsDown(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := written(t, admin, ns, "merge patch", func(o client.Object) { setLabel(o, "team") }); !gateIsDown(err) {
		t.Errorf("the label of a namespace: %v", err)
	}
	if err := written(t, admin, running, "merge patch", func(o client.Object) {
		o.SetAnnotations(map[string]string{otherLabel: "x"})
	}); err != nil {
		t.Errorf("an annotation: %v", err)
	}
	if err := written(t, kubelet(t, "fra-aws-1"), running, "patch of the status", func(o client.Object) {
		o.(*corev1.Pod).Status.Message = "still alive"
	}); err != nil {
		t.Errorf("the status, by the kubelet: %v", err)
	}
	if err := written(t, admin, running, "merge patch", func(o client.Object) { o.SetFinalizers(nil) }); err != nil {
		t.Errorf("a finalizer: %v", err)
	}
	debugged := running.DeepCopy()
	debugged.ResourceVersion = ""
	debugged.Spec.EphemeralContainers = []corev1.EphemeralContainer{{
		EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug", Image: "example/debug:1"},
	}}
	if err := admin.SubResource("ephemeralcontainers").Update(t.Context(), debugged); err != nil {
		t.Errorf("a container to look into it: %v", err)
	}
	if err := admin.Delete(t.Context(), running, client.GracePeriodSeconds(0)); err != nil {
		t.Errorf("its end: %v", err)
	}
}
