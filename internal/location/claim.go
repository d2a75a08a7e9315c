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

// appendPlace writes the place of a match for people.
func appendPlace(b []byte, m catalogue.Match) []byte {
	city, country := m.Place()
	if city = cmp.Or(city, m.Area()); city != "" {
		b = append(append(b, city...), ", "...)
	}
	return append(b, country...)
}
