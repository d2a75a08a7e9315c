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
	"fmt"
	"slices"
	"time"
)

// fields is an object of jurisdictions.json whose members are taken one by one.
// Everything that is wrong is a fault of the field; done finds what nobody took.
type fields struct {
	*Catalogue
	bad     *faults
	path    string
	line    int
	members []member
	// taken tells which of the members have been taken.
	taken []bool
}

// fieldsOf returns the members of the object at the path.
func (c *Catalogue) fieldsOf(path string, n node, bad *faults) *fields {
	f := &fields{Catalogue: c, bad: bad, path: path, line: n.line, members: n.members, taken: make([]bool, len(n.members))}
	if n.kind != kindObject {
		f.faultAt(n.line, "", "is %s, want %s", n.kind, kindObject)
	}
	return f
}

// index returns where the field is among the members, or -1.
func (f *fields) index(key string) int {
	return slices.IndexFunc(f.members, func(m member) bool { return m.key == key })
}

// fault says that the field is wrong.
func (f *fields) fault(key, format string, args ...any) {
	line := f.line
	if i := f.index(key); i >= 0 {
		line = f.members[i].value.line
	}
	f.faultAt(line, key, format, args...)
}

func (f *fields) faultAt(line int, key, format string, args ...any) {
	f.bad.add(jurisdictionsFile, line, join(f.path, key), format, args...)
}

// join returns the path of a field of the object at path.
func join(path, key string) string {
	switch {
	case path == "":
		return key
	case key == "":
		return path
	default:
		return path + "." + key
	}
}

// has reports whether the object has the field.
func (f *fields) has(key string) bool { return f.index(key) >= 0 }

// take returns the field, which must be of one of the kinds, and false if it is
// not there or null.
func (f *fields) take(key string, kinds ...nodeKind) (node, bool) {
	i := f.index(key)
	if i < 0 {
		return node{}, false
	}
	f.taken[i] = true
	n := f.members[i].value
	switch {
	case n.kind == kindNull:
		return node{}, false
	case !slices.Contains(kinds, n.kind):
		f.fault(key, "is %s, want %s", n.kind, kinds[0])
		return node{}, false
	default:
		return n, true
	}
}

// done refuses the fields that are not known.
func (f *fields) done() {
	for i, m := range f.members {
		if !f.taken[i] {
			f.fault(m.key, "is not known")
		}
	}
}

// text returns the field, empty if it is not there.
func (f *fields) text(key string) string {
	n, _ := f.take(key, kindText)
	return n.text
}

// required returns the field, which must not be empty.
func (f *fields) required(key string) string {
	text := f.text(key)
	if text == "" {
		f.fault(key, "is missing")
	}
	return text
}

// date returns the field, which must be YYYY-MM-DD if it is there.
func (f *fields) date(key string) string {
	text := f.text(key)
	if text == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		f.fault(key, "%q is not a date, YYYY-MM-DD", text)
	}
	return text
}

// confidence returns the field, which must be one of the three words.
func (f *fields) confidence(key string) Confidence {
	text := f.text(key)
	confidence, ok := parseConfidence(text)
	if !ok {
		f.fault(key, "%q is none of low, medium, high", text)
	}
	return confidence
}

// texts returns the field, a list of texts or a single one.
func (f *fields) texts(key string) []string {
	n, ok := f.take(key, kindList, kindText)
	if !ok {
		return nil
	}
	if n.kind == kindText {
		return []string{n.text}
	}
	texts := make([]string, 0, len(n.items))
	for _, item := range n.items {
		if item.kind != kindText {
			f.faultAt(item.line, key, "has %s, want %s", item.kind, kindText)
			continue
		}
		texts = append(texts, item.text)
	}
	return texts
}

// countryList returns the field, a list of countries, sorted.
func (f *fields) countryList(key string) []string {
	return f.countriesOf(key, f.texts(key))
}

// countriesOf returns the codes sorted, which must be countries, each once.
func (f *fields) countriesOf(key string, codes []string) []string {
	for _, code := range codes {
		if problem := f.countryProblem(code); problem != "" {
			f.fault(key, "%s", problem)
		}
	}
	slices.Sort(codes)
	for i := 1; i < len(codes); i++ {
		if codes[i] == codes[i-1] {
			f.fault(key, "%q is there twice", codes[i])
		}
	}
	return slices.Compact(codes)
}

// objects returns the objects of the field, a list of them.
func (f *fields) objects(key string) []*fields {
	n, _ := f.take(key, kindList)
	objects := make([]*fields, len(n.items))
	for i, item := range n.items {
		objects[i] = f.fieldsOf(fmt.Sprintf("%s[%d]", join(f.path, key), i), item, f.bad)
	}
	return objects
}
