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

// NodeName is the name of a Node, or of another object that is named like one.
//
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
type NodeName string

// SiteSpec is where nodes and volumes are, on an administrator's word.
//
// +kubebuilder:validation:XValidation:message="a Site needs at least one of nodeNames, nodeSelector, volumeNames, volumeSelector and storageClassNames: without any it would match nothing",rule="has(self.nodeNames) || has(self.nodeSelector) || has(self.volumeNames) || has(self.volumeSelector) || has(self.storageClassNames)"
// +kubebuilder:validation:XValidation:message="validUntil must come after basis.verifiedAt",rule="!has(self.validUntil) || self.validUntil > self.basis.verifiedAt"
// +kubebuilder:validation:XValidation:message="a region or zone needs its provider: the same code means different places at different providers",rule="has(self.provider) || (!has(self.region) && !has(self.zone))"
type SiteSpec struct {
	// title is what people call the place.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Title string `json:"title,omitempty"`

	// nodeNames names nodes. Together with nodeSelector it matches what either of the two names.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	NodeNames []NodeName `json:"nodeNames,omitempty"`

	// nodeSelector selects nodes by their labels. Only keys under
	// *.node-restriction.kubernetes.io make it a declaration: a kubelet can give itself any
	// other label, so by these the Site is one more claim.
	// +optional
	// +kubebuilder:validation:XValidation:message="an empty nodeSelector would match every node: name labels with matchLabels or matchExpressions",rule="(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) && self.matchExpressions.size() > 0)"
	// +kubebuilder:validation:XValidation:message="in matchExpressions, In and NotIn need values, Exists and DoesNotExist have none, and there is no other operator",rule="!has(self.matchExpressions) || self.matchExpressions.all(e, e.operator in ['In', 'NotIn'] ? has(e.values) && e.values.size() > 0 : e.operator in ['Exists', 'DoesNotExist'] && (!has(e.values) || e.values.size() == 0))"
	// +kubebuilder:validation:XValidation:message="a nodeSelector has at most 64 matchLabels and 64 matchExpressions, with at most 256 values each",rule="(!has(self.matchLabels) || self.matchLabels.size() <= 64) && (!has(self.matchExpressions) || (self.matchExpressions.size() <= 64 && self.matchExpressions.all(e, !has(e.values) || e.values.size() <= 256)))"
	// +kubebuilder:validation:XValidation:message="a nodeSelector cannot use labels under domicile.node-restriction.kubernetes.io: they are Domicile's own answer, which would then confirm itself",rule="(!has(self.matchLabels) || self.matchLabels.all(k, !k.startsWith('domicile.node-restriction.kubernetes.io/'))) && (!has(self.matchExpressions) || self.matchExpressions.all(e, !e.key.startsWith('domicile.node-restriction.kubernetes.io/')))"
	// +kubebuilder:validation:XValidation:message="a nodeSelector cannot use labels under domicile.node-restriction.kubernetes.io: they are Domicile's own answer, which would then confirm itself",rule="(!has(self.matchLabels) || self.matchLabels.all(k, !k.startsWith('site.domicile.node-restriction.kubernetes.io/'))) && (!has(self.matchExpressions) || self.matchExpressions.all(e, !e.key.startsWith('site.domicile.node-restriction.kubernetes.io/')))"
	// +kubebuilder:validation:XValidation:message="a nodeSelector cannot use labels under domicile.node-restriction.kubernetes.io: they are Domicile's own answer, which would then confirm itself",rule="(!has(self.matchLabels) || self.matchLabels.all(k, !k.startsWith('region.domicile.node-restriction.kubernetes.io/'))) && (!has(self.matchExpressions) || self.matchExpressions.all(e, !e.key.startsWith('region.domicile.node-restriction.kubernetes.io/')))"
	NodeSelector *metav1.LabelSelector `json:"nodeSelector,omitempty"`

	// volumeNames names PersistentVolumes. What is named by any of volumeNames, volumeSelector
	// and storageClassNames is in the Site.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	VolumeNames []NodeName `json:"volumeNames,omitempty"`

	// volumeSelector selects PersistentVolumes by their labels. Who may write these is an
	// administrator of the cluster, so it declares.
	// +optional
	// +kubebuilder:validation:XValidation:message="an empty volumeSelector would match every volume: name labels with matchLabels or matchExpressions",rule="(has(self.matchLabels) && self.matchLabels.size() > 0) || (has(self.matchExpressions) && self.matchExpressions.size() > 0)"
	// +kubebuilder:validation:XValidation:message="in matchExpressions, In and NotIn need values, Exists and DoesNotExist have none, and there is no other operator",rule="!has(self.matchExpressions) || self.matchExpressions.all(e, e.operator in ['In', 'NotIn'] ? has(e.values) && e.values.size() > 0 : e.operator in ['Exists', 'DoesNotExist'] && (!has(e.values) || e.values.size() == 0))"
	// +kubebuilder:validation:XValidation:message="a volumeSelector has at most 64 matchLabels and 64 matchExpressions, with at most 256 values each",rule="(!has(self.matchLabels) || self.matchLabels.size() <= 64) && (!has(self.matchExpressions) || (self.matchExpressions.size() <= 64 && self.matchExpressions.all(e, !has(e.values) || e.values.size() <= 256)))"
	VolumeSelector *metav1.LabelSelector `json:"volumeSelector,omitempty"`

	// storageClassNames names StorageClasses: the PersistentVolumes that carry such a name, and
	// the claims for which one will be made, are in the Site.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	StorageClassNames []NodeName `json:"storageClassNames,omitempty"`

	// provider is whose machines they are, as the catalogue names it, such as outscale. A
	// provider that the catalogue does not have is taken as it is written.
	// +optional
	Provider ProviderName `json:"provider,omitempty"`

	// region is the provider's code of the region.
	// +optional
	Region RegionName `json:"region,omitempty"`

	// zone is the provider's name of the zone.
	// +optional
	Zone ZoneName `json:"zone,omitempty"`

	// city is the city that they are in, as far as it is known.
	// +optional
	City CityName `json:"city,omitempty"`

	// country is the ISO 3166-1 alpha-2 code of the country that they are in.
	// +required
	Country CountryCode `json:"country"`

	// basis is on what the word rests.
	// +required
	Basis Basis `json:"basis"`

	// validUntil is when the word ends. From then on what is in the Site is Undetermined
	// (DeclarationExpired), until it is renewed or the Site is deleted. Left out, it does not end.
	// +optional
	ValidUntil *metav1.Time `json:"validUntil,omitempty"`
}

