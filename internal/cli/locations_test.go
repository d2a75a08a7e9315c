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
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/domicile-dev/domicile/internal/location"
)

// TestOneOfManyNodesIsMalformed locates a whole fleet: one node whose providerID has no
// known form neither hides nor changes any other.
func TestOneOfManyNodesIsMalformed(t *testing.T) {
	const nodes, malformed = 5000, "worker-3141"
	var input strings.Builder
	input.WriteString("apiVersion: v1\nkind: List\nitems:\n")
	for i := range nodes {
		name, id := fmt.Sprintf("worker-%04d", i), fmt.Sprintf("i-%017x", i)
		if name == malformed {
			id = "vm-1"
		}
		fmt.Fprintf(&input, "- {apiVersion: v1, kind: Node, metadata: {name: %s, labels: {topology.kubernetes.io/region: eu-central-1}}, spec: {providerID: \"aws:///eu-central-1a/%s\"}}\n", name, id)
	}
	got := run(t, input.String(), "locations", "-f", "-", "-o", "json")
	if got.code != ExitUndetermined || got.errOut != "" {
		t.Fatalf("exit code %d, want %d\n%s", got.code, ExitUndetermined, got.errOut)
	}
	var parsed Locations
	if err := json.Unmarshal([]byte(got.out), &parsed); err != nil {
		t.Fatal(err)
	}
	if len(parsed.Items) != nodes {
		t.Fatalf("%d nodes, want %d", len(parsed.Items), nodes)
	}
	for i, item := range parsed.Items {
		reason, country := "", "DE"
		if item.Node == malformed {
			reason, country = string(location.ReasonMalformedProviderID), ""
		}
		if want := fmt.Sprintf("worker-%04d", i); item.Node != want || item.Reason != reason || item.Country != country {
			t.Fatalf("item %d is %s in %q (%s), want %s in %q (%s)", i, item.Node, item.Country, item.Reason, want, country, reason)
		}
	}
	text := run(t, input.String(), "locations", "-f", "-")
	if rows := strings.Count(text.out, "\nworker-"); text.code != ExitUndetermined || rows != nodes+1 {
		t.Errorf("exit code %d, %d rows and sentences, want %d", text.code, rows, nodes+1)
	}
	if want := "5000 nodes: 4999 known, 1 undetermined"; !strings.Contains(text.out, want) {
		t.Errorf("%q is not said", want)
	}
}
