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

package residency

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func byLabels(labels ...string) *metav1.LabelSelector {
	s := &metav1.LabelSelector{MatchLabels: map[string]string{}}
	for i := 0; i < len(labels); i += 2 {
		s.MatchLabels[labels[i]] = labels[i+1]
	}
	return s
}

// selectingPods is a Dataset that selects who handles it.
func selectingPods(name string, handledBy ...residencyv1.PodsSelector) residencyv1.Dataset {
	return residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: residencyv1.DatasetSpec{HandledBy: handledBy}}
}

func TestHandledBy(t *testing.T) {
	rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{
		selectingPods("b", residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "crm"), PodSelector: byLabels("app", "profiles")}),
		selectingPods("a", residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "hr")}, residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "crm"), PodSelector: byLabels("app", "profiles")}),
		selectingPods("everywhere", residencyv1.PodsSelector{PodSelector: byLabels("tier", "data")}),
		selectingPods("nobody"),
	}, nil, Options{})
	for name, tc := range map[string]struct {
		namespace, pod map[string]string
		want           []string
	}{
		"both match, of two datasets": {map[string]string{"team": "crm"}, map[string]string{"app": "profiles"}, []string{"a", "b"}},
		"the pod alone":               {map[string]string{"team": "ops"}, map[string]string{"app": "profiles"}, nil},
		"the namespace alone":         {map[string]string{"team": "crm"}, nil, nil},
		"all pods of a namespace":     {map[string]string{"team": "hr"}, nil, []string{"a"}},
		"pods of all namespaces":      {nil, map[string]string{"tier": "data"}, []string{"everywhere"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, h := range rb.HandledBy(nil, tc.namespace, tc.pod) {
				got = append(got, h.Dataset)
				if h.Way != ByHandledBy {
					t.Errorf("the way is %v", h.Way)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if (*Rulebook)(nil).HandledBy(nil, nil, nil) != nil {
		t.Error("a rulebook that is none selects")
	}
}

func TestSelectsIn(t *testing.T) {
	crm := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{selectingPods("a", residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "crm"), PodSelector: byLabels("app", "profiles")})}, nil, Options{})
	all := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{selectingPods("a", residencyv1.PodsSelector{PodSelector: byLabels("app", "profiles")})}, nil, Options{})
	if !crm.SelectsIn(map[string]string{"team": "crm"}) || crm.SelectsIn(map[string]string{"team": "hr"}) || crm.SelectsIn(nil) {
		t.Error("it selects in other namespaces than those with the label")
	}
	if !all.SelectsIn(nil) {
		t.Error("without a namespaceSelector it does not select in every namespace")
	}
}

func TestNewlySelecting(t *testing.T) {
	one := residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "crm")}
	other := residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "hr")}
	compile := func(datasets ...residencyv1.Dataset) *Rulebook {
		return Compile(World{Catalogue: load(t)}, datasets, nil, Options{})
	}
	for name, tc := range map[string]struct {
		old, current *Rulebook
		newly        []string
		changed      []string
	}{
		"the first":          {nil, compile(selectingPods("a", one)), []string{"a"}, []string{"a"}},
		"the same":           {compile(selectingPods("a", one)), compile(selectingPods("a", one)), nil, nil},
		"another selector":   {compile(selectingPods("a", one)), compile(selectingPods("a", other)), []string{"a"}, []string{"a"}},
		"one more":           {compile(selectingPods("a", one)), compile(selectingPods("a", one, other)), []string{"a"}, []string{"a"}},
		"none any more":      {compile(selectingPods("a", one)), compile(selectingPods("a")), nil, []string{"a"}},
		"one dataset more":   {compile(selectingPods("a", one)), compile(selectingPods("a", one), selectingPods("b", one)), []string{"b"}, []string{"b"}},
		"one dataset less":   {compile(selectingPods("a", one), selectingPods("b", one)), compile(selectingPods("a", one)), nil, []string{"b"}},
		"one without, added": {compile(selectingPods("a")), compile(selectingPods("a"), selectingPods("b")), nil, []string{"b"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.newly, tc.current.NewlySelecting(tc.old)); diff != "" {
				t.Errorf("newly selecting (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.changed, tc.current.ChangedSince(tc.old)); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
		})
	}
}

// What got past the schema and admission selects nobody, and is said.
func TestSelectorsThatCannotBe(t *testing.T) {
	for name, tc := range map[string]struct {
		selector residencyv1.PodsSelector
		want     string
	}{
		"nothing at all": {residencyv1.PodsSelector{}, "spec.handledBy[0]: Required value: name a namespaceSelector, a podSelector, or both"},
		"an empty one":   {residencyv1.PodsSelector{PodSelector: &metav1.LabelSelector{}}, "spec.handledBy[0].podSelector: Required value: name labels"},
		"no such label":  {residencyv1.PodsSelector{NamespaceSelector: byLabels("not a label", "x")}, "spec.handledBy[0].namespaceSelector: Invalid value"},
		"a label of the node": {residencyv1.PodsSelector{PodSelector: byLabels("topology.kubernetes.io/region", "eu-west-1")},
			"spec.handledBy[0].podSelector: Invalid value: \"topology.kubernetes.io/region\": the API server gives pods this label when they are bound"},
		"too many values": {residencyv1.PodsSelector{PodSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: "a", Operator: metav1.LabelSelectorOpNotIn, Values: slices.Repeat([]string{"b"}, 65)},
		}}}, "a selector has at most 16 labels"},
		"no such operator": {residencyv1.PodsSelector{PodSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Near"}}}},
			"spec.handledBy[0].podSelector: Invalid value"},
	} {
		t.Run(name, func(t *testing.T) {
			d := selectingPods("a", tc.selector, residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "crm")})
			if _, err := CheckDataset(&d); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("checking says %v, want %q", err, tc.want)
			}
			rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{d}, nil, Options{})
			if info, _ := rb.Dataset("a"); !strings.Contains(info.HandledByFault, tc.want) {
				t.Errorf("the rulebook says %q, want %q", info.HandledByFault, tc.want)
			}
			if rb.SelectsIn(nil) || !rb.SelectsIn(map[string]string{"team": "crm"}) {
				t.Error("it selects what nobody asked for, or not what can be read")
			}
		})
	}
	wide := selectingPods("a", residencyv1.PodsSelector{PodSelector: byLabels("app", "x")})
	if warnings, err := CheckDataset(&wide); err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "every namespace") {
		t.Errorf("nobody is warned that every namespace is governed: %q, %v", warnings, err)
	}
}
