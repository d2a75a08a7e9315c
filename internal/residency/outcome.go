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

package residency

import residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"

// Outcome is what a verdict or a finding says. The order of the values is the order
// of gravity: of several outcomes the greatest is the outcome of all.
type Outcome uint8

// The outcomes. Undetermined never becomes Permitted: a policy chooses what is done
// about it, not what it is.
const (
	NotGoverned Outcome = iota
	Permitted
	Undetermined
	Prohibited
)

// API returns the outcome as the API writes it.
func (o Outcome) API() residencyv1.Outcome {
	switch o {
	case Permitted:
		return residencyv1.OutcomePermitted
	case Undetermined:
		return residencyv1.OutcomeUndetermined
	case Prohibited:
		return residencyv1.OutcomeProhibited
	default:
		return residencyv1.OutcomeNotGoverned
	}
}

// String returns the outcome as the API writes it.
func (o Outcome) String() string { return string(o.API()) }

// Flagged reports whether the outcome is shown in status and as an Event.
func (o Outcome) Flagged() bool { return o == Prohibited || o == Undetermined }

// Effect is what is done about a finding. The order of the values is the order of
// strictness: of several effects the greatest is done.
type Effect uint8

// The effects.
const (
	Allow Effect = iota
	Audit
	Warn
	Deny
)

// String returns the effect's name.
func (e Effect) String() string {
	switch e {
	case Audit:
		return string(residencyv1.EnforcementAudit)
	case Warn:
		return string(residencyv1.EnforcementWarn)
	case Deny:
		return string(residencyv1.EnforcementDeny)
	default:
		return "Allow"
	}
}

// effectOf returns the effect that an enforcement mode stands for. What is not a mode denies.
func effectOf(m residencyv1.EnforcementMode) Effect {
	switch m {
	case residencyv1.EnforcementAudit:
		return Audit
	case residencyv1.EnforcementWarn:
		return Warn
	default:
		return Deny
	}
}

// Reason is the machine-readable reason of a finding. For a location that is not
// known it is the location's own reason, such as UnknownZone.
type Reason string

