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
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/steer"
)

// steeredTo is a pod without a node that is steered to a country.
func steeredTo(country, name string) *corev1.Pod {
	pod := handling(name, "", "customers")
	pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: residencyv1.StampCountry, Operator: corev1.NodeSelectorOpIn, Values: []string{country}},
		}}},
	}}}
	return pod
}

func TestOneEventOnAPodThatWaits(t *testing.T) {
	for by, named := range map[steer.By]bool{steer.ByStamp: true, steer.ByTopology: false} {
		w := newWorld(t)
		w.SteerBy = by
		w.begun()
		w.permit("FR")
		pod := steeredTo("FR", "profiles")
		w.see(t, pod, pod)
		if len(w.onPods) != 1 {
			t.Fatalf("Events are %+v", w.onPods)
		}
		e := w.onPods[0]
		if e.Type != corev1.EventTypeWarning || e.Reason != "NoNodeInPermittedPlace" || e.Regarding.Name != "profiles" || e.Related.Name != "gdpr" {
			t.Errorf("the Event is %+v", e)
		}
		if !strings.Contains(e.Note, "pod crm/profiles waits for a node") || !strings.Contains(e.Note, "dataset customers may be processed in: FR") ||
			strings.Contains(e.Note, "--steer-by=topology") != named {
			t.Errorf("the note is %s", e.Note)
		}
		// Once there is a node, it no longer waits; and when that is gone it waits again.
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "par-1", Labels: map[string]string{residencyv1.StampCountry: "FR", corev1.LabelTopologyZone: "eu-west-3a"}}}
		w.Gatherer.Nodes.Set(node)
		w.see(t, pod)
		w.Gatherer.Nodes.Delete("par-1")
		w.see(t, pod, pod)
		if len(w.onPods) != 2 {
			t.Errorf("after it has waited twice Events are %+v", w.onPods)
		}
	}
}

func TestNoEventOnAPodThatDoesNotWaitForAPlace(t *testing.T) {
	for name, pod := range map[string]*corev1.Pod{
		"a pod on a node":       handling("a", "fra-1", "customers"),
		"a pod that can go":     handling("b", "", "customers"),
		"a pod without dataset": steeredUngoverned(),
	} {
		w := newWorld(t)
		w.begun()
		w.permit("DE")
		w.see(t, pod)
		if len(w.onPods) > 0 {
			t.Errorf("%s: %+v", name, w.onPods)
		}
	}
}

func steeredUngoverned() *corev1.Pod {
	pod := steeredTo("FR", "c")
	pod.Labels = nil
	return pod
}

// A thousand replicas wait for the same.
func TestFewEventsOnManyPodsThatWait(t *testing.T) {
	w := newWorld(t)
	w.begun()
	w.permit("FR")
	for i := range 3 * maxTurns {
		w.see(t, ownedBy("profiles", steeredTo("FR", fmt.Sprintf("profiles-%d", i))))
	}
	if len(w.onPods) != maxTurns || len(w.onOwners) > 0 {
		t.Errorf("there are %d Events on pods and %d on owners", len(w.onPods), len(w.onOwners))
	}
}
