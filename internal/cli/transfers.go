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

package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Transfer is an instrument by which data may leave the origin of a policy.
type Transfer struct {
	// To is the place that data may go to, in words.
	To string `json:"to"`
	// Mechanism, Module, Reference and Assessment as the policy has them.
	Mechanism  string `json:"mechanism"`
	Module     string `json:"module,omitempty"`
	Reference  string `json:"reference"`
	Assessment string `json:"assessment,omitempty"`
	// Path is the field of the policy.
	Path string `json:"path"`
	// ValidFrom is the first instant at which it is valid, and ValidUntil the first at which it no
	// longer is, in UTC; absent if there is none. A decision's own dates count.
	ValidFrom  string `json:"validFrom,omitempty"`
	ValidUntil string `json:"validUntil,omitempty"`
	// State is Valid, NotYetValid or Expired.
	State string `json:"state"`
	// Decision is what the catalogue knows of an adequacy decision.
	Decision *Decision `json:"decision,omitempty"`
	// Scope is why a decision that is partial covers this recipient, as the policy has it.
	Scope string `json:"scope,omitempty"`

	// from and ending are the dates for people, empty if there are none.
	from, ending string
	// instrument is all of it in a sentence.
	instrument string
}

// Decision is an adequacy decision.
type Decision struct {
	// Instrument is its number, or where it is written down.
	Instrument string `json:"instrument"`
	// Date is the day of the act, and LastDay the last on which it holds, if it names one.
	Date    string `json:"date,omitempty"`
	LastDay string `json:"lastDay,omitempty"`
	// Partial is whether it covers only some recipients, and Covers which.
	Partial bool   `json:"partial"`
	Covers  string `json:"covers,omitempty"`
	// CatalogueAsOf is the state of knowledge of the catalogue's list of decisions.
	CatalogueAsOf string `json:"catalogueAsOf"`
}

func newTransfer(t *residency.Transfer, at time.Time) Transfer {
	out := Transfer{
		To: t.To, Mechanism: string(t.Mechanism), Module: string(t.Module), Reference: t.Reference, Assessment: t.Assessment,
		Path: t.Path, State: string(t.State(at)), Scope: t.Scope,
		ending: strings.TrimPrefix(t.Ending(), "the "), instrument: t.Instrument(),
	}
	if !t.From.IsZero() {
		out.ValidFrom, out.from = instant(t.From), strings.TrimSuffix(instant(t.From), "T00:00:00Z")
	}
	if !t.Until.IsZero() {
		out.ValidUntil = instant(t.Until)
	}
	if d := t.Decision; d != nil {
		out.Decision = &Decision{Instrument: d.Instrument, Date: d.Date, LastDay: d.Expiry, Partial: d.Partial, Covers: d.Scope, CatalogueAsOf: t.CatalogueAsOf}
	}
	return out
}

func newTransfers(all []*residency.Transfer, at time.Time) []Transfer {
	var out []Transfer
	for _, t := range all {
		out = append(out, newTransfer(t, at))
	}
	return out
}

// partial reports whether it rests on a decision that covers only some recipients.
func (t *Transfer) partial() bool { return t.Decision != nil && t.Decision.Partial }

// where is where it goes, in a cell: "GB", "US (partial)".
func (t *Transfer) where() string {
	if t.partial() {
		return t.To + " (partial)"
	}
	return t.To
}

// sentence says all of it, with the policy that has it.
func (t *Transfer) sentence(policy string) string {
	return sentence(fmt.Sprintf("Transfer to %s by policy %q: %s", t.To, policy, t.instrument))
}

// goesTo are the places to which transfers go, each once, sorted.
func goesTo(all []Transfer) []string {
	var out []string
	for i := range all {
		out = append(out, all[i].where())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// transferColumn is shown only if something rests on a transfer.
func transferColumn(gives int) column {
	return column{header: "TRANSFER", gives: gives, least: 8}
}

// transferCell names in a cell the transfers on which something rests.
func transferCell(to []string) string { return strings.Join(to, ", ") }

// byTransfer reports whether some of the findings rest on a transfer.
func byTransfer(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return len(f.Transfers) > 0 })
}

