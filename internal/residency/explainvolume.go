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
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// words name the volume: "volume data (claim data)", or "it" if it is the subject itself.
func (v *Volume) words() string {
	switch {
	case v.Name == "":
		return "it"
	case v.Others > 0:
		return fmt.Sprintf("volume %s (%s) and %d more", v.Name, v.Object, v.Others)
	default:
		return fmt.Sprintf("volume %s (%s)", v.Name, v.Object)
	}
}

// claim names the claim whose volume it will be: "claim data (volume data)", or "it" if it is the
// subject itself.
func (v *Volume) claim() string {
	if v.Name == "" {
		return "it"
	}
	return fmt.Sprintf("%s (volume %s)", v.Object, v.Name)
}

// rests says that the volume rests, so that words about where can follow.
func (v *Volume) rests() string {
	if v.Others > 0 {
		return v.words() + " rest"
	}
	return v.words() + " rests"
}

// withNode is one clause that says that a node decides where the bytes rest.
func (v *Volume) withNode() string { return v.rests() + " where its node is" }

// volumeProblem says what was found about a volume that rests apart from its pod's node.
func (f *Finding) volumeProblem() string {
	v := f.volume
	permits := fmt.Sprintf("policy %q permits storage in %s", f.Policy, f.Allowed())
	switch {
	case f.Reason == ReasonNoVolumeYet:
		return fmt.Sprintf("no volume is bound to %s yet; policy %q, which permits storage in %s, is asked again when one is.", v.claim(), f.Policy, f.Allowed())
	case f.Reason == ReasonNoNodeYet:
		return fmt.Sprintf("where %s depends on the node of the first pod that uses it, which will be judged; %s.", v.rests(), permits)
	case f.Outcome == Permitted:
		return fmt.Sprintf("%s in %s; %s.%s", v.rests(), v.places(), permits, f.transferWords())
	case f.Reason == ReasonSomePlacesNotPermitted:
		return fmt.Sprintf("%s in one of several places, and not all of them are permitted: %s; %s.", v.mayRest(), v.list(f.ruling), permits)
	}
	unknown, bad := f.firstNot()
	switch {
	case bad == nil:
		return fmt.Sprintf("where %s cannot be determined; %s.", v.rests(), permits)
	case f.Reason.ofTransfer():
		return fmt.Sprintf("%s in %s, which policy %q allows for storage, and %s; it permits %s.", v.rests(), v.inPlaces(bad), f.Policy, f.ruling.lacksTransfer(f.Reason, bad), f.Allowed())
	case f.Reason == ReasonPlaceDenied:
		return fmt.Sprintf("%s in %s, which policy %q denies by name for storage: it permits %s.", v.rests(), v.inPlaces(bad), f.Policy, f.Allowed())
	case f.Outcome == Prohibited:
		return fmt.Sprintf("%s in %s, which policy %q does not permit for storage: it permits %s.", v.rests(), v.inPlaces(bad), f.Policy, f.Allowed())
	case unknown:
		return fmt.Sprintf("where %s cannot be determined (%s: %s), and policy %q permits storage only in %s.",
			v.rests(), bad.Location.Reason, bad.Location.Detail, f.Policy, f.Allowed())
	case f.Reason == ReasonInsufficientAssurance:
		return fmt.Sprintf("%s in %s, and policy %q, which permits storage in %s, asks for assurance %s (%s: %s).",
			v.rests(), spotWords(bad), f.Policy, f.Allowed(), f.ruling.minimum, f.Reason, f.ruling.tooWeak(bad))
	default:
		return fmt.Sprintf("%s in %s, and policy %q, which permits storage in %s, names places more precisely than that is known.",
			v.rests(), spotWords(bad), f.Policy, f.Allowed())
	}
}

// firstNot returns the first place that has the outcome of the finding, and whether it is one
// that is not known.
func (f *Finding) firstNot() (unknown bool, spot *Node) {
	for _, spot := range f.volume.Spots() {
		if o, _ := f.ruling.judgeNode(spot); o == f.Outcome {
			return !spot.Location.Known(), spot
		}
	}
	return false, nil
}

// mayRest is rests for a volume of which that is still open.
func (v *Volume) mayRest() string { return v.words() + " will rest" }

// places names all places of the volume for people.
func (v *Volume) places() string {
	spots := v.Spots()
	words := make([]string, 0, len(spots))
	for _, spot := range spots {
		words = append(words, spotWords(spot))
	}
	return plainly(words)
}

// inPlaces names the place that matters, and that the bytes are in others as well.
func (v *Volume) inPlaces(matters *Node) string {
	words := spotWords(matters)
	if n := len(v.Spots()) - 1; n > 0 {
		return fmt.Sprintf("%s besides %s", words, plainly(v.others(matters)))
	}
	return words
}

// others are the places of the volume but one.
func (v *Volume) others(than *Node) []string {
	var words []string
	for _, spot := range v.Spots() {
		if !sameSpot(spot, than) {
			words = append(words, spot.Location.Place())
		}
	}
	return words
}

// plainly lists a few places, which have commas of their own, and how many more there are.
func plainly(words []string) string {
	switch more := len(words) - maxPlaces; {
	case more > 0:
		return fmt.Sprintf("%s; and %d more places", strings.Join(words[:maxPlaces], "; "), more)
	case len(words) == 2:
		return words[0] + " and " + words[1]
	default:
		return strings.Join(words, "; ")
	}
}

// list names the places that the rule does not permit.
func (v *Volume) list(r ruling) string {
	var words []string
	for _, spot := range v.Spots() {
		if o, _ := r.judgeNode(spot); o == Permitted {
			continue
		}
		if !spot.Location.Known() {
			words = append(words, fmt.Sprintf("%s (%s: %s)", spot.Location.Place(), spot.Location.Reason, spot.Location.Detail))
			continue
		}
		words = append(words, spotWords(spot))
	}
	return plainly(words)
}

// spotWords is a place without a node, and on whose word: "London, GB (aws eu-west-2, by the
// volume handle)".
func spotWords(spot *Node) string {
	return fmt.Sprintf("%s (%s)", spot.Location.Place(), source(spot))
}

// volumeRemedy says what to do about a volume that rests apart from its pod's node.
func (f *Finding) volumeRemedy() string {
	switch {
	case f.Reason == Reason(location.ReasonDeclarationExpired):
		return "Use a volume whose place is known and permitted, have the Site renewed"
	case f.Reason == Reason(location.ReasonInvalidDeclaration):
		return "Use a volume whose place is known and permitted, have the Site corrected"
	case f.Reason.ofTransfer():
		_, bad := f.firstNot()
		return "Use a volume in a permitted place, " + f.ruling.transferRemedy(f.Reason, bad)
	case f.Reason == ReasonSomePlacesNotPermitted:
		return "Use a StorageClass that leads to permitted places only"
	case f.Outcome == Undetermined:
		return "Use a volume whose place is known and permitted, have a Site declare where it is (by spec.volumeNames or spec.storageClassNames)"
	default:
		return "Use a volume or a StorageClass in a permitted place"
	}
}
