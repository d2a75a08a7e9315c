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
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// mostNear is how many suggestions are made at most: a person reads them in an
// error message.
const mostNear = 3

// spelling is one way to write a name that can be suggested.
type spelling struct{ written, name string }

// NearRegions returns at most three region names of the provider that look like
// the code, or have an alias that does, best first.
func (c *Catalogue) NearRegions(provider, code string) []string {
	var all []spelling
	for _, r := range c.regions {
		if r.Provider != provider {
			continue
		}
		all = append(all, spelling{written: r.Name, name: r.Name})
		for _, a := range r.Aliases {
			all = append(all, spelling{written: a, name: r.Name})
		}
	}
	return near(code, all)
}

// NearProviders returns at most three provider names that look like the name, best first.
func (c *Catalogue) NearProviders(provider string) []string {
	var all []spelling
	for _, p := range c.providers {
		all = append(all, spelling{written: p, name: p})
	}
	return near(provider, all)
}

// NearCities returns the display names of at most three cities of the country
// that look like the name, best first.
func (c *Catalogue) NearCities(name, country string) []string {
	var all []spelling
	for _, known := range c.cities[country] {
		all = append(all, spelling{written: known.canonical, name: known.display})
	}
	return near(CanonicalCity(name), all)
}

// NearJurisdictions returns the names of at most three jurisdictions that look
// like the name, or whose title does, best first.
func (c *Catalogue) NearJurisdictions(name string) []string {
	var all []spelling
	for _, j := range c.jurisdictions {
		all = append(all, spelling{written: j.Name, name: j.Name}, spelling{written: j.Title, name: j.Name})
	}
	return near(name, all)
}

// NearCountries returns at most three ISO 3166-1 alpha-2 codes that may be meant
// by what is not one: GB for "UK", GR for "EL", DE for "de" or "Germany". Codes
// that merely share a letter are not near.
func (c *Catalogue) NearCountries(code string) []string {
	if iso, ok := reservedCode(code); ok {
		return []string{iso}
	}
	if upper := strings.ToUpper(code); c.countries[upper] != "" {
		return []string{upper}
	}
	var all []spelling
	for _, iso := range slices.Sorted(maps.Keys(c.countries)) {
		all = append(all, spelling{written: c.countries[iso], name: iso})
	}
	return near(code, all)
}

// near returns the names whose spelling is nearest to what was written, compared
// without case: by distance, then by name. A beginning of at least three letters
// counts as near too ("alibaba" for "alibabacloud"). What is spelled the same but
// for case leaves no doubt, and is suggested alone.
func near(written string, all []spelling) []string {
	written = strings.ToLower(written)
	length := utf8.RuneCountInString(written)
	bound := min(max(1, length/4), 3)
	best := map[string]int{}
	for _, s := range all {
		candidate := strings.ToLower(s.written)
		d := distance(written, candidate, bound)
		if d > bound && length >= 3 && strings.HasPrefix(candidate, written) {
			d = bound
		}
		if known, seen := best[s.name]; d <= bound && (!seen || d < known) {
			best[s.name] = d
		}
	}
	names := slices.SortedFunc(maps.Keys(best), func(a, b string) int {
		return cmp.Or(cmp.Compare(best[a], best[b]), cmp.Compare(a, b))
	})
	if len(names) > 0 && best[names[0]] == 0 {
		names = slices.DeleteFunc(names, func(name string) bool { return best[name] > 0 })
	}
	return names[:min(len(names), mostNear)]
}

// distance returns the Levenshtein distance of a and b in runes, or something
// over the bound if it is over the bound.
func distance(a, b string, bound int) int {
	from, to := []rune(a), []rune(b)
	if len(from)-len(to) > bound || len(to)-len(from) > bound {
		return bound + 1
	}
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, f := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, t := range to {
			changed := diagonal
			if f != t {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
