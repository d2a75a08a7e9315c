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

package status

import (
	"reflect"

	"github.com/domicile-dev/domicile/internal/residency"
)

// ChangedNames returns those of the names of which the current rulebook says something else
// than the old one, in their order; all of them at the first, where the old one is nil. What
// a rulebook says has fields of its own, such as a Fault, so it is compared whole.
func ChangedNames[I any](old, current *residency.Rulebook, names []string, says func(*residency.Rulebook, string) (I, bool)) []string {
	if old == nil {
		return names
	}
	var changed []string
	for _, name := range names {
		a, existed := says(old, name)
		if b, _ := says(current, name); !existed || !reflect.DeepEqual(a, b) {
			changed = append(changed, name)
		}
	}
	return changed
}