// Possible reasons besides those of package location are:
const (
	// ReasonPlacePermitted: the place is permitted.
	ReasonPlacePermitted Reason = "PlacePermitted"
	// ReasonPlaceNotAllowed: the place is none of those that the policy allows.
	ReasonPlaceNotAllowed Reason = "PlaceNotAllowed"
	// ReasonPlaceDenied: the policy denies the place by name.
	ReasonPlaceDenied Reason = "PlaceDenied"
	// ReasonTransferMissing: the place is allowed and outside the origin, and the policy has no
	// transfer to it.
	ReasonTransferMissing Reason = "TransferMissing"
	// ReasonTransferExpired: the same, and the transfer to it has ended.
	ReasonTransferExpired Reason = "TransferExpired"
	// ReasonTransferNotYetValid: the same, and the transfer to it has not begun.
	ReasonTransferNotYetValid Reason = "TransferNotYetValid"
	// ReasonUndeclaredProcessor: a host of a processor is seen in the pod, and neither the pod nor
	// its namespace says that it calls it. It is judged as if they did.
	ReasonUndeclaredProcessor Reason = "UndeclaredProcessor"
	// ReasonUnknownProcessor: there is no Processor of that name.
	ReasonUnknownProcessor Reason = "UnknownProcessor"
	// ReasonUnknownMode: the Processor has no mode of that name.
	ReasonUnknownMode Reason = "UnknownMode"
	// ReasonProcessorNotAccepted: the Processor is not valid.
	ReasonProcessorNotAccepted Reason = "ProcessorNotAccepted"
	// ReasonProcessorNotAllowed: the Dataset names the processors that may handle it, and not this one.
	ReasonProcessorNotAllowed Reason = "ProcessorNotAllowed"
	// ReasonPlaceNotStated: the Processor does not say where it stores or computes.
	ReasonPlaceNotStated Reason = "PlaceNotStated"
	// ReasonNothingStored: the processor keeps nothing.
	ReasonNothingStored Reason = "NothingStored"
	// ReasonScheduledAnywhere: the processor computes where it likes, which is not only in permitted places.
	ReasonScheduledAnywhere Reason = "ScheduledAnywhere"
	// ReasonAttestationMissing: the processor has no attestation by the scheme.
	ReasonAttestationMissing Reason = "AttestationMissing"
	// ReasonAttestationExpired: it has one that has ended.
	ReasonAttestationExpired Reason = "AttestationExpired"
	// ReasonAttestationNotYetValid: it has one that has not begun.
	ReasonAttestationNotYetValid Reason = "AttestationNotYetValid"
	// ReasonAttestationLevelTooLow: it has one of a lower level than the policy asks for.
	ReasonAttestationLevelTooLow Reason = "AttestationLevelTooLow"
	// ReasonServiceNotDeclared: it has one that does not list all services of the mode.
	ReasonServiceNotDeclared Reason = "ServiceNotDeclared"
	// ReasonRetentionTooLong: the mode keeps data for longer than the policy lets it.
	ReasonRetentionTooLong Reason = "RetentionTooLong"
	// ReasonRetentionNotStated: the Processor does not say for how long.
	ReasonRetentionNotStated Reason = "RetentionNotStated"
	// ReasonSubprocessorsNotPublic: not everybody can read who its subprocessors are.
	ReasonSubprocessorsNotPublic Reason = "SubprocessorsNotPublic"
	// ReasonSubprocessorsNotStated: the Processor does not say whether everybody can.
	ReasonSubprocessorsNotStated Reason = "SubprocessorsNotStated"
	// ReasonAgreementMissing: there is no data processing agreement.
	ReasonAgreementMissing Reason = "AgreementMissing"
	// ReasonImpreciseLocation: the policy speaks of a city or a region, and that much
	// is not known of the location.
	ReasonImpreciseLocation Reason = "ImpreciseLocation"
	// ReasonInsufficientAssurance: the place is known on a weaker word than the policy asks for.
	ReasonInsufficientAssurance Reason = "InsufficientAssurance"
	// ReasonPolicyNotAccepted: the policy that governs is not valid.
	ReasonPolicyNotAccepted Reason = "PolicyNotAccepted"
	// ReasonUnknownDataset: no Dataset has that name.
	ReasonUnknownDataset Reason = "UnknownDataset"
	// ReasonNodeNotFound: there is no node of that name.
	ReasonNodeNotFound Reason = "NodeNotFound"
	// ReasonNoPermittedNode: none of the nodes that it can reach is permitted.
	ReasonNoPermittedNode Reason = "NoPermittedNode"
	// ReasonSomeNodesNotPermitted: some of the nodes that it can reach are permitted, and some are not.
	ReasonSomeNodesNotPermitted Reason = "SomeNodesNotPermitted"
	// ReasonReachesOtherPlaces: a pod is put on every node within reach, and some of them are not permitted.
	ReasonReachesOtherPlaces Reason = "ReachesOtherPlaces"
	// ReasonNoNodeForAllPolicies: each policy permits some of the nodes that it can reach, and no node is permitted by all.
	ReasonNoNodeForAllPolicies Reason = "NoNodeForAllPolicies"
	// ReasonSomePlacesNotPermitted: bytes may come to rest in one of several places, and some of
	// these are permitted, and some are not.
	ReasonSomePlacesNotPermitted Reason = "SomePlacesNotPermitted"
	// ReasonNoNodeYet: no node matches and the constraints name no place: its binding will be judged.
	ReasonNoNodeYet Reason = "NoNodeYet"
	// ReasonNoVolumeYet: no volume is bound, and nothing makes one: the bind to one will be judged.
	ReasonNoVolumeYet Reason = "NoVolumeYet"
)
