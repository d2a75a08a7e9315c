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

// Package location says where a thing is: which provider, region, zone, city and
// country, on whose word, and how far that word goes. It is pure: an object's own
// fields and the catalogue go in, a Location comes out.
package location

import (
	"cmp"
	"strings"
)

// Assurance is how far the witnesses of a Location can be relied upon. The order
// of the values is the order of strength.
type Assurance uint8

const (
	// AssuranceNone is the assurance of a Location that is Undetermined.
	AssuranceNone Assurance = iota
	// Claimed rests on a single witness for the place.
	Claimed
	// Consistent rests on a place in the providerID and labels that agree with it.
	// Consistent is not proven: a kubelet can write both when it registers.
	Consistent
	// Declared rests on a Site, which is an administrator's word.
	Declared
)

// String returns the assurance as it is shown.
func (a Assurance) String() string {
	switch a {
	case Claimed:
		return "Claimed"
	case Consistent:
		return "Consistent"
	case Declared:
		return "Declared"
	default:
		return "None"
	}
}

// Reason names why a Location is Undetermined. It is empty for a Location that is known.
type Reason string

// Possible reasons are:
const (
	// ReasonNoWitness: nothing on the object speaks of a place.
	ReasonNoWitness Reason = "NoWitness"
	// ReasonUnknownProvider: the scheme of the providerID is not understood, so no
	// cloud's codes may be borrowed for the labels.
	ReasonUnknownProvider Reason = "UnknownProvider"
	// ReasonUnknownRegion: the provider has no such region in the catalogue.
	ReasonUnknownRegion Reason = "UnknownRegion"
	// ReasonUnknownZone: the zone is none of the provider's; it is never read as its parent region.
	ReasonUnknownZone Reason = "UnknownZone"
	// ReasonAmbiguousProvider: several providers write such an ID, more than one of them
	// has the code, and nothing says which it is.
	ReasonAmbiguousProvider Reason = "AmbiguousProvider"
	// ReasonAmbiguousRegion: providers that use the code mean different countries by it.
	ReasonAmbiguousRegion Reason = "AmbiguousRegion"
	// ReasonConflictingWitnesses: two witnesses name different places.
	ReasonConflictingWitnesses Reason = "ConflictingWitnesses"
	// ReasonLowConfidence: only catalogue rows of low confidence say where the code is.
	ReasonLowConfidence Reason = "LowConfidence"
	// ReasonMalformedProviderID: the providerID does not have the form that its scheme has.
	ReasonMalformedProviderID Reason = "MalformedProviderID"
	// ReasonDeclarationExpired: the Site that says where the node is has ended.
	ReasonDeclarationExpired Reason = "DeclarationExpired"
	// ReasonInvalidDeclaration: the Site that says where the node is cannot be used as it is written.
	ReasonInvalidDeclaration Reason = "InvalidDeclaration"
	// ReasonMovedNode: the witnesses name another place than the one that is remembered.
	ReasonMovedNode Reason = "MovedNode"
)

// WitnessKind names the field that a witness is read from.
type WitnessKind string

// The fields that witnesses are read from.
const (
	WitnessProviderID   WitnessKind = "providerID"
	WitnessRegionLabel  WitnessKind = "region label"
	WitnessZoneLabel    WitnessKind = "zone label"
	WitnessInstanceType WitnessKind = "instance type"
	WitnessSite         WitnessKind = "site"
	// The deprecated labels can contradict, and never agree.
	WitnessBetaZoneLabel   WitnessKind = "beta zone label"
	WitnessBetaRegionLabel WitnessKind = "beta region label"
)

// Witness is one field of the object that speaks of its place, and what it says, verbatim.
type Witness struct {
	Kind  WitnessKind `json:"kind"`
	Value string      `json:"value"`
}

