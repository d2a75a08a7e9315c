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

package location

import (
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// The fields of volumes, of their classes and of snapshots that witnesses are read from.
const (
	WitnessVolumeHandle    WitnessKind = "volume handle"
	WitnessNodeAffinity    WitnessKind = "node affinity"
	WitnessVolumeLabel     WitnessKind = "volume label"
	WitnessVolumeAttribute WitnessKind = "volume attribute"
	WitnessMountOption     WitnessKind = "mount option"
	WitnessParameter       WitnessKind = "class parameter"
	WitnessAllowedTopology WitnessKind = "allowed topology"
	WitnessSnapshotHandle  WitnessKind = "snapshot handle"
	// WitnessPair is the region to which a provider copies what is kept in another one.
	WitnessPair WitnessKind = "paired region"
	// WitnessDefault is what a provider does where nobody says otherwise.
	WitnessDefault WitnessKind = "provider's default"
	// WitnessMaker is the class by which a volume was made that names no place itself.
	WitnessMaker WitnessKind = "class that made it"
)

// Named returns the kind with the name of the field, where an object has several of that
// kind: "volume attribute location".
func (k WitnessKind) Named(field string) WitnessKind { return k + " " + WitnessKind(field) }

// is reports whether the kind is k, with the name of a field or without one.
func (k WitnessKind) is(of WitnessKind) bool {
	rest, ok := strings.CutPrefix(string(k), string(of))
	return ok && (rest == "" || rest[0] == ' ')
}

// ofVolume reports whether it is a kind of field that volumes have.
func (k WitnessKind) ofVolume() bool { return k.findsData() || k.reaches() }

// findsData reports whether it is a field by which data is found or made.
func (k WitnessKind) findsData() bool {
	return slices.ContainsFunc([]WitnessKind{
		WitnessVolumeHandle, WitnessVolumeAttribute, WitnessMountOption, WitnessParameter, WitnessSnapshotHandle,
		WitnessPair, WitnessDefault, WitnessMaker,
	}, k.is)
}

// reaches reports whether it is a field that says from where a volume can be reached, and so
// is a word of its own beside those by which it is found.
func (k WitnessKind) reaches() bool {
	return k.is(WitnessNodeAffinity) || k.is(WitnessVolumeLabel) || k.is(WitnessAllowedTopology)
}

// The reasons why it is not known where a volume or a snapshot rests, besides those of nodes.
const (
	// ReasonNoVolumeWitness: nothing on the object by which its data could be found names a place.
	ReasonNoVolumeWitness Reason = "NoVolumeWitness"
	// ReasonUnknownDriver: the driver is none whose fields are understood.
	ReasonUnknownDriver Reason = "UnknownDriver"
	// ReasonUnknownReplica: there are, or may be, copies, and nothing says where all of them are.
	ReasonUnknownReplica Reason = "UnknownReplica"
	// ReasonUnknownStorageClass: the class is not there, or there is none.
	ReasonUnknownStorageClass Reason = "UnknownStorageClass"
	// ReasonUnknownVolume: an existing volume decides, and it is not known which, or it is not there.
	ReasonUnknownVolume Reason = "UnknownVolume"
	// ReasonUnknownAttributesClass: the VolumeAttributesClass that may change it is not there.
	ReasonUnknownAttributesClass Reason = "UnknownAttributesClass"
	// ReasonUnknownServer: it is mounted from a host of which nothing says where it stands.
	ReasonUnknownServer Reason = "UnknownServer"
	// ReasonUnknownAccount: it is kept in an existing account or file system, whose own settings
	// say where it is and whether it is copied.
	ReasonUnknownAccount Reason = "UnknownAccount"
	// ReasonUnknownPair: it is copied to a paired region, and no pair of the region is known.
	ReasonUnknownPair Reason = "UnknownPair"
	// ReasonUnknownNode: it rests on nodes, and none is known that it names.
	ReasonUnknownNode Reason = "UnknownNode"
	// ReasonUnknownBackupTarget: it goes to a target for backups of which nothing says where it is.
	ReasonUnknownBackupTarget Reason = "UnknownBackupTarget"
	// ReasonUnknownSnapshotClass: the class by which a snapshot is taken is not there.
	ReasonUnknownSnapshotClass Reason = "UnknownSnapshotClass"
	// ReasonAnyBucket: it gives access to any bucket that its user may read.
	ReasonAnyBucket Reason = "AnyBucket"
	// ReasonDependsOnProviderSettings: settings at the provider, which the cluster does not see, decide.
	ReasonDependsOnProviderSettings Reason = "DependsOnProviderSettings"
)

// Code is what one field of a volume says of a place, in a provider's words.
type Code struct {
	// Kind of the field.
	Kind WitnessKind
	// Value as the field says it; empty: it says nothing.
	Value string
	// Zone is whether it is a zone, rather than a region.
	Zone bool
}

// Testimony is what the fields of a volume say of one place at which it rests.
type Testimony struct {
	// Providers are those whose storage it can be, by the driver: one, or several, of which the
	// codes tell. There is at least one.
	Providers []string
	// Open is whether providers that the catalogue does not have use the driver too: the place
	// is Claimed then at most.
	Open bool
	// Codes are what the fields say.
	Codes []Code
}

// OfVolume says where a volume is by its fields. As with nodes, each of them has to be a code
// of the provider, and all have to agree. A field by which the driver finds the data and one
// that says from where it is reached give a Consistent Location, anything less a Claimed one.
// Values are compared exactly. It takes any bytes and never panics.
func OfVolume(cat *catalogue.Catalogue, t Testimony) Location {
	codes := make([]code, 0, 8)
	for _, c := range t.Codes {
		if c.Value != "" {
			codes = append(codes, code{kind: c.Kind, zone: c.Zone, value: c.Value})
		}
	}
	witnesses := t.Witnesses()
	no := func(reason Reason, detail string) Location {
		return Location{Witnesses: witnesses, Reason: reason, Detail: detail}
	}
	if len(codes) == 0 {
		return no(ReasonNoVolumeWitness, "no field of it names a place of "+strings.Join(t.Providers, " or "))
	}
	provider, owner := "", strings.Join(t.Providers, " or ")
	if len(t.Providers) == 1 {
		provider = t.Providers[0]
		if !cat.HasProvider(provider) {
			owner += ", of which the catalogue has no region at all"
		}
	} else {
		switch owners := codes[0].appendOwners(nil, cat, t.Providers); len(owners) {
		case 0:
			return no(codes[0].reasonUnknown(), codes[0].unknown(owner))
		case 1:
			provider, owner = owners[0].Provider, owners[0].Provider
		default:
			return no(ReasonAmbiguousProvider, "it can be storage of "+owner+", and "+codes[0].says(owners))
		}
	}
	claims, foreign := hear(cat, provider, codes, make([]claim, 0, 8))
	if foreign != nil {
		if named := foreign.unlabelled(cat, provider, owner); named != "" {
			return no(ReasonUnknownRegion, named)
		}
		return no(foreign.reasonUnknown(), foreign.unknown(owner))
	}
	if one, other := quarrel(claims); one != nil {
		return no(ReasonConflictingWitnesses, one.says()+" and "+other.says())
	}
	place := finest(claims)
	if !place.zone && place.match.Region.LabelIsArea {
		return no(ReasonNoVolumeWitness, place.says()+", but "+provider+" has zones in other cities and countries too, and none is named")
	}
	if place.match.Confidence() == catalogue.ConfidenceLow {
		return no(ReasonLowConfidence, place.lowConfidence())
	}
	l := place.location(provider, witnesses)
	if len(t.Providers) == 1 && !t.Open && t.independent() {
		l.Assurance = Consistent
	}
	return l
}

// independent reports whether a field by which the data is found and one that says from where
// it is reached both speak.
func (t *Testimony) independent() bool {
	spoken := func(which func(WitnessKind) bool) bool {
		return slices.ContainsFunc(t.Codes, func(c Code) bool { return c.Value != "" && which(c.Kind) })
	}
	return spoken(WitnessKind.findsData) && spoken(WitnessKind.reaches)
}

// Witnesses returns the fields that speak, in their order.
func (t *Testimony) Witnesses() []Witness {
	var w []Witness
	for _, c := range t.Codes {
		if c.Value == "" {
			continue
		}
		if one := (Witness{Kind: c.Kind, Value: Shorten(c.Value)}); !slices.Contains(w, one) {
			w = append(w, one)
		}
	}
	return w
}

// Undetermined is a Location that is not known.
func Undetermined(reason Reason, detail string, witnesses ...Witness) Location {
	return Location{Witnesses: witnesses, Reason: reason, Detail: detail}
}

// Quote makes a foreign value fit for a message: printable, in quotes, and short.
func Quote(s string) string { return quote(s) }

// volumeCode returns what the fields of a volume call a place that is no single region, such
// as "eu". It is empty for anything but volumes.
func (l *Location) volumeCode() string {
	for _, w := range l.Witnesses {
		if w.Kind.ofVolume() {
			return w.Value
		}
	}
	return ""
}

// volumeWord names the kinds of fields of a volume that were read, empty if there are none.
func (l *Location) volumeWord() string {
	var kinds []string
	for _, w := range l.Witnesses {
		if kind := string(w.Kind); w.Kind.ofVolume() && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	switch n := len(kinds); n {
	case 0:
		return ""
	case 1:
		return kinds[0]
	default:
		return strings.Join(kinds[:n-1], ", ") + " and " + kinds[n-1]
	}
}
