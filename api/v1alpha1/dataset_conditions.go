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

// Condition types. Governed, Compliant and Excluded are on a Dataset, Accepted and Compliant
// on a ResidencyPolicy.
const (
	// ConditionGoverned says whether a policy speaks of the dataset.
	//
	// Possible reasons for True are: PolicyFound.
	// Possible reasons for False are: NoPolicy.
	ConditionGoverned = "Governed"

	// ConditionCompliant says whether everything is where it may be: pods, volumes and
	// snapshots. It is False if anything is Prohibited, else Unknown if anything is Undetermined or no policy
	// governs, else True.
	//
	// Possible reasons for True are: AllPermitted.
	// Possible reasons for False are: Prohibited.
	// Possible reasons for Unknown are: Undetermined, NoPolicy, NoDatasets, PolicyNotAccepted,
	// InvalidSelector, Pending.
	ConditionCompliant = "Compliant"

	// ConditionExcluded says whether a namespace that is excluded from admission handles the
	// dataset as a whole: what is in it is judged and flagged, and never refused.
	//
	// Possible reasons for True are: NamespaceExcluded.
	// Possible reasons for False are: NoneExcluded.
	ConditionExcluded = "Excluded"
)

// Reasons of the conditions Governed and Compliant.
const (
	// ReasonPolicyFound: at least one policy speaks of the dataset.
	ReasonPolicyFound = "PolicyFound"
	// ReasonNamespaceExcluded: an excluded namespace carries the dataset's key, or is selected by it.
	ReasonNamespaceExcluded = "NamespaceExcluded"
	// ReasonNoneExcluded: no excluded namespace does.
	ReasonNoneExcluded = "NoneExcluded"
	// ReasonNoPolicy: no policy speaks of the dataset.
	ReasonNoPolicy = "NoPolicy"
	// ReasonAllPermitted: everything is in a permitted place.
	ReasonAllPermitted = "AllPermitted"
	// ReasonProhibited: something is in a place that is not permitted.
	ReasonProhibited = "Prohibited"
	// ReasonUndetermined: something cannot be judged.
	ReasonUndetermined = "Undetermined"
	// ReasonNoDatasets: the policy selects no dataset that exists.
	ReasonNoDatasets = "NoDatasets"
	// ReasonPolicyNotAccepted: an invalid policy governs; what it governs is Undetermined.
	ReasonPolicyNotAccepted = "PolicyNotAccepted"
)
