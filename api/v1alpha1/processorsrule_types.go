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

// ServiceCoverage says which services an attestation has to cover.
//
// +kubebuilder:validation:Enum=Covered;Any
type ServiceCoverage string

const (
	// ServicesCovered: all services that the mode uses.
	ServicesCovered ServiceCoverage = "Covered"
	// ServicesAny: any services.
	ServicesAny ServiceCoverage = "Any"
)

// RequiredAttestation is an attestation that a processor needs.
type RequiredAttestation struct {
	// scheme is by which rules.
	// +required
	Scheme SchemeName `json:"scheme"`

	// minimumLevel is the least level that counts.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	MinimumLevel int32 `json:"minimumLevel,omitempty"`

	// services is Covered if it has to list all services that the mode uses, Any if not.
	// +optional
	// +kubebuilder:default=Any
	Services ServiceCoverage `json:"services,omitempty"`
}

// SubprocessorsRule says who has to be able to read who the subprocessors are.
//
// +kubebuilder:validation:Enum=Public
type SubprocessorsRule string

// SubprocessorsPublic: anybody.
const SubprocessorsPublic SubprocessorsRule = "Public"

// ProcessorsRule is what a policy asks of processors.
//
// +kubebuilder:validation:MinProperties=1
type ProcessorsRule struct {
	// requireAttestations are attestations that have to be valid now, each of them.
	// +optional
	// +listType=map
	// +listMapKey=scheme
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	RequireAttestations []RequiredAttestation `json:"requireAttestations,omitempty"`

	// maxRetention is for how long data may be kept; 0s: not at all.
	// +optional
	// +kubebuilder:validation:XValidation:message="a duration is not negative",rule="duration(self) >= duration('0s')"
	MaxRetention *metav1.Duration `json:"maxRetention,omitempty"`

	// subprocessors is Public if anybody has to be able to read who they are.
	// +optional
	Subprocessors SubprocessorsRule `json:"subprocessors,omitempty"`

	// requireDataProcessingAgreement is true if there has to be one.
	// +optional
	RequireDataProcessingAgreement *bool `json:"requireDataProcessingAgreement,omitempty"`
}
