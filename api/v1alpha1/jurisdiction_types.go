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

// JurisdictionSpec is a named set of countries: those that it names and those of the
// jurisdictions that it includes, without those that it excludes.
//
// +kubebuilder:validation:XValidation:message="a Jurisdiction needs countries, includes, or both",rule="has(self.countries) || has(self.includes)"
type JurisdictionSpec struct {
	// title is what people call it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Title string `json:"title"`

	// countries are members, by ISO 3166-1 alpha-2 code.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	Countries []CountryCode `json:"countries,omitempty"`

	// includes are jurisdictions whose countries are members too: EU, EEA, or other Jurisdictions.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Includes []JurisdictionName `json:"includes,omitempty"`

	// excludes are countries that are no members although an included jurisdiction has them.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=250
	Excludes []CountryCode `json:"excludes,omitempty"`

	// source says where the membership was read.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Source string `json:"source,omitempty"`

	// asOf is the day of which the membership is, YYYY-MM-DD.
	// +optional
	AsOf Date `json:"asOf,omitempty"`
}

// JurisdictionStatus is what Domicile has made of a Jurisdiction.
type JurisdictionStatus struct {
	// countries are all members, sorted.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=250
	Countries []CountryCode `json:"countries,omitempty"`

	// conditions are Accepted.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Reasons of the condition Accepted of a Jurisdiction, besides those of a ResidencyPolicy.
const (
	// ReasonReservedName: the name is that of a built-in jurisdiction, or of an adequacy
	// decision, which is no jurisdiction.
	ReasonReservedName = "ReservedName"
	// ReasonCycle: the jurisdiction includes itself, directly or through others.
	ReasonCycle = "Cycle"
	// ReasonNoCountries: nothing is left of it.
	ReasonNoCountries = "NoCountries"
)

// Jurisdiction is a named set of countries that policies can name. EU and EEA are built
// in and cannot be made or changed.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rjur,categories=residency
// +kubebuilder:printcolumn:name="Title",type=string,JSONPath=`.spec.title`
// +kubebuilder:printcolumn:name="Countries",type=string,JSONPath=`.status.countries`
// +kubebuilder:printcolumn:name="Accepted",type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="As of",type=string,JSONPath=`.spec.asOf`,priority=1
// +kubebuilder:printcolumn:name="Source",type=string,JSONPath=`.spec.source`,priority=1
// +kubebuilder:validation:XValidation:message="metadata.name must be a DNS label of at most 63 characters",rule="self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')"
// +kubebuilder:validation:XValidation:message="eu and eea are built in, as EU and EEA, and cannot be made or changed",rule="!(self.metadata.name in ['eu', 'eea'])"
type Jurisdiction struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says who its members are.
	// +required
	Spec JurisdictionSpec `json:"spec"`

	// status is what Domicile has made of it.
	// +optional
	Status JurisdictionStatus `json:"status,omitempty"`
}

// JurisdictionList is a list of Jurisdictions.
//
// +kubebuilder:object:root=true
type JurisdictionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Jurisdiction `json:"items"`
}
