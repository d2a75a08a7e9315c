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

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dataDir is the data of the repository.
var dataDir = filepath.Join("..", "..", "internal", "catalogue", "data")

// copied returns a copy of the data of the repository, for a test to break.
func copied(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range append(names(), groupsYAML, groupsJSON) {
		write := readFile(t, filepath.Join(dataDir, name))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(write), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// edit replaces the first occurrence of old in the file, which must be there.
func edit(t *testing.T, path, old, by string) {
	t.Helper()
	text := readFile(t, path)
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %q", path, old)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(text, old, by, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheRepositoryIsCurrent(t *testing.T) {
	written, err := run(copied(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(written) > 0 {
		t.Errorf("%s are not as `go run ./hack/catalogue` writes them", strings.Join(written, ", "))
	}
}

func TestWhatIsWrittenIsStable(t *testing.T) {
	dir := copied(t)
	if _, err := run(dir); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, "countries.csv"), "ZW,Zimbabwe\n", "")
	edit(t, filepath.Join(dir, "countries.csv"), "AD,Andorra\n", "ZW,Zimbabwe\nAD,Andorra\n")
	edit(t, filepath.Join(dir, groupsYAML), "European Economic Area", "The European Economic Area")
	written, err := run(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"countries.csv", groupsJSON}, written); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(readFile(t, filepath.Join(dir, groupsJSON)), `"title": "The European Economic Area"`) {
		t.Error("what was edited is not in the JSON")
	}
	if text := readFile(t, filepath.Join(dir, "countries.csv")); !strings.HasSuffix(text, "\nZW,Zimbabwe\n") {
		t.Error("the rows are not in order")
	}
	if written, err := run(dir); err != nil || len(written) > 0 {
		t.Errorf("a second run writes %v, %v", written, err)
	}
}

func TestABrokenFactIsToldAndNothingIsWritten(t *testing.T) {
	for name, tc := range map[string]struct{ file, old, by, want string }{
		"a row":            {"regions.csv", "aws,eu-west-2,London,GB,", "aws,eu-west-2,London,UK,", `country: "UK" is not an ISO 3166-1 country; its code is GB`},
		"a group":          {groupsYAML, "[AT, CH, DE]", "[AT, CH, UK]", `jurisdictions.yaml: groups.dach.countries: "UK" is not an ISO 3166-1 country`},
		"Norway unquoted":  {groupsYAML, `[CH, IS, LI, "NO"]`, `[CH, IS, LI, NO]`, "jurisdictions.yaml: groups.efta.countries: has true or false, want a text"},
		"a key twice":      {groupsYAML, "    count: 27\n", "    count: 27\n    count: 27\n", `jurisdictions.yaml: "count" is on line`},
		"no YAML":          {groupsYAML, "groups:", "groups: [", "jurisdictions.yaml: reading YAML: "},
		"two documents":    {groupsYAML, "\ngroups:", "\n---\ngroups:", "jurisdictions.yaml: reading YAML: there is more than one document"},
		"half a number":    {groupsYAML, "count: 27", "count: 27.5", "27.5 is neither a text nor a whole number"},
		"a key of no text": {groupsYAML, "count: 27", "27: 27", "the key 27 is no text"},
		"an empty line":    {"zones.csv", "\naws,", "\n\naws,", "zones.csv:2: is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copied(t)
			if _, err := run(dir); err != nil {
				t.Fatal(err)
			}
			edit(t, filepath.Join(dir, tc.file), tc.old, tc.by)
			edit(t, filepath.Join(dir, "countries.csv"), "AD,Andorra\n", "")
			edit(t, filepath.Join(dir, "countries.csv"), "ZW,Zimbabwe\n", "ZW,Zimbabwe\nAD,Andorra\n")
			before := readFile(t, filepath.Join(dir, "countries.csv"))
			written, err := run(dir)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("run() = %v; want %q", err, tc.want)
			}
			if len(written) > 0 || readFile(t, filepath.Join(dir, "countries.csv")) != before {
				t.Errorf("%v were written", written)
			}
		})
	}
}

func TestAMissingFile(t *testing.T) {
	for _, name := range append(names(), groupsYAML) {
		dir := copied(t)
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if _, err := run(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	dir := copied(t)
	if err := os.Remove(filepath.Join(dir, groupsJSON)); err != nil {
		t.Fatal(err)
	}
	if _, err := run(dir); err != nil {
		t.Errorf("what is generated may be missing: %v", err)
	}
}

func TestSortKeepsLines(t *testing.T) {
	table := table{name: "x.csv", key: 1}
	got, err := table.sort("key,value\nb,2\n\"a\",\"one, or two\"\nb,1\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("key,value\n\"a\",\"one, or two\"\nb,2\nb,1\n", got); diff != "" {
		t.Error(diff)
	}
	for name, text := range map[string]string{"half a quote": "key,value\n\"a,1\n", "a quoted line break": "key,value\na,\"1\n2\"\n"} {
		if _, err := table.sort(text); err == nil || !strings.Contains(err.Error(), "x.csv:2: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGroupsAsJSON(t *testing.T) {
	got, err := groups("b: {x: null, list: [A, \"NO\"], count: 3, ok: true}\na:\n- {k: \"<&>é\"}\n- {}\nempty: []\n")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "b": {
    "list": ["A", "NO"],
    "count": 3,
    "ok": true
  },
  "a": [
    {
      "k": "<&>é"
    },
    {}
  ],
  "empty": []
}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
