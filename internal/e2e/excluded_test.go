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
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// excludedNamespace is the namespace that the manager of the tests excludes by its flag.
const excludedNamespace = "excluded-by-flag"

// In an excluded namespace nothing is refused, and nothing goes unsaid.
func TestAnExcludedNamespaceIsFlagged(t *testing.T) {
	d, _ := governed(t, country("DE"))
	waitCondition(t, d, residencyv1.ConditionExcluded, metav1.ConditionFalse, residencyv1.ReasonNoneExcluded)
	ns := namespace(t, func(ns *corev1.Namespace) {
		ns.GenerateName, ns.Name = "", excludedNamespace
		ns.Labels = map[string]string{residencyv1.DatasetLabel: d.Name}
	})
	if _, marked := ns.Labels[residencyv1.GovernedLabel]; marked {
		t.Error("it has the mark, so its pods would wait for the operator")
	}
	create(t, pod(ns, "by-the-namespace", "", "ldn-aws-1"))
	create(t, pod(ns, "by-itself", d.Name, "ldn-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Prohibited: 2})
	waitCondition(t, d, residencyv1.ConditionExcluded, metav1.ConditionTrue, residencyv1.ReasonNamespaceExcluded)
	if c := condition(d, residencyv1.ConditionExcluded); !strings.Contains(c.Message, excludedNamespace) {
		t.Errorf("the condition does not name the namespace: %s", c.Message)
	}

	without := ns.DeepCopy()
	delete(without.Labels, residencyv1.DatasetLabel)
	if err := admin.Patch(t.Context(), without, client.MergeFrom(ns)); err != nil {
		t.Fatal(err)
	}
	waitCondition(t, d, residencyv1.ConditionExcluded, metav1.ConditionFalse, residencyv1.ReasonNoneExcluded)
	counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
}
