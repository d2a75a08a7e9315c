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

// ModeName is the name of a way in which a processor can be called.
//
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type ModeName string

// HostName is a DNS name in lower case, of at least two labels, without port, path and final dot;
// names of other alphabets in their ASCII form (xn--). Of "*.example.com" all names under
// example.com are meant, and not example.com itself.
//
// +kubebuilder:validation:Pattern=`^(\*\.)?([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$`
// +kubebuilder:validation:MaxLength=253
type HostName string

// ServiceName is what a processor calls one of its services.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=100
type ServiceName string

// SchemeName is the name of a scheme of attestation, such as ISO27001 or EUCloudCoC.
//
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type SchemeName string

// ProcessorSpec is what is known of a third party that processes data for us (GDPR Art. 4(8)).
// What it does not say is Undetermined.
type ProcessorSpec struct {
	// title is what people call it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Title string `json:"title"`

	// legalEntity is with whom the contract is.
	// +optional
	LegalEntity *LegalEntity `json:"legalEntity,omitempty"`

	// modes are the ways in which it can be called. Each has its own places.
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Modes []ProcessorMode `json:"modes"`

	// attestations are what others have attested of it.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Attestations []Attestation `json:"attestations,omitempty"`

	// subprocessors says what is known of those whom it engages itself (GDPR Art. 28(2)).
	// +optional
	Subprocessors *Subprocessors `json:"subprocessors,omitempty"`

	// dataProcessingAgreement is the contract (GDPR Art. 28(3)).
	// +optional
	DataProcessingAgreement *DataProcessingAgreement `json:"dataProcessingAgreement,omitempty"`
}

// LegalEntity is a company.
type LegalEntity struct {
	// name of the company.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Name string `json:"name"`

	// country is the ISO 3166-1 alpha-2 code of the country in which it is established.
	// +optional
	Country CountryCode `json:"country,omitempty"`
}

// ProcessorMode is a way in which a processor can be called.
type ProcessorMode struct {
	// name by which pods name it, after the processor's: alibaba-model-studio/global-frankfurt.
	// +required
	Name ModeName `json:"name"`

	// services are those of the processor's services that it uses, as its attestations name them.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Services []ServiceName `json:"services,omitempty"`

	// hosts are where it is called. A pod in whose spec one of them is seen calls it.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	Hosts []HostName `json:"hosts,omitempty"`

	// storage are the places where it keeps data: in all of them. Left out, that is not
	// known, unless nothing is kept (retention None).
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Storage []Place `json:"storage,omitempty"`

	// processing says where it computes on data. Left out, that is not known.
	// +optional
	Processing *ModeProcessing `json:"processing,omitempty"`

	// retention says how long it keeps data. Left out, that is not known.
	// +optional
	Retention *Retention `json:"retention,omitempty"`

	// source is where this was read.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Source string `json:"source,omitempty"`

	// verifiedAt is the day on which somebody read it, YYYY-MM-DD.
	// +optional
	VerifiedAt Date `json:"verifiedAt,omitempty"`
}

// Scheduling says how a processor chooses where it computes.
//
// +kubebuilder:validation:Enum=Dynamic
type Scheduling string

// SchedulingDynamic chooses any place but the exceptions, whenever it is called.
const SchedulingDynamic Scheduling = "Dynamic"

// ModeProcessing says where a processor computes on data: in places, or anywhere.
//
// +kubebuilder:validation:XValidation:message="name either places or scheduling",rule="has(self.places) != has(self.scheduling)"
// +kubebuilder:validation:XValidation:message="except is for scheduling Dynamic",rule="!has(self.except) || has(self.scheduling)"
type ModeProcessing struct {
	// places are where it computes: in all of them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Places []Place `json:"places,omitempty"`

	// scheduling is Dynamic if it computes anywhere.
	// +optional
	Scheduling Scheduling `json:"scheduling,omitempty"`

	// except are the places where it does not compute.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Except []Place `json:"except,omitempty"`
}

// RetentionKind says whether data is kept.
//
// +kubebuilder:validation:Enum=None;Limited;Indefinite
type RetentionKind string

const (
	// RetentionNone keeps nothing.
	RetentionNone RetentionKind = "None"
	// RetentionLimited keeps data for a time.
	RetentionLimited RetentionKind = "Limited"
	// RetentionIndefinite keeps data without an end.
	RetentionIndefinite RetentionKind = "Indefinite"
)

// Retention says how long data is kept.
//
// +kubebuilder:validation:XValidation:message="duration is for kind Limited",rule="!has(self.duration) || self.kind == 'Limited'"
type Retention struct {
	// kind is whether it is kept at all, and whether that ends.
	// +required
	Kind RetentionKind `json:"kind"`

	// duration is for how long, such as 720h. Left out, that it ends is known and when is not.
	// +optional
	// +kubebuilder:validation:XValidation:message="a duration is longer than nothing",rule="duration(self) > duration('0s')"
	Duration *metav1.Duration `json:"duration,omitempty"`

	// note is for people.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Note string `json:"note,omitempty"`
}

