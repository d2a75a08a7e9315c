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
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is a value of a JSON document with its line, which a fault must name and
// encoding/json does not keep.
type node struct {
	kind nodeKind
	// line is where the value begins.
	line int
	// text is the value of a string, number or boolean, as it is written.
	text string
	// items are the values of a list.
	items []node
	// members are the values of an object, in the order of the document.
	members []member
}

type member struct {
	key   string
	value node
}

type nodeKind string

// The kinds are named as faults name them.
const (
	kindText    nodeKind = "a text"
	kindNumber  nodeKind = "a number"
	kindBoolean nodeKind = "true or false"
	kindNull    nodeKind = "null"
	kindList    nodeKind = "a list"
	kindObject  nodeKind = "an object"
)

// deepest is how deep the document may be nested.
const deepest = 16

// documentReader reads one JSON document into nodes.
type documentReader struct {
	text    string
	decoder *json.Decoder
	// line is the line on which the byte at offset is.
	line, offset int
}

// lineError is what is wrong with a document, and where.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// readDocument reads text, which must be exactly one JSON value. All its errors
// are lineErrors.
func readDocument(text string) (node, error) {
	r := &documentReader{text: text, decoder: json.NewDecoder(strings.NewReader(text)), line: 1}
	r.decoder.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return node{}, r.at(err)
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return node{}, r.at(errors.New("something follows the end of the document"))
	}
	return n, nil
}

// at gives the error the line that it is about.
func (r *documentReader) at(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		r.advance(int(syntax.Offset))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.advance(len(r.text))
		err = errors.New("the document is not complete")
	}
	return &lineError{line: r.line, err: err}
}

// advance moves the line to that of the offset.
func (r *documentReader) advance(offset int) {
	offset = min(offset, len(r.text))
	if offset > r.offset {
		r.line += strings.Count(r.text[r.offset:offset], "\n")
		r.offset = offset
	}
}

// token returns the next token and moves the line to its end.
func (r *documentReader) token() (json.Token, error) {
	t, err := r.decoder.Token()
	r.advance(int(r.decoder.InputOffset()))
	return t, err
}

func (r *documentReader) value(depth int) (node, error) {
	t, err := r.token()
	if err != nil {
		return node{}, err
	}
	n := node{line: r.line}
	switch t := t.(type) {
	case json.Delim:
		if depth == deepest {
			return node{}, errors.New("nested too deeply")
		}
		if t == '{' {
			n.kind = kindObject
			n.members, err = r.object(depth + 1)
		} else {
			n.kind = kindList
			n.items, err = r.list(depth + 1)
		}
		return n, err
	case string:
		n.kind, n.text = kindText, t
	case json.Number:
		n.kind, n.text = kindNumber, t.String()
	case bool:
		n.kind, n.text = kindBoolean, fmt.Sprint(t)
	default:
		n.kind = kindNull
	}
	return n, nil
}

// object reads what follows an opening brace, up to the closing one.
func (r *documentReader) object(depth int) ([]member, error) {
	var members []member
	for r.decoder.More() {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		key, ok := t.(string)
		if !ok {
			return nil, fmt.Errorf("%v is not a key", t)
		}
		for _, m := range members {
			if m.key == key {
				return nil, fmt.Errorf("%q is on line %d already", key, m.value.line)
			}
		}
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		members = append(members, member{key: key, value: value})
	}
	_, err := r.token()
	return members, err
}

// list reads what follows an opening bracket, up to the closing one.
func (r *documentReader) list(depth int) ([]node, error) {
	var items []node
	for r.decoder.More() {
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := r.token()
	return items, err
}
