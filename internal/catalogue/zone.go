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

import (
	"cmp"
	"slices"
)

// wavelengthInfix stands between the prefix and the number of a Wavelength Zone.
const wavelengthInfix = "-wlz-"

// zoneIndex tells what every zone is, by the way in which it ends, and what stands
// before that. Who means the same by it is together, sorted by provider.
type zoneIndex [endings]map[string][]ProviderMatch

// Zone returns what exactly that zone is at the provider. A name that follows none
// of the provider's forms (providers.csv) and is no zone of zones.csv is not found:
// it is never read as the region that it begins with, which may be in another
// country. It does not allocate.
func (c *Catalogue) Zone(provider, zone string) (Match, bool) {
	for _, meanings := range c.zonesByStem.meanings(zone) {
		for i := range meanings {
			if meanings[i].Provider == provider {
				return meanings[i].Match, true
			}
		}
	}
	return Match{}, false
}

// EachZone calls visit with what the zone is at every provider at which Zone finds
// it, sorted by provider. It does not allocate.
func (c *Catalogue) EachZone(zone string, visit func(ProviderMatch)) {
	all := c.zonesByStem.meanings(zone)
	for {
		// The next is the least of those that come first; the lists are sorted.
		next := -1
		for i := range all {
			if len(all[i]) > 0 && (next < 0 || all[i][0].Provider < all[next][0].Provider) {
				next = i
			}
		}
		if next < 0 {
			return
		}
		m := all[next][0]
		for i := range all {
			// One provider can write one zone in two of its forms.
			for len(all[i]) > 0 && all[i][0].Provider == m.Provider {
				all[i] = all[i][1:]
			}
		}
		visit(m)
	}
}

// ZonesByCode returns what the zone is at every provider at which Zone finds it,
// sorted by provider.
func (c *Catalogue) ZonesByCode(zone string) []ProviderMatch {
	var found []ProviderMatch
	c.EachZone(zone, func(m ProviderMatch) { found = append(found, m) })
	return found
}

// meanings returns all meanings of the zone, in one list for each way to read its end.
func (x *zoneIndex) meanings(zone string) (all [3][]ProviderMatch) {
	all[0] = x[endsWhole][zone]
	if stem, ok := cutLetter(zone); ok {
		all[1] = x[endsLetter][stem]
		return all
	}
	if stem, digits := cutDigits(zone); digits != "" {
		if digits[0] != '0' {
			all[1] = x[endsNumber][stem]
		}
		all[2] = x[endsDigits][stem]
	}
	return all
}

// indexZones fills the index with every zone of every region, by the forms of its
// provider, and with the zones of zones.csv.
func (c *Catalogue) indexZones() {
	// Most stems have one meaning, and need no slice of their own.
	single := make([]ProviderMatch, 0, len(c.regions)+len(c.zones))
	for e := range c.zonesByStem {
		c.zonesByStem[e] = map[string][]ProviderMatch{}
	}
	c.eachStem(func(e ending, stem string, m ProviderMatch) {
		known, ok := c.zonesByStem[e][stem]
		if !ok {
			single = append(single, m)
			// There is no room to grow: append copies it.
			known = single[len(single)-1 : len(single) : len(single)]
		} else {
			known = append(known, m)
			slices.SortStableFunc(known, func(a, b ProviderMatch) int { return cmp.Compare(a.Provider, b.Provider) })
		}
		c.zonesByStem[e][stem] = known
	})
}

// eachStem calls visit with the beginning of every zone, and what the zone is.
func (c *Catalogue) eachStem(visit func(e ending, stem string, m ProviderMatch)) {
	for _, r := range c.regions {
		for _, f := range c.zoneFormsOf(r) {
			visit(f.ending, f.stem(r.Name), ProviderMatch{Provider: r.Provider, Match: Match{Region: r}})
		}
	}
	for _, z := range c.zones {
		e, stem := z.stem()
		visit(e, stem, ProviderMatch{Provider: z.Provider, Match: Match{Zone: z}})
	}
}

// zoneFormsOf returns the forms of the names of the region's zones.
func (c *Catalogue) zoneFormsOf(r *Region) []zoneForm {
	row, ok := c.titles[r.Provider]
	if !ok {
		return nil
	}
	return row.forms.of(r.Name)
}

// stem returns what the names of the family have before their ending.
func (z *Zone) stem() (ending, string) {
	if z.Kind == KindWavelengthZone {
		return endsNumber, z.Prefix + wavelengthInfix
	}
	return endsLetter, z.Prefix
}

// cutLetter returns zone without its last byte, if that is a letter a to z.
func cutLetter(zone string) (string, bool) {
	last := len(zone) - 1
	if last < 0 || zone[last] < 'a' || zone[last] > 'z' {
		return "", false
	}
	return zone[:last], true
}

// cutDigits returns zone without the digits at its end, and these.
func cutDigits(zone string) (stem, digits string) {
	start := len(zone)
	for start > 0 && zone[start-1] >= '0' && zone[start-1] <= '9' {
		start--
	}
	return zone[:start], zone[start:]
}
