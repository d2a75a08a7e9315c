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
	"testing"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestEvaluateOnANode(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	eea := places(jurisdiction("EEA"))
	for name, tc := range map[string]struct {
		policies []residencyv1.ResidencyPolicy
		handles  []string
		node     string
		want     string
	}{
		"handles nothing":                    {[]residencyv1.ResidencyPolicy{personal("p", eea)}, nil, "iad-aws", "NotGoverned/Allow:"},
		"a dataset that no policy governs":   {nil, []string{"customers"}, "iad-aws", "NotGoverned/Allow:"},
		"Frankfurt is in the EEA":            {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "fra-aws", "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)"},
		"Frankfurt with the other provider":  {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "fra-ali", "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)"},
		"Dublin is eu-west-1 on aws":         {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "dub-aws", "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)"},
		"London is eu-west-1 on alibaba":     {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "ldn-ali", "Prohibited/Deny: customers/p=Prohibited(PlaceNotAllowed,Deny)"},
		"London is eu-west-2 on aws":         {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "ldn-aws", "Prohibited/Deny: customers/p=Prohibited(PlaceNotAllowed,Deny)"},
		"London by country":                  {[]residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("EEA"), country("GB")))}, []string{"customers"}, "ldn-ali", "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)"},
		"London by city, on either provider": {[]residencyv1.ResidencyPolicy{personal("p", places(city("london", "GB")))}, []string{"customers"}, "ldn-ali", "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)"},
		"London by one provider's region":    {[]residencyv1.ResidencyPolicy{personal("p", places(region("aws", "eu-west-2")))}, []string{"customers"}, "ldn-ali", "Prohibited/Deny: customers/p=Prohibited(PlaceNotAllowed,Deny)"},
		"Istanbul is not in the EEA":         {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "ist-aws", "Prohibited/Deny: customers/p=Prohibited(PlaceNotAllowed,Deny)"},
		"Istanbul is not in its region":      {[]residencyv1.ResidencyPolicy{personal("p", places(region("aws", "eu-central-1")))}, []string{"customers"}, "ist-aws", "Prohibited/Deny: customers/p=Prohibited(PlaceNotAllowed,Deny)"},
		"denied wins over allowed":           {[]residencyv1.ResidencyPolicy{personal("p", eea, region("aws", "eu-central-1"))}, []string{"customers"}, "fra-aws", "Prohibited/Deny: customers/p=Prohibited(PlaceDenied,Deny)"},
		"denied on one provider only":        {[]residencyv1.ResidencyPolicy{personal("p", eea, region("aws", "eu-central-1"))}, []string{"customers"}, "fra-ali", "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)"},
		"denied, and the provider not known": {[]residencyv1.ResidencyPolicy{personal("p", eea, region("aws", "eu-central-1"))}, []string{"customers"}, "fra-label", "Undetermined/Deny: customers/p=Undetermined(ImpreciseLocation,Deny)"},
		"allowed, and the city not known":    {[]residencyv1.ResidencyPolicy{personal("p", places(city("Dublin", "IE")))}, []string{"customers"}, "dub-aws", "Undetermined/Deny: customers/p=Undetermined(ImpreciseLocation,Deny)"},
		"denied, and the city not known":     {[]residencyv1.ResidencyPolicy{personal("p", eea, city("Dublin", "IE"))}, []string{"customers"}, "dub-aws", "Undetermined/Deny: customers/p=Undetermined(ImpreciseLocation,Deny)"},
		"denied, and only an area is known":  {[]residencyv1.ResidencyPolicy{personal("p", places(country("JP")), city("Tokyo", "JP"))}, []string{"customers"}, "tyo-az", "Undetermined/Deny: customers/p=Undetermined(ImpreciseLocation,Deny)"},
		"a node without a witness":           {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "lost", "Undetermined/Deny: customers/p=Undetermined(NoWitness,Deny)"},
		"a node that contradicts itself":     {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "liar", "Undetermined/Deny: customers/p=Undetermined(ConflictingWitnesses,Deny)"},
		"a zone that nobody knows":           {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "new-zone", "Undetermined/Deny: customers/p=Undetermined(UnknownZone,Deny)"},
		"a node that does not exist":         {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"customers"}, "gone", "Undetermined/Deny: customers/p=Undetermined(NodeNotFound,Deny)"},
		"a dataset that does not exist":      {[]residencyv1.ResidencyPolicy{personal("p", eea)}, []string{"custmers"}, "fra-aws", "Undetermined/Deny: custmers/=Undetermined(UnknownDataset,Deny)"},
		"an invalid policy keeps governing":  {[]residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("EEA"), country("XX")))}, []string{"customers"}, "fra-aws", "Undetermined/Deny: customers/p=Undetermined(PolicyNotAccepted,Deny)"},
		"all policies must permit": {
			[]residencyv1.ResidencyPolicy{personal("b", eea), personal("a", places(country("GB")))},
			[]string{"customers"}, "fra-aws",
			"Prohibited/Deny: customers/a=Prohibited(PlaceNotAllowed,Deny) customers/b=Permitted(PlacePermitted,Allow)",
		},
		"each policy's mode for its own findings, the strictest is done": {
			[]residencyv1.ResidencyPolicy{
				with(personal("a", eea), func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Admission = residencyv1.EnforcementAudit }),
				with(personal("b", eea), func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Admission = residencyv1.EnforcementWarn }),
			},
			[]string{"customers"}, "iad-aws",
			"Prohibited/Warn: customers/a=Prohibited(PlaceNotAllowed,Audit) customers/b=Prohibited(PlaceNotAllowed,Warn)",
		},
		"what is done about Undetermined does not change what it is": {
			[]residencyv1.ResidencyPolicy{with(personal("p", eea), func(s *residencyv1.ResidencyPolicySpec) {
				s.Enforcement.Undetermined = residencyv1.EnforcementAudit
			})},
			[]string{"customers"}, "lost",
			"Undetermined/Audit: customers/p=Undetermined(NoWitness,Audit)",
		},
		"findings in order, whatever the order of the datasets": {
			[]residencyv1.ResidencyPolicy{personal("q", eea), personal("p", eea)},
			[]string{"orders", "customers"}, "ldn-aws",
			"Prohibited/Deny: customers/p=Prohibited(PlaceNotAllowed,Deny) customers/q=Prohibited(PlaceNotAllowed,Deny) orders/=Undetermined(UnknownDataset,Deny)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			rb := Compile(World{Catalogue: cat}, []residencyv1.Dataset{customers()}, tc.policies, Options{})
			in := pod(tc.handles...)
			in.Node = nodes[tc.node]
			if got := outcomes(Evaluate(rb, &in)); got != tc.want {
				t.Errorf("\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestEvaluateWhatAPodCanReach(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	eea := personal("p", places(jurisdiction("EEA")))
	for name, tc := range map[string]struct {
		policies []residencyv1.ResidencyPolicy
		reach    *Reach
		want     string
		partial  bool
	}{
		"all permitted":                         {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["fra-aws"], nodes["dub-aws"]), "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)", false},
		"some permitted, some prohibited":       {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"]), "Permitted/Allow: customers/p=Permitted(SomeNodesNotPermitted,Allow)", true},
		"some permitted, some undetermined":     {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["lost"], nodes["fra-aws"]), "Permitted/Allow: customers/p=Permitted(SomeNodesNotPermitted,Allow)", true},
		"none permitted, one undetermined":      {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["iad-aws"], nodes["lost"]), "Undetermined/Deny: customers/p=Undetermined(NoPermittedNode,Deny)", false},
		"all prohibited":                        {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["iad-aws"], nodes["ldn-ali"]), "Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)", false},
		"no node, the places named are not":     {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNamed, nodes["iad-aws"]), "Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)", false},
		"no node, the places named are":         {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNamed, nodes["fra-aws"]), "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)", false},
		"no node and no place named":            {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachOpen), "Permitted/Allow: customers/p=Permitted(NoNodeYet,Allow)", true},
		"nothing gathered":                      {[]residencyv1.ResidencyPolicy{eea}, nil, "Permitted/Allow: customers/p=Permitted(NoNodeYet,Allow)", true},
		"an invalid policy, whatever the reach": {[]residencyv1.ResidencyPolicy{personal("p", places(country("XX")))}, reachOf(ReachOpen), "Undetermined/Deny: customers/p=Undetermined(PolicyNotAccepted,Deny)", false},
		"each policy permits another node": {
			[]residencyv1.ResidencyPolicy{eea, personal("q", places(country("GB")))}, reachOf(ReachNodes, nodes["fra-aws"], nodes["ldn-aws"]),
			"Prohibited/Deny: customers/p=Prohibited(NoNodeForAllPolicies,Deny) customers/q=Prohibited(NoNodeForAllPolicies,Deny)", false,
		},
		"each policy permits another node, a third is not known": {
			[]residencyv1.ResidencyPolicy{eea, personal("q", places(country("GB")))}, reachOf(ReachNodes, nodes["fra-aws"], nodes["ldn-aws"], nodes["lost"]),
			"Undetermined/Deny: customers/p=Undetermined(NoNodeForAllPolicies,Deny) customers/q=Undetermined(NoNodeForAllPolicies,Deny)", false,
		},
		"one node is permitted by all": {
			[]residencyv1.ResidencyPolicy{eea, personal("q", places(country("GB"), country("DE")))}, reachOf(ReachNodes, nodes["fra-aws"], nodes["ldn-aws"], nodes["dub-aws"]),
			"Permitted/Allow: customers/p=Permitted(SomeNodesNotPermitted,Allow) customers/q=Permitted(SomeNodesNotPermitted,Allow)", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			rb := Compile(World{Catalogue: cat}, []residencyv1.Dataset{customers()}, tc.policies, Options{})
			in := pod("customers")
			in.Reach = tc.reach
			v := Evaluate(rb, &in)
			if got := outcomes(v); got != tc.want {
				t.Errorf("\n got %s\nwant %s", got, tc.want)
			}
			if v.Partial() != tc.partial {
				t.Errorf("Partial() = %v, want %v", v.Partial(), tc.partial)
			}
		})
	}
}

func TestUnknownDatasetIsUndeterminedWhateverIsDoneAboutIt(t *testing.T) {
	cat := load(t)
	rb := Compile(World{Catalogue: cat}, nil, nil, Options{UnknownDataset: residencyv1.EnforcementWarn})
	in := pod("custmers")
	in.Node = world(cat)["fra-aws"]
	want := "Undetermined/Warn: custmers/=Undetermined(UnknownDataset,Warn)"
	if got := outcomes(Evaluate(rb, &in)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestOutcomeOfOneDatasetOfSeveral(t *testing.T) {
	cat := load(t)
	rb := Compile(World{Catalogue: cat},
		[]residencyv1.Dataset{customers(), datasetOf("weather", nil)},
		[]residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("EEA")))}, Options{})
	in := pod("customers", "weather", "nothing-of-that-name")
	in.Node = world(cat)["iad-aws"]
	v := Evaluate(rb, &in)
	for name, want := range map[string]Outcome{"customers": Prohibited, "weather": NotGoverned, "nothing-of-that-name": Undetermined} {
		if got := v.OfDataset(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
