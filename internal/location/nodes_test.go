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

package location_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// sample is one node of testdata/nodes.
type sample struct {
	Name       string            `json:"name"`
	ProviderID string            `json:"providerID,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
	Want       wanted            `json:"want"`
}

// wanted is where the node is, or the reason why that cannot be said.
type wanted struct {
	Provider  string          `json:"provider,omitempty"`
	Providers []string        `json:"providers,omitempty"`
	Region    string          `json:"region,omitempty"`
	Zone      string          `json:"zone,omitempty"`
	City      string          `json:"city,omitempty"`
	Country   string          `json:"country,omitempty"`
	Assurance string          `json:"assurance,omitempty"`
	Reason    location.Reason `json:"reason,omitempty"`
}

func wantedOf(l *location.Location) wanted {
	w := wanted{l.Provider, l.Providers, l.Region, l.Zone, l.City, l.Country, l.Assurance.String(), l.Reason}
	if !l.Known() {
		w.Assurance = ""
	}
	return w
}

// samples reads testdata/nodes: one file for each provider, found by being there.
func samples(tb testing.TB) map[string][]sample {
	tb.Helper()
	paths, err := filepath.Glob("testdata/nodes/*.yaml")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no nodes in testdata/nodes: %v", err)
	}
	all := map[string][]sample{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		var nodes []sample
		if err := yaml.UnmarshalStrict(data, &nodes); err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".yaml")] = nodes
	}
	return all
}

// Every node of testdata/nodes is where its file says. A file needs no line of Go.
func TestOfNodeSamples(t *testing.T) {
	t.Parallel()
	cat := load(t)
	for file, nodes := range samples(t) {
		names := map[string]bool{}
		for _, s := range nodes {
			if s.Name == "" || names[s.Name] {
				t.Errorf("%s: the name %q is empty or used twice", file, s.Name)
			}
			names[s.Name] = true
			t.Run(file+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				l := location.OfNode(cat, location.Node{Name: "node-1", ProviderID: s.ProviderID, Labels: s.Labels})
				if diff := cmp.Diff(s.Want, wantedOf(&l)); diff != "" {
					t.Errorf("location (-want +got):\n%s%s", diff, l.Detail)
				}
				if (l.Reason != "") != (l.Detail != "") {
					t.Errorf("reason %q, sentence %q", l.Reason, l.Detail)
				}
			})
		}
	}
}

// A provider is not finished before there is a node of it, whose place or reason is written
// down, for each scheme that its nodes have and for each provider with regions.
func TestEverySchemeAndProviderHasASample(t *testing.T) {
	t.Parallel()
	cat := load(t)
	schemes, places := map[string]bool{}, map[string]bool{}
	files := samples(t)
	for _, nodes := range files {
		for _, s := range nodes {
			if scheme, _, ok := strings.Cut(s.ProviderID, "://"); ok {
				schemes[scheme] = true
			}
			places[s.Want.Provider] = true
		}
	}
	for _, s := range cat.Schemes() {
		if !schemes[s.Name] {
			t.Errorf("no node in testdata/nodes has a providerID %s://", s.Name)
		}
		for _, provider := range s.Providers {
			if files[provider] == nil {
				t.Errorf("there is no testdata/nodes/%s.yaml, and the provider writes %s://", provider, s.Name)
			}
		}
	}
	for _, provider := range cat.Providers() {
		// No node has a place with a provider whose labels are not known, or known with low confidence only.
		usable := slices.ContainsFunc(cat.Regions(), func(r *catalogue.Region) bool {
			return r.Provider == provider && len(r.Labels) > 0 && r.Confidence > catalogue.ConfidenceLow
		})
		if !places[provider] && usable {
			t.Errorf("no node in testdata/nodes is at a place of %s", provider)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if len(files[file]) == 0 {
			t.Errorf("testdata/nodes/%s.yaml has no nodes", file)
		}
	}
}

// The example in docs/adding-a-provider.md is true: with its rows, its nodes are where it says.
func TestAddingAProviderAsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/adding-a-provider.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	var nodes []sample
	for _, m := range regexp.MustCompile("(?s)```(csv|yaml) ([a-z.]+)\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		if m[1] == "yaml" {
			if err := yaml.UnmarshalStrict([]byte(m[3]), &nodes); err != nil {
				t.Fatal(err)
			}
			continue
		}
		data, err := os.ReadFile(filepath.Join("../catalogue/data", m[2]))
		if err != nil {
			t.Fatal(err)
		}
		header, _, _ := strings.Cut(string(data), "\n")
		files[m[2]] = header + "\n" + m[3]
	}
	cat, err := catalogue.LoadWith(catalogue.Overlay{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 || len(nodes) < 3 {
		t.Errorf("the page has %d files of rows and %d nodes", len(files), len(nodes))
	}
	for _, s := range nodes {
		l := location.OfNode(cat, location.Node{ProviderID: s.ProviderID, Labels: s.Labels})
		if diff := cmp.Diff(s.Want, wantedOf(&l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s%s", s.Name, diff, l.Detail)
		}
	}
}
