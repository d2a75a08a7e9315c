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
	"time"
)

// turn is an instant at which some policies come to mean something else, by themselves.
type turn struct {
	at       time.Time
	policies []*policy
}

// indexTurns makes the list of all turns, in the order of time. A policy that is not accepted
// means the same at all times.
func (rb *Rulebook) indexTurns() {
	for _, name := range rb.Policies() {
		p := rb.policies[name]
		if !p.accepted() {
			continue
		}
		for _, at := range rb.turnsOfPolicy(p) {
			rb.turns = append(rb.turns, turn{at: at, policies: []*policy{p}})
		}
	}
	slices.SortStableFunc(rb.turns, func(a, b turn) int { return a.at.Compare(b.at) })
	merged := rb.turns[:0]
	for _, t := range rb.turns {
		if n := len(merged); n > 0 && merged[n-1].at.Equal(t.at) {
			merged[n-1].policies = append(merged[n-1].policies, t.policies...)
			continue
		}
		merged = append(merged, t)
	}
	rb.turns = merged
}

// NextTurn returns the first instant after that of the rulebook at which it answers something
// differently by itself; false if there is none.
func (rb *Rulebook) NextTurn() (time.Time, bool) {
	if i := rb.turnAfter(rb.asOf); i < len(rb.turns) {
		return rb.turns[i].at, true
	}
	return time.Time{}, false
}

// turnAfter is the index of the first turn after an instant.
func (rb *Rulebook) turnAfter(at time.Time) int {
	i, found := slices.BinarySearchFunc(rb.turns, at, func(t turn, at time.Time) int { return t.at.Compare(at) })
	if found {
		i++
	}
	return i
}

// turned returns the names of the policies that mean something else at the instant of the rulebook
// than at another one, which is later only if the clock was set back.
func (rb *Rulebook) turned(since time.Time) map[string]bool {
	from, to := since, rb.asOf
	if to.Before(from) {
		from, to = to, from
	}
	policies := map[string]bool{}
	for i := rb.turnAfter(from); i < len(rb.turns) && !rb.turns[i].at.After(to); i++ {
		for _, p := range rb.turns[i].policies {
			policies[p.name] = true
		}
	}
	return policies
}

// Stretch returns the first instant of the stretch of time around an instant in which the rulebook means
// the same, and the first after it; the zero time: there is none.
func (rb *Rulebook) Stretch(at time.Time) (from, until time.Time) {
	i := rb.turnAfter(at)
	if i > 0 {
		from = rb.turns[i-1].at
	}
	if i < len(rb.turns) {
		until = rb.turns[i].at
	}
	return from, until
}

// turnsOfPolicy are the instants at which the policy comes to mean something else, sorted, each once: a
// transfer begins or ends, or an attestation that it asks for, of any processor.
func (rb *Rulebook) turnsOfPolicy(p *policy) []time.Time {
	if p.requires == nil || len(p.requires.attestations) == 0 {
		return p.turns
	}
	out := slices.Clone(p.turns)
	for i := range p.requires.attestations {
		out = append(out, rb.attestationTurns[string(p.requires.attestations[i].Scheme)]...)
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// indexAttestations lists the instants at which attestations begin or end, by their scheme.
func (rb *Rulebook) indexAttestations() {
	rb.attestationTurns = map[string][]time.Time{}
	for _, p := range rb.processors {
		for i := range p.attestations {
			scheme := p.attestations[i].scheme
			rb.attestationTurns[scheme] = append(rb.attestationTurns[scheme], p.attestations[i].turns()...)
		}
	}
}