// Attestation is what somebody else has attested of a processor.
//
// +kubebuilder:validation:XValidation:message="validUntil must come after validFrom",rule="!has(self.validFrom) || !has(self.validUntil) || self.validUntil > self.validFrom"
type Attestation struct {
	// scheme is by which rules.
	// +required
	Scheme SchemeName `json:"scheme"`

	// level is the level of a scheme that has some: a higher one attests more.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	Level int32 `json:"level,omitempty"`

	// id is its number.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	ID string `json:"id,omitempty"`

	// services are those that it covers. Left out, that is not known.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Services []ServiceName `json:"services,omitempty"`

	// validFrom is the first instant at which it is valid. Left out, there is none.
	// +optional
	ValidFrom *metav1.Time `json:"validFrom,omitempty"`

	// validUntil is the first instant at which it is no longer valid. Left out, there is none.
	// +optional
	ValidUntil *metav1.Time `json:"validUntil,omitempty"`

	// reference is where it is to be found.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Reference string `json:"reference,omitempty"`

	// source is where this was read.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Source string `json:"source,omitempty"`

	// verifiedAt is the day on which somebody read it, YYYY-MM-DD.
	// +optional
	VerifiedAt Date `json:"verifiedAt,omitempty"`
}

// Publication says who can read a list.
//
// +kubebuilder:validation:Enum=Public;LoginRequired;None
type Publication string

const (
	// PublicationPublic: anybody.
	PublicationPublic Publication = "Public"
	// PublicationLoginRequired: customers.
	PublicationLoginRequired Publication = "LoginRequired"
	// PublicationNone: nobody.
	PublicationNone Publication = "None"
)

// Subprocessors says what is known of those whom a processor engages itself.
type Subprocessors struct {
	// published is who can read who they are.
	// +required
	Published Publication `json:"published"`

	// names are those that are known.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=200
	Names []string `json:"names,omitempty"`

	// url is where the list is.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	URL string `json:"url,omitempty"`
}

// DataProcessingAgreement is the contract by which a processor processes for us.
type DataProcessingAgreement struct {
	// reference is where it is to be found.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Reference string `json:"reference"`

	// incorporatesSCC is whether it has the standard contractual clauses in it. Left out, that
	// is not known.
	// +optional
	IncorporatesSCC *bool `json:"incorporatesSCC,omitempty"`
}

// EndNotice is that an Event has told of the end of an attestation.
type EndNotice struct {
	// scheme of the attestation.
	// +required
	Scheme SchemeName `json:"scheme"`

	// id of the attestation.
	// +optional
	// +kubebuilder:validation:MaxLength=100
	ID string `json:"id,omitempty"`

	// validUntil is when it ends.
	// +required
	ValidUntil metav1.Time `json:"validUntil"`

	// days is how many days before its end was told of it last: 30, 7 or 1.
	// +required
	// +kubebuilder:validation:Enum=30;7;1
	Days int32 `json:"days"`
}

// ProcessorStatus is what Domicile has found about a Processor.
type ProcessorStatus struct {
	// nextChange is when it comes to mean something else by itself, because an attestation
	// begins or ends. Left out: never.
	// +optional
	NextChange *metav1.Time `json:"nextChange,omitempty"`

	// notices are the Events that have told of the end of an attestation: 30 days, 7 days and 1
	// day before it.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Notices []EndNotice `json:"notices,omitempty"`

	// conditions is Accepted.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Processor is a third party that processes data for us, and the ways in which it can be called.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rproc,categories=residency
// +kubebuilder:printcolumn:name="Title",type=string,JSONPath=`.spec.title`
// +kubebuilder:printcolumn:name="Entity",type=string,JSONPath=`.spec.legalEntity.country`
// +kubebuilder:printcolumn:name="Accepted",type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Modes",type=string,JSONPath=`.spec.modes[*].name`,priority=1
// +kubebuilder:printcolumn:name="Next Change",type=string,JSONPath=`.status.nextChange`,priority=1
// +kubebuilder:validation:XValidation:message="metadata.name must be a DNS label of at most 63 characters",rule="self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')"
type Processor struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is known of it.
	// +required
	Spec ProcessorSpec `json:"spec"`

	// status is what Domicile has found.
	// +optional
	Status ProcessorStatus `json:"status,omitempty"`
}

// ProcessorList is a list of Processors.
//
// +kubebuilder:object:root=true
type ProcessorList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Processor `json:"items"`
}
