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

package namespace

import (
	"testing"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
)

func TestWhichNamespacesMayWantTheMark(t *testing.T) {
	r := &Reconciler{Excluded: []string{"domicile-system"}}
	for name, tc := range map[string]struct {
		namespace string
		labels    map[string]string
		candidate bool
		governs   bool
	}{
		"with a key":             {"crm", map[string]string{residencyv1.DatasetLabel: "a"}, true, true},
		"without a key":          {"crm", nil, true, false},
		"marked":                 {"crm", map[string]string{residencyv1.GovernedLabel: "true", residencyv1.DatasetLabel: "a"}, false, true},
		"with a mark that is no": {"crm", map[string]string{residencyv1.GovernedLabel: "false"}, true, false},
		"kube-system":            {"kube-system", map[string]string{residencyv1.DatasetLabel: "a"}, false, false},
		"the operator's own":     {"domicile-system", map[string]string{residencyv1.DatasetLabel: "a"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			ns := facts.NewNamespaceMetadata()
			ns.Name, ns.Labels = tc.namespace, tc.labels
			if got := r.candidate(ns.Name, ns); got != tc.candidate {
				t.Errorf("candidate is %v", got)
			}
			if got := r.governs(ns.Name, ns); got != tc.governs {
				t.Errorf("governs is %v", got)
			}
		})
	}
}
