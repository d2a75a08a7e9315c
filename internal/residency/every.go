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
	"slices"

	"github.com/domicile-dev/domicile/internal/location"
)

// judgeEvery judges what puts a pod on every node within reach: one that is not permitted is
// enough to refuse the whole, since its pods are made whether the others are or not.
func (r ruling) judgeEvery(reach *Reach) (Outcome, Reason) {
	if reach == nil || reach.Kind == ReachOpen || len(reach.Places) == 0 {
		return Permitted, ReasonNoNodeYet
	}
	worst, some, open := Permitted, false, false
	for i := range reach.Places {
		o, reason := r.judgeReached(reach.Kind, reach.Places[i].Node)
		if reach.Kind == ReachNamed && r.maySuitInSite(reason) {
			// As for a single pod: a node that comes to be there may be in a Site that is allowed.
			open = true
			continue
		}
		worst = max(worst, o)
		some = some || o == Permitted
	}
	switch {
	case worst != Permitted && some:
		return worst, ReasonReachesOtherPlaces
	case worst != Permitted:
		return worst, ReasonNoPermittedNode
	case open, reach.Kind == ReachNamed && r.minimum > location.Claimed:
		return Permitted, ReasonNoNodeYet
	default:
		return Permitted, ReasonPlacePermitted
	}
}

// leavesOpen reports whether a place within reach is Undetermined. Beside one that is Prohibited
// that is the lesser outcome, and it may have the stricter mode.
func (r ruling) leavesOpen(reach *Reach) bool {
	return slices.ContainsFunc(reach.Places, func(at ReachPlace) bool {
		o, _ := r.judgeReached(reach.Kind, at.Node)
		return o == Undetermined
	})
}
