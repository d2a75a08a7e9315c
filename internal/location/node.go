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
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// The well-known labels that are read of a node:
// https://kubernetes.io/docs/reference/labels-annotations-taints/
const (
	labelZone         = "topology.kubernetes.io/zone"
	labelRegion       = "topology.kubernetes.io/region"
	labelBetaZone     = "failure-domain.beta.kubernetes.io/zone"
	labelBetaRegion   = "failure-domain.beta.kubernetes.io/region"
	labelInstanceType = "node.kubernetes.io/instance-type"
)

// Node is what is read of a Node object.
type Node struct {
	// Name of the node. Sites name nodes by it.
	Name string
	// ProviderID is spec.providerID. If it is empty, all providers are possible: so it is
	// on a node that no cloud has claimed, and for the labels that a pod's constraints name.
	ProviderID string
	// Labels are the labels of the node.
	Labels map[string]string
}

// OfNode says where a node is by its own word alone. A place in the providerID and labels
// that agree with it give a Consistent Location, one of the two a Claimed one, anything else
// a Location that is not Known and says why. Values are compared exactly, as clouds write
// them: never by prefix, never with another case. It takes any bytes and never panics.
func OfNode(cat *catalogue.Catalogue, n Node) Location {
	r := read(cat, &n)
	return r.locate(cat)
}

// reading is what one node says, before anyone believes it.
type reading struct {
	providerID, zone, region string
	betaZone, betaRegion     string
	instanceType             string
	// usedInstanceType is set once the instance type has told a provider.
	usedInstanceType bool
	// guessed is set once the provider is told by a code that others, which the catalogue does
	// not have, may use as well.
	guessed bool
	// written is what kind of providerID it is, scheme whose, and id what it says; the latter
	// two are of an ID that was understood.
	written written
	scheme  scheme
	id      identity
}

// written is how far a providerID is understood.
type written uint8

const (
	// idNone: there is none, so all providers are possible.
	idNone written = iota
	// idUnknown: no scheme that is known.
	idUnknown
	// idMalformed: a known scheme, and not the form that it has.
	idMalformed
	// idPlaceless: a known scheme, and no provider's.
	idPlaceless
	// idRead: a provider's, or one of several providers'.
	idRead
)

// read takes apart what the node says of itself.
func read(cat *catalogue.Catalogue, n *Node) reading {
	r := reading{
		providerID:   n.ProviderID,
		zone:         n.Labels[labelZone],
		region:       n.Labels[labelRegion],
		betaZone:     n.Labels[labelBetaZone],
		betaRegion:   n.Labels[labelBetaRegion],
		instanceType: n.Labels[labelInstanceType],
	}
	if r.providerID == "" {
		return r
	}
	var rest string
	var ok bool
	if r.scheme, rest, ok = schemeOf(cat, r.providerID); !ok {
		r.written = idUnknown
		return r
	}
	if r.scheme.silent(r.zone) {
		r.zone = ""
	}
	if r.scheme.silent(r.betaZone) {
		r.betaZone = ""
	}
	switch r.id, ok = r.scheme.parse(rest); {
	case !ok:
		r.written = idMalformed
	case len(r.scheme.providers) == 0:
		r.written = idPlaceless
	default:
		r.written = idRead
		if len(r.scheme.providers) == 1 {
			r.id.provider = r.scheme.providers[0]
		}
	}
	return r
}

// locate says where the node is by what was read.
func (r *reading) locate(cat *catalogue.Catalogue) Location {
	switch r.written {
	case idNone:
		return r.byLabels(cat)
	case idUnknown:
		return r.undetermined(ReasonUnknownProvider,
			"the providerID "+quote(r.providerID)+" is of no provider that is understood, so no label is read as a cloud's")
	case idMalformed:
		return r.undetermined(ReasonMalformedProviderID,
			"the providerID "+quote(r.providerID)+" does not have the form "+r.scheme.words())
	case idPlaceless:
		return r.undetermined(ReasonNoWitness, "the providerID "+quote(r.providerID)+
			" is no cloud's, so no cloud's codes are borrowed for its labels; a Site can say where it stands")
	default:
		provider, refusal := r.provider(cat)
		if !refusal.Known() {
			return refusal
		}
		return r.at(cat, provider)
	}
}

