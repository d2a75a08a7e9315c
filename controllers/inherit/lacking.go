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

package inherit

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Lacking returns what the annotation of an object has to be so that it says what the object
// inherits, and whether it does not yet. handles is what it holds and why.
//
// A PersistentVolume gets the names that it lacks besides those that it has. A claim, a snapshot
// or a content that has a key of its own says by that all that it holds, and is left as it is.
func Lacking(object client.Object, handles []residency.Handling) (annotation string, lacks bool) {
	keys := facts.Keys{Labels: object.GetLabels(), Annotations: object.GetAnnotations()}
	if _, isVolume := object.(*corev1.PersistentVolume); keys.Any() && !isVolume {
		return "", false
	}
	own := map[string]bool{}
	var names []string
	for _, h := range facts.Handles(keys, facts.Keys{}) {
		own[h.Dataset] = true
	}
	missing := map[string]bool{}
	for _, h := range handles {
		switch h.Way {
		case residency.ByVolume, residency.BySameData, residency.BySource:
			if !own[h.Dataset] {
				missing[h.Dataset] = true
			}
		default:
		}
	}
	if len(missing) == 0 {
		return "", false
	}
	// A key that names nothing counts only where there is no other name.
	if delete(missing, ""); len(missing) == 0 && len(own) > 0 {
		return "", false
	}
	for name := range strings.SplitSeq(keys.Annotations[residencyv1.DatasetsAnnotation], ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(append(names, slices.Sorted(maps.Keys(missing))...), ","), true
}
