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

package localcluster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestParseNodes(t *testing.T) {
	const node = "apiVersion: v1\nkind: Node\nmetadata: {name: %s}\n"
	one := strings.ReplaceAll(node, "%s", "one")
	tests := map[string]struct {
		content string
		want    []string
	}{
		"one document":               {one, []string{"one"}},
		"several documents":          {one + "---\n" + strings.ReplaceAll(node, "%s", "two"), []string{"one", "two"}},
		"empty documents":            {"# only words\n---\n" + one + "---\n---\n", []string{"one"}},
		"JSON":                       {`{"apiVersion":"v1","kind":"Node","metadata":{"name":"one"}}`, []string{"one"}},
		"JSON values in a row":       {`{"apiVersion":"v1","kind":"Node","metadata":{"name":"one"}} {"apiVersion":"v1","kind":"Node","metadata":{"name":"two"}}`, []string{"one", "two"}},
		"a List":                     {`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Node","metadata":{"name":"one"}}]}`, []string{"one"}},
		"a NodeList of bare items":   {`{"apiVersion":"v1","kind":"NodeList","items":[{"metadata":{"name":"one"}}]}`, []string{"one"}},
		"what a newer cluster wrote": {one + "status: {conditions: 7, novelty: true}\n", []string{"one"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			nodes, err := parseNodes([]byte(test.content))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, node := range nodes {
				got = append(got, node.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("nodes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseNodesNamesWhatIsWrong(t *testing.T) {
	const good = "apiVersion: v1\nkind: Node\nmetadata: {name: good}\n---\n"
	tests := map[string]struct{ content, want string }{
		"nothing":             {"# nothing\n", "it holds no nodes"},
		"another kind":        {good + "apiVersion: v1\nkind: Pod\n", `document 2: kind: is "Pod", must be "Node", "NodeList" or "List"`},
		"no kind":             {good + "apiVersion: v1\n", `document 2: kind: is "", must be`},
		"another version":     {good + "apiVersion: v2\nkind: Node\n", `document 2: apiVersion: is "v2", must be "v1"`},
		"no name":             {good + "apiVersion: v1\nkind: Node\n", "document 2: metadata.name: Required value"},
		"a bad name":          {good + "apiVersion: v1\nkind: Node\nmetadata: {name: A_b}\n", `document 2 (node A_b): metadata.name: Invalid value: "A_b"`},
		"a bad label":         {good + "apiVersion: v1\nkind: Node\nmetadata: {name: a, labels: {k: 'a b'}}\n", `document 2 (node a): metadata.labels: Invalid value: "a b"`},
		"a name twice":        {good + "apiVersion: v1\nkind: Node\nmetadata: {name: good}\n", "document 2 (node good): metadata.name: was already given in document 1 (node good)"},
		"an unknown field":    {good + "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {providerId: x}\n", `document 2: unknown field "spec.providerId"`},
		"a wrong type":        {good + "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {providerID: 7}\n", `spec.providerID of type string`},
		"a bad quantity":      {good + "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nstatus: {capacity: {cpu: lots}}\n", "document 2: status.capacity.cpu: lots is no quantity"},
		"no YAML":             {good + "a: b: c\n", "document 2: "},
		"no JSON":             {good + `{"kind": }`, "document 2: "},
		"a key twice":         {good + "kind: Node\nkind: Node\n", "document 2: yaml: unmarshal errors:\n  line 2: key \"kind\" already set in map"},
		"a list without some": {"apiVersion: v1\nkind: List\n", "document 1: items: must be a list"},
		"a bad item":          {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Node, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod}\n", `document 1: items[1]: kind: is "Pod"`},
		"text":                {"hello\n", "document 1: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			nodes, err := parseNodes([]byte(test.content))
			if err == nil {
				t.Fatalf("it was read as %d nodes", len(nodes))
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is\n%v\nwant it to contain\n%s", err, test.want)
			}
		})
	}
}

func TestNodesAreCompletedAndKeepWhatWasDecided(t *testing.T) {
	nodes, err := parseNodes([]byte(`
apiVersion: v1
kind: Node
metadata:
  name: one
  uid: 5f0c
  creationTimestamp: nonsense
  resourceVersion: "17"
  labels: {kubernetes.io/arch: arm64, topology.kubernetes.io/zone: eu-central-1-ist-1a}
  annotations: {kept: "yes"}
spec: {providerID: "aws:///eu-central-1-ist-1a/i-0f3a91c2d4e5b6a71"}
status:
  capacity: {cpu: 4}
  conditions: [{type: Ready, status: "False"}]
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &corev1.Node{}
	want.Name = "one"
	want.Annotations = map[string]string{"kept": "yes", "kwok.x-k8s.io/node": "fake"}
	want.Labels = map[string]string{
		"kubernetes.io/arch":          "arm64",
		"kubernetes.io/hostname":      "one",
		"kubernetes.io/os":            "linux",
		"topology.kubernetes.io/zone": "eu-central-1-ist-1a",
	}
	want.Spec.ProviderID = "aws:///eu-central-1-ist-1a/i-0f3a91c2d4e5b6a71"
	want.Status.Capacity = corev1.ResourceList{
		"cpu":               resource.MustParse("4"),
		"memory":            resource.MustParse("256Gi"),
		"ephemeral-storage": resource.MustParse("1Ti"),
		"pods":              resource.MustParse("1000"),
	}
	want.Status.Allocatable = want.Status.Capacity
	if diff := cmp.Diff([]*corev1.Node{want}, nodes); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
}
