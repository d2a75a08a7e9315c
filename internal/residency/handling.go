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
	"fmt"
	"slices"
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Way is how the subject came to handle a dataset. The order of the values is the order in
// which ways are told: of several the first.
type Way uint8

// The ways.
const (
	ByLabel Way = iota
	ByAnnotation
	ByNamespaceLabel
	ByNamespaceAnnotation
	// ByHandledBy: the Dataset itself selects it.
	ByHandledBy
	// ByClaim, BySecret and ByConfigMap: it refers to an object that carries the key.
	ByClaim
	BySecret
	ByConfigMap
	// ByVolume: it uses, or is, what rests in a PersistentVolume that carries the key.
	ByVolume
	// BySameData: it uses, or is, what holds the same data as an object that carries the key.
	BySameData
	// BySource: it uses, or is, what was made from a volume or a snapshot that carries the key.
	BySource
)

// Handling is one dataset that the subject handles.
type Handling struct {
	// Dataset is the dataset's name.
	Dataset string
	// Way is how the subject came to handle it.
	Way Way
	// Object is the name of the claim, Secret or ConfigMap in the subject's namespace, or of the
	// PersistentVolume, that carries the key; for BySameData and BySource its kind and name, such as
	// "VolumeSnapshot crm/nightly"; empty for the other ways.
	Object string
}

// Kind is the kind of the object that carries the key, empty if that is not another one or if
// Handling.Object says it.
func (w Way) Kind() string {
	switch w {
	case ByClaim:
		return "PersistentVolumeClaim"
	case BySecret:
		return "Secret"
	case ByConfigMap:
		return "ConfigMap"
	case ByVolume:
		return "PersistentVolume"
	default:
		return ""
	}
}

// path returns the field that the way rests on.
func (h *Handling) path() string {
	switch h.Way {
	case ByAnnotation:
		return "metadata.annotations[" + residencyv1.DatasetsAnnotation + "]"
	case ByNamespaceLabel:
		return "namespace metadata.labels[" + residencyv1.DatasetLabel + "]"
	case ByNamespaceAnnotation:
		return "namespace metadata.annotations[" + residencyv1.DatasetsAnnotation + "]"
	case ByHandledBy:
		return "dataset " + h.Dataset + " spec.handledBy"
	case ByClaim, BySecret, ByConfigMap, ByVolume:
		return fmt.Sprintf("%s %s metadata", h.Way.Kind(), h.Object)
	case BySameData, BySource:
		return h.Object + " metadata"
	default:
		return "metadata.labels[" + residencyv1.DatasetLabel + "]"
	}
}

// Words returns the way for people: "label residency.domicile.dev/dataset".
func (h *Handling) Words() string {
	switch h.Way {
	case ByAnnotation:
		return "annotation " + residencyv1.DatasetsAnnotation
	case ByNamespaceLabel:
		return "label " + residencyv1.DatasetLabel + " of its namespace"
	case ByNamespaceAnnotation:
		return "annotation " + residencyv1.DatasetsAnnotation + " of its namespace"
	case ByHandledBy:
		return "spec.handledBy of the Dataset"
	case ByClaim, BySecret, ByConfigMap:
		return fmt.Sprintf("the key of %s %s, to which it refers", h.Way.Kind(), h.Object)
	case ByVolume:
		return fmt.Sprintf("the key of %s %s, in which its data rests", h.Way.Kind(), h.Object)
	case BySameData:
		return fmt.Sprintf("the key of %s, which holds the same data", h.Object)
	case BySource:
		return fmt.Sprintf("the key of %s, of which its data was made", h.Object)
	default:
		return "label " + residencyv1.DatasetLabel
	}
}

// Without returns, sorted and each dataset once, the handlings of datasets that are not among
// the others: of what was handled before without what is handled now it is what was lost, and
// the other way round what was gained.
func Without(handlings, others []Handling) []Handling {
	var out []Handling
	for _, h := range handlings {
		same := func(o Handling) bool { return o.Dataset == h.Dataset }
		if !slices.ContainsFunc(others, same) && !slices.ContainsFunc(out, same) {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b Handling) int { return strings.Compare(a.Dataset, b.Dataset) })
	return out
}

// ByReference reports whether the subject handles a dataset by what it refers to.
func (w Way) ByReference() bool { return w.Kind() != "" || w == BySameData || w == BySource }

// own reports whether the subject says itself that it handles the dataset.
func (h *Handling) own() bool { return h.Way == ByLabel || h.Way == ByAnnotation }
