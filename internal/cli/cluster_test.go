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

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// TestLocationsAreTheSame reads thirty nodes from files, from a cluster that has stamped
// them, and from what kubectl prints of that cluster.
func TestLocationsAreTheSame(t *testing.T) {
	nodes := stampedNodes(t)
	if len(nodes) != 30 {
		t.Fatalf("there are %d nodes", len(nodes))
	}
	kubeconfig := serve(t, &server{nodes: nodes})
	for _, output := range [][]string{nil, {"-o", "json"}, {"-o", "yaml"}, {"-o", "wide"}} {
		t.Run(fmt.Sprint(output), func(t *testing.T) {
			files := run(t, "", append([]string{"locations", "-f", "testdata/places"}, output...)...)
			cluster := run(t, "", append([]string{"locations", "--kubeconfig", kubeconfig}, output...)...)
			printed := run(t, nodeList(t, nodes), append([]string{"locations", "-f", "-"}, output...)...)
			if files.code != ExitUndetermined || cluster.code != files.code || printed.code != files.code {
				t.Errorf("exit codes %d, %d, %d\n%s%s%s", files.code, cluster.code, printed.code, files.errOut, cluster.errOut, printed.errOut)
			}
			if diff := cmp.Diff(files.out, cluster.out); diff != "" {
				t.Errorf("the cluster says something else (-files +cluster):\n%s", diff)
			}
			if diff := cmp.Diff(files.out, printed.out); diff != "" {
				t.Errorf("what kubectl prints says something else (-files +printed):\n%s", diff)
			}
		})
	}
}

func TestClusterIsOnlyReadForNodes(t *testing.T) {
	var many []*corev1.Node
	for i := range 1200 {
		many = append(many, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("n-%04d", i), UID: "u"}})
	}
	twentyOne := make([]string, 21)
	for i := range twentyOne {
		twentyOne[i] = many[i].Name
	}
	tests := map[string]struct {
		server *server
		names  []string
		want   []string
		items  int
	}{
		"all, in pages": {
			server: &server{nodes: many},
			want:   []string{"GET /api/v1/nodes?limit=500", "GET /api/v1/nodes?continue=500&limit=500", "GET /api/v1/nodes?continue=1000&limit=500"},
			items:  1200,
		},
		"pages that expire": {
			server: &server{nodes: many, expired: true},
			want:   []string{"GET /api/v1/nodes?limit=500", "GET /api/v1/nodes?continue=500&limit=500", "GET /api/v1/nodes"},
			items:  1200,
		},
		"some": {
			server: &server{nodes: many}, names: []string{"n-0007", "n-0003"},
			want:  []string{"GET /api/v1/nodes/n-0003", "GET /api/v1/nodes/n-0007"},
			items: 2,
		},
		"many of few": {
			server: &server{nodes: many[:30]}, names: twentyOne,
			want:  []string{"GET /api/v1/nodes?limit=500"},
			items: 21,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"locations", "-o", "json", "--kubeconfig", serve(t, tc.server)}, tc.names...)
			got := run(t, "", args...)
			var parsed Locations
			if err := json.Unmarshal([]byte(got.out), &parsed); err != nil {
				t.Fatalf("%v: %s", err, got.errOut)
			}
			if len(parsed.Items) != tc.items {
				t.Errorf("%d items, want %d", len(parsed.Items), tc.items)
			}
			if diff := cmp.Diff(tc.want, tc.server.requests); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStampsThatAreNotBelieved(t *testing.T) {
	nodes := stampedNodes(t)[:4]
	delete(nodes[0].Annotations, residencyv1.LocationAnnotation)
	nodes[1].UID = "another"
	nodes[2].Annotations[residencyv1.LocationAnnotation] = "{"
	got := run(t, "", "locations", "--kubeconfig", serve(t, &server{nodes: nodes}), "-o", "json")
	var parsed Locations
	if err := json.Unmarshal([]byte(got.out), &parsed); err != nil {
		t.Fatalf("%v: %s", err, got.errOut)
	}
	reasons := map[string]string{}
	for _, item := range parsed.Items {
		reasons[item.Node] = item.Reason
		if item.Reason != "" && (item.Country != "" || item.Provider != "" || item.Assurance != "") {
			t.Errorf("%s is nowhere, and somewhere: %+v", item.Node, item)
		}
	}
	want := map[string]string{
		nodes[0].Name: reasonNotStamped, nodes[1].Name: reasonNotStamped, nodes[2].Name: reasonNotStamped, nodes[3].Name: "",
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if got.code != ExitUndetermined {
		t.Errorf("exit code %d", got.code)
	}
}

func TestStampsOffline(t *testing.T) {
	nodes := map[string]*corev1.Node{}
	for _, n := range stampedNodes(t) {
		nodes[n.Name] = n
	}
	moved := nodes["gcp-war-1"].DeepCopy()
	moved.Spec.ProviderID = "gce://example-project/europe-west3-a/gke-pool-1"
	moved.Labels["topology.kubernetes.io/region"], moved.Labels["topology.kubernetes.io/zone"] = "europe-west3", "europe-west3-a"
	remade := moved.DeepCopy()
	remade.UID = "another"
	unnamed := moved.DeepCopy()
	unnamed.UID = ""
	site := `
---
apiVersion: residency.domicile.dev/v1alpha1
kind: Site
metadata: {name: elsewhere}
spec:
  nodeNames: [x]
  country: DE
  basis: {reference: "inventory", verifiedAt: "2026-10-01"}
`
	tests := map[string]struct {
		node    *corev1.Node
		more    string
		want    string // country, assurance and reason
		warning string
	}{
		"where it was":                        {node: nodes["gcp-war-1"], want: "PL Consistent "},
		"a node that has moved":               {node: moved, want: "  MovedNode"},
		"a node that was made anew":           {node: remade, want: "DE Consistent "},
		"a stamp that came with a manifest":   {node: unnamed, want: "DE Consistent "},
		"declared by a Site that is not here": {node: nodes["room-1"], want: "BE Declared "},
		"declared by a Site that is gone":     {node: nodes["room-1"], more: site, want: "  NoWitness", warning: "node room-1 is stamped as in Site ghent-room, which the input does not hold"},
		"in dispute by Sites that are gone":   {node: nodes["two-sites-1"], more: site, want: "  NoWitness", warning: "Sites one and other"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := run(t, nodeList(t, []*corev1.Node{tc.node})+tc.more, "locations", "-f", "-", "-o", "json")
			var parsed Locations
			if err := json.Unmarshal([]byte(got.out), &parsed); err != nil || len(parsed.Items) != 1 {
				t.Fatalf("%v: %s%s", err, got.out, got.errOut)
			}
			item := parsed.Items[0]
			if is := item.Country + " " + item.Assurance + " " + item.Reason; is != tc.want {
				t.Errorf("it is %q, want %q", is, tc.want)
			}
			if !strings.Contains(got.errOut, tc.warning) || (tc.warning == "") != (got.errOut == "") {
				t.Errorf("warning %q, want %q", got.errOut, tc.warning)
			}
		})
	}
	note := "1 node is stamped as in Site ghent-room, which the input does not hold: judged without."
	if got := run(t, nodeList(t, []*corev1.Node{nodes["room-1"]}), "check", "-f", "-"); !strings.Contains(got.out, note) {
		t.Errorf("check does not say what it leaves out: %s", got.out)
	}
}

