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

func TestEvaluateWhatPutsAPodOnEveryNode(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	eea := personal("p", places(jurisdiction("EEA")))
	modes := func(admission, undetermined residencyv1.EnforcementMode) residencyv1.ResidencyPolicy {
		return with(eea, func(s *residencyv1.ResidencyPolicySpec) {
			s.Enforcement = residencyv1.Enforcement{Admission: admission, Undetermined: undetermined}
		})
	}
	for name, tc := range map[string]struct {
		policies []residencyv1.ResidencyPolicy
		reach    *Reach
		node     *Node
		want     string
	}{
		"all permitted":     {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["fra-aws"], nodes["dub-aws"]), nil, "Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)"},
		"some prohibited":   {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"]), nil, "Prohibited/Deny: customers/p=Prohibited(ReachesOtherPlaces,Deny)"},
		"some undetermined": {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["fra-aws"], nodes["lost"]), nil, "Undetermined/Deny: customers/p=Undetermined(ReachesOtherPlaces,Deny)"},
		"none permitted":    {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["iad-aws"]), nil, "Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)"},
		"none known":        {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["lost"]), nil, "Undetermined/Deny: customers/p=Undetermined(NoPermittedNode,Deny)"},
		"prohibited or not known, none permitted": {
			[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["lost"], nodes["iad-aws"]), nil,
			"Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)",
		},
		"undetermined has a mode of its own": {
			[]residencyv1.ResidencyPolicy{modes("Deny", "Warn")}, reachOf(ReachNodes, nodes["fra-aws"], nodes["lost"]), nil,
			"Undetermined/Warn: customers/p=Undetermined(ReachesOtherPlaces,Warn)",
		},
		"the graver outcome, and the stricter mode": {
			[]residencyv1.ResidencyPolicy{modes("Warn", "Deny")}, reachOf(ReachNodes, nodes["iad-aws"], nodes["lost"], nodes["fra-aws"]), nil,
			"Prohibited/Deny: customers/p=Prohibited(ReachesOtherPlaces,Deny)",
		},
		"only prohibited, whatever the mode of undetermined": {
			[]residencyv1.ResidencyPolicy{modes("Warn", "Deny")}, reachOf(ReachNodes, nodes["iad-aws"], nodes["fra-aws"]), nil,
			"Prohibited/Warn: customers/p=Prohibited(ReachesOtherPlaces,Warn)",
		},
		"no node, places named, some of them not permitted": {
			[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNamed, nodes["fra-aws"], nodes["iad-aws"]), nil,
			"Prohibited/Deny: customers/p=Prohibited(ReachesOtherPlaces,Deny)",
		},
		"no node, a place named in which a Site may be": {
			[]residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("EEA"), site("paris-room")))}, reachOf(ReachNamed, nodes["fra-aws"], nodes["iad-aws"]), nil,
			"Permitted/Allow: customers/p=Permitted(NoNodeYet,Allow)",
		},
		"no node and no place named": {[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachOpen), nil, "Permitted/Allow: customers/p=Permitted(NoNodeYet,Allow)"},
		"each policy permits another node": {
			[]residencyv1.ResidencyPolicy{eea, personal("q", places(country("GB")))}, reachOf(ReachNodes, nodes["fra-aws"], nodes["ldn-aws"]), nil,
			"Prohibited/Deny: customers/p=Prohibited(ReachesOtherPlaces,Deny) customers/q=Prohibited(ReachesOtherPlaces,Deny)",
		},
		"an invalid policy": {
			[]residencyv1.ResidencyPolicy{personal("p", places(country("XX")))}, reachOf(ReachNodes, nodes["fra-aws"], nodes["lost"]), nil,
			"Undetermined/Deny: customers/p=Undetermined(PolicyNotAccepted,Deny)",
		},
		"a template that names its node": {
			[]residencyv1.ResidencyPolicy{eea}, reachOf(ReachNodes, nodes["iad-aws"]), nodes["fra-aws"],
			"Permitted/Allow: customers/p=Permitted(PlacePermitted,Allow)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			rb := Compile(declared(cat), []residencyv1.Dataset{customers()}, tc.policies, Options{})
			in := pod("customers")
			in.Subject.Kind, in.Reach, in.Node, in.Every = "DaemonSet", tc.reach, tc.node, true
			if got := outcomes(Evaluate(rb, &in)); got != tc.want {
				t.Errorf("\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}
