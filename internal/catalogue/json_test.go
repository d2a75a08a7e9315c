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
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestReadDocument(t *testing.T) {
	got, err := readDocument("{\n  \"a\": [\"x\", 1,\n    true, null],\n\n  \"b\": {}\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := node{kind: kindObject, line: 1, members: []member{
		{"a", node{kind: kindList, line: 2, items: []node{
			{kind: kindText, line: 2, text: "x"},
			{kind: kindNumber, line: 2, text: "1"},
			{kind: kindBoolean, line: 3, text: "true"},
			{kind: kindNull, line: 3},
		}}},
		{"b", node{kind: kindObject, line: 5}},
	}}
	if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(node{}, member{})); diff != "" {
		t.Error(diff)
	}
}

func TestReadDocumentSaysWhichLineIsWrong(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		line int
		want string
	}{
		"nothing":                  {"", 1, "not complete"},
		"blank lines":              {"\n\n", 3, "not complete"},
		"an object that is open":   {"{\n\"a\": 1\n", 3, "not complete"},
		"a list that is open":      {"[\n1,\n", 3, "not complete"},
		"a text that is open":      {"{\n\"a", 2, "not complete"},
		"a comma too many":         {"{\n\"a\": [1,\n]}", 3, "invalid character ']'"},
		"a comma too few":          {"{\n\"a\": 1\n\"b\": 2}", 3, "invalid character"},
		"a comment":                {"{\n// no\n}", 2, "invalid character '/'"},
		"a bare word":              {"{\n\"a\": NO}", 2, "invalid character 'N'"},
		"a key that is a number":   {"{\n1: 2}", 2, "invalid character '1'"},
		"a key twice":              {"{\n\"a\": 1,\n\"a\": 2}", 3, `"a" is on line 2 already`},
		"a second document":        {"{}\n{}", 1, "something follows"},
		"a stray bracket":          {"{}\n]", 1, "something follows"},
		"brackets closed in chaos": {"[\n}", 2, "invalid character"},
		"too deep":                 {strings.Repeat("[", 1000), 1, "nested too deeply"},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := readDocument(tc.text)
			var wrong *lineError
			if !errors.As(err, &wrong) {
				t.Fatalf("readDocument() = %+v, %v", n, err)
			}
			if wrong.line != tc.line || !strings.Contains(wrong.err.Error(), tc.want) {
				t.Errorf("got %v, want line %d: %s", wrong, tc.line, tc.want)
			}
		})
	}
}
