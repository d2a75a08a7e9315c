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
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newTool writes a module of one command below a new root.
func newTool(t *testing.T, source string) (*builder, artefact, *bytes.Buffer) {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "hack", "tool", "go.mod"), "module example.com/tool\n\ngo 1.26.0\n")
	write(t, filepath.Join(root, "hack", "tool", "go.sum"), "")
	write(t, filepath.Join(root, "hack", "tool", "main.go"), source)
	out := &bytes.Buffer{}
	return &builder{root: root, out: out},
		artefact{name: "tool", group: groupTools, module: "hack/tool", output: "bin/tools/tool", pkg: ".", ldflags: strip}, out
}

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}

func TestBuildsOnceAndAgainWhenSomethingChanged(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, b *builder, a *artefact)
		want   bool // built again
	}{
		"nothing changed": {
			change: func(*testing.T, *builder, *artefact) {},
		},
		"its pins changed": {
			change: func(t *testing.T, b *builder, _ *artefact) {
				write(t, filepath.Join(b.root, "hack", "tool", "go.sum"), "\n")
			},
			want: true,
		},
		"its flags changed": {
			change: func(_ *testing.T, _ *builder, a *artefact) { a.ldflags += " -X main.version=2" },
			want:   true,
		},
		"the binary was cut short": {
			change: func(t *testing.T, b *builder, a *artefact) {
				if err := os.Truncate(filepath.Join(b.root, a.output), 10); err != nil {
					t.Fatal(err)
				}
			},
			want: true,
		},
		"a build died before its stamp": {
			change: func(t *testing.T, b *builder, a *artefact) {
				if err := os.Remove(b.stampPath(*a)); err != nil {
					t.Fatal(err)
				}
			},
			want: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b, a, out := newTool(t, "package main\n\nfunc main() {}\n")
			if err := b.buildStale(t.Context(), []artefact{a}); err != nil {
				t.Fatal(err)
			}
			test.change(t, b, &a)
			out.Reset()
			if err := b.buildStale(t.Context(), []artefact{a}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(out.String(), "done in"); got != test.want {
				t.Errorf("built again: %v, want %v; it said:\n%s", got, test.want, out)
			}
			if diff := cmp.Diff([]string{".tool.stamp", "tool"}, names(t, filepath.Join(b.root, "bin", "tools"))); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFailedBuildShowsTheCompilersWordsAndLeavesNothing(t *testing.T) {
	b, a, _ := newTool(t, "package main\n\nfunc main() { undefined() }\n")
	err := b.buildStale(t.Context(), []artefact{a})
	if err == nil {
		t.Fatal("a command that does not compile was built")
	}
	if want := "undefined: undefined"; !strings.Contains(err.Error(), want) {
		t.Errorf("error %q does not hold %q", err, want)
	}
	if got := names(t, filepath.Join(b.root, "bin", "tools")); len(got) != 0 {
		t.Errorf("files were left behind: %v", got)
	}
}

func TestFailedBuildKeepsTheBinaryThatWasThere(t *testing.T) {
	b, a, _ := newTool(t, "package main\n\nfunc main() {}\n")
	if err := b.buildStale(t.Context(), []artefact{a}); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(b.root, a.output))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(b.root, "hack", "tool", "main.go"), "package main\n\nfunc main() { undefined() }\n")
	a.ldflags += " -X main.version=2"
	if err := b.buildStale(t.Context(), []artefact{a}); err == nil {
		t.Fatal("a command that does not compile was built")
	}
	after, err := os.ReadFile(filepath.Join(b.root, a.output))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("the failed build changed the binary")
	}
	if current, err := b.isCurrent(a); err != nil || current {
		t.Errorf("the old binary counts as current: %v, %v", current, err)
	}
}

func TestDocumentsAreReadInOrderWithTheirOrigin(t *testing.T) {
	module := filepath.Join(t.TempDir(), "stages@v1.0.0")
	write(t, filepath.Join(module, "fast", "b.yaml"), "---\nkind: B\n")
	write(t, filepath.Join(module, "fast", "a.yaml"), "kind: A")
	write(t, filepath.Join(module, "fast", "kustomization.yaml"), "resources: []\n")
	got, err := readDocuments(module, "fast")
	if err != nil {
		t.Fatal(err)
	}
	want := "---\n# fast/a.yaml of stages@v1.0.0\nkind: A\n---\n# fast/b.yaml of stages@v1.0.0\nkind: B\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	if _, err := readDocuments(module, "slow"); err == nil {
		t.Error("a folder without YAML was accepted")
	}
}

func TestLockWaitsForTheOtherBuild(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bin", ".build.lock")
	first := &bytes.Buffer{}
	unlock, err := lock(t.Context(), path, first)
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan struct{})
	got := make(chan error, 1)
	go func() {
		unlockSecond, err := lock(t.Context(), path, signalled{waiting})
		if err == nil {
			err = unlockSecond()
		}
		got <- err
	}()
	<-waiting // the second one has said that it waits
	select {
	case err := <-got:
		t.Fatalf("two builds at a time: %v", err)
	default:
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	if first.Len() != 0 {
		t.Errorf("the first build said that it waits: %s", first)
	}
}

// signalled closes a channel when it is written to.
type signalled struct{ channel chan struct{} }

func (s signalled) Write(data []byte) (int, error) {
	close(s.channel)
	return len(data), nil
}

func TestPinsOfTheRepositoryAreReadable(t *testing.T) {
	root, err := findRoot()
	if err != nil {
		t.Fatal(err)
	}
	all, err := artefacts(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		for _, pins := range []string{"go.mod", "go.sum"} {
			if _, err := fs.Stat(os.DirFS(root), path.Join(a.module, pins)); err != nil {
				t.Errorf("%s: %v", a.name, err)
			}
		}
	}
}
