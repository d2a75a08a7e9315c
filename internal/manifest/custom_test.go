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

func TestReadConfigMap(t *testing.T) {
	const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
	tests := map[string]struct {
		content string
		want    map[string]string
		err     string
	}{
		"one":                 {content: "# rows\n" + head + "data: {regions.csv: a}\n", want: map[string]string{"regions.csv": "a"}},
		"JSON":                {content: `{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"b"}}`, want: map[string]string{"a": "b"}},
		"none":                {content: "# nothing\n", err: "f.yaml: must hold one ConfigMap, and holds 0 objects"},
		"two":                 {content: head + "---\n" + head, err: "f.yaml: must hold one ConfigMap, and holds 2 objects"},
		"another kind":        {content: "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: Yg==}\n", err: "f.yaml: secret s: kind: must be a ConfigMap, of apiVersion v1"},
		"no object":           {content: "- a\n", err: "f.yaml: kind: must be a ConfigMap, of apiVersion v1"},
		"a field too many":    {content: head + "rows: {}\n", err: "f.yaml: configmap c: rows: unknown field"},
		"a value of no text":  {content: head + "data: {a: 1}\n", err: "f.yaml: configmap c: data: Invalid value: must be text, not a number (quote it if it is text)"},
		"the same file twice": {content: head + "data: {a: b, a: c}\n", err: `f.yaml: cannot be parsed: line 4: key "a" already set in map`},
		"no YAML":             {content: "a: b: c\n", err: "f.yaml: cannot be parsed: mapping values are not allowed in this context"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"f.yaml": tc.content})
			got, err := ReadConfigMap("f.yaml")
			message := ""
			if err != nil {
				message = err.Error()
			}
			if message != tc.err {
				t.Fatalf("error %q, want %q", message, tc.err)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(tc.want, got.Data); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := ReadConfigMap("absent.yaml"); err == nil || err.Error() != "absent.yaml: no such file or directory" {
		t.Errorf("error %v", err)
	}
}

func TestSitesAndJurisdictions(t *testing.T) {
	site := func(country string) string {
		return "---\napiVersion: residency.domicile.dev/v1alpha1\nkind: Site\nmetadata: {name: room}\nspec:\n  nodeNames: [a]\n  country: " + country +
			"\n  basis: {reference: r, verifiedAt: \"2026-10-01\"}\n"
	}
	write(t, map[string]string{
		"good.yaml":  site("DE") + "---\napiVersion: residency.domicile.dev/v1alpha1\nkind: Jurisdiction\nmetadata: {name: dach}\nspec: {title: D, countries: [AT, CH, DE]}\n",
		"bad.yaml":   site("Germany"),
		"twice.yaml": site("DE") + site("FR"),
	})
	tests := map[string]struct {
		path                                    string
		sites, jurisdictions, faulty, countries int
		problems                                []string
	}{
		"good": {path: "good.yaml", sites: 1, jurisdictions: 1, countries: 3},
		"one that the schema refuses is kept": {path: "bad.yaml", sites: 1, faulty: 1, problems: []string{
			`bad.yaml, document 1 (line 2): site room: spec.country: Too long: may not be more than 2 bytes`,
			`bad.yaml, document 1 (line 2): site room: Invalid value: ` + rulesNotChecked,
		}},
		"of two with one name the first stays": {path: "twice.yaml", sites: 1, faulty: 1, problems: []string{
			`twice.yaml, document 2 (line 10): site room: is in the input twice: it is also in twice.yaml, document 1 (line 2)`,
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			in, err := Read(t.Context(), Options{Paths: []string{tc.path}})
			if err != nil {
				t.Fatal(err)
			}
			faulty, countries := 0, 0
			for i := range in.Sites {
				if s := &in.Sites[i]; len(s.Errors) > 0 {
					faulty++
				}
				if in.Sites[i].Object.Name != "room" || in.Sites[i].Ref.String() != "site room" {
					t.Errorf("site %+v", in.Sites[i].Ref)
				}
			}
			for i := range in.Jurisdictions {
				countries += len(in.Jurisdictions[i].Object.Spec.Countries)
			}
			var problems []string
			for _, p := range in.Problems {
				problems = append(problems, p.String())
			}
			got := []int{len(in.Sites), len(in.Jurisdictions), faulty, countries}
			if diff := cmp.Diff([]int{tc.sites, tc.jurisdictions, tc.faulty, tc.countries}, got); diff != "" {
				t.Errorf("sites, jurisdictions, faulty ones, countries (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
