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
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestChoose(t *testing.T) {
	all := []artefact{
		{name: "etcd", group: groupControlPlane},
		{name: "kubectl", group: groupControlPlane},
		{name: "kustomize", group: groupTools},
	}
	tests := map[string]struct {
		names   []string
		want    []string
		wantErr string
	}{
		"no name means all":             {want: []string{"etcd", "kubectl", "kustomize"}},
		"a group":                       {names: []string{"controlplane"}, want: []string{"etcd", "kubectl"}},
		"a group and a single one":      {names: []string{"kustomize", "controlplane"}, want: []string{"etcd", "kubectl", "kustomize"}},
		"named twice is built once":     {names: []string{"etcd", "etcd"}, want: []string{"etcd"}},
		"an unknown name lists all":     {names: []string{"etc"}, wantErr: `"etc": there are controlplane, etcd, kubectl, kustomize, tools`},
		"an unknown one among known":    {names: []string{"etcd", "x"}, wantErr: `"x"`},
		"an empty name is unknown, too": {names: []string{""}, wantErr: `""`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			chosen, err := choose(all, test.names)
			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Fatalf("error %v, want one with %q", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range chosen {
				got = append(got, a.name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("chosen (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequired(t *testing.T) {
	tests := map[string]struct {
		gomod   string
		want    string
		wantErr bool
	}{
		"in a block":                   {gomod: "require (\n\texample.com/a v1.2.3\n)\n", want: "v1.2.3"},
		"indirect":                     {gomod: "require (\n\texample.com/a v1.2.3 // indirect\n)\n", want: "v1.2.3"},
		"on its own line":              {gomod: "require example.com/a v1.2.3\n", want: "v1.2.3"},
		"as a tool only":               {gomod: "tool example.com/a\n", wantErr: true},
		"a module below it is another": {gomod: "require example.com/a/b v1.2.3\n", wantErr: true},
		"replaced but not required":    {gomod: "replace example.com/a => example.com/a v1.2.3\n", wantErr: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "go.mod")
			if err := os.WriteFile(path, []byte(test.gomod), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := required(path, "example.com/a")
			if got != test.want || (err != nil) != test.wantErr {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestKubernetesFlagsNameItsVersion(t *testing.T) {
	got, err := kubernetesFlags("v1.36.3")
	if err != nil {
		t.Fatal(err)
	}
	want := "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3" +
		" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
	if _, err := kubernetesFlags("latest"); err == nil {
		t.Error("a version without numbers was accepted")
	}
}

func TestPackagesAreToldFromMessages(t *testing.T) {
	packages := 0
	said := &lines{onPackage: func() { packages++ }}
	for _, part := range []string{
		"go: downloading k8s.io/api v0.36.3\nk8s.io/a", "pi\ninternal/abi\n",
		"# k8s.io/broken\nx.go:1:2: undefined: y\n\thave z\nlast words",
	} {
		if _, err := said.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if packages != 2 {
		t.Errorf("%d packages, want 2", packages)
	}
	want := "# k8s.io/broken\nx.go:1:2: undefined: y\n\thave z\nlast words"
	if diff := cmp.Diff(want, said.rest()); diff != "" {
		t.Errorf("the rest (-want +got):\n%s", diff)
	}
}

func TestProgressSaysHowFarItIs(t *testing.T) {
	tests := map[string]struct {
		tell func(p *progress)
		want string
	}{
		"at first":             {tell: func(*progress) {}, want: "[1/2] etcd: 0s of about 6 min"},
		"modules are fetched":  {tell: func(p *progress) { p.phase("fetching modules") }, want: "[1/2] etcd: 0s of about 6 min, fetching modules"},
		"nothing compiled yet": {tell: func(p *progress) { p.phase("x"); p.packages(2) }, want: "[1/2] etcd: 0s of about 6 min, 2 packages"},
		"one of two compiled":  {tell: func(p *progress) { p.packages(2); p.compiled() }, want: "[1/2] etcd: 0s of about 6 min, 1 of 2 packages compiled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := &progress{label: "[1/2] etcd", usual: 6 * time.Minute, start: time.Now()}
			test.tell(p)
			if diff := cmp.Diff(test.want, p.line()); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}
