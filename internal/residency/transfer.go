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
	"slices"
	"strings"
	"time"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/place"
)

// Transfer is an instrument by which data may go to places outside the origin of a policy, for
// as long as it is valid. It is shared and must not be changed.
type Transfer struct {
	// Path is the field of the policy that has it.
	Path string
	// Mechanism and Reference as the policy says them.
	Mechanism residencyv1.TransferMechanism
	Reference string
	// Module, Scope and Assessment as the policy says them; empty if it does not.
	Module            residencyv1.ClausesModule
	Scope, Assessment string
	// To is the place in people's words.
	To string
	// From is the first instant at which it is valid, Until the first at which it no longer is;
	// zero: there is none.
	From, Until time.Time
	// Decision is what the catalogue knows of an adequacy decision, nil of other mechanisms.
	Decision *catalogue.Decision
	// CatalogueAsOf is the state of knowledge of the list that has the decision.
	CatalogueAsOf string

	to place.Set
	// site is the Site that the policy names, empty if it names another place.
	site string
}

// valid reports whether the transfer is valid at an instant.
func (t *Transfer) valid(at time.Time) bool {
	return !at.Before(t.From) && !t.ended(at)
}

func (t *Transfer) ended(at time.Time) bool { return !t.Until.IsZero() && !at.Before(t.Until) }

// same reports whether both say the same.
func (t *Transfer) same(o *Transfer) bool {
	return t.to.Equal(o.to) && t.From.Equal(o.From) && t.Until.Equal(o.Until) && t.Instrument() == o.Instrument() && t.site == o.site
}

// Instrument says on what data goes there, where the policy has it, and until when: "adequacy
// decision (EU) 2021/1772, spec.transfers[0], until the end of 2031-12-27".
func (t *Transfer) Instrument() string {
	var words []string
	switch t.Mechanism {
	case residencyv1.MechanismAdequacyDecision:
		words = append(words, "adequacy decision "+t.Reference)
	case residencyv1.MechanismStandardContractualClauses:
		words = append(words, "standard contractual clauses "+t.Reference)
	case residencyv1.MechanismBindingCorporateRules:
		words = append(words, "binding corporate rules "+t.Reference)
	default:
		words = append(words, "derogation "+t.Reference)
	}
	words = append(words, t.Path)
	if !t.Until.IsZero() {
		words = append(words, "until "+lastDay(t.Until))
	}
	if t.Decision != nil {
		words = append(words, "by the catalogue of "+t.CatalogueAsOf)
	}
	if t.Decision != nil && t.Decision.Partial {
		words = append(words, fmt.Sprintf("which covers only some recipients (%s); the policy says why this one: %s", t.Decision.Scope, t.Scope))
	}
	return strings.Join(words, ", ")
}

// transferOf returns the transfer that a permitted place rests on: of those that are valid, the
// one that ends last; nil if it needs none.
func (r ruling) transferOf(at place.Point) *Transfer {
	if !r.hasOrigin || in(r.origin, at) {
		return nil
	}
	var found *Transfer
	for _, t := range r.transfers {
		if t.valid(r.period.from) && in(t.to, at) && (found == nil || t.outlasts(found)) {
			found = t
		}
	}
	return found
}

// transfersOf returns the valid transfers that a permitted place as a whole rests on: none if it lies
// within the origin.
func (r ruling) transfersOf(set place.Set) []*Transfer {
	rest := set.Minus(r.origin)
	var out []*Transfer
	for _, t := range r.transfers {
		if t.valid(r.period.from) && t.to.Overlaps(rest) {
			out = append(out, t)
		}
	}
	return out
}

func (t *Transfer) outlasts(o *Transfer) bool {
	return !o.Until.IsZero() && (t.Until.IsZero() || t.Until.After(o.Until))
}

// Transfers returns the transfers that a finding which is Permitted rests on, each once.
func (f *Finding) Transfers() []*Transfer {
	if f.Outcome != Permitted || f.ruling.rule == nil || !f.ruling.hasOrigin {
		return nil
	}
	var out []*Transfer
	add := func(n *Node) {
		if o, _ := f.ruling.judgePlace(n); o != Permitted {
			return
		}
		if t := f.ruling.transferOf(n.point); t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	switch {
	case f.use != nil:
		for _, s := range f.spreads() {
			for _, t := range f.ruling.transfersOf(s.set) {
				if !slices.Contains(out, t) {
					out = append(out, t)
				}
			}
		}
	case f.node != nil:
		add(f.node)
	case f.reach != nil:
		for i := range f.reach.Places {
			add(f.reach.Places[i].Node)
		}
	case f.volume != nil:
		for _, spot := range f.volume.Spots() {
			add(spot)
		}
	}
	return out
}

// transferWords is a sentence on the transfers that a permitted finding rests on, empty if it
// rests on none.
func (f *Finding) transferWords() string {
	var words []string
	for _, t := range f.Transfers() {
		words = append(words, fmt.Sprintf("%s (%s)", t.To, t.Instrument()))
	}
	if len(words) == 0 {
		return ""
	}
	return " It rests on a transfer out of the origin: to " + strings.Join(words, "; to ") + "."
}

// ofTransfer reports whether the reason is that a place is allowed and no transfer to it is valid.
func (r Reason) ofTransfer() bool {
	return r == ReasonTransferMissing || r == ReasonTransferExpired || r == ReasonTransferNotYetValid
}

// lacksTransfer is a clause that says why data may not go to an allowed place outside the origin.
func (r ruling) lacksTransfer(reason Reason, n *Node) string {
	outside := fmt.Sprintf("is outside its origin %s: ", r.originName)
	for _, t := range r.transfers {
		switch {
		case n == nil || !in(t.to, n.point) || t.valid(r.period.from):
		case reason == ReasonTransferExpired && t.ended(r.period.from):
			return outside + fmt.Sprintf("the transfer to %s has ended (%s)", t.To, t.Instrument())
		case reason == ReasonTransferNotYetValid && !t.ended(r.period.from):
			return outside + fmt.Sprintf("the transfer to %s begins at %s (%s)", t.To, t.From.UTC().Format(time.RFC3339), t.Instrument())
		}
	}
	return outside + "the policy has no transfer to it"
}

// transferRemedy says what would let data go to an allowed place outside the origin.
func (r ruling) transferRemedy(reason Reason, n *Node) string {
	switch reason {
	case ReasonTransferExpired:
		return "have its transfer renewed in spec.transfers of the policy"
	case ReasonTransferNotYetValid:
		return "wait for its transfer to begin"
	default:
		to := "there"
		if n != nil && n.Location.Country != "" {
			to = "to " + n.Location.Country
		}
		return fmt.Sprintf("have the instrument of a transfer %s added to spec.transfers of the policy", to)
	}
}
