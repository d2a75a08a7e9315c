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

package webhook

// dropManagedFields replaces the managedFields of the objects of a review by null, in place. They
// are who wrote which field, half of the review of a pod, and no verdict rests on them; the
// decoder would read them twice.
//
// What is dropped is a valid JSON value, and nothing else is changed: what comes of a review is
// valid if, and only if, the review was. At what it does not expect it leaves the review as it is.
func dropManagedFields(review []byte) []byte {
	s := scanner{data: review}
	if !s.value(inReview) || len(s.drop) == 0 {
		return review
	}
	kept := review[:0]
	from := 0
	for _, d := range s.drop {
		kept = append(append(kept, review[from:d.begin]...), "null"...)
		from = d.end
	}
	return append(kept, review[from:]...)
}

// place is where in a review a value is.
type place int

const (
	elsewhere place = iota
	inReview
	inRequest
	inObject
	inMetadata
	// inManaged is what is dropped. It is held to what managedFields are made of: objects, arrays
	// and strings, without numbers and without escapes of Unicode.
	inManaged
)

// member is where the value of a member is.
func (p place) member(name []byte) place {
	switch {
	case p == inManaged:
		return inManaged
	case p == inReview && string(name) == "request":
		return inRequest
	case p == inRequest && (string(name) == "object" || string(name) == "oldObject"):
		return inObject
	case p == inObject && string(name) == "metadata":
		return inMetadata
	case p == inMetadata && string(name) == "managedFields":
		return inManaged
	}
	return elsewhere
}

// maxDepth is how deep the values of a review may lie in one another to be looked into.
const maxDepth = 64

// worthDropping is how long a value has to be to be dropped, in bytes: longer than null at least.
const worthDropping = 64

// scanner reads JSON. Its methods report whether they found what they are to read.
type scanner struct {
	data  []byte
	at    int
	depth int
	drop  []span
}

type span struct{ begin, end int }

// next is the next byte that is no space; 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take takes the next byte, if it is c.
func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) value(p place) bool {
	switch s.next() {
	case '{':
		return s.list('}', p)
	case '[':
		return s.list(']', p)
	case '"':
		_, ok := s.text()
		return ok
	}
	return p != inManaged && s.scalar()
}

// list reads an object or an array.
func (s *scanner) list(closes byte, p place) bool {
	s.at++
	if s.depth++; s.depth > maxDepth {
		return false
	}
	defer func() { s.depth-- }()
	if s.take(closes) {
		return true
	}
	for {
		if closes == '}' {
			if !s.member(p) {
				return false
			}
		} else if !s.value(p.element()) {
			return false
		}
		if s.take(closes) {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// element is where the elements of an array are.
func (p place) element() place {
	if p == inManaged {
		return inManaged
	}
	return elsewhere
}

// member reads a member of an object.
func (s *scanner) member(p place) bool {
	if s.next() != '"' {
		return false
	}
	name, ok := s.text()
	if !ok || !s.take(':') {
		return false
	}
	s.next()
	begin, of := s.at, p.member(name)
	if !s.value(of) {
		return false
	}
	if p == inMetadata && of == inManaged && s.at-begin >= worthDropping {
		s.drop = append(s.drop, span{begin, s.at})
	}
	return true
}

// text reads a string and returns what is between its quotes.
func (s *scanner) text() ([]byte, bool) {
	begin := s.at + 1
	for i := begin; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			s.at = i + 1
			return s.data[begin:i], true
		case c < ' ':
			return nil, false
		case c == '\\':
			if i++; i == len(s.data) || !simpleEscape(s.data[i]) {
				return nil, false
			}
		}
	}
	return nil, false
}

func simpleEscape(c byte) bool {
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	}
	return false
}

// scalar reads a number, true, false or null. Whether it is one the decoder sees.
func (s *scanner) scalar() bool {
	begin := s.at
	for ; s.at < len(s.data); s.at++ {
		if c := s.data[s.at]; c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			break
		}
	}
	return s.at > begin
}
