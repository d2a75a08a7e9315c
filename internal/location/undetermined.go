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

package location

import (
	"strconv"
	"unicode/utf8"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// undetermined is a Location that is not known. It names no provider and no place, so
// that nobody who forgets to ask whether it is known can read one.
func (r *reading) undetermined(reason Reason, detail string) Location {
	return Location{Witnesses: r.witnesses(0), Reason: reason, Detail: detail}
}

// unknownCode is the answer to a code that none of the possible owners has.
func (r *reading) unknownCode(c code, owners string) Location {
	return r.undetermined(c.reasonUnknown(), c.unknown(owners))
}

// areaOnly is the answer to a region label of a provider whose regions have zones elsewhere,
// on a node that names no zone.
func (r *reading) areaOnly(c code, users []catalogue.ProviderMatch, provider string) Location {
	return r.undetermined(ReasonNoWitness, c.says(users)+", but "+provider+
		" puts that label on nodes in other cities and countries too, and no zone says which"+r.notByBeta())
}

// noPlace is the answer to a node of which nothing but the provider is known.
func (r *reading) noPlace(provider string) Location {
	detail := "the providerID says " + provider + " but names no place, and neither does a label"
	return r.undetermined(ReasonNoWitness, detail+r.notByBeta())
}

// notByBeta says why nothing is read from the deprecated labels of a node that has no others.
func (r *reading) notByBeta() string {
	if r.betaZone == "" && r.betaRegion == "" {
		return ""
	}
	return " (the deprecated failure-domain labels give none: a kubelet may change them at any time)"
}

// maxQuoted bounds, in bytes, how much of a foreign value a message repeats. Label
// values are never longer than 63, so only a providerID or what a volume says is ever cut.
const maxQuoted = 64

// quote makes a foreign value fit for a message: printable, and short.
func quote(s string) string { return strconv.Quote(Shorten(s)) }

// Shorten returns a foreign value, cut if it is long.
func Shorten(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	cut := maxQuoted
	for back := range utf8.UTFMax {
		if utf8.RuneStart(s[maxQuoted-back]) {
			cut = maxQuoted - back
			break
		}
	}
	return s[:cut] + "…"
}