func TestClusterThatDoesNotAnswer(t *testing.T) {
	forbidden := apierrors.NewForbidden(corev1.Resource("nodes"), "", fmt.Errorf("no rule allows it"))
	tests := map[string]struct {
		args []string
		want []string
	}{
		"no kubeconfig":         {args: []string{"--kubeconfig", "no/such"}, want: []string{"no/such", "no such file"}},
		"no such context":       {args: []string{"--kubeconfig", serve(t, &server{}), "--context", "y"}, want: []string{`context "y" does not exist`}},
		"forbidden":             {args: []string{"--kubeconfig", serve(t, &server{refusal: forbidden})}, want: []string{"no rule allows it", "get and list on nodes", "-f reads nodes from files"}},
		"not logged in":         {args: []string{"--kubeconfig", serve(t, &server{refusal: apierrors.NewUnauthorized("who?")})}, want: []string{"log in again"}},
		"nobody there":          {args: []string{"--kubeconfig", serve(t, &server{}), "--server", "http://127.0.0.1:1"}, want: []string{"connection refused", "-f reads nodes from files"}},
		"a node that is absent": {args: []string{"--kubeconfig", serve(t, &server{}), "gone-1"}, want: []string{`there is no node "gone-1" in the cluster`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := run(t, "", append([]string{"locations"}, tc.args...)...)
			if got.code != ExitBroken {
				t.Errorf("exit code %d, want %d", got.code, ExitBroken)
			}
			for _, part := range tc.want {
				if !strings.Contains(got.errOut, part) {
					t.Errorf("%q is not in %q", part, got.errOut)
				}
			}
		})
	}
}
