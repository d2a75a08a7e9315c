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

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// The controller of a DaemonSet chooses nodes by its template, and one pod that is refused keeps
// it from making others. So the whole is refused, with what to paste.
func TestADaemonSetOverMixedNodes(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"))
	permitted := []string{"fra-aws-1", "fra-ali-1", "dub-aws-1", "ber-gcp-1", "ams-az-1"}
	t.Run("by places", func(t *testing.T) { pasteAndRun(t, d, permitted) })

	amended(t, p, func(s *residencyv1.ResidencyPolicySpec) {
		s.Assurance = &residencyv1.AssuranceRule{Minimum: residencyv1.AssuranceConsistent}
	})
	t.Run("by assurance", func(t *testing.T) { pasteAndRun(t, d, permitted[:4]) })
}

func pasteAndRun(t *testing.T, d *residencyv1.Dataset, permitted []string) {
	ns := namespace(t)
	refused := templated(ns, "agent", d.Name, 0, nil)["DaemonSet"].(*appsv1.DaemonSet)
	err := admin.Create(t.Context(), refused)
	expectRefusal(t, err, "daemonset "+ns.Name+"/agent", "it puts a pod on each of the", "N. Virginia, US (node iad-aws-1)")
	_, affinity, told := strings.Cut(err.Error(), "reaches permitted nodes only:\n\n")
	if !told {
		t.Fatalf("the refusal has nothing to paste: %v", err)
	}
	twin := templated(ns, "agent", d.Name, 0, nil)["DaemonSet"].(*appsv1.DaemonSet)
	twin.Spec.Template.Spec.Affinity = &corev1.Affinity{}
	if err := yaml.UnmarshalStrict([]byte(affinity), twin.Spec.Template.Spec.Affinity); err != nil {
		t.Fatalf("what is to be pasted is no affinity: %v:\n%s", err, affinity)
	}
	create(t, twin)
	eventually(t, "a pod on every permitted node", podsOn(ns, client.MatchingLabels{"app": "daemonset"}, permitted...))
}
