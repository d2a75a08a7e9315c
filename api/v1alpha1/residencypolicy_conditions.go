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

// ConditionAccepted says whether the policy is part of the rulebook that serves
// admission. True is written only once that rulebook holds the policy's generation. A
// policy that is not accepted still governs: what it governs is Undetermined.
// On a Site, a Jurisdiction and a Processor it says whether it can be used as it is written.
//
// Possible reasons for True are: Valid.
// Possible reasons for False are: UnknownJurisdiction, UnknownCountry, UnknownProvider,
// UnknownRegion, UnknownCity, UnknownSite, InvalidSite, InvalidJurisdiction, InvalidSelector, InvalidPlace, NoSelector, NoPlaces, InvalidAssurance, InvalidEnforcement, InvalidTransfer, AdequacyNotFound, AdequacyPartial, InvalidProcessor.
// Possible reasons for Unknown are: Pending.
const ConditionAccepted = "Accepted"

// Reasons of the condition Accepted.
const (
	// ReasonValid: the policy can be enforced as it is written.
	ReasonValid = "Valid"
	// ReasonPending: the rulebook does not hold the policy yet, or, of Compliant, not everything is judged yet.
	ReasonPending = "Pending"
	// ReasonUnknownJurisdiction: a place names a jurisdiction that does not exist.
	ReasonUnknownJurisdiction = "UnknownJurisdiction"
	// ReasonUnknownCountry: a place names a code that ISO 3166-1 does not have.
	ReasonUnknownCountry = "UnknownCountry"
	// ReasonUnknownProvider: a place names a provider that the catalogue does not have.
	ReasonUnknownProvider = "UnknownProvider"
	// ReasonUnknownRegion: a place names a region that the provider does not have.
	ReasonUnknownRegion = "UnknownRegion"
	// ReasonUnknownCity: a place names a city that the catalogue does not have in that country.
	ReasonUnknownCity = "UnknownCity"
	// ReasonUnknownSite: a place names a Site that does not exist.
	ReasonUnknownSite = "UnknownSite"
	// ReasonInvalidJurisdiction: a place names a Jurisdiction that is not valid itself.
	ReasonInvalidJurisdiction = "InvalidJurisdiction"
	// ReasonInvalidSite: a place names a Site that is not valid itself.
	ReasonInvalidSite = "InvalidSite"
	// ReasonInvalidAssurance: the minimum is none of Claimed, Consistent and Declared.
	ReasonInvalidAssurance = "InvalidAssurance"
	// ReasonInvalidSelector: the datasetSelector cannot be read.
	ReasonInvalidSelector = "InvalidSelector"
	// ReasonInvalidPlace: a place names none or several of the kinds of place.
	ReasonInvalidPlace = "InvalidPlace"
	// ReasonNoSelector: the policy names no datasets, neither by label nor by name.
	ReasonNoSelector = "NoSelector"
	// ReasonNoPlaces: the policy allows no place at all.
	ReasonNoPlaces = "NoPlaces"
	// ReasonInvalidEnforcement: an enforcement mode is none of Deny, Warn and Audit.
	ReasonInvalidEnforcement = "InvalidEnforcement"
	// ReasonInvalidProcessor: a Processor says something twice, or what cannot be.
	ReasonInvalidProcessor = "InvalidProcessor"
	// ReasonInvalidTransfer: a transfer has no origin to leave, or cannot be read.
	ReasonInvalidTransfer = "InvalidTransfer"
	// ReasonAdequacyNotFound: a transfer rests on an adequacy decision that the catalogue does not have.
	ReasonAdequacyNotFound = "AdequacyNotFound"
	// ReasonAdequacyPartial: a transfer rests on an adequacy decision that covers only some
	// recipients, and does not say why this one is covered.
	ReasonAdequacyPartial = "AdequacyPartial"
)

// ConditionCatalogueCurrent says whether the catalogue that places are looked up in is
// the one that the administrators want: whether its overlay, if there is one, is in force.
// It is the same on every policy.
//
// Possible reasons for True are: NoOverlay, OverlayValid.
// Possible reasons for False are: OverlayInvalid.
// Possible reasons for Unknown are: Pending.
const ConditionCatalogueCurrent = "CatalogueCurrent"

// Reasons of the condition CatalogueCurrent.
const (
	// ReasonNoOverlay: the catalogue is the one that is built in.
	ReasonNoOverlay = "NoOverlay"
	// ReasonOverlayValid: the overlay is in force.
	ReasonOverlayValid = "OverlayValid"
	// ReasonOverlayInvalid: the overlay cannot be used, so the last good catalogue stays in force.
	ReasonOverlayInvalid = "OverlayInvalid"
)
