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

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ObjectName is the name of a Dataset, a ResidencyPolicy, a Site or a Processor.
//
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type ObjectName string

// DatasetSpec says what a dataset is and who answers for it.
type DatasetSpec struct {
	// title is what people call the dataset.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Title string `json:"title"`

	// controller is who determines why and how the data is processed (GDPR Art. 4(7), 30(1)(a)).
	// +optional
	Controller *DatasetController `json:"controller,omitempty"`

	// handledBy are the pods that handle the dataset although neither they nor their namespace
	// say so: a pod that one of them selects handles it.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	HandledBy []PodsSelector `json:"handledBy,omitempty"`

	// processors are the Processors that may handle the dataset, as far as its policies permit
	// it. Left out, any may.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Processors []ObjectName `json:"processors,omitempty"`
}

// PodsSelector selects pods by the labels of their namespace and by their own.
//
// +kubebuilder:validation:XValidation:message="name a namespaceSelector, a podSelector, or both: without either it would select every pod of the cluster",rule="has(self.namespaceSelector) || has(self.podSelector)"
type PodsSelector struct {
	// namespaceSelector selects namespaces by their labels. Left out, it selects all of them, and
	// pods in all of them have to ask at admission. It has at most 16 labels and 16 expressions,
	// with at most 64 values each.
	// +optional
	// +kubebuilder:validation:XValidation:message="an empty namespaceSelector would select every namespace: name labels with matchLabels or matchExpressions, or leave it out",rule="(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) && self.matchExpressions.size() > 0)"
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`

	// podSelector selects pods by their labels. Left out, it selects all pods of the namespaces.
	// It has at most 16 labels and 16 expressions, with at most 64 values each.
	// +optional
	// +kubebuilder:validation:XValidation:message="an empty podSelector would select every pod: name labels with matchLabels or matchExpressions, or leave it out",rule="(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) && self.matchExpressions.size() > 0)"
	PodSelector *metav1.LabelSelector `json:"podSelector,omitempty"`
}

// DatasetController is who answers for a dataset.
type DatasetController struct {
	// name is the organisation.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Name string `json:"name"`

	// contact is whom a refusal tells people to ask: an address, a channel, a page.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Contact string `json:"contact,omitempty"`
}

// OutcomeCounts counts things by the outcome of their verdict.
type OutcomeCounts struct {
	// permitted is how many are in a permitted place.
	// +required
	// +kubebuilder:validation:Minimum=0
	Permitted int32 `json:"permitted"`

	// prohibited is how many are in a place that is not permitted.
	// +required
	// +kubebuilder:validation:Minimum=0
	Prohibited int32 `json:"prohibited"`

	// undetermined is how many cannot be judged.
	// +required
	// +kubebuilder:validation:Minimum=0
	Undetermined int32 `json:"undetermined"`

	// notGoverned is how many no accepted or invalid policy speaks of.
	// +required
	// +kubebuilder:validation:Minimum=0
	NotGoverned int32 `json:"notGoverned"`
}

// Aspect is what is judged: where data is processed, or where it is stored.
//
// +kubebuilder:validation:Enum=Processing;Storage
type Aspect string

// Possible aspects are:
const (
	// AspectProcessing speaks of where data is computed on.
	AspectProcessing Aspect = "Processing"
	// AspectStorage speaks of where bytes rest.
	AspectStorage Aspect = "Storage"
)

// Outcome is what a verdict says of a place.
//
// +kubebuilder:validation:Enum=Permitted;Prohibited;Undetermined;NotGoverned
type Outcome string

// Possible outcomes are:
const (
	// OutcomePermitted: every policy that governs it permits the place.
	OutcomePermitted Outcome = "Permitted"
	// OutcomeProhibited: at least one policy does not permit the place.
	OutcomeProhibited Outcome = "Prohibited"
	// OutcomeUndetermined: something that the verdict rests on is not known. It is never Permitted.
	OutcomeUndetermined Outcome = "Undetermined"
	// OutcomeNotGoverned: no policy speaks of it.
	OutcomeNotGoverned Outcome = "NotGoverned"
)

// Violation is one thing that is Prohibited or Undetermined under one policy in one aspect.
type Violation struct {
	// since is when the verdict was first seen. It outlasts a restart of the manager for
	// the violations that are listed; for others it is then the time of the restart.
	// +required
	Since metav1.Time `json:"since"`

	// outcome is Prohibited or Undetermined.
	// +required
	Outcome Outcome `json:"outcome"`

	// namespace of the object, empty if it is in none.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`

	// kind of the object: a Pod, a PersistentVolumeClaim, a PersistentVolume, a VolumeSnapshot
	// or a VolumeSnapshotContent.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Kind string `json:"kind"`

	// name of the object.
	// +required
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// node that a pod is on, if it is on one.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Node string `json:"node,omitempty"`

	// location is where the node is, or where the bytes rest, in people's words.
	// +optional
	// +kubebuilder:validation:MaxLength=300
	Location string `json:"location,omitempty"`

	// aspect is what was judged.
	// +required
	Aspect Aspect `json:"aspect"`

	// policy that does not permit it.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Policy string `json:"policy,omitempty"`

	// reason is the machine-readable reason.
	// +required
	// +kubebuilder:validation:MaxLength=63
	Reason string `json:"reason"`
}

