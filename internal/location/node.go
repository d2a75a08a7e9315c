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
	"fmt"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// The well-known labels that are read of a node:
// https://kubernetes.io/docs/reference/labels-annotations-taints/
const (
	labelZone         = "topology.kubernetes.io/zone"
	labelRegion       = "topology.kubernetes.io/region"
	labelInstanceType = "node.kubernetes.io/instance-type"
)

// Node is what is read of a Node object.
type Node struct {
	// ProviderID is spec.providerID. If it is empty, all providers are possible: so it is
	// on a node that no cloud has claimed, and for the labels that a pod's constraints name.
	ProviderID string
	// Labels are the labels of the node.
	Labels map[string]string
}

// OfNode says where a node is. A place in the providerID and labels that agree with it
// give a Consistent Location, one of the two a Claimed one, anything else a Location
// that is not Known and says why. Values are compared exactly, as clouds write them:
// never by prefix, never with another case. It takes any bytes and never panics.
func OfNode(cat *catalogue.Catalogue, n Node) Location {
	r := reading{
		providerID:   n.ProviderID,
		zone:         n.Labels[labelZone],
		region:       n.Labels[labelRegion],
		instanceType: n.Labels[labelInstanceType],
	}
	if r.providerID == "" {
		return r.byLabels(cat)
	}
	s, rest, ok := schemeOf(r.providerID)
	if !ok {
		return r.undetermined(ReasonUnknownProvider,
			"the providerID "+quote(r.providerID)+" is of no provider that is understood, so no label is read as a cloud's")
	}
	if s.placeless != nil && s.placeless(r.zone) {
		r.zone = ""
	}
	id, ok := s.parse(rest)
	if !ok {
		return r.undetermined(ReasonMalformedProviderID,
			"the providerID "+quote(r.providerID)+" does not have the form "+s.form)
	}
	provider, refusal := r.provider(cat, s, id)
	if refusal != nil {
		return *refusal
	}
	return r.at(cat, provider, id)
}

// reading is what one node says, before anyone believes it.
type reading struct {
	providerID, zone, region, instanceType string
	// usedInstanceType is set once the instance type has told a provider.
	usedInstanceType bool
}

// provider says whose node it is, or returns the Location that says why that is not known.
func (r *reading) provider(cat *catalogue.Catalogue, s *scheme, id identity) (string, *Location) {
	provider := id.provider
	if provider == "" && len(s.providers) == 1 {
		provider = s.providers[0]
	}
	if s.byInstanceType != nil {
		if told := s.byInstanceType(r.instanceType); told != "" {
			r.usedInstanceType = true
			if provider != "" && provider != told {
				return "", new(r.undetermined(ReasonConflictingWitnesses, fmt.Sprintf(
					"the providerID says %s and the instance type %s says %s", provider, quote(r.instanceType), told)))
			}
			provider = told
		}
	}
	if provider != "" {
		return provider, nil
	}
	return r.byOwner(cat, s.providers, id)
}

// byOwner tells the provider by the first code that is said: it is the one that has it.
// The code is not enough where two have it, even where both mean one city by it: a rule
// about a provider's region would be answered by chance.
func (r *reading) byOwner(cat *catalogue.Catalogue, candidates []string, id identity) (string, *Location) {
	for _, c := range r.codes(id) {
		if c.value == "" {
			continue
		}
		var owners []catalogue.ProviderMatch
		for _, provider := range candidates {
			if m, ok := c.lookup(cat, provider); ok {
				owners = append(owners, catalogue.ProviderMatch{Provider: provider, Match: m})
			}
		}
		switch len(owners) {
		case 0:
			return "", new(r.unknownCode(c, strings.Join(candidates, " or ")))
		case 1:
			return owners[0].Provider, nil
		default:
			return "", new(r.undetermined(ReasonAmbiguousProvider, fmt.Sprintf(
				"%s write such a providerID, and %s", strings.Join(candidates, " and "), c.says(owners))))
		}
	}
	return "", new(r.noPlace(strings.Join(candidates, " or ")))
}

// at says where a node of a known provider is.
func (r *reading) at(cat *catalogue.Catalogue, provider string, id identity) Location {
	var (
		claims [3]claim
		n      int
	)
	for _, c := range r.codes(id) {
		if c.value == "" {
			continue
		}
		m, ok := c.lookup(cat, provider)
		if !ok {
			return r.unknownCode(c, r.named(provider))
		}
		claims[n] = claim{code: c, match: m}
		n++
	}
	if n == 0 {
		return r.noPlace(provider)
	}
	for i := range n {
		for j := range i {
			if !claims[j].agrees(&claims[i]) {
				return r.undetermined(ReasonConflictingWitnesses, claims[j].says()+" and "+claims[i].says())
			}
		}
	}
	// They agree, so the finest of them is the place: a zone if any names one.
	place := &claims[0]
	for i := range n {
		if claims[i].zone {
			place = &claims[i]
			break
		}
	}
	if place.match.Confidence() == catalogue.ConfidenceLow {
		return r.undetermined(ReasonLowConfidence, place.says()+", which rests on a catalogue row of low confidence")
	}
	l := Location{Provider: provider, Assurance: Claimed, Witnesses: r.witnesses(), Source: place.match.Source()}
	l.City, l.Country = place.match.Place()
	l.Area = place.match.Area()
	if place.zone {
		l.Zone = place.value
	}
	if place.match.Region != nil {
		l.Region = place.match.Region.Name
	}
	if n > 1 && claims[0].kind == WitnessProviderID {
		l.Assurance = Consistent
	}
	return l
}

// named adds to a provider who said that it is that one, where people could not tell by the providerID.
func (r *reading) named(provider string) string {
	if !r.usedInstanceType {
		return provider
	}
	return provider + " (so the instance type " + quote(r.instanceType) + ")"
}

// witnesses returns the fields that were read.
func (r *reading) witnesses() []Witness {
	w := make([]Witness, 0, 4)
	add := func(kind WitnessKind, value string) {
		if value != "" {
			w = append(w, Witness{Kind: kind, Value: value})
		}
	}
	add(WitnessProviderID, r.providerID)
	add(WitnessZoneLabel, r.zone)
	add(WitnessRegionLabel, r.region)
	if r.usedInstanceType {
		add(WitnessInstanceType, r.instanceType)
	}
	if len(w) == 0 {
		return nil
	}
	return w
}
