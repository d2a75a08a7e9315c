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

package facts

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

func TestClaimsThatAStatefulSetMakes(t *testing.T) {
	keys := map[string]string{residencyv1.DatasetsAnnotation: "customers,payroll"}
	pod := &corev1.Pod{Spec: corev1.PodSpec{Volumes: []corev1.Volume{
		{Name: "data", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "db"}}},
		{Name: "more", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: named("flags")}}},
	}}}
	pod.Namespace = "crm"
	volumes := pod.Spec.Volumes
	AddClaim(pod, &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "data", Annotations: keys}})
	AddClaim(pod, &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "plain"}})
	if diff := cmp.Diff("PersistentVolumeClaim data made with keys, PersistentVolumeClaim plain, ConfigMap flags", referenceWords(References(pod))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if volumes[0].Secret == nil {
		t.Error("the volumes that were given have been changed")
	}
	// Claims of these names are others: those of the pods will have longer ones.
	g := &Gatherer{Nodes: clusterOf(t), Source: source{carriers: map[string]Keys{
		"PersistentVolumeClaim crm/plain": {Labels: label("orders")},
		"Secret crm/db":                   {Labels: label("orders")},
	}}}
	all, err := g.Ways(t.Context(), nil, pod)
	if err != nil {
		t.Fatal(err)
	}
	want := []residency.Handling{{Dataset: "customers", Way: residency.ByClaim, Object: "data"}, {Dataset: "payroll", Way: residency.ByClaim, Object: "data"}}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("ways (-want +got):\n%s", diff)
	}
}

// What no steering and no scheduler comes after reaches by its own word alone.
func TestReachOfWhatChoosesItsNodes(t *testing.T) {
	inDE := corev1.NodeSelectorRequirement{Key: residencyv1.StampCountry, Operator: corev1.NodeSelectorOpIn, Values: []string{"DE"}}
	stamped := awsNode("fra", "eu-central-1", residencyv1.StampCountry, "DE")
	pool := map[string]string{"pool": "abroad"}
	for name, tc := range map[string]struct {
		nodes      []*corev1.Node
		pod        *corev1.Pod
		every, one string
	}{
		"stamps of nodes":             {[]*corev1.Node{stamped, awsNode("ldn", "eu-west-2")}, podWith(nil, corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{inDE}}), "nodes 1: fra(1)", "nodes 1: fra(1)"},
		"stamps that no node has yet": {[]*corev1.Node{awsNode("ldn", "eu-west-2", "pool", "abroad")}, podWith(pool, corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{inDE}}), "open 0:", "nodes 1: ldn(1)"},
		"no stamps":                   {[]*corev1.Node{awsNode("ldn", "eu-west-2", "pool", "abroad")}, podWith(pool), "nodes 1: ldn(1)", "nodes 1: ldn(1)"},
	} {
		t.Run(name, func(t *testing.T) {
			nodes := clusterOf(t, tc.nodes...)
			if got := reachWords(nodes.EveryReach(tc.pod)); got != tc.every {
				t.Errorf("every node: got %q, want %q", got, tc.every)
			}
			if got := reachWords(nodes.Reach(tc.pod)); got != tc.one {
				t.Errorf("one node: got %q, want %q", got, tc.one)
			}
		})
	}
}

func TestADaemonSetIsForEveryNode(t *testing.T) {
	g := &Gatherer{Nodes: clusterOf(t, awsNode("a", "eu-central-1")), Source: source{}}
	for kind, want := range map[string]bool{"DaemonSet": true, "Deployment": false, "Pod": false} {
		in, err := g.Pod(t.Context(), nil, residency.Subject{Kind: kind}, governed(""))
		if err != nil {
			t.Fatal(err)
		}
		if in.Every != want {
			t.Errorf("%s: every node %v, want %v", kind, in.Every, want)
		}
	}
}
