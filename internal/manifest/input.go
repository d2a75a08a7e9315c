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

package manifest

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/domicile-dev/domicile/internal/facts"
)

// Input is what was read. What it holds is sorted as it was read.
type Input struct {
	// Datasets, also those that have problems: that they exist is known.
	Datasets []Dataset
	// Policies, also those that have problems: they keep governing what they select.
	Policies []Policy
	// Sites, also those that have problems: they were to overrule what nodes say.
	Sites []Site
	// Jurisdictions, also those that have problems.
	Jurisdictions []Jurisdiction
	// Processors, also those that have problems: who calls them is Undetermined.
	Processors []Processor
	// Nodes without problems.
	Nodes []*corev1.Node
	// Namespaces without problems.
	Namespaces []*corev1.Namespace
	// Carriers are the Secrets and ConfigMaps without problems: pods that refer to them handle
	// what they carry the key of.
	Carriers []Carrier
	// Services without problems: pods may call what those of type ExternalName stand for.
	Services []corev1.Service
	// Storage are the claims, volumes, snapshots and their classes without problems.
	Storage facts.StoredObjects
	// Stored are those of them that hold data, as they were read.
	Stored []Stored
	// Workloads without problems.
	Workloads []Workload
	// Others counts the objects of kinds that handle no dataset, or that are not known
	// to, by kind: "Role.rbac.authorization.k8s.io", "Ingress.networking.k8s.io".
	Others map[string]int
	// Problems are all that is wrong.
	Problems []Problem
	// Notes are sentences about what was left out of the input without being wrong.
	Notes []string

	// order is the order in which the files were read.
	order map[string]int
}

// Workload is a pod, or an object that has a pod template.
type Workload struct {
	Ref
	Origin Origin
	// Pod is the pod itself, or what the template's pods will be like.
	Pod *corev1.Pod
	// Template is the path of the pod template; nil for a pod.
	Template *field.Path
	// Carriers is the metadata around the template, the object's own first: keys that
	// stand here reach no pod. It is empty for a pod.
	Carriers []*metav1.ObjectMeta
}

// Stored is an object that holds data: a claim, a volume, a snapshot, or the content of one.
type Stored struct {
	Ref
	Origin Origin
	// Object is a PersistentVolumeClaim, a PersistentVolume, a VolumeSnapshot or a
	// VolumeSnapshotContent.
	Object metav1.Object
}

// Add adds a problem that was found later than by reading.
func (in *Input) Add(p Problem) { in.Problems = append(in.Problems, p) }

// SortProblems sorts the problems as they stand in the input.
func (in *Input) SortProblems() {
	slices.SortStableFunc(in.Problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(in.order[a.Origin.File], in.order[b.Origin.File]),
			cmp.Compare(a.Origin.Document, b.Origin.Document),
		)
	})
}

// Carrier is a Secret or a ConfigMap, as far as it matters.
type Carrier struct {
	Ref
	Labels, Annotations map[string]string
}
