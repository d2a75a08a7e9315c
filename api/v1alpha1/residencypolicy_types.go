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

// EnforcementMode is what is done about something that is not Permitted. It never
// changes what it is.
//
// +kubebuilder:validation:Enum=Deny;Warn;Audit
type EnforcementMode string

// Possible enforcement modes are:
const (
	// EnforcementDeny refuses the request.
	EnforcementDeny EnforcementMode = "Deny"
	// EnforcementWarn admits the request with a warning that the user sees.
	EnforcementWarn EnforcementMode = "Warn"
	// EnforcementAudit admits the request and annotates the audit log.
	EnforcementAudit EnforcementMode = "Audit"
)

// ResidencyPolicySpec says where datasets may be stored and processed, and what is done about the rest.
//
// +kubebuilder:validation:XValidation:message="a policy needs storage, processing, or both: without either it would restrict nothing",rule="has(self.storage) || has(self.processing)"
// +kubebuilder:validation:XValidation:message="transfers need an origin: without one no transfer is asked for",rule="!has(self.transfers) || has(self.origin)"
// +kubebuilder:validation:XValidation:message="a policy needs a datasetSelector, datasets, or both: without either it would govern nothing",rule="has(self.datasetSelector) || has(self.datasets)"
type ResidencyPolicySpec struct {
	// datasetSelector selects datasets by their labels. Together with datasets it
	// governs what either of the two names.
	// +optional
	// +kubebuilder:validation:XValidation:message="an empty datasetSelector would govern every dataset: name labels with matchLabels or matchExpressions",rule="(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) && self.matchExpressions.size() > 0)"
	// +kubebuilder:validation:XValidation:message="in matchExpressions, In and NotIn need values, Exists and DoesNotExist have none, and there is no other operator",rule="!has(self.matchExpressions) || self.matchExpressions.all(e, e.operator in ['In', 'NotIn'] ? has(e.values) && e.values.size() > 0 : e.operator in ['Exists', 'DoesNotExist'] && (!has(e.values) || e.values.size() == 0))"
	// +kubebuilder:validation:XValidation:message="a datasetSelector has at most 64 matchLabels and 64 matchExpressions, with at most 256 values each",rule="(!has(self.matchLabels) || self.matchLabels.size() <= 64) && (!has(self.matchExpressions) || (self.matchExpressions.size() <= 64 && self.matchExpressions.all(e, !has(e.values) || e.values.size() <= 256)))"
	DatasetSelector *metav1.LabelSelector `json:"datasetSelector,omitempty"`

	// datasets names datasets. A name that no Dataset has yet takes effect when it is created.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	Datasets []ObjectName `json:"datasets,omitempty"`

	// origin is where the datasets come from. A place outside it needs a transfer besides being
	// allowed. Left out, no transfer is asked for.
	// +optional
	Origin *Origin `json:"origin,omitempty"`

	// storage says where the datasets may rest: in volumes, their copies and snapshots. Left
	// out, the policy says nothing of that.
	// +optional
	Storage PlacesRule `json:"storage,omitzero"`

	// processing says where the datasets may be computed on. Left out, the policy says nothing
	// of that.
	// +optional
	Processing PlacesRule `json:"processing,omitzero"`

	// transfers are the instruments by which the datasets may go to places outside the origin.
	// One that is valid is enough.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Transfers []Transfer `json:"transfers,omitempty"`

	// processors says what is asked of third parties that handle the datasets, besides their
	// places.
	// +optional
	Processors *ProcessorsRule `json:"processors,omitempty"`

	// assurance says on how good a word the place of a node or a volume has to rest.
	// +optional
	Assurance *AssuranceRule `json:"assurance,omitempty"`

	// enforcement says what is done about everything else.
	// +required
	Enforcement Enforcement `json:"enforcement"`
}

// PlacesRule says where data may be: in a place that is allowed and not denied.
type PlacesRule struct {
	// allowed are the places where the data may be.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Allowed []Place `json:"allowed"`

	// denied are places where it may not be, although they lie in an allowed one.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Denied []Place `json:"denied,omitempty"`
}

// Assurance is how far the witnesses of a place go.
//
// +kubebuilder:validation:Enum=Claimed;Consistent;Declared
type Assurance string

