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
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const licence = "/*\nCopyright somebody.\n*/\n"

func newTree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for path, data := range files {
		full := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestBoilerplate(t *testing.T) {
	tests := map[string]struct {
		source string
		fails  bool
	}{
		"licence first":              {source: licence + "\npackage x\n"},
		"after a build constraint":   {source: "//go:build linux\n\n" + licence + "\npackage x\n"},
		"no licence":                 {source: "package x\n", fails: true},
		"no empty line after it":     {source: licence + "package x\n", fails: true},
		"after the package comment":  {source: "// Package x.\npackage x\n\n" + licence + "\n", fails: true},
		"after a comment, not first": {source: "// hello\n\n" + licence + "\npackage x\n", fails: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := newTree(t, map[string]string{"hack/boilerplate.go.txt": licence, "x/x.go": test.source, "bin/y.go": "package y\n"})
			if err := checkBoilerplate(t.Context(), root); (err != nil) != test.fails {
				t.Errorf("error %v, want one: %v", err, test.fails)
			}
		})
	}
}

func TestMachinePath(t *testing.T) {
	tests := map[string]struct {
		line, want string
	}{
		"nothing":                     {line: "go build ./cmd/manager"},
		"where this checkout lies":    {line: "cd /srv/checkout/config", want: "/srv/checkout"},
		"its neighbour":               {line: "cd /srv/checkouts"},
		"a home folder":               {line: "see /ho" + "me/ann/notes", want: "/ho" + "me/ann/"},
		"in quotes":                   {line: `"/ro` + `ot/go/pkg"`, want: `"/ro` + `ot/`},
		"an address that looks alike": {line: "https://example.com/ho" + "me/index.html"},
		"a word that looks alike":     {line: "the chroot/dir"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := machinePath(checkoutPattern("/srv/checkout"), test.line); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if checkoutPattern("/src") != nil {
		t.Error("a checkout right below / forbids an ordinary word")
	}
}

func TestChangesNamesWhatDiffers(t *testing.T) {
	before := map[string]string{"api/a.go": "1", "api/b.go": "1", "config/c.yaml": "1"}
	after := map[string]string{"api/a.go": "1", "api/b.go": "2", "config/d.yaml": "1"}
	want := []string{
		"api/b.go: it was stale; it is current now, commit it",
		"config/c.yaml: nothing generates it any more; it is gone now, commit that",
		"config/d.yaml: it was missing; it is there now, commit it",
	}
	if diff := cmp.Diff(want, changes(before, after)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestGeneratedFilesAreComparedWithWhatWasThere(t *testing.T) {
	tests := map[string]struct {
		there string
		fails bool
	}{
		"current": {there: "new\n"},
		"stale":   {there: "old\n", fails: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := newTree(t, map[string]string{
				"Makefile":         "generate:\n\t@echo new > config/role.yaml\n",
				"config/role.yaml": test.there,
			})
			err := checkGenerated(t.Context(), root)
			if (err != nil) != test.fails {
				t.Fatalf("error %v, want one: %v", err, test.fails)
			}
			if err != nil && !strings.Contains(err.Error(), "config/role.yaml") {
				t.Errorf("error %q does not name the file", err)
			}
		})
	}
}

func TestTidyNamesTheModuleThatIsNot(t *testing.T) {
	clean := map[string]string{
		"go.mod":               "module example.com/a\n\ngo 1.26.0\n",
		"a.go":                 "package a\n",
		"hack/b/go.mod":        "module example.com/b\n\ngo 1.26.0\n",
		"hack/b/b.go":          "package b\n",
		"testdata/c/go.mod":    "not a module of ours",
		"bin/whatever/go.mod":  "not ours either",
		"hack/b/testdata/d.go": "package d\n",
	}
	if err := checkTidy(t.Context(), newTree(t, clean)); err != nil {
		t.Errorf("a tidy tree was refused: %v", err)
	}
	clean["hack/b/go.mod"] = "module example.com/b\n\ngo 1.26.0\n\nrequire example.com/a v0.0.0 // unused\n\nreplace example.com/a => ../..\n"
	err := checkTidy(t.Context(), newTree(t, clean))
	if err == nil || !strings.HasPrefix(err.Error(), "hack/b: ") || !strings.Contains(err.Error(), "-require example.com/a") {
		t.Errorf("error %v does not name the module and what is wrong", err)
	}
}

func TestShortKeepsTheHead(t *testing.T) {
	said := "wrong\ngo: downloading example.com/a v1.0.0\n" + strings.Repeat("x\n", 30)
	want := "wrong\n" + strings.Repeat("x\n", 24) + "... and 7 more lines; run go mod tidy there"
	if diff := cmp.Diff(want, short(said)); diff != "" {
		t.Errorf("short (-want +got):\n%s", diff)
	}
}

func TestAllChecksRunAndAllFailuresAreTold(t *testing.T) {
	out := &strings.Builder{}
	failed := runAll(t.Context(), "", []check{
		{"first", func(context.Context, string) error { return errors.New("a\nb") }},
		{"second", func(context.Context, string) error { return nil }},
	}, out)
	if failed != 1 {
		t.Errorf("%d failed, want 1", failed)
	}
	want := "FAIL  first (0s)\n      a\n      b\nok    second (0s)\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