// transferSentences says of the transfers on which findings rest what they are, each once.
func transferSentences(findings []Finding) []string {
	var out []string
	for i := range findings {
		for k := range findings[i].Transfers {
			out = append(out, findings[i].Transfers[k].sentence(findings[i].Policy))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// outOf returns the policies that have an origin, each once.
func outOf(datasets []DatasetPlaces) []PolicyPlaces {
	var out []PolicyPlaces
	for i := range datasets {
		for _, p := range datasets[i].Policies {
			if p.Origin != "" {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, func(a, b PolicyPlaces) int { return cmp.Compare(a.Policy, b.Policy) })
	return slices.CompactFunc(out, func(a, b PolicyPlaces) bool { return a.Policy == b.Policy })
}

// transfersTitle begins the table of transfers.
const transfersTitle = "Outside the origin a place needs a transfer:\n"

// transfersGrid returns all transfers of policies, with their dates.
func transfersGrid(policies []PolicyPlaces) *grid {
	g := &grid{columns: []column{
		{header: "POLICY", gives: 3, least: 12, tail: 4},
		{header: "ORIGIN", gives: 2},
		{header: "TO", key: true, least: 12},
		{header: "BY", gives: 4, least: 12, short: func(row []string) string { return shortMechanism(row[3]) }},
		{header: "REFERENCE", gives: 1, least: 12},
		{header: "FROM", gives: 5, short: func(row []string) string { return cut(row[5], len(time.DateOnly)+1, 0) }},
		{header: "UNTIL"},
		{header: "STATE"},
	}}
	for i := range policies {
		p := &policies[i]
		if len(p.Transfers) == 0 {
			g.add(p.Policy, p.Origin, "nowhere", "", "", "", "", "")
		}
		for k := range p.Transfers {
			t := &p.Transfers[k]
			g.add(p.Policy, p.Origin, t.where(), t.Mechanism, t.Reference, t.from, t.ending, t.State)
		}
	}
	return g
}

// shortMechanism is what those who have to do with it call a mechanism.
func shortMechanism(mechanism string) string {
	switch residencyv1.TransferMechanism(mechanism) {
	case residencyv1.MechanismAdequacyDecision:
		return "adequacy"
	case residencyv1.MechanismStandardContractualClauses:
		return "SCC"
	case residencyv1.MechanismBindingCorporateRules:
		return "BCR"
	default:
		return mechanism
	}
}

// partialSentences say what decisions that are partial cover, and why the policy counts on them, unless
// the messages say so already.
func partialSentences(policies []PolicyPlaces, messages []string) []string {
	var out []string
	for i := range policies {
		for k := range policies[i].Transfers {
			t := &policies[i].Transfers[k]
			if t.partial() && !slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, t.instrument) }) {
				out = append(out, t.sentence(policies[i].Policy))
			}
		}
	}
	return out
}

// writeTransfers writes the transfers of the policies that govern the datasets, below messages.
func writeTransfers(b *strings.Builder, table func(string, *grid), datasets []DatasetPlaces, messages []string) {
	policies := outOf(datasets)
	if len(policies) == 0 {
		return
	}
	table(transfersTitle, transfersGrid(policies))
	paragraph(b, partialSentences(policies, messages))
}

// itemsByTransfer reports whether something in the items rests on a transfer.
func (e *Explanation) itemsByTransfer() bool {
	return slices.ContainsFunc(e.Items, func(item ExplainedItem) bool { return byTransfer(item.Findings) })
}

// transfersAt are where the transfers go by which one of the places within reach is permitted; none if
// a policy does not permit it.
func (e *Explanation) transfersAt(r *Reach, i int) []string {
	var out []string
	for k := range e.Findings {
		f := &e.Findings[k]
		if f.Volume != nil || f.Reach == nil || len(f.Reach.Places) != len(r.Places) {
			continue
		}
		at := &f.Reach.Places[i]
		if at.Outcome != "" && at.Outcome != residency.Permitted.String() {
			return nil
		}
		out = append(out, at.Transfers...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