// MaxViolations is how many violations a Dataset's status lists. The counts stay exact.
const MaxViolations = 20

// DatasetStatus is what Domicile has found about a dataset.
type DatasetStatus struct {
	// policies are the names of the policies that govern the dataset, at most the
	// first 100 of them in the order of their names.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MaxLength=253
	Policies []string `json:"policies,omitempty"`

	// storage is where the dataset may rest, in people's words: "not restricted" if no policy
	// says.
	// +optional
	// +kubebuilder:validation:MaxLength=1000
	Storage string `json:"storage,omitempty"`

	// processing is where the dataset may be processed, in people's words: "not restricted" if
	// no policy says.
	// +optional
	// +kubebuilder:validation:MaxLength=1000
	Processing string `json:"processing,omitempty"`

	// workloads counts the pods that handle the dataset and have not ended.
	// +optional
	Workloads *WorkloadCounts `json:"workloads,omitempty"`

	// volumes counts the volume claims that hold the dataset, and the persistent volumes that
	// hold it without one.
	// +optional
	Volumes *StorageCounts `json:"volumes,omitempty"`

	// snapshots counts the volume snapshots that hold the dataset, and the contents of
	// snapshots that hold it without one.
	// +optional
	Snapshots *StorageCounts `json:"snapshots,omitempty"`

	// violations are the first of the things that are Prohibited or Undetermined, those
	// that are Prohibited first, then by age. There are at most 20; the counts are exact.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Violations []Violation `json:"violations,omitempty"`

	// conditions are Governed, Compliant and Excluded.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// WorkloadCounts counts workloads.
type WorkloadCounts struct {
	// total is how many there are.
	// +required
	// +kubebuilder:validation:Minimum=0
	Total int32 `json:"total"`

	OutcomeCounts `json:",inline"`
}

// StorageCounts counts volumes or snapshots.
type StorageCounts struct {
	// total is how many there are.
	// +required
	// +kubebuilder:validation:Minimum=0
	Total int32 `json:"total"`

	OutcomeCounts `json:",inline"`
}

// Dataset is a body of data with an owner. Workloads and volumes say which datasets they
// handle; policies say where these may be stored and processed.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rds,categories=residency
// +kubebuilder:printcolumn:name="Policies",type=string,JSONPath=`.status.policies`
// +kubebuilder:printcolumn:name="Storage",type=string,JSONPath=`.status.storage`
// +kubebuilder:printcolumn:name="Processing",type=string,JSONPath=`.status.processing`
// +kubebuilder:printcolumn:name="Workloads",type=integer,JSONPath=`.status.workloads.total`
// +kubebuilder:printcolumn:name="Prohibited",type=integer,JSONPath=`.status.workloads.prohibited`
// +kubebuilder:printcolumn:name="Undetermined",type=integer,JSONPath=`.status.workloads.undetermined`
// +kubebuilder:printcolumn:name="Volumes",type=integer,JSONPath=`.status.volumes.total`
// +kubebuilder:printcolumn:name="Prohibited Volumes",type=integer,JSONPath=`.status.volumes.prohibited`
// +kubebuilder:printcolumn:name="Compliant",type=string,JSONPath=`.status.conditions[?(@.type=="Compliant")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Title",type=string,JSONPath=`.spec.title`,priority=1
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Compliant")].reason`,priority=1
// +kubebuilder:printcolumn:name="Undetermined Volumes",type=integer,JSONPath=`.status.volumes.undetermined`,priority=1
// +kubebuilder:printcolumn:name="Snapshots",type=integer,JSONPath=`.status.snapshots.total`,priority=1
// +kubebuilder:printcolumn:name="Prohibited Snapshots",type=integer,JSONPath=`.status.snapshots.prohibited`,priority=1
// +kubebuilder:printcolumn:name="Undetermined Snapshots",type=integer,JSONPath=`.status.snapshots.undetermined`,priority=1
// +kubebuilder:validation:XValidation:message="metadata.name must be a DNS label of at most 63 characters: it is the value of a label on workloads",rule="self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')"
type Dataset struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the dataset is.
	// +required
	Spec DatasetSpec `json:"spec"`

	// status is what Domicile has found.
	// +optional
	Status DatasetStatus `json:"status,omitempty"`
}

// DatasetList is a list of Datasets.
//
// +kubebuilder:object:root=true
type DatasetList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Dataset `json:"items"`
}
