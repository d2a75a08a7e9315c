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

	"github.com/domicile-dev/domicile/internal/place"
)

// judgeNode says what the policy says of a node.
func (r ruling) judgeNode(n *Node) (Outcome, Reason) {
	switch {
	case !n.Location.Known():
		return Undetermined, Reason(n.Location.Reason)
	case n.Location.Assurance < r.minimum:
		return Undetermined, ReasonInsufficientAssurance
	default:
		return r.judgePlace(n)
	}
}

// judgeReached judges a place within reach. One that constraints name is no node: there is
// no word on it yet, and so none that could be too weak.
func (r ruling) judgeReached(kind ReachKind, n *Node) (Outcome, Reason) {
	if kind == ReachNamed && n.Location.Known() {
		return r.judgePlace(n)
	}
	return r.judgeNode(n)
}

// judgePlace says what the policy says of a known place.
func (r ruling) judgePlace(n *Node) (Outcome, Reason) {
	if len(n.point.Sites) > 0 && r.sitesMatter {
		return r.judgeSites(n)
	}
	return r.judgePoint(n.point)
}

func (r ruling) judgePoint(at place.Point) (Outcome, Reason) {
	switch r.period.permitted.Contains(at) {
	case place.Yes:
		return Permitted, ReasonPlacePermitted
	case place.Unknown:
		return Undetermined, ReasonImpreciseLocation
	default:
		if r.denied.Contains(at) == place.Yes {
			return Prohibited, ReasonPlaceDenied
		}
		return Prohibited, r.notPermitted(at)
	}
}

// judgeSites judges a node that is in Sites, for a policy that names some, be it only as where a
// transfer goes. To be in one allowed Site is enough to be allowed, to be in one denied Site is enough to be denied.
// Both lists are asked apart, because the node may be in a Site of each: they are unions of
// places, to which a Site only ever adds.
func (r ruling) judgeSites(n *Node) (Outcome, Reason) {
	outside := n.point
	outside.Sites = nil
	allowed, denied := r.period.allowed.Contains(outside), r.denied.Contains(outside)
	allowedOutside := allowed
	weak := false
	at := outside
	for i, name := range n.point.Sites {
		at.Sites = n.point.Sites[i : i+1]
		denied = max(denied, r.denied.Contains(at))
		switch in := r.period.allowed.Contains(at); {
		case in <= allowed:
		case r.weakly(n, name):
			weak = true
		default:
			allowed = in
		}
	}
	switch {
	case denied == place.Yes:
		return Prohibited, ReasonPlaceDenied
	case allowed == place.Yes && denied == place.No:
		return Permitted, ReasonPlacePermitted
	case weak:
		return Undetermined, ReasonInsufficientAssurance
	case allowed == place.No, allowed == place.Unknown && allowedOutside == place.Unknown && r.period.permitted.Contains(outside) == place.No:
		// In the second case wherever the node may be is not allowed or denied, and no Site says more.
		return Prohibited, r.notPermitted(n.point)
	default:
		return Undetermined, ReasonImpreciseLocation
	}
}

// notPermitted says why a place is not permitted that is not denied: it is not allowed, or it is
// outside the origin and no transfer to it is valid.
func (r ruling) notPermitted(at place.Point) Reason {
	if !r.hasOrigin || !in(r.allowed, at) {
		return ReasonPlaceNotAllowed
	}
	return r.transferReason(func(t *Transfer) bool { return in(t.to, at) })
}

// transferReason says why no transfer that reaches an allowed place lets data go there.
func (r ruling) transferReason(reaches func(*Transfer) bool) Reason {
	reason := ReasonTransferMissing
	for _, t := range r.transfers {
		switch {
		case !reaches(t), t.valid(r.period.from):
			// One that is valid reaches it only by another Site than that which allows it.
		case !t.ended(r.period.from):
			// It begins by itself: that is what to say, whatever else has ended.
			return ReasonTransferNotYetValid
		default:
			reason = ReasonTransferExpired
		}
	}
	return reason
}

// in reports whether a point surely lies in a union of places, to which a Site only ever adds.
func in(set place.Set, at place.Point) bool {
	outside := at
	outside.Sites = nil
	if set.Contains(outside) == place.Yes {
		return true
	}
	for i := range at.Sites {
		outside.Sites = at.Sites[i : i+1]
		if set.Contains(outside) == place.Yes {
			return true
		}
	}
	return false
}

// maySuitInSite reports whether a node can be permitted, if it is in a Site, at a place that is
// not for the reason.
func (r ruling) maySuitInSite(reason Reason) bool {
	switch reason {
	case ReasonPlaceNotAllowed:
		return r.allowsSites
	case ReasonTransferMissing, ReasonTransferExpired, ReasonTransferNotYetValid:
		return slices.ContainsFunc(r.transfers, func(t *Transfer) bool { return t.site != "" && t.valid(r.period.from) })
	default:
		return false
	}
}
