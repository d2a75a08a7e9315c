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

package matrix

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// How long a transfer still lasts: where its end is set while the operator is there to see it come, and where the
// operator has to be away before it comes, or the policy is changed in the moment of the act.
const (
	soon    = 4 * time.Second
	distant = 20 * time.Second
)

// inTransfers are the ways in by the passing of time.
func inTransfers() []way {
	return []way{transferEnds(), transferEnded()}
}

// transferEnds has a pod run abroad, and waits.
func transferEnds() way {
	return way{
		name:  "transfer that ends under a running pod",
		dated: true,
		moved: true,
		setup: func(ctx context.Context, c *cell) error {
			if err := c.run(ctx, c.pod("abroad", on(abroad)), c.pod("home", on(home))); err != nil {
				return err
			}
			return c.end(ctx)
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return c.ended(ctx)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := c.runsAtHome(ctx, "home"); err != nil {
				return err
			}
			return c.permitted(ctx, 1)
		},
	}
}

// transferEnded creates a pod abroad when the transfer has ended.
func transferEnded() way {
	w := creation("pod created after its transfer has ended", on(abroad), on(home), saying("the transfer to GB has ended"))
	create := w.act
	w.dated, w.moved = true, true
	w.setup = func(ctx context.Context, c *cell) error { return c.end(ctx) }
	w.act = func(ctx context.Context, c *cell) error {
		if err := c.ended(ctx); err != nil {
			return err
		}
		return create(ctx, c)
	}
	return w
}

// end sets the end of the cell's transfer, as the administrator. Where the policy changes in the moment of the act, it
// only says when that will be.
func (c *cell) end(ctx context.Context) error {
	switch c.state {
	case stateWithout:
		return nil // There is no policy.
	case stateUp:
		c.ends = time.Now().Add(soon)
	default:
		c.ends = time.Now().Add(distant)
	}
	// The API has no fractions of seconds.
	c.ends = c.ends.Truncate(time.Second)
	if c.state == stateChanged {
		return nil
	}
	if err := c.world.prohibit(ctx, c); err != nil {
		return err
	}
	return c.world.inForce(ctx, c)
}

// ended waits until the transfer has ended.
func (c *cell) ended(ctx context.Context) error {
	return poll(ctx, lookEvery, func() (bool, error) { return !time.Now().Before(c.ends), nil })
}

// transfersOf are where a dated policy allows data besides, and by what it may go there.
func transfersOf(policy *residencyv1.ResidencyPolicy, ends time.Time) {
	gb := residencyv1.CountryCode("GB")
	policy.Spec.Origin = &residencyv1.Origin{Jurisdiction: "EEA"}
	t := residencyv1.Transfer{
		To: residencyv1.Place{Country: &gb}, Mechanism: residencyv1.MechanismStandardContractualClauses, Reference: "contract",
	}
	if !ends.IsZero() {
		t.ValidUntil = new(metav1.NewTime(ends))
	}
	policy.Spec.Transfers = []residencyv1.Transfer{t}
}