// Possible assurances are, the weakest first:
const (
	// AssuranceClaimed rests on a single witness, which a kubelet may have written.
	AssuranceClaimed Assurance = "Claimed"
	// AssuranceConsistent rests on a place in the providerID and labels that agree with it.
	// It is not proven: a kubelet can write both when it registers.
	AssuranceConsistent Assurance = "Consistent"
	// AssuranceDeclared rests on a Site, which is an administrator's word.
	AssuranceDeclared Assurance = "Declared"
)

// AssuranceRule says which words count.
type AssuranceRule struct {
	// minimum is the least assurance that counts. A node or a volume below it is Undetermined.
	// +required
	Minimum Assurance `json:"minimum"`
}

// Enforcement says what is done about things that are not Permitted.
type Enforcement struct {
	// admission is what is done about a request whose verdict is Prohibited.
	// +required
	Admission EnforcementMode `json:"admission"`

	// undetermined is what is done about a request whose verdict is Undetermined.
	// Left out, it is the same as admission.
	// +optional
	Undetermined EnforcementMode `json:"undetermined,omitempty"`

	// steering says whether new pods are given a required node affinity for the permitted
	// places, so that the scheduler finds such a node. Pods alone are changed, never what
	// makes them. With Disabled, a pod goes where the scheduler sends it, and is refused
	// there if the place is not permitted. A policy whose admission is Warn or Audit steers nothing.
	// +optional
	// +kubebuilder:default=Enabled
	Steering SteeringMode `json:"steering,omitempty"`
}

// SteeringMode is whether pods are steered.
//
// +kubebuilder:validation:Enum=Enabled;Disabled
type SteeringMode string

// Possible steering modes are:
const (
	// SteeringEnabled gives pods a node affinity.
	SteeringEnabled SteeringMode = "Enabled"
	// SteeringDisabled leaves pods as they are.
	SteeringDisabled SteeringMode = "Disabled"
)

// ResidencyPolicyStatus is what Domicile has found about a policy.
type ResidencyPolicyStatus struct {
	// datasets is how many datasets the policy governs.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Datasets *int32 `json:"datasets,omitempty"`

	// workloads counts the pods that have not ended and handle a dataset that the
	// policy governs, by the outcome under this policy alone. Volumes and snapshots are not
	// counted here; the condition Compliant speaks of them too.
	// +optional
	Workloads *PolicyCounts `json:"workloads,omitempty"`

	// nextChange is when the policy comes to mean something else by itself, because a transfer
	// begins or ends. Left out: never.
	// +optional
	NextChange *metav1.Time `json:"nextChange,omitempty"`

	// conditions are Accepted, Compliant and CatalogueCurrent.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// PolicyCounts counts workloads by their outcome under one policy.
type PolicyCounts struct {
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
}

// ResidencyPolicy says where the datasets that it selects may be stored and processed. If several
// policies govern a dataset, all of them must permit a place.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=residencypolicies,scope=Cluster,shortName=rpol,categories=residency
// +kubebuilder:printcolumn:name="Admission",type=string,JSONPath=`.spec.enforcement.admission`
// +kubebuilder:printcolumn:name="Accepted",type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].status`
// +kubebuilder:printcolumn:name="Datasets",type=integer,JSONPath=`.status.datasets`
// +kubebuilder:printcolumn:name="Prohibited",type=integer,JSONPath=`.status.workloads.prohibited`
// +kubebuilder:printcolumn:name="Undetermined",type=integer,JSONPath=`.status.workloads.undetermined`
// +kubebuilder:printcolumn:name="Compliant",type=string,JSONPath=`.status.conditions[?(@.type=="Compliant")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].reason`,priority=1
// +kubebuilder:printcolumn:name="Next Change",type=string,JSONPath=`.status.nextChange`,priority=1
type ResidencyPolicy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the policy.
	// +required
	Spec ResidencyPolicySpec `json:"spec"`

	// status is what Domicile has found.
	// +optional
	Status ResidencyPolicyStatus `json:"status,omitempty"`
}

// ResidencyPolicyList is a list of ResidencyPolicies.
//
// +kubebuilder:object:root=true
type ResidencyPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []ResidencyPolicy `json:"items"`
}
