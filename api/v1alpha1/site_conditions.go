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

// Conditions of a Site, besides Accepted.
const (
	// ConditionMatched says whether the Site matches any node or any volume.
	//
	// Possible reasons for True are: NodesMatched, VolumesMatched.
	// Possible reasons for False are: NoNodes, NoVolumes.
	ConditionMatched = "Matched"

	// ConditionAuthoritative says whether the Site wins over what nodes say of themselves. It always
	// wins over what volumes do.
	//
	// Possible reasons for True are: NodesNamed, RestrictedLabels, VolumesOnly.
	// Possible reasons for False are: KubeletWritableLabels.
	ConditionAuthoritative = "Authoritative"

	// ConditionCurrent says whether the word still holds.
	//
	// Possible reasons for True are: Valid.
	// Possible reasons for False are: DeclarationExpired.
	ConditionCurrent = "Current"

	// ConditionContradicted says whether the providerID of a node in the Site says another
	// place or provider. The Site wins all the same.
	//
	// Possible reasons for True are: ProviderIDDisagrees.
	// Possible reasons for False are: NoContradiction.
	// Possible reasons for Unknown are: VolumesOnly.
	ConditionContradicted = "Contradicted"

	// ConditionConflicting says whether another Site says another place of one of the nodes or
	// volumes. Then neither is believed.
	//
	// Possible reasons for True are: SitesDisagree.
	// Possible reasons for False are: NoConflict.
	ConditionConflicting = "Conflicting"
)

// Reasons of the conditions of a Site.
const (
	// ReasonNodesMatched: the Site matches at least one node.
	ReasonNodesMatched = "NodesMatched"
	// ReasonNoNodes: the Site matches no node, and no volume.
	ReasonNoNodes = "NoNodes"
	// ReasonVolumesMatched: the Site matches at least one volume, and no node.
	ReasonVolumesMatched = "VolumesMatched"
	// ReasonNoVolumes: the Site is about volumes, and matches none.
	ReasonNoVolumes = "NoVolumes"
	// ReasonVolumesOnly: the Site is about volumes, and no node.
	ReasonVolumesOnly = "VolumesOnly"
	// ReasonNodesNamed: nodes are matched by name only.
	ReasonNodesNamed = "NodesNamed"
	// ReasonRestrictedLabels: nodes are matched by labels that kubelets cannot write.
	ReasonRestrictedLabels = "RestrictedLabels"
	// ReasonKubeletWritableLabels: a kubelet can label its node into the Site.
	ReasonKubeletWritableLabels = "KubeletWritableLabels"
	// ReasonDeclarationExpired: validUntil has passed.
	ReasonDeclarationExpired = "DeclarationExpired"
	// ReasonProviderIDDisagrees: the providerID of a node says otherwise.
	ReasonProviderIDDisagrees = "ProviderIDDisagrees"
	// ReasonNoContradiction: no providerID says otherwise.
	ReasonNoContradiction = "NoContradiction"
	// ReasonSitesDisagree: another Site says otherwise of one of the nodes or volumes.
	ReasonSitesDisagree = "SitesDisagree"
	// ReasonNoConflict: no other Site says otherwise.
	ReasonNoConflict = "NoConflict"
	// ReasonContradictsCatalogue: the country or city is not that of the region or zone.
	ReasonContradictsCatalogue = "ContradictsCatalogue"
	// ReasonUnknownZone: the provider has no such zone.
	ReasonUnknownZone = "UnknownZone"
)
