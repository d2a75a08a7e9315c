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
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func pod(name string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\n", name)
}

// write makes files below a temporary directory, which becomes the working directory.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func utf16File(text string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func TestRead(t *testing.T) {
	tests := map[string]struct {
		files     map[string]string
		paths     []string
		recursive bool
		stdin     string
		workloads []string // "namespace/name from file:document"
		problems  []string
	}{
		"files in the order in which they were given": {
			files:     map[string]string{"a.yaml": pod("a"), "b.txt": pod("b")},
			paths:     []string{"b.txt", "a.yaml"},
			workloads: []string{"crm/b from b.txt:1", "crm/a from a.yaml:1"},
		},
		"a directory, without those below": {
			files:     map[string]string{"d/b.yml": pod("b"), "d/a.yaml": pod("a"), "d/c.json": `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"c"}}`, "d/e/d.yaml": pod("d"), "d/README.md": "# no"},
			paths:     []string{"d"},
			workloads: []string{"crm/a from d/a.yaml:1", "crm/b from d/b.yml:1", "crm/c from d/c.json:1"},
		},
		"a directory and those below": {
			files:     map[string]string{"d/z.yaml": pod("z"), "d/e/d.yaml": pod("d"), "d/e/f/f.yaml": pod("f")},
			paths:     []string{"d"},
			recursive: true,
			workloads: []string{"crm/d from d/e/d.yaml:1", "crm/f from d/e/f/f.yaml:1", "crm/z from d/z.yaml:1"},
		},
		"a directory with nothing to read": {
			files:    map[string]string{"d/e/d.yaml": pod("d")},
			paths:    []string{"d"},
			problems: []string{"d: no file here ends in .yaml, .yml or .json; -R also reads the directories below"},
		},
		"a file that is named twice is read once": {
			files:     map[string]string{"d/a.yaml": pod("a")},
			paths:     []string{"d/a.yaml", "d", "./d/a.yaml"},
			workloads: []string{"crm/a from d/a.yaml:1"},
		},
		"standard input": {
			paths:     []string{"-"},
			stdin:     pod("a") + "---\n" + pod("b"),
			workloads: []string{"crm/a from stdin:1", "crm/b from stdin:2"},
		},
		"missing files, all of them": {
			files:     map[string]string{"b.yaml": pod("b")},
			paths:     []string{"a.yaml", "b.yaml", "c.yaml"},
			workloads: []string{"crm/b from b.yaml:1"},
			problems:  []string{"a.yaml: no such file or directory", "c.yaml: no such file or directory"},
		},
		"empty files": {
			files:     map[string]string{"empty.yaml": "", "comment.yaml": "# nothing\n---\n", "d/empty.yaml": "", "d/a.yaml": pod("a")},
			paths:     []string{"empty.yaml", "comment.yaml", "d"},
			workloads: []string{"crm/a from d/a.yaml:1"},
			problems:  []string{"empty.yaml: holds no objects", "comment.yaml: holds no objects"},
		},
		"UTF-16, and UTF-8 with a mark": {
			files:     map[string]string{"a.yaml": utf16File(pod("a")), "b.yaml": "\ufeff" + pod("b")},
			paths:     []string{"a.yaml", "b.yaml"},
			workloads: []string{"crm/a from a.yaml:1", "crm/b from b.yaml:1"},
		},
		"NUL bytes": {
			files:     map[string]string{"a.yaml": pod("a") + "---\n" + "a: \x00\n---\n" + pod("b"), "a.json": "{\"a\": \"\x00\"}"},
			paths:     []string{"a.yaml", "a.json"},
			workloads: []string{"crm/a from a.yaml:1", "crm/b from a.yaml:3"},
			problems: []string{
				"a.yaml, document 2 (line 5): cannot be parsed: control characters are not allowed",
				"a.json, document 1 (line 1): cannot be parsed: control characters are not allowed",
			},
		},
		"broken YAML in the second document": {
			files:     map[string]string{"a.yaml": pod("a") + "---\nkind: Pod\nmetadata: {\n---\n" + pod("b")},
			paths:     []string{"a.yaml"},
			workloads: []string{"crm/a from a.yaml:1", "crm/b from a.yaml:3"},
			problems:  []string{"a.yaml, document 2 (line 5): cannot be parsed: line 6: did not find expected node content"},
		},
		"lists": {
			files: map[string]string{
				"list.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: apps/v1, kind: DeploymentList, items: [{metadata: {name: b, namespace: other}}]}\n",
				"pods.json": `{"apiVersion":"v1","kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"c"}}]}{"apiVersion":"v1","kind":"PodList","items":null}`,
			},
			paths:     []string{"list.yaml", "pods.json"},
			workloads: []string{"crm/a from list.yaml:1", "other/b from list.yaml:1", "crm/c from pods.json:1"},
		},
		"an object that is there twice": {
			files:     map[string]string{"a.yaml": pod("a"), "b.yaml": "# again\n" + pod("a")},
			paths:     []string{"a.yaml", "b.yaml"},
			workloads: []string{"crm/a from a.yaml:1"},
			problems:  []string{"b.yaml, document 1 (line 2): pod crm/a: is in the input twice: it is also in a.yaml, document 1 (line 1)"},
		},
		"aliases without end": {
			files:    map[string]string{"a.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n"},
			paths:    []string{"a.yaml"},
			problems: []string{"a.yaml, document 1 (line 1): cannot be parsed: document contains excessive aliasing"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			write(t, tc.files)
			in, err := Read(t.Context(), Options{Paths: tc.paths, Recursive: tc.recursive, Namespace: "crm", Stdin: strings.NewReader(tc.stdin)})
			if err != nil {
				t.Fatal(err)
			}
			var workloads, problems []string
			for _, w := range in.Workloads {
				workloads = append(workloads, fmt.Sprintf("%s/%s from %s:%d", w.Namespace, w.Name, w.Origin.File, w.Origin.Document))
			}
			for _, p := range in.Problems {
				problems = append(problems, p.String())
			}
			if diff := cmp.Diff(tc.workloads, workloads); diff != "" {
				t.Errorf("workloads (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadHuge(t *testing.T) {
	var many bytes.Buffer
	for i := range 2000 {
		many.WriteString("---\n" + pod(fmt.Sprintf("p%d", i)))
	}
	long := "---\napiVersion: v1\nkind: Pod\nmetadata: {name: long, annotations: {note: " + strings.Repeat("x", 4<<20) + "}}\n"
	in, err := Read(t.Context(), Options{Paths: []string{"-"}, Namespace: "crm", Stdin: strings.NewReader(many.String() + long)})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Workloads) != 2000 {
		t.Errorf("%d workloads, want 2000", len(in.Workloads))
	}
	if len(in.Problems) != 1 || in.Problems[0].Field != "metadata.annotations" {
		t.Errorf("problems %v, want one about the annotations", in.Problems)
	}
}

func TestReadAllIsBounded(t *testing.T) {
	if _, message := readAll(strings.NewReader(strings.Repeat("x", 101)), 100); message != "is too large: split it" {
		t.Errorf("101 bytes of at most 100: %q", message)
	}
	if data, message := readAll(strings.NewReader(strings.Repeat("x", 100)), 100); message != "" || len(data) != 100 {
		t.Errorf("100 bytes of at most 100: %d bytes, %q", len(data), message)
	}
}

func TestLinkedDirectoriesAreNamedAndNotFollowed(t *testing.T) {
	write(t, map[string]string{"d/a.yaml": pod("a"), "e/b.yaml": pod("b")})
	if err := os.Symlink("../e", "d/link"); err != nil {
		t.Fatal(err)
	}
	in, err := Read(t.Context(), Options{Paths: []string{"d"}, Recursive: true, Namespace: "crm"})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Workloads) != 1 || len(in.Notes) != 1 {
		t.Errorf("%d workloads and notes %q, want one of each", len(in.Workloads), in.Notes)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(pod("a"))
	f.Add("{\"apiVersion\":\"residency.domicile.dev/v1alpha1\",\"kind\":\"Dataset\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"title\":\"a\"}}{")
	f.Add("apiVersion: residency.domicile.dev/v1alpha1\nkind: ResidencyPolicy\nmetadata: 5\nspec: {datasets: [a], processing: {allowed: [{}, 5, null]}}\n--- [\n...\n%")
	f.Add("apiVersion: v1\nkind: List\nitems: [null, {apiVersion: apps/v1, kind: Deployment, spec: {template: null}}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		in, err := Read(t.Context(), Options{Paths: []string{"-"}, Namespace: "crm", Stdin: strings.NewReader(text)})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range in.Problems {
			if p.Origin.File != stdinName || p.Message == "" {
				t.Errorf("a problem without a file or a message: %+v", p)
			}
		}
	})
}
