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

import (
	"bytes"
	stdjson "encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDropManagedFields(t *testing.T) {
	managed := `[{"manager":"kubectl","fieldsV1":{"f:spec":{"k:{\"name\":\"a\"}":{".":{}, "f:env":{}}}}, "none":[ ] }]`
	for name, test := range map[string]struct{ review, want string }{
		"of both objects": {
			`{"request":{"object":{"metadata":{"name":"a","managedFields":` + managed + `,"uid":"1"},"spec":{"n":1.5e3}},"oldObject":{"metadata":{"managedFields": ` + managed + `}}}}`,
			`{"request":{"object":{"metadata":{"name":"a","managedFields":null,"uid":"1"},"spec":{"n":1.5e3}},"oldObject":{"metadata":{"managedFields": null}}}}`,
		},
		"said twice": {
			`{"request":{"object":{"metadata":{"managedFields":` + managed + `,"managedFields":` + managed + `}}}}`,
			`{"request":{"object":{"metadata":{"managedFields":null,"managedFields":null}}}}`,
		},
		"what is broken elsewhere stays so": {
			`{"request":{"object":{"metadata":{"managedFields":` + managed + `},"a":nil}}}`,
			`{"request":{"object":{"metadata":{"managedFields":null},"a":nil}}}`,
		},
		"few":                       {review: `{"request":{"object":{"metadata":{"managedFields":""}}}}`},
		"a label":                   {review: `{"request":{"object":{"metadata":{"labels":{"managedFields":"` + strings.Repeat("a", 99) + `"}}}}}`},
		"of a template":             {review: `{"request":{"object":{"spec":{"template":{"metadata":{"managedFields":` + managed + `}}}}}}`},
		"of an array":               {review: `{"request":{"object":[{"metadata":{"managedFields":` + managed + `}}]}}`},
		"in a string":               {review: `{"request":{"object":{"a":"\"metadata\":{\"managedFields\":` + strings.Repeat("[", 99) + `"}}}`},
		"broken":                    {review: `{"request":{"object":{"metadata":{"managedFields":` + managed[:len(managed)-1] + `}}}}`},
		"with a comma too many":     {review: `{"request":{"object":{"metadata":{"managedFields":[` + managed + `,]}}}}`},
		"with a control character":  {review: `{"request":{"object":{"metadata":{"managedFields":[` + managed + `,"` + "\n" + `"]}}}}`},
		"with an unknown escape":    {review: `{"request":{"object":{"metadata":{"managedFields":[` + managed + `,"\x"]}}}}`},
		"with what is no value":     {review: `{"request":{"object":{"metadata":{"managedFields":[` + managed + `,tru]}}}}`},
		"deep":                      {review: `{"request":{"object":{"metadata":{"managedFields":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}}}}`},
		"cut off":                   {review: `{"request":{"object":{"metadata":{"managedFields":` + managed},
		"closed by another bracket": {review: `{"request":{"object":{"metadata":{"managedFields":` + managed + `}]}}`},
		"empty":                     {review: ""},
		"no object":                 {review: "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.want == "" {
				test.want = test.review
			}
			if diff := cmp.Diff(test.want, string(dropManagedFields([]byte(test.review)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzDropManagedFields holds that nothing else is dropped, and that what is no JSON does not
// become any.
func FuzzDropManagedFields(f *testing.F) {
	f.Add(reviewOf(f, "pods", "", pod("customers", "ldn-1"), nil))
	f.Add([]byte(`{"request":{"object":{"metadata":{"managedFields":[{"a":"` + strings.Repeat("a", 60) + `"}],"b":1}},"oldObject":{"metadata":{"managedFields":[[],"` + strings.Repeat("b", 60) + `\""]}}}}`))
	f.Add([]byte(`{"request":{"object":{"metadata":{"managedFields":{"a":[tru,"` + strings.Repeat("a", 60) + `"]}}}}}`))
	f.Fuzz(func(t *testing.T, review []byte) {
		got := dropManagedFields(slices.Clone(review))
		if stdjson.Valid(review) != stdjson.Valid(got) {
			t.Fatalf("%q became %q", review, got)
		}
		if !stdjson.Valid(got) {
			return
		}
		if diff := cmp.Diff(unmanaged(t, review), unmanaged(t, got)); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", review, diff)
		}
	})
}

// unmanaged is a review without managedFields.
func unmanaged(t *testing.T, review []byte) any {
	t.Helper()
	d := stdjson.NewDecoder(bytes.NewReader(review))
	d.UseNumber()
	var whole any
	if err := d.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	request := of(whole, "request")
	for _, object := range []string{"object", "oldObject"} {
		delete(of(of(request, object), "metadata"), "managedFields")
	}
	return whole
}

// of is a member that is an object; nil if it is none.
func of(object any, member string) map[string]any {
	m, _ := object.(map[string]any)
	n, _ := m[member].(map[string]any)
	return n
}
