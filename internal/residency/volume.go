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

// Volume is where the bytes of a volume or a snapshot rest. It is shared between goroutines
// and never changed.
type Volume struct {
	// Name is how the pod calls the volume, empty if no pod is judged.
	Name string
	// Object is what it is, in people's words: "claim data", "snapshot nightly".
	Object string
	// Others is how many more of the pod's volumes rest just there, and are not listed besides.
	Others int
	// Rest is where its bytes rest.
	Rest location.Rest

	// options are those of Rest, as the algebra of places needs them: nodes without a name.
	options [][]*Node
}

// NewVolume returns a volume whose bytes rest there.
func NewVolume(name, object string, rest location.Rest) *Volume {
	v := &Volume{Name: name, Object: object, Rest: rest, options: make([][]*Node, len(rest.Options))}
	for i := range rest.Options {
		places := rest.Options[i].Places
		spots := make([]*Node, len(places))
		for j := range places {
			spots[j] = NewNode("", places[j])
		}
		v.options[i] = spots
	}
	return v
}

// Beside returns the same as NewVolume with others that rest just there.
func (v *Volume) Beside(others int) *Volume {
	again := *v
	again.Others += others
	return &again
}

// Spots returns the places in which the bytes rest or may come to rest, each once.
func (v *Volume) Spots() []*Node {
	var out []*Node
	for _, option := range v.options {
		for _, spot := range option {
			if !slices.ContainsFunc(out, func(o *Node) bool { return sameSpot(o, spot) }) {
				out = append(out, spot)
			}
		}
	}
	return out
}

// path returns the field of the subject that says which volume it is.
func (v *Volume) path() string {
	if v.Name == "" {
		return "spec"
	}
	return "spec.volumes[" + v.Name + "]"
}

// sameSpot reports whether people would call both the same place.
func sameSpot(a, b *Node) bool {
	return a.Location.Reason == b.Location.Reason && a.Location.Detail == b.Location.Detail &&
		a.Location.Place() == b.Location.Place() && a.Location.Code() == b.Location.Code()
}

// judgeVolume says what the rule says of where a volume's bytes rest, and whether the node of
// its pod has decided that.
func (r ruling) judgeVolume(in *Input, v *Volume) (o Outcome, reason Reason, byNode bool) {
	if v.Rest.Awaits && in.Node == nil {
		// Nothing is kept yet: no container starts before its claims are bound. What has a node
		// already is not asked about again, so it does not wait for an answer.
		return Permitted, ReasonNoVolumeYet, false
	}
	limited := len(v.options) > 0
	if limited {
		o, reason = r.judgeOptions(v)
	}
	switch {
	case !v.Rest.WithNode, limited && o == Prohibited:
		return o, reason, false
	case in.Node != nil:
		o, reason = r.judgeNode(in.Node)
		return o, reason, true
	case limited && o == Permitted:
		// Wherever among these its pod will go.
		return o, reason, false
	case in.OnlyStores && v.nowhereKnown():
		// A node will decide, and may itself be one that nobody can locate.
		return o, reason, false
	case in.OnlyStores:
		return Permitted, ReasonNoNodeYet, false
	case in.Every:
		o, reason = r.judgeEvery(in.Reach)
	default:
		o, reason = r.judgeReach(in.Reach)
	}
	return o, reason, true
}

// nowhereKnown reports whether the places are limited to which a node can bring the bytes, and
// none of them is known.
func (v *Volume) nowhereKnown() bool {
	unknown := func(spot *Node) bool { return !spot.Location.Known() }
	return len(v.options) > 0 && !slices.ContainsFunc(v.options, func(option []*Node) bool { return !slices.ContainsFunc(option, unknown) })
}

// judgeOptions judges the ways in which bytes may come to rest. In each they are in all of its
// places at once. If some ways are permitted and some are not, which it will be decides.
func (r ruling) judgeOptions(v *Volume) (Outcome, Reason) {
	worst, best := NotGoverned, Prohibited
	var reason Reason
	for _, option := range v.options {
		o, why := r.judgeSpots(option)
		if o > worst {
			worst, reason = o, why
		}
		best = min(best, o)
	}
	switch {
	case best == worst:
		return worst, reason
	case worst == Undetermined:
		return Undetermined, reason
	default:
		return Undetermined, ReasonSomePlacesNotPermitted
	}
}

// judgeSpots judges places in all of which bytes rest at once.
func (r ruling) judgeSpots(spots []*Node) (Outcome, Reason) {
	worst, reason := Permitted, ReasonPlacePermitted
	for _, spot := range spots {
		if o, why := r.judgeNode(spot); o > worst {
			worst, reason = o, why
		}
	}
	return worst, reason
}

// StoresOnNode reports whether bytes of the subject come to rest where its node is.
func (in *Input) StoresOnNode() bool {
	return slices.ContainsFunc(in.Volumes, func(v *Volume) bool { return v.Rest.WithNode })
}
