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

package manifest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	type doc struct {
		Line int
		Data string
	}
	tests := map[string]struct {
		in   string
		want []doc
	}{
		"nothing":                          {in: ""},
		"comments and markers":             {in: "# a\n---\n\n---\n# b\n...\n"},
		"one":                              {in: "a: 1\n", want: []doc{{1, "a: 1\n"}}},
		"leading comment and marker":       {in: "# a\n---\n# b\nb: 1\n", want: []doc{{4, "b: 1\n"}}},
		"two":                              {in: "a: 1\n---\nb: 1\n", want: []doc{{1, "a: 1\n"}, {3, "b: 1\n"}}},
		"CRLF":                             {in: "a: 1\r\n---\r\nb: 1\r\n", want: []doc{{1, "a: 1\r\n"}, {3, "b: 1\r\n"}}},
		"content on the marker's line":     {in: "--- {a: 1}\n--- # c\nb: 1", want: []doc{{1, "{a: 1}\n"}, {3, "b: 1"}}},
		"dashes that are no marker":        {in: "a: |\n  ---\n---b: 1\n", want: []doc{{1, "a: |\n  ---\n---b: 1\n"}}},
		"end marker":                       {in: "a: 1\n...\nb: 1\n", want: []doc{{1, "a: 1\n"}, {3, "b: 1\n"}}},
		"directive":                        {in: "%YAML 1.1\n---\na: 1\n", want: []doc{{3, "a: 1\n"}}},
		"JSON values":                      {in: "{\"a\":\n1}\n{\"b\":1}{\"c\":1}", want: []doc{{1, "{\"a\":\n1}"}, {3, "{\"b\":1}"}, {3, "{\"c\":1}"}}},
		"JSON after a comment":             {in: "# c\n{\"a\":1}\n{\"b\":1}\n", want: []doc{{2, "{\"a\":1}"}, {3, "{\"b\":1}"}}},
		"JSON between markers":             {in: "---\n{\"a\":1}\n---\n\n{\"b\":1}\n", want: []doc{{2, "{\"a\":1}"}, {5, "{\"b\":1}"}}},
		"broken JSON after a value":        {in: "{\"a\":1}\n{\"b\",}\n", want: []doc{{1, "{\"a\":1}"}, {2, "{\"b\",}\n"}}},
		"braces of YAML":                   {in: "{a: 1}\n", want: []doc{{1, "{a: 1}\n"}}},
		"no line end at the end":           {in: "a: 1\n---", want: []doc{{1, "a: 1\n"}}},
		"a marker right after the content": {in: "a: 1\n---\n---\n", want: []doc{{1, "a: 1\n"}}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var got []doc
			for _, d := range split([]byte(tc.in)) {
				got = append(got, doc{d.line, string(d.data)})
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("documents (-want +got):\n%s", diff)
			}
		})
	}
}
