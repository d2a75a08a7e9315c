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

func TestWhoIsNotSteered(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	steering := func(mode residencyv1.SteeringMode) residencyv1.ResidencyPolicy {
		return with(personal("p", places(jurisdiction("EEA"))), func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Steering = mode })
	}
	audited := with(steering(residencyv1.SteeringDisabled), func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Admission = residencyv1.EnforcementAudit })
	for name, tc := range map[string]struct {
		policy residencyv1.ResidencyPolicy
		reach  *Reach
		want   bool
	}{
		"able to leave, not steered":        {steering(residencyv1.SteeringDisabled), reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"]), true},
		"able to leave, never refused":      {audited, reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"]), false},
		"able to leave, steered":            {steering(residencyv1.SteeringEnabled), reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"]), false},
		"able to leave, by the default":     {steering(""), reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"]), false},
		"not able to leave, not steered":    {steering(residencyv1.SteeringDisabled), reachOf(ReachNodes, nodes["fra-aws"]), false},
		"nowhere permitted, not steered":    {steering(residencyv1.SteeringDisabled), reachOf(ReachNodes, nodes["iad-aws"]), false},
		"no node and no place, not steered": {steering(residencyv1.SteeringDisabled), reachOf(ReachOpen), false},
	} {
		t.Run(name, func(t *testing.T) {
			in := pod("customers")
			in.Reach = tc.reach
			v := Evaluate(Compile(World{Catalogue: cat}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{tc.policy}, Options{}), &in)
			if got := v.Findings[0].Unsteered(); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
