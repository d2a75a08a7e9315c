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
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// code is what one witness says of the place, in a provider's words: a zone or a region.
type code struct {
	kind  WitnessKind
	zone  bool
	value string
}

// codes returns what the witnesses say, in their order; the value of one that is silent is empty.
func (r *reading) codes(id identity) [3]code {
	ofID := code{kind: WitnessProviderID, value: id.region}
	if id.zone != "" {
		ofID.zone, ofID.value = true, id.zone
	}
	return [3]code{
		ofID,
		{kind: WitnessZoneLabel, zone: true, value: r.zone},
		{kind: WitnessRegionLabel, value: r.region},
	}
}

// lookup finds the code among those of one provider.
func (c code) lookup(cat *catalogue.Catalogue, provider string) (catalogue.Match, bool) {
	if c.zone {
		return cat.Zone(provider, c.value)
	}
	region, ok := cat.Region(provider, c.value)
	return catalogue.Match{Region: region}, ok
}

// says repeats the code with the place that each provider means by it. The code is in the
// catalogue, so it needs no quotes.
func (c code) says(users []catalogue.ProviderMatch) string {
	var b strings.Builder
	b.WriteString("the " + string(c.kind) + " says " + c.value + " (")
	for i, u := range users {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(u.Provider + ": " + placeOfMatch(u.Match))
	}
	b.WriteString(")")
	return b.String()
}

// claim is a code that the provider has, and what the provider means by it.
type claim struct {
	code
	match catalogue.Match
}

// says repeats the claim with the place: "the region label says eu-west-2 (London, GB)".
func (c *claim) says() string {
	return "the " + string(c.kind) + " says " + c.value + " (" + placeOfMatch(c.match) + ")"
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

// placeOfMatch writes the place of a match for people.
func placeOfMatch(m catalogue.Match) string {
	city, country := m.Place()
	return placeOf(cmp.Or(city, m.Area()), country)
}
