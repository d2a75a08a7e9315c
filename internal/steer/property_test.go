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

package steer_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/steer"
)

// No node is reachable that is Prohibited, and none is left out that is Permitted, whatever
// the policies and the Sites are.
func TestByStampIsExact(t *testing.T) {
	cat := load(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, cat)
		rb := drawRulebook(t, w)
		plan, err := steer.PlanFor(rb.Constraints([]string{"customers"}, false, time.Time{}), steer.Options{Catalogue: cat})
		if errors.Is(err, steer.ErrTooManyTerms) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range drawNodes(t, w) {
			v := residency.Evaluate(rb, &residency.Input{Handles: []residency.Handling{{Dataset: "customers"}}, Node: n.node})
			reached := len(plan.Required) == 0 || reaches(plan.Required, n.object)
			if v.Outcome == residency.Prohibited && reached || v.Outcome == residency.Permitted && !reached {
				t.Fatalf("node %s at %+v with %v is %s, reached: %v, by\n%s", n.node.Name, n.node.Location, n.object.Labels, v.Outcome, reached, plan.YAML())
			}
		}
	})
}
