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
	"cmp"
	"slices"
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Keys are the labels and annotations by which an object says what it handles.
type Keys struct {
	Labels, Annotations map[string]string
}

// Any reports whether the object carries a dataset key.
func (k Keys) Any() bool {
	_, label := k.Labels[residencyv1.DatasetLabel]
	_, annotation := k.Annotations[residencyv1.DatasetsAnnotation]
	return label || annotation
}

// Handles returns the datasets that an object in a namespace handles by keys: its own label,
// its own annotation, and the namespace's. They are sorted by name, each once, by the first
// way in that order. A key with nothing in it names the dataset "", which no Dataset has: a
// key that was meant is not ignored.
func Handles(object, namespace Keys) []residency.Handling {
	return first(appendNamespaced(nil, object, namespace))
}

func appendNamespaced(out []residency.Handling, object, namespace Keys) []residency.Handling {
	out = appendKeys(out, object, residency.ByLabel, residency.ByAnnotation, "")
	return appendKeys(out, namespace, residency.ByNamespaceLabel, residency.ByNamespaceAnnotation, "")
}

// first sorts ways by dataset and leaves each dataset once, by the first of its ways.
func first(ways []residency.Handling) []residency.Handling {
	if len(ways) < 2 {
		return ways
	}
	byDataset(ways)
	return slices.CompactFunc(ways, func(a, b residency.Handling) bool { return a.Dataset == b.Dataset })
}

// byDataset sorts ways by dataset, and those of one dataset in the order of the ways.
func byDataset(ways []residency.Handling) {
	slices.SortStableFunc(ways, func(a, b residency.Handling) int {
		return cmp.Or(strings.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Way, b.Way))
	})
}

// appendKeys appends what the keys name. The object is the one that carries them, if they are
// neither the pod's own nor its namespace's.
func appendKeys(out []residency.Handling, k Keys, label, annotation residency.Way, object string) []residency.Handling {
	if name, ok := k.Labels[residencyv1.DatasetLabel]; ok {
		out = append(out, residency.Handling{Dataset: name, Way: label, Object: object})
	}
	list, ok := k.Annotations[residencyv1.DatasetsAnnotation]
	if !ok {
		return out
	}
	before := len(out)
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, residency.Handling{Dataset: name, Way: annotation, Object: object})
		}
	}
	if len(out) == before {
		out = append(out, residency.Handling{Way: annotation, Object: object})
	}
	return out
}
