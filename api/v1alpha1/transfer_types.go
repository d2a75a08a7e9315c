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

// Origin is where data comes from, in law: what leaves it is transferred.
type Origin struct {
	// jurisdiction is EU or EEA, or the name of a Jurisdiction.
	// +required
	Jurisdiction JurisdictionName `json:"jurisdiction"`
}

// TransferMechanism is the instrument on which a transfer to a third country rests.
// +kubebuilder:validation:Enum=AdequacyDecision;StandardContractualClauses;BindingCorporateRules;Derogation
type TransferMechanism string

const (
	// MechanismAdequacyDecision is a decision that a country protects data well enough
	// (GDPR Art. 45, UK GDPR Art. 45A). It is held against the catalogue's list of them.
	MechanismAdequacyDecision TransferMechanism = "AdequacyDecision"
	// MechanismStandardContractualClauses are clauses of a contract that the Commission has
	// adopted (GDPR Art. 46(2)(c)).
	MechanismStandardContractualClauses TransferMechanism = "StandardContractualClauses"
	// MechanismBindingCorporateRules are rules within a group of companies that an authority
	// has approved (GDPR Art. 47).
	MechanismBindingCorporateRules TransferMechanism = "BindingCorporateRules"
	// MechanismDerogation is a derogation for specific situations (GDPR Art. 49).
	MechanismDerogation TransferMechanism = "Derogation"
)

// ClausesModule is one of the four modules of the standard contractual clauses: who sends to
// whom (Implementing Decision (EU) 2021/914, Annex).
// +kubebuilder:validation:Enum=ControllerToController;ControllerToProcessor;ProcessorToProcessor;ProcessorToController
type ClausesModule string

const (
	// ModuleControllerToController is module one.
	ModuleControllerToController ClausesModule = "ControllerToController"
	// ModuleControllerToProcessor is module two.
	ModuleControllerToProcessor ClausesModule = "ControllerToProcessor"
	// ModuleProcessorToProcessor is module three.
	ModuleProcessorToProcessor ClausesModule = "ProcessorToProcessor"
	// ModuleProcessorToController is module four.
	ModuleProcessorToController ClausesModule = "ProcessorToController"
)

// Transfer is the instrument by which data may go to a place outside the policy's origin. It
// allows no place by itself: the place has to be allowed besides.
// +kubebuilder:validation:XValidation:message="validUntil must come after validFrom",rule="!has(self.validFrom) || !has(self.validUntil) || self.validUntil > self.validFrom"
// +kubebuilder:validation:XValidation:message="module is for the mechanism StandardContractualClauses",rule="!has(self.module) || self.mechanism == 'StandardContractualClauses'"
// +kubebuilder:validation:XValidation:message="scope is for the mechanism AdequacyDecision",rule="!has(self.scope) || self.mechanism == 'AdequacyDecision'"
// +kubebuilder:validation:XValidation:message="assessment is for the mechanisms StandardContractualClauses and BindingCorporateRules",rule="!has(self.assessment) || self.mechanism in ['StandardContractualClauses', 'BindingCorporateRules']"
type Transfer struct {
	// to is the place that data may go to.
	// +required
	To Place `json:"to"`

	// mechanism is the instrument. An AdequacyDecision is refused if the catalogue has none for
	// every country of to, and ends when the decision does.
	// +required
	Mechanism TransferMechanism `json:"mechanism"`

	// module is which clauses were agreed.
	// +optional
	Module ClausesModule `json:"module,omitempty"`

	// reference is where the instrument is to be found: the number of the decision, the date
	// and parties of the contract.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:Pattern=`\S`
	// +kubebuilder:validation:MaxLength=256
	Reference string `json:"reference"`

	// scope says why this recipient is covered by a decision that does not cover all in its
	// country. It is required for such a decision.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:Pattern=`\S`
	// +kubebuilder:validation:MaxLength=1024
	Scope string `json:"scope,omitempty"`

	// validFrom is the first instant at which data may go. Left out, there is none before
	// which it may not; a decision holds from its own date.
	// +optional
	ValidFrom *metav1.Time `json:"validFrom,omitempty"`

	// validUntil is the first instant at which data may no longer go. Left out, there is none;
	// a decision ends after its own last day, UTC.
	// +optional
	ValidUntil *metav1.Time `json:"validUntil,omitempty"`

	// assessment is where the assessment of the transfer's impact is to be found.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:Pattern=`\S`
	// +kubebuilder:validation:MaxLength=256
	Assessment string `json:"assessment,omitempty"`
}
