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
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// city is a city of a country under its two names.
type city struct{ canonical, display string }

// HasCity reports whether any region or zone of the catalogue is in that city of
// the country. Names are compared by CanonicalCity.
func (c *Catalogue) HasCity(name, country string) bool {
	return c.hasCity(CanonicalCity(name), country)
}

func (c *Catalogue) hasCity(canonical, country string) bool {
	return slices.ContainsFunc(c.cities[country], func(known city) bool { return known.canonical == canonical })
}

// Cities returns the display names of the cities of the country in which there
// is any region or zone, sorted; one name for each city.
func (c *Catalogue) Cities(country string) []string {
	names := make([]string, 0, len(c.cities[country]))
	for _, known := range c.cities[country] {
		names = append(names, known.display)
	}
	slices.Sort(names)
	return names
}

// addCity makes the city known. Of several spellings the first one added stays.
func (c *Catalogue) addCity(name, country string) {
	canonical := CanonicalCity(name)
	if canonical == "" || c.hasCity(canonical, country) {
		return
	}
	c.cities[country] = append(c.cities[country], city{canonical: canonical, display: DisplayCity(name)})
}

// DisplayCity returns the name for people, without what vendors add to tell
// their sites in one city apart: numbers at the end and anything in brackets.
// "London 2" and "London (West)" are London.
func DisplayCity(name string) string {
	name = strings.TrimSpace(cutBrackets(name))
	for {
		i := strings.LastIndexByte(name, ' ')
		if i < 0 || !isDigits(name[i+1:]) {
			return name
		}
		name = strings.TrimRight(name[:i], " ")
	}
}

// CanonicalCity returns the form in which cities are compared: DisplayCity in
// lower case and without accents, so that "São Paulo" and "Sao Paulo" are equal.
func CanonicalCity(name string) string {
	name = strings.ToLower(DisplayCity(name))
	if isASCII(name) {
		return name
	}
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
			// An accent, now a rune of its own.
		case r < unicode.MaxASCII:
			b.WriteRune(r)
		default:
			b.WriteString(foldLetter(r))
		}
	}
	return b.String()
}

// foldLetter returns the usual ASCII spelling of the Latin letters that are no
// ASCII letter with an accent, which Unicode therefore does not decompose.
func foldLetter(r rune) string {
	switch r {
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ı':
		return "i"
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	default:
		return string(r)
	}
}

// cutBrackets returns name without every closed pair of brackets and what is in
// it. A bracket that is not closed is left alone: it is no vendor's addition.
func cutBrackets(name string) string {
	for {
		open := strings.IndexFunc(name, func(r rune) bool { return r == '(' || r == '[' })
		if open < 0 {
			return name
		}
		closing := ")"
		if name[open] == '[' {
			closing = "]"
		}
		length := strings.Index(name[open:], closing)
		if length < 0 {
			return name
		}
		before := strings.TrimRight(name[:open], " ")
		after := strings.TrimLeft(name[open+length+1:], " ")
		name = strings.TrimSpace(before + " " + after)
	}
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}
