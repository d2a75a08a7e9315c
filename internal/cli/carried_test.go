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

package cli

import (
	"strings"
	"testing"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// What a code that no node carries is answered with.
func TestResolveSaysWhatNodesCarry(t *testing.T) {
	t.Parallel()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{
		"ovh SYD":  "nodes do not carry it: their label says SYD1",
		"ovh HIL":  "nodes do not carry it: their label says US-WEST-OR-1",
		"ovh MIL":  "nodes do not carry it, and what they carry instead is not known",
		"oci fra":  "nodes do not carry it: their label says eu-frankfurt-1",
		"ovh GRA9": "",
	} {
		provider, name, _ := strings.Cut(code, " ")
		if got := resolveAt(cat, provider, name); got.Detail != want || want == "" && got.Region != "GRA" {
			t.Errorf("%s: %q in region %q, want %q", code, got.Detail, got.Region, want)
		}
	}
	node := resolveNode(cat, nodeFlags{providerID: "ionos://7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c", region: "eu-central-2"})
	if node.City != "" || node.Reason != "UnknownRegion" || !strings.Contains(node.Detail, "no label that its nodes are known to carry") {
		t.Errorf("a node with the place of a bucket is in %q: %s %s", node.City, node.Reason, node.Detail)
	}
}

// Every meaning that is listed is cited, also one that no node carries.
func TestResolveCitesWhatItLists(t *testing.T) {
	t.Parallel()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := resolveAnywhere(cat, "fra")
	if len(r.Meanings) < 2 || r.Country != "DE" {
		t.Fatalf("fra is in %q by %d meanings", r.Country, len(r.Meanings))
	}
	for i := range r.Meanings {
		if m := &r.Meanings[i]; !strings.Contains(r.Source, m.Source) {
			t.Errorf("%s is listed and not cited: %s", m.Provider, m.Source)
		}
	}
}