// provider says whose node it is, or returns the Location that says why that is not known.
func (r *reading) provider(cat *catalogue.Catalogue) (string, Location) {
	provider := r.id.provider
	if told := r.scheme.byInstanceType(r.instanceType); told != "" {
		r.usedInstanceType = true
		if provider != "" && provider != told {
			return "", r.undetermined(ReasonConflictingWitnesses,
				"the providerID says "+provider+" and the instance type "+quote(r.instanceType)+" says "+told)
		}
		provider = told
	}
	if provider != "" {
		return provider, Location{}
	}
	return r.byOwner(cat)
}

// byOwner tells the provider by the first code that is said: it is the one that has it.
// The code is not enough where two have it, even where both mean one city by it: a rule
// about a provider's region would be answered by chance.
func (r *reading) byOwner(cat *catalogue.Catalogue) (string, Location) {
	candidates := r.scheme.providers
	for _, c := range r.codes() {
		if c.value == "" {
			continue
		}
		owners := c.appendOwners(make([]catalogue.ProviderMatch, 0, 8), cat, candidates)
		switch len(owners) {
		case 0:
			for _, provider := range candidates {
				if named := c.unlabelled(cat, provider, provider); named != "" {
					return "", r.undetermined(ReasonUnknownRegion, named)
				}
			}
			return "", r.unknownCode(c, strings.Join(candidates, " or "))
		case 1:
			r.guessed = r.scheme.open()
			return owners[0].Provider, Location{}
		default:
			return "", r.undetermined(ReasonAmbiguousProvider,
				strings.Join(candidates, " and ")+" write such a providerID, and "+c.says(owners))
		}
	}
	return "", r.noPlace(strings.Join(candidates, " or "))
}

// at says where a node of a known provider is.
func (r *reading) at(cat *catalogue.Catalogue, provider string) Location {
	var heard [3]claim
	codes := r.codes()
	claims, foreign := hear(cat, provider, codes[:], heard[:0])
	if foreign != nil {
		if named := foreign.unlabelled(cat, provider, r.named(cat, provider)); named != "" {
			return r.undetermined(ReasonUnknownRegion, named)
		}
		return r.unknownCode(*foreign, r.named(cat, provider))
	}
	if len(claims) == 0 {
		return r.noPlace(provider)
	}
	if one, other := quarrel(claims); one != nil {
		return r.undetermined(ReasonConflictingWitnesses, one.says()+" and "+other.says())
	}
	place := finest(claims)
	user := [1]catalogue.ProviderMatch{{Provider: provider, Match: place.match}}
	if !place.zone && place.match.Region.LabelIsArea {
		return r.areaOnly(place.code, user[:], provider)
	}
	if against := r.betaAgainst(cat, place.code, user[:]); against != "" {
		return r.undetermined(ReasonConflictingWitnesses, place.says()+" and "+against)
	}
	if place.match.Confidence() == catalogue.ConfidenceLow {
		return r.undetermined(ReasonLowConfidence, place.lowConfidence())
	}
	l := place.location(provider, r.witnesses(0))
	if len(claims) > 1 && claims[0].kind == WitnessProviderID && !r.guessed {
		l.Assurance = Consistent
	}
	return l
}

// named adds to a provider who said that it is that one, where people could not tell by the
// providerID, and that the catalogue has no place of it at all, where that is so.
func (r *reading) named(cat *catalogue.Catalogue, provider string) string {
	if r.usedInstanceType {
		return provider + " (so the instance type " + quote(r.instanceType) + ")"
	}
	if !cat.HasProvider(provider) {
		return provider + ", of which the catalogue has no region at all"
	}
	return provider
}

// witnesses returns the fields that were read, with room for some more.
func (r *reading) witnesses(more int) []Witness {
	fields := [...]Witness{
		{Kind: WitnessProviderID, Value: r.providerID},
		{Kind: WitnessZoneLabel, Value: r.zone},
		{Kind: WitnessRegionLabel, Value: r.region},
		{Kind: WitnessBetaZoneLabel, Value: r.betaZone},
		{Kind: WitnessBetaRegionLabel, Value: r.betaRegion},
		{Kind: WitnessInstanceType, Value: r.instanceType},
	}
	if !r.usedInstanceType {
		fields[len(fields)-1].Value = ""
	}
	n := more
	for i := range fields {
		if fields[i].Value != "" {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	w := make([]Witness, 0, n)
	for i := range fields {
		if fields[i].Value != "" {
			w = append(w, fields[i])
		}
	}
	return w
}
