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

package rulebook

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestWhatIsCompiledAgain(t *testing.T) {
	base := residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{
		Name: "a", UID: "1", Generation: 1, ResourceVersion: "1", Labels: map[string]string{"sensitivity": "personal"},
	}}
	for name, tc := range map[string]struct {
		change func(*residencyv1.Dataset)
		// specified is whether its spec may be another, labelled whether that or its labels may.
		specified, labelled bool
	}{
		"a status":                   {func(d *residencyv1.Dataset) { d.ResourceVersion, d.Status.Processing = "2", "EEA" }, false, false},
		"a spec":                     {func(d *residencyv1.Dataset) { d.Generation = 2 }, true, true},
		"a label":                    {func(d *residencyv1.Dataset) { d.Labels = map[string]string{"sensitivity": "none"} }, false, true},
		"another object of the name": {func(d *residencyv1.Dataset) { d.UID = "2" }, true, true},
		"an annotation":              {func(d *residencyv1.Dataset) { d.Annotations = map[string]string{"a": "b"} }, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			changed := base.DeepCopy()
			tc.change(changed)
			e := event.UpdateEvent{ObjectOld: &base, ObjectNew: changed}
			if got := respecified().Update(e); got != tc.specified {
				t.Errorf("respecified: %v", got)
			}
			if got := relabelled().Update(e); got != tc.labelled {
				t.Errorf("relabelled: %v", got)
			}
		})
	}
}
