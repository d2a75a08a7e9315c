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

import "strings"

// Scheme is a kind of spec.providerID: what stands before "://" tells which one it
// is, and what stands after it has one of the scheme's forms (schemes.csv).
type Scheme struct {
	// Name is what stands before "://".
	Name string
	// Providers are those that write it, sorted. None: it is a known scheme of nodes
	// that stand in no cloud, and no cloud's codes may be read in their labels.
	Providers []string
	// Source cites where the forms were read.
	Source string
	forms  []schemeForm
	words  []string
}

// Scheme returns the scheme of exactly that name. It does not allocate.
func (c *Catalogue) Scheme(name string) (*Scheme, bool) {
	s, ok := c.byScheme[name]
	return s, ok
}

// Schemes returns all schemes, sorted by name.
func (c *Catalogue) Schemes() []*Scheme { return c.schemes }

// Parse reads what stands after "://" by the first form that it has, and returns the
// zone and the region that it names, if any. It returns false if it has no form of
// the scheme, and always for a scheme whose forms are only words. It does not
// allocate, and takes any bytes.
func (s *Scheme) Parse(rest string) (zone, region string, ok bool) {
	for i := range s.forms {
		if zone, region, ok := s.forms[i].parse(rest); ok {
			return zone, region, true
		}
	}
	return "", "", false
}

// Words returns the forms for people: "hcloud://NUMBER or hcloud://bm-NUMBER".
func (s *Scheme) Words() string { return strings.Join(s.words, " or ") }

// schemeForm is one form, by its segments, which slashes separate.
type schemeForm []segment

// segment is a literal, with a placeholder after it or none.
type segment struct {
	literal string
	placeholder
}

// placeholder stands for what differs from node to node.
type placeholder uint8

const (
	// noPlaceholder: the segment is the literal.
	noPlaceholder placeholder = iota
	// aZone is a zone, which is captured.
	aZone
	// aRegion is a region, which is captured.
	aRegion
	// aUUID is a UUID.
	aUUID
	// aNumber is a number.
	aNumber
	// aName is anything without a slash.
	aName
	// theRest is anything, slashes too.
	theRest
)

// placeholders are what forms write.
func placeholders(token string) (placeholder, bool) {
	switch token {
	case "":
		return noPlaceholder, true
	case "ZONE":
		return aZone, true
	case "REGION":
		return aRegion, true
	case "UUID":
		return aUUID, true
	case "NUMBER":
		return aNumber, true
	case "NAME":
		return aName, true
	case "REST":
		return theRest, true
	default:
		return noPlaceholder, false
	}
}

// parse reads rest by the form.
func (f schemeForm) parse(rest string) (zone, region string, ok bool) {
	for i, s := range f {
		part, after, more := rest, "", false
		if s.placeholder != theRest {
			part, after, more = strings.Cut(rest, "/")
		}
		if more != (i < len(f)-1) {
			return "", "", false
		}
		value, ok := strings.CutPrefix(part, s.literal)
		if !ok || !s.fits(value) {
			return "", "", false
		}
		switch s.placeholder {
		case aZone:
			zone = value
		case aRegion:
			region = value
		default:
		}
		rest = after
	}
	return zone, region, true
}

// fits reports whether the placeholder can stand for value.
func (p placeholder) fits(value string) bool {
	switch p {
	case noPlaceholder:
		return value == ""
	case aUUID:
		return IsUUID(value)
	case aNumber:
		return isDigits(value)
	default:
		return value != ""
	}
}

// IsUUID reports whether s is written as RFC 9562 writes a UUID, in either case. It does not
// allocate.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if b != '-' {
				return false
			}
		case b >= '0' && b <= '9', b >= 'a' && b <= 'f', b >= 'A' && b <= 'F':
		default:
			return false
		}
	}
	return true
}