// Basis is on what a declaration rests.
type Basis struct {
	// reference is the document: a contract, an inspection, a delivery note.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Reference string `json:"reference"`

	// verifiedAt is the day on which somebody looked, YYYY-MM-DD.
	// +required
	VerifiedAt Date `json:"verifiedAt"`
}

// Date is a day, YYYY-MM-DD.
//
// +kubebuilder:validation:Format=date
// +kubebuilder:validation:MaxLength=10
type Date string

// MaxSiteNodes is how many nodes a Site's status lists.
const MaxSiteNodes = 20

// SiteStatus is what Domicile has found about a Site.
type SiteStatus struct {
	// nodes is how many nodes the Site matches.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Nodes *int32 `json:"nodes,omitempty"`

	// nodeNames are the first of them in the order of their names, at most 20.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=253
	NodeNames []string `json:"nodeNames,omitempty"`

	// volumes is how many PersistentVolumes the Site matches. Claims that have none yet are not
	// among them.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Volumes *int32 `json:"volumes,omitempty"`

	// assurance is Declared if the Site matches by names or by labels that kubelets cannot
	// write, else Claimed. A Site with both nodeNames and such a nodeSelector is Claimed
	// here, although the nodes that it names are Declared.
	// +optional
	Assurance Assurance `json:"assurance,omitempty"`

	// conditions are Accepted, Matched, Authoritative, Current, Contradicted and Conflicting.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Site says where nodes and volumes are, on an administrator's word: rooms of your own, the
// edge, a file server, or nodes whose provider cannot be told. It wins over what they say of
// themselves.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rsite,categories=residency
// +kubebuilder:printcolumn:name="Provider",type=string,JSONPath=`.spec.provider`
// +kubebuilder:printcolumn:name="City",type=string,JSONPath=`.spec.city`
// +kubebuilder:printcolumn:name="Country",type=string,JSONPath=`.spec.country`
// +kubebuilder:printcolumn:name="Nodes",type=integer,JSONPath=`.status.nodes`
// +kubebuilder:printcolumn:name="Assurance",type=string,JSONPath=`.status.assurance`
// +kubebuilder:printcolumn:name="Accepted",type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].status`
// +kubebuilder:printcolumn:name="Contradicted",type=string,JSONPath=`.status.conditions[?(@.type=="Contradicted")].status`
// +kubebuilder:printcolumn:name="Conflicting",type=string,JSONPath=`.status.conditions[?(@.type=="Conflicting")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Volumes",type=integer,JSONPath=`.status.volumes`,priority=1
// +kubebuilder:printcolumn:name="Region",type=string,JSONPath=`.spec.region`,priority=1
// +kubebuilder:printcolumn:name="Zone",type=string,JSONPath=`.spec.zone`,priority=1
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.spec.validUntil`,priority=1
// +kubebuilder:printcolumn:name="Reference",type=string,JSONPath=`.spec.basis.reference`,priority=1
// +kubebuilder:validation:XValidation:message="metadata.name must be a DNS label of at most 63 characters: it is the value of a label on nodes",rule="self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')"
type Site struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says which nodes are where.
	// +required
	Spec SiteSpec `json:"spec"`

	// status is what Domicile has found.
	// +optional
	Status SiteStatus `json:"status,omitempty"`
}

// SiteList is a list of Sites.
//
// +kubebuilder:object:root=true
type SiteList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Site `json:"items"`
}
