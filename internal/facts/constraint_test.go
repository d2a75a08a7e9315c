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

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"pgregory.net/rapid"
)

// Asking once for all nodes that look alike must give what asking for each would give.
func TestMatcherAgreesWithTheScheduler(t *testing.T) {
	texts := rapid.SampledFrom([]string{"", "a", "b", "ab", "1", "2"})
	keys := rapid.SampledFrom([]string{"k", "l", "m"})
	operators := rapid.SampledFrom([]corev1.NodeSelectorOperator{
		corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpExists,
		corev1.NodeSelectorOpDoesNotExist, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt,
	})
	rapid.Check(t, func(t *rapid.T) {
		pod := podWith(rapid.MapOfN(keys, texts, 0, 2).Draw(t, "nodeSelector"))
		var terms []corev1.NodeSelectorTerm
		for range rapid.IntRange(0, 3).Draw(t, "terms") {
			term := corev1.NodeSelectorTerm{}
			for range rapid.IntRange(0, 2).Draw(t, "expressions") {
				e := corev1.NodeSelectorRequirement{Key: keys.Draw(t, "key"), Operator: operators.Draw(t, "operator")}
				switch e.Operator {
				case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
					e.Values = rapid.SliceOfN(texts, 1, 3).Draw(t, "values")
				case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
					e.Values = []string{rapid.SampledFrom([]string{"1", "2", "abc"}).Draw(t, "number")}
				}
				term.MatchExpressions = append(term.MatchExpressions, e)
			}
			if rapid.IntRange(0, 3).Draw(t, "by name") == 0 {
				term.MatchFields = []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{"n1"}}}
			}
			terms = append(terms, term)
		}
		if terms != nil {
			pod = podWith(pod.Spec.NodeSelector, terms...)
		}
		matches := matcher(pod)
		required := nodeaffinity.GetRequiredNodeAffinity(pod)
		for range 6 {
			node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
				Name:   rapid.SampledFrom([]string{"n1", "n2"}).Draw(t, "name"),
				Labels: rapid.MapOfN(keys, texts, 0, 3).Draw(t, "labels"),
			}}
			want, err := required.Match(node)
			if got := matches(node); got != want {
				t.Fatalf("node %s %v: got %v, want %v (%v)", node.Name, node.Labels, got, want, err)
			}
		}
	})
}
