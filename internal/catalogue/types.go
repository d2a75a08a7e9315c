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

package catalogue

import "slices"

// Confidence is how far a fact can be relied upon. The order of the values is
// the order of strength; the zero value is the weakest.
type Confidence uint8

const (
	// ConfidenceLow rests on one secondary source, or on inference. A fact of low
	// confidence is found, but must not satisfy a policy by itself.
	ConfidenceLow Confidence = iota
	// ConfidenceMedium rests on secondary sources that agree.
	ConfidenceMedium
	// ConfidenceHigh rests on primary text, or on several primary sources.
	ConfidenceHigh
)

// String returns the confidence as it is written in the data.
func (c Confidence) String() string {
	switch c {
	case ConfidenceHigh:
		return "high"
	case ConfidenceMedium:
		return "medium"
	default:
		return "low"
	}
}

// parseConfidence is the inverse of String. It knows no other words: an unknown
// one must not pass as any confidence.
func parseConfidence(s string) (Confidence, bool) {
	for _, c := range []Confidence{ConfidenceLow, ConfidenceMedium, ConfidenceHigh} {
		if s == c.String() {
			return c, true
		}
	}
	return ConfidenceLow, false
}

// Region is the place behind a provider's region code: one row of regions.csv.
type Region struct {
	// Provider is the catalogue's name of the provider, for example "aws".
	Provider string
	// Name is the region code, exactly as the provider writes it.
	Name string
	// City is the city as the source writes it ("London 2"), empty if no source names one.
	City string
	// Area is what the source names instead of a city ("Ohio"), empty if it names none. No
	// rule about cities can be answered by it.
	Area string
	// Country is the ISO 3166-1 alpha-2 code.
	Country string
	// Aliases are other names of the region. Region and RegionsByCode resolve only those
	// that are Labels too.
	Aliases []string
	// Labels are the values that nodes in the region carry as their region label: its name,
	// some of its aliases, or both. None: what its nodes carry is not known.
	Labels []string
	// LabelIsArea is set if nodes that carry the label may stand elsewhere than in City and
	// Country, so that only their zone says where they are.
	LabelIsArea bool
	// Source cites where the row was read.
	Source string
	// Confidence is how far the source goes.
	Confidence Confidence
}

// HasLabel reports whether nodes in the region carry exactly that region label. It does not
// allocate.
func (r *Region) HasLabel(label string) bool { return slices.Contains(r.Labels, label) }

// Zone is a zone, or a family of zones, whose name does not follow from its region's: one
// row of zones.csv. It lies in no region, as often elsewhere as where the region is.
type Zone struct {
	// Provider is the catalogue's name of the provider.
	Provider string
	// Prefix is what all zone names of the family begin with, for example
	// "eu-central-1-ist-1"; the zones are "eu-central-1-ist-1a" and so on.
	Prefix string
	// RegionLabel is the region label that nodes in the zone carry. The zone is
	// no part of it.
	RegionLabel string
	// City is the city as the source writes it, empty if it names an area instead.
	City string
	// Area is what the source names instead of a city, empty if it names a city.
	Area string
	// Country is the ISO 3166-1 alpha-2 code.
	Country string
	// Kind is KindLocalZone or KindWavelengthZone.
	Kind string
	// Source cites where the row was read.
	Source string
	// Confidence is how far the source goes.
	Confidence Confidence
}

// The kinds of zones, which decide how a zone's name continues its prefix.
const (
	// KindLocalZone continues with one lower-case letter.
	KindLocalZone = "local-zone"
	// KindWavelengthZone continues with "-wlz-" and a number.
	KindWavelengthZone = "wavelength-zone"
)

// Match is what a zone name was found to be. Exactly one of the two is set,
// except in the zero Match, which is no place at all.
type Match struct {
	// Region is set for a plain zone: the zone lies in that region.
	Region *Region
	// Zone is set for a zone of zones.csv: it lies in no region.
	Zone *Zone
}

// Place returns the display name of the city, empty if it is not known, and the
// ISO 3166-1 alpha-2 code of the country.
func (m Match) Place() (city, country string) {
	switch {
	case m.Zone != nil:
		return DisplayCity(m.Zone.City), m.Zone.Country
	case m.Region != nil:
		return DisplayCity(m.Region.City), m.Region.Country
	default:
		return "", ""
	}
}

// Area returns what is named instead of a city, empty if nothing is.
func (m Match) Area() string {
	switch {
	case m.Zone != nil:
		return m.Zone.Area
	case m.Region != nil:
		return m.Region.Area
	default:
		return ""
	}
}

// Confidence returns the confidence of the row that was found.
func (m Match) Confidence() Confidence {
	switch {
	case m.Zone != nil:
		return m.Zone.Confidence
	case m.Region != nil:
		return m.Region.Confidence
	default:
		return ConfidenceLow
	}
}

// Source returns the source of the row that was found.
func (m Match) Source() string {
	switch {
	case m.Zone != nil:
		return m.Zone.Source
	case m.Region != nil:
		return m.Region.Source
	default:
		return ""
	}
}

// ProviderMatch is one meaning of a zone name: what it is at one provider.
type ProviderMatch struct {
	Provider string
	Match
}
