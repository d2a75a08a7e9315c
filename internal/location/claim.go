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
	"cmp"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// code is what one witness says of the place, in a provider's words: a zone or a region.
type code struct {
	kind  WitnessKind
	zone  bool
	value string
}

// codes returns what the witnesses say, in their order; the value of one that is silent is empty.
func (r *reading) codes() [3]code {
	return [3]code{
		r.id.code(),
		{kind: WitnessZoneLabel, zone: true, value: r.zone},
		{kind: WitnessRegionLabel, value: r.region},
	}
}

// code returns the finest code in the providerID, without a value if there is none.
func (id *identity) code() code {
	if id.zone != "" {
		return code{kind: WitnessProviderID, zone: true, value: id.zone}
	}
	return code{kind: WitnessProviderID, value: id.region}
}

// lookup finds the code among those of one provider.
func (c code) lookup(cat *catalogue.Catalogue, provider string) (catalogue.Match, bool) {
	if c.zone {
		return cat.Zone(provider, c.value)
	}
	region, ok := cat.RegionOfLabel(provider, c.value)
	return catalogue.Match{Region: region}, ok
}

// says repeats the code with the place that each provider means by it. The code is in the
// catalogue, so it needs no quotes.
func (c code) says(users []catalogue.ProviderMatch) string {
	b := c.appendCode(make([]byte, 0, 256))
	for i, u := range users {
		if i > 0 {
			b = append(b, "; "...)
		}
		b = append(append(b, u.Provider...), ": "...)
		b = appendPlace(b, u.Match)
	}
	return string(append(b, ')'))
}

// appendCode begins a sentence that ends with places and a bracket.
func (c code) appendCode(b []byte) []byte {
	b = append(append(b, "the "...), c.kind...)
	b = append(append(b, " says "...), c.value...)
	return append(b, " ("...)
}

// unlabelled repeats a region that policies can name and the provider's nodes are not known
// to carry, such as that of a place for buckets. It is empty for anything else.
func (c code) unlabelled(cat *catalogue.Catalogue, provider, owner string) string {
	if c.zone {
		return ""
	}
	if _, ok := cat.Region(provider, c.value); !ok {
		return ""
	}
	return "the " + string(c.kind) + " says " + quote(c.value) + ", which is a name of a region of " + owner +
		", and no label that its nodes are known to carry"
}

// unknown repeats a code that none of the possible owners has: what a witness says is then
// foreign, and quoted.
func (c code) unknown(owners string) string {
	kind := "region"
	if c.zone {
		kind = "zone"
	}
	return "the " + string(c.kind) + " says " + quote(c.value) + ", which is no known " + kind + " of " + owners
}

// reasonUnknown names why the place of a code is not known that no possible owner has.
func (c code) reasonUnknown() Reason {
	if c.zone {
		return ReasonUnknownZone
	}
	return ReasonUnknownRegion
}

// claim is a code that the provider has, and what the provider means by it.
type claim struct {
	code
	match catalogue.Match
}

// says repeats the claim with the place: "the region label says eu-west-2 (London, GB)".
func (c *claim) says() string {
	b := appendPlace(c.appendCode(make([]byte, 0, 128)), c.match)
	return string(append(b, ')'))
}

// agrees reports whether both claims, of one provider, can be true of one node. A zone
// that lies elsewhere agrees with the region whose label it carries, which is how the
// cloud labels it, and with no other.
func (c *claim) agrees(o *claim) bool {
	if c.zone && o.zone {
		return c.value == o.value
	}
	return regionLabelOf(c.match) == regionLabelOf(o.match)
}

// regionLabelOf returns the name of the region whose label a thing at m carries.
func regionLabelOf(m catalogue.Match) string {
	if m.Zone != nil {
		return m.Zone.RegionLabel
	}
	return m.Region.Name
}

// hear adds to claims what the provider means by the codes, less those that are silent. It
// returns the first code besides that the provider does not have, nil if it has them all.
func hear(cat *catalogue.Catalogue, provider string, codes []code, claims []claim) ([]claim, *code) {
	for i := range codes {
		c := &codes[i]
		if c.value == "" {
			continue
		}
		m, ok := c.lookup(cat, provider)
		if !ok {
			return claims, c
		}
		claims = append(claims, claim{code: *c, match: m})
	}
	return claims, nil
}

// quarrel returns the first two claims that cannot both be true of one thing, nil if all agree.
func quarrel(claims []claim) (first, second *claim) {
	for i := range claims {
		for j := range i {
			if !claims[j].agrees(&claims[i]) {
				return &claims[j], &claims[i]
			}
		}
	}
	return nil, nil
}

// finest returns the place of claims that agree: a zone if any of them names one.
func finest(claims []claim) *claim {
	for i := range claims {
		if claims[i].zone {
			return &claims[i]
		}
	}
	return &claims[0]
}

// appendOwners adds what the code means at each of the candidates that have it.
func (c code) appendOwners(found []catalogue.ProviderMatch, cat *catalogue.Catalogue, candidates []string) []catalogue.ProviderMatch {
	for _, provider := range candidates {
		if m, ok := c.lookup(cat, provider); ok {
			found = append(found, catalogue.ProviderMatch{Provider: provider, Match: m})
		}
	}
	return found
}

// lowConfidence says why the place is not believed.
func (c *claim) lowConfidence() string {
	return c.says() + ", which rests on a catalogue row of low confidence"
}

// location is the place, on one witness's word.
func (c *claim) location(provider string, witnesses []Witness) Location {
	l := Location{Provider: provider, Assurance: Claimed, Witnesses: witnesses, Source: c.match.Source()}
	l.City, l.Country = c.match.Place()
	l.Area = c.match.Area()
	if c.zone {
		l.Zone = c.value
	}
	if c.match.Region != nil {
		l.Region = c.match.Region.Name
	}
	return l
}

// appendPlace writes the place of a match for people.
func appendPlace(b []byte, m catalogue.Match) []byte {
	city, country := m.Place()
	if city = cmp.Or(city, m.Area()); city != "" {
		b = append(append(b, city...), ", "...)
	}
	return append(b, country...)
}
