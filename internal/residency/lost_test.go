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
	"testing"

	"github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestStopsSelecting(t *testing.T) {
	rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{
		selectingPods("b", residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "crm"), PodSelector: byLabels("app", "profiles")}),
		selectingPods("a", residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "hr")}, residencyv1.PodsSelector{NamespaceSelector: byLabels("team", "crm", "env", "live")}),
		selectingPods("everywhere", residencyv1.PodsSelector{PodSelector: byLabels("tier", "data")}),
		selectingPods("nobody"),
	}, nil, Options{})
	crm := map[string]string{"team": "crm"}
	live := map[string]string{"team": "crm", "env": "live"}
	for name, tc := range map[string]struct {
		before, after map[string]string
		want          []string
	}{
		"nothing changes":           {crm, crm, nil},
		"a label comes":             {nil, live, nil},
		"a label goes":              {crm, nil, []string{"b"}},
		"one of two goes":           {live, crm, []string{"a"}},
		"both go":                   {live, nil, []string{"a", "b"}},
		"another selector matches":  {live, map[string]string{"team": "hr"}, []string{"a", "b"}},
		"a label that selects none": {map[string]string{"x": "y"}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, rb.StopsSelecting(tc.before, tc.after)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if (*Rulebook)(nil).StopsSelecting(live, nil) != nil {
		t.Error("a rulebook that is none selects")
	}
}

func TestWithout(t *testing.T) {
	label, selected := Handling{Dataset: "a", Way: ByLabel}, Handling{Dataset: "a", Way: ByHandledBy}
	b, secret := Handling{Dataset: "b", Way: ByNamespaceLabel}, Handling{Dataset: "c", Way: BySecret, Object: "db"}
	for name, tc := range map[string]struct {
		handlings, others, want []Handling
	}{
		"the same":                      {[]Handling{label, b}, []Handling{label, b}, nil},
		"the same by another way":       {[]Handling{label}, []Handling{selected}, nil},
		"one of two":                    {[]Handling{secret, b}, []Handling{b}, []Handling{secret}},
		"of two ways the first":         {[]Handling{label, selected}, nil, []Handling{label}},
		"one of two ways is left":       {[]Handling{label, selected}, []Handling{selected}, nil},
		"sorted":                        {[]Handling{secret, b, label}, nil, []Handling{label, b, secret}},
		"nothing without something":     {nil, []Handling{b}, nil},
		"something else than the other": {[]Handling{b}, []Handling{secret}, []Handling{b}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Without(tc.handlings, tc.others)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWaysByReference(t *testing.T) {
	for way, want := range map[Way]bool{
		ByLabel: false, ByAnnotation: false, ByNamespaceLabel: false, ByNamespaceAnnotation: false, ByHandledBy: false,
		ByClaim: true, BySecret: true, ByConfigMap: true,
	} {
		if got := way.ByReference(); got != want {
			t.Errorf("%d: %v", way, got)
		}
	}
}
