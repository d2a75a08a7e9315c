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
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/domicile-dev/domicile/internal/location"
)

// busy is the node with as many other labels as nodes of a managed cluster have.
func busy(n location.Node) location.Node {
	for i := range 20 {
		n.Labels[fmt.Sprintf("example.com/label-%d", i)] = "value"
	}
	n.Name = "ip-10-0-12-34.eu-central-1.compute.internal"
	return n
}

func benchNodes() map[string]location.Node {
	return map[string]location.Node{
		"AWS":         busy(node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", "m5.large")),
		"AWSBeta":     busy(beta(node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", "m5.large"), "eu-central-1a", "eu-central-1")),
		"Azure":       busy(node(azureVM, "westeurope-1", "westeurope", "Standard_D2s_v5")),
		"Scaleway":    busy(node("scaleway://instance/fr-par-2/7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c", "fr-par-2", "fr-par", "PRO2-S")),
		"BareUUID":    busy(node("7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c", "cn-north-4a", "cn-north-4", "")),
		"Labels":      busy(node("", "eu-central-1a", "eu-central-1", "")),
		"Ambiguous":   busy(node("", "eu-west-2a", "eu-west-2", "")),
		"OneOfTwo":    busy(node("aws:///eu-west-2a/"+outscaleID, "eu-west-2a", "eu-west-2", "m4.large")),
		"Conflict":    busy(node("aws:///eu-central-1a/"+awsID, "", "eu-west-2", "")),
		"LabelsFight": busy(node("", "eu-central-1a", "eu-west-2", "")),
		"Unknown":     busy(node("aws:///eu-central-1-xyz-1a/"+awsID, "eu-central-1-xyz-1a", "eu-central-1", "")),
		"Numbered":    busy(node("openstack:///7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c", "nova", "GRA11", "b3-16")),
		"NoLabel":     busy(node("openstack:///7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c", "nova", "GRA", "b3-16")),
		"Area":        busy(node("ibm://a///b/c", "", "eu-de", "")),
		"NotACloud":   busy(node("kind://docker/dev/dev-worker", "", "eu-central-1", "")),
	}
}

func BenchmarkOfNode(b *testing.B) {
	cat := load(b)
	for name, n := range benchNodes() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = location.OfNode(cat, n)
			}
		})
	}
}

// hundredSites are 100 Sites of every kind, of which one declares and one claims a node.
func hundredSites(tb testing.TB) *location.Sites {
	tb.Helper()
	list := make([]location.Site, 0, 100)
	for i := range 100 {
		s := location.Site{
			Name: fmt.Sprintf("site-%d", i), UID: fmt.Sprintf("uid-%d", i),
			Provider: "aws", City: "Frankfurt", Country: "DE", Source: "contract",
		}
		switch i % 4 {
		case 0:
			s.NodeNames = []string{fmt.Sprintf("node-%d", i)}
		case 1:
			s.Selector = selector(tb, fmt.Sprintf("room.node-restriction.kubernetes.io/name=room-%d", i))
		case 2:
			s.Selector = selector(tb, fmt.Sprintf("rack in (rack-%d, rack-%d), tier", i, i+1))
		case 3:
			s.Selector = selector(tb, fmt.Sprintf("room-%d.node-restriction.kubernetes.io/name", i))
		}
		list = append(list, s)
	}
	return location.NewSites(list)
}

// fatal is what testing.TB and rapid.T have in common.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

func selector(tb fatal, s string) labels.Selector {
	tb.Helper()
	sel, err := labels.Parse(s)
	if err != nil {
		tb.Fatal(err)
	}
	return sel
}

func BenchmarkLocate(b *testing.B) {
	l := location.Locator{Catalogue: load(b), Sites: hundredSites(b)}
	named := busy(node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", ""))
	named.Name = "node-0"
	claimed := busy(node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", ""))
	claimed.Labels["rack"], claimed.Labels["tier"] = "rack-2", "web"
	nodes := benchNodes()
	for name, n := range map[string]location.Node{
		"None": nodes["AWS"], "Labels": nodes["Labels"], "Declared": named, "Claimed": claimed,
	} {
		b.Run(name, func(b *testing.B) {
			memory := l.Locate(n, nil).Memory
			b.ReportAllocs()
			for b.Loop() {
				_ = l.Locate(n, memory)
			}
		})
	}
}
