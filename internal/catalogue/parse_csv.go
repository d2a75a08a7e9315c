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
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// record is one line of a CSV file. Its fields are trimmed of nothing: a stray
// blank in a code would make it a code that no lookup finds.
type record struct {
	position
	header []string
	values []string
	bad    *faults
}

// table is one file of the data: the embedded text, and that of an overlay, if it has
// the file.
type table struct {
	name, text string
	overlay    string
	overlaid   bool
}

// read calls row for every record of the overlay, and then of the embedded text, so
// that a row of the overlay is there first.
func (t table) read(header []string, bad *faults, row func(record)) {
	if t.overlaid {
		readCSV(overlayPrefix+t.name, t.overlay, header, bad, row)
	}
	readCSV(t.name, t.text, header, bad, row)
}

// readCSV calls row for every record after the header, which must be exactly
// the given one.
func readCSV(file, text string, header []string, bad *faults, row func(record)) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = len(header)
	r.ReuseRecord = true
	first := true
	for {
		values, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var malformed *csv.ParseError
		if errors.As(err, &malformed) {
			bad.add(file, malformed.Line, "", "%v", malformed.Err)
			return
		}
		if err != nil {
			bad.add(file, 0, "", "reading: %v", err)
			return
		}
		line, _ := r.FieldPos(0)
		if first {
			first = false
			if !slices.Equal(values, header) {
				bad.add(file, line, "", "the header is %q, want %q", strings.Join(values, ","), strings.Join(header, ","))
				return
			}
			continue
		}
		row(record{position: position{file: file, line: line}, header: header, values: values, bad: bad})
	}
	if first {
		bad.add(file, 0, "", "is empty")
	}
}

// fault says that a field of the record is wrong.
func (r record) fault(field, format string, args ...any) {
	r.position.fault(r.bad, field, format, args...)
}

// optional returns the field. It must not have blanks around it.
func (r record) optional(field string) string {
	value := r.values[slices.Index(r.header, field)]
	if value != strings.TrimSpace(value) {
		r.fault(field, "%q has blanks around it", value)
	}
	return value
}

// required returns the field, which must not be empty.
func (r record) required(field string) string {
	value := r.optional(field)
	if value == "" {
		r.fault(field, "is empty")
	}
	return value
}

// source returns the field, where the row was read. What an overlay says is marked.
func (r record) source(field string) string {
	value := r.required(field)
	if r.overlay() {
		return overlaySource + value
	}
	return value
}

// code returns the field, which must be legal as a label value, because that is
// where it is compared.
func (r record) code(field string) string {
	value := r.required(field)
	if value != "" && !isCode(value) {
		r.fault(field, "%q is not a code of letters, digits and dashes", value)
	}
	return value
}

// country returns the field, which must be a country of the catalogue.
func (r record) country(field string, c *Catalogue) string {
	value := r.required(field)
	if problem := c.countryProblem(value); value != "" && problem != "" {
		r.fault(field, "%s", problem)
	}
	return value
}

// confidence returns the field, which must be one of the three words.
func (r record) confidence(field string) Confidence {
	value := r.required(field)
	confidence, ok := parseConfidence(value)
	if !ok && value != "" {
		r.fault(field, "%q is none of low, medium, high", value)
	}
	return confidence
}

// city returns the field, of which something must be left when it is compared.
func (r record) city(field string) string {
	value := r.optional(field)
	if name := DisplayCity(value); value != "" && (name == "" || isDigits(name)) {
		r.fault(field, "%q is no name of a city", value)
	}
	return value
}

// isCode reports whether s has only ASCII letters, digits and inner dashes, and
// at most the 63 bytes of a label value.
func isCode(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-':
		default:
			return false
		}
	}
	return true
}