// Location is where a thing is, or, with a Reason, why that cannot be said. A
// Location is shared between goroutines and must not be changed once made.
type Location struct {
	// Provider is the catalogue's name of the provider ("aws"), empty if the place
	// does not depend on which of several providers it is.
	Provider string
	// Providers are all providers that the place may be with, sorted, where Provider is
	// empty: those that use the code, all of them for places in the same country.
	Providers []string
	// Region is the provider's region code. It is empty in a zone that lies
	// elsewhere than the region whose label it carries.
	Region string
	// Regions are what each of Providers calls the region, in their order, where they do not
	// call it the same; empty for one that has none there. Region is empty then.
	Regions []string
	// Zone is the zone as the object names it, empty if it names none.
	Zone string
	// City is the city's display name as policies name it, empty if it is not known.
	City string
	// Area is what is known instead of a city, such as a state, empty if a city is known.
	Area string
	// Country is the ISO 3166-1 alpha-2 code.
	Country string
	// Sites are the names of the Sites that the thing is in, sorted.
	Sites []string
	// Assurance is how far the witnesses go.
	Assurance Assurance
	// Witnesses are all fields that speak of the place, also of an Undetermined Location, in
	// the order providerID, zone label, region label, the deprecated zone and region labels,
	// instance type, and the Sites that the place rests on or that are in dispute; of a volume its
	// fields, and then the Sites. A field that
	// says nothing of a place is not among them, such as the fault domain that Azure puts in the
	// zone label.
	Witnesses []Witness
	// Contradiction is one clause that says what the providerID says against the Site that
	// declares the place, or against the Sites that claim it, which are then not believed; of a
	// volume, what any of its fields says. Empty if it says nothing against them.
	Contradiction string
	// Source cites the catalogue row, or the basis of the Site, that gave the place.
	Source string
	// Reason is empty if the place is known.
	Reason Reason
	// Detail is one clause for people that says what Reason means here, in lower
	// case and without a full stop: `zone "eu-central-1-xyz-1a" is not known of aws`.
	Detail string
}

// Known reports whether the place is known.
func (l *Location) Known() bool { return l.Reason == "" }

// Place returns the place for people: "London, GB", or "IE" where no city is known.
// For an Undetermined Location it is "an unknown place".
func (l *Location) Place() string {
	if !l.Known() {
		return "an unknown place"
	}
	return placeOf(cmp.Or(l.City, l.Area), l.Country)
}

// Code returns the provider's own name of the place: "aws eu-west-2", or
// "aws eu-central-1-ist-1a" where the zone lies in no region of its own. Where
// several providers use the code for one place it is the code alone: "eu-central-1".
func (l *Location) Code() string {
	code := l.Region
	if code == "" {
		code = l.Zone
	}
	if code == "" && l.Known() && !l.has(WitnessSite) {
		code = cmp.Or(l.word(WitnessRegionLabel), l.volumeCode())
	}
	return strings.TrimSpace(l.Provider + " " + code)
}

// finestCode is Code with the zone where that is known.
func (l *Location) finestCode() string {
	if l.Zone == "" {
		return l.Code()
	}
	return strings.TrimSpace(l.Provider + " " + l.Zone)
}

// Word returns on whose word the place rests: "Site paris-room", "a claim of Site
// paris-room", "providerID and labels", "providerID", "providerID and instance type",
// "labels", or "no witness"; of a volume the fields that were read, such as "volume handle
// and node affinity". A providerID that names only the provider gives no word on the
// place. Of an Undetermined Location it returns whose words were read.
func (l *Location) Word() string {
	sites := l.sitesWord()
	switch {
	case sites == "":
		return l.ownWord()
	case l.Assurance == Declared:
		return sites
	case l.Known():
		return "a claim of " + sites
	}
	if own := l.ownWord(); own != noWord {
		return own + " and " + sites
	}
	return sites
}

// noWord is the word of a Location that rests on nothing.
const noWord = "no witness"

// ownWord is the word without that of Sites.
func (l *Location) ownWord() string {
	id := l.has(WitnessProviderID)
	labels := l.has(WitnessZoneLabel) || l.has(WitnessRegionLabel)
	switch {
	case l.Reason == ReasonNoWitness, l.Reason == ReasonNoVolumeWitness:
		return noWord
	case id && labels && l.Assurance == Claimed:
		// One word for the place: had the providerID named it too, it would be Consistent.
		return "labels"
	case id && labels:
		return "providerID and labels"
	case id && l.has(WitnessInstanceType):
		return "providerID and instance type"
	case id:
		return "providerID"
	case labels:
		return "labels"
	default:
		return cmp.Or(l.volumeWord(), noWord)
	}
}

// sitesWord names the Sites among the witnesses, empty if there are none.
func (l *Location) sitesWord() string {
	var names []string
	for _, w := range l.Witnesses {
		if w.Kind == WitnessSite {
			names = append(names, w.Value)
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "Site " + names[0]
	default:
		return "Sites " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	}
}

// has reports whether a field of that kind is among the witnesses.
func (l *Location) has(kind WitnessKind) bool { return l.word(kind) != "" }

// word returns what the witness of that kind says, empty if there is none.
func (l *Location) word(kind WitnessKind) string {
	for _, w := range l.Witnesses {
		if w.Kind == kind {
			return w.Value
		}
	}
	return ""
}

// placeOf writes a place for people.
func placeOf(city, country string) string {
	if city == "" {
		return country
	}
	return city + ", " + country
}
