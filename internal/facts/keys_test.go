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
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

func label(name string) map[string]string {
	return map[string]string{residencyv1.DatasetLabel: name, "app": "profiles"}
}

func annotation(list string) map[string]string {
	return map[string]string{residencyv1.DatasetsAnnotation: list, "note": "kept"}
}

func TestHandles(t *testing.T) {
	two := func(way residency.Way) []residency.Handling {
		return []residency.Handling{{Dataset: "a", Way: way}, {Dataset: "b", Way: way}}
	}
	for name, tc := range map[string]struct {
		object, namespace Keys
		want              []residency.Handling
	}{
		"nothing":                        {Keys{}, Keys{}, nil},
		"other labels":                   {Keys{Labels: map[string]string{"dataset": "a"}}, Keys{}, nil},
		"label":                          {Keys{Labels: label("a")}, Keys{}, []residency.Handling{{Dataset: "a", Way: residency.ByLabel}}},
		"annotation":                     {Keys{Annotations: annotation("b,a")}, Keys{}, two(residency.ByAnnotation)},
		"namespace's label":              {Keys{}, Keys{Labels: label("a")}, []residency.Handling{{Dataset: "a", Way: residency.ByNamespaceLabel}}},
		"namespace's annotation":         {Keys{}, Keys{Annotations: annotation("a,b")}, two(residency.ByNamespaceAnnotation)},
		"the first way counts":           {Keys{Labels: label("a"), Annotations: annotation("a")}, Keys{Labels: label("a")}, []residency.Handling{{Dataset: "a", Way: residency.ByLabel}}},
		"all ways add up":                {Keys{Labels: label("b")}, Keys{Annotations: annotation("a")}, []residency.Handling{{Dataset: "a", Way: residency.ByNamespaceAnnotation}, {Dataset: "b", Way: residency.ByLabel}}},
		"spaces, doubles and gaps":       {Keys{Annotations: annotation(" a ,b,, a,\tb\n,")}, Keys{}, two(residency.ByAnnotation)},
		"an empty label is not ignored":  {Keys{Labels: label("")}, Keys{}, []residency.Handling{{Way: residency.ByLabel}}},
		"an empty list is not ignored":   {Keys{Annotations: annotation(" , ")}, Keys{}, []residency.Handling{{Way: residency.ByAnnotation}}},
		"case is kept: names are exact":  {Keys{Labels: label("Customers")}, Keys{}, []residency.Handling{{Dataset: "Customers", Way: residency.ByLabel}}},
		"an inner space is not a border": {Keys{Annotations: annotation("a b")}, Keys{}, []residency.Handling{{Dataset: "a b", Way: residency.ByAnnotation}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Handles(tc.object, tc.namespace)); diff != "" {
				t.Errorf("handles (-want +got):\n%s", diff)
			}
			if any := tc.object.Any() || tc.namespace.Any(); any != (len(tc.want) > 0) {
				t.Errorf("Any() = %v, and %d datasets are handled", any, len(tc.want))
			}
		})
	}
}

func TestHandlesTwoHundredNames(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprintf("dataset-%03d", 199-i))
	}
	got := Handles(Keys{Annotations: annotation(strings.Join(names, ", "))}, Keys{})
	if len(got) != 200 || got[0].Dataset != "dataset-000" || got[199].Dataset != "dataset-199" {
		t.Errorf("got %d datasets, from %v to %v", len(got), got[0], got[len(got)-1])
	}
}
