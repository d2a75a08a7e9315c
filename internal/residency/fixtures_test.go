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

package residency

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

func load(tb testing.TB) *catalogue.Catalogue {
	tb.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		tb.Fatalf("loading the catalogue: %v", err)
	}
	return cat
}

// node makes a node as a provider would: what the ID and the labels say is resolved by
// the same code as in a cluster.
func node(cat *catalogue.Catalogue, name, providerID, region, zone string) *Node {
	labels := map[string]string{}
	if region != "" {
		labels["topology.kubernetes.io/region"] = region
	}
	if zone != "" {
		labels["topology.kubernetes.io/zone"] = zone
	}
	return NewNode(name, location.OfNode(cat, location.Node{ProviderID: providerID, Labels: labels}))
}

// world is a few nodes that tell apart what must be told apart.
func world(cat *catalogue.Catalogue) map[string]*Node {
	nodes := map[string]*Node{"gone": MissingNode("gone")}
	for _, n := range []*Node{
		node(cat, "fra-aws", "aws:///eu-central-1a/i-0dbe03668241abc84", "eu-central-1", "eu-central-1a"),
		node(cat, "fra-ali", "eu-central-1.i-gw8a1b2c3d4e5f6g7h8", "eu-central-1", "eu-central-1a"),
		node(cat, "fra-label", "", "eu-central-1", ""),
		node(cat, "dub-aws", "aws:///eu-west-1a/i-0dbe03668241abc85", "eu-west-1", "eu-west-1a"),
		node(cat, "ldn-ali", "eu-west-1.i-gw8a1b2c3d4e5f6g7h9", "eu-west-1", "eu-west-1a"),
		node(cat, "ldn-aws", "aws:///eu-west-2a/i-0dbe03668241abc86", "eu-west-2", "eu-west-2a"),
		node(cat, "iad-aws", "aws:///us-east-1a/i-0dbe03668241abc87", "us-east-1", "us-east-1a"),
		node(cat, "ist-aws", "aws:///eu-central-1-ist-1a/i-0dbe03668241abc88", "eu-central-1", "eu-central-1-ist-1a"),
		node(cat, "tyo-az", "azure:///subscriptions/0/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/a", "japaneast", "japaneast-1"),
		node(cat, "lost", "", "", ""),
		node(cat, "liar", "aws:///us-east-1a/i-0dbe03668241abc89", "eu-central-1", ""),
		node(cat, "new-zone", "aws:///eu-central-1-xyz-1a/i-0dbe03668241abc8a", "eu-central-1", "eu-central-1-xyz-1a"),
	} {
		nodes[n.Name] = n
	}
	return nodes
}

func jurisdiction(name residencyv1.JurisdictionName) residencyv1.Place {
	return residencyv1.Place{Jurisdiction: &name}
}

func country(code residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{Country: &code}
}

func city(name residencyv1.CityName, code residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{City: &residencyv1.CityPlace{Name: name, Country: code}}
}

func region(provider residencyv1.ProviderName, name residencyv1.RegionName) residencyv1.Place {
	return residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: provider, Name: name}}
}

func places(p ...residencyv1.Place) []residencyv1.Place { return p }

// personal is a policy for all datasets with the label sensitivity: personal.
func personal(name string, allowed []residencyv1.Place, denied ...residencyv1.Place) residencyv1.ResidencyPolicy {
	return residencyv1.ResidencyPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name, Generation: 1},
		Spec: residencyv1.ResidencyPolicySpec{
			DatasetSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"sensitivity": "personal"}},
			Processing:      residencyv1.PlacesRule{Allowed: allowed, Denied: denied},
			Enforcement:     residencyv1.Enforcement{Admission: residencyv1.EnforcementDeny},
		},
	}
}

func with(p residencyv1.ResidencyPolicy, change func(*residencyv1.ResidencyPolicySpec)) residencyv1.ResidencyPolicy {
	change(&p.Spec)
	return p
}

func datasetOf(name string, labels map[string]string) residencyv1.Dataset {
	return residencyv1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels, Generation: 1},
		Spec: residencyv1.DatasetSpec{
			Title:      "Some " + name,
			Controller: &residencyv1.DatasetController{Name: "Example GmbH", Contact: "privacy@example.com"},
		},
	}
}

func customers() residencyv1.Dataset {
	return datasetOf("customers", map[string]string{"sensitivity": "personal"})
}

func reachOf(kind ReachKind, nodes ...*Node) *Reach {
	r := &Reach{Kind: kind, Nodes: len(nodes)}
	for _, n := range nodes {
		r.Places = append(r.Places, ReachPlace{Node: n, Count: 1})
	}
	return r
}

func pod(handles ...string) Input {
	in := Input{Subject: Subject{Kind: "Pod", Namespace: "crm", Name: "profiles"}}
	for _, h := range handles {
		in.Handles = append(in.Handles, Handling{Dataset: h})
	}
	return in
}

func outcomes(v Verdict) string {
	s := fmt.Sprintf("%s/%s:", v.Outcome, v.Effect)
	for _, f := range v.Findings {
		s += fmt.Sprintf(" %s/%s=%s(%s,%s)", f.Dataset, f.Policy, f.Outcome, f.Reason, f.Effect)
	}
	return s
}
