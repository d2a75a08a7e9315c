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
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/domicile-dev/domicile/internal/place"
)

// period is a stretch of time in which a rule means the same: no transfer begins or ends.
type period struct {
	// from is its first instant; the zero time if it is the first period. It ends where the
	// next one begins.
	from time.Time
	// allowed is what is allowed and needs no transfer or has one; permitted is that without
	// what is denied.
	allowed, permitted place.Set
	// words is permitted in people's words.
	words string
	// constraint is the same for those who look for a node.
	constraint Constraint
}

// ruling is a rule as it is at an instant.
type ruling struct {
	*rule
	period *period
}

// at returns the rule as it is at an instant.
func (r *rule) at(t time.Time) ruling {
	if t.IsZero() && len(r.periods) > 1 {
		// Whoever asks has forgotten the time: nothing is permitted at no time.
		return ruling{r, &period{words: "nowhere"}}
	}
	i := len(r.periods) - 1
	for i > 0 && t.Before(r.periods[i].from) {
		i--
	}
	return ruling{r, &r.periods[i]}
}

// divide makes the periods of the rule: of one that asks for no transfer there is one.
func (r *rule) divide(c *compiler, b bounds) {
	starts := append([]time.Time{{}}, r.policy.turns...)
	r.periods = make([]period, len(starts))
	for i, from := range starts {
		p := &r.periods[i]
		covered := r.covered(from)
		p.from = from
		p.allowed = r.allowed
		if !covered.IsEverywhere() {
			p.allowed = r.allowed.Intersect(covered)
		}
		p.permitted = p.allowed.Minus(r.denied)
		p.words = p.permitted.Describe(r.names)
		p.constraint = r.constraintOf(c, b, p)
	}
}

// covered is where data may go as far as transfers are concerned: within the origin, and where a
// transfer goes that is valid at the instant.
func (p *policy) covered(at time.Time) place.Set {
	if !p.hasOrigin {
		return place.Everywhere()
	}
	sets := []place.Set{p.origin}
	for _, t := range p.transfers {
		if t.valid(at) {
			sets = append(sets, t.to)
		}
	}
	return place.UnionOf(sets...)
}

// turnsOf returns the instants at which one of the transfers begins or ends, sorted, each once.
func turnsOf(transfers []*Transfer) []time.Time {
	var out []time.Time
	for _, t := range transfers {
		for _, at := range []time.Time{t.From, t.Until} {
			if !at.IsZero() {
				out = append(out, at)
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// inWords is where the rule permits, and until when where that ends by itself.
func (r ruling) inWords() string {
	return r.period.words + endings(r.period.permitted, r.names, func(yield func(time.Time, place.Set) bool) {
		for i := range r.periods {
			if p := &r.periods[i]; p.from.After(r.period.from) && !yield(p.from, p.permitted) {
				return
			}
		}
	})
}

// maxEndings is how many endings people are told of before "and more".
const maxEndings = 3

// endings says which places are no longer permitted later, and until when they are: " (GB until
// the end of 2031-12-27)"; it is empty if all are for good. The states follow each other.
func endings(permitted place.Set, names place.Names, later iter.Seq2[time.Time, place.Set]) string {
	var words []string
	for at, then := range later {
		lost := permitted.Minus(then)
		if lost.IsEmpty() {
			continue
		}
		permitted = permitted.Minus(lost)
		if len(words) == maxEndings {
			words = append(words, "and more end later")
			break
		}
		words = append(words, lost.Describe(names)+" until "+lastDay(at))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, "; ") + ")"
}

// lastDay is, for people, the end of what ends at an instant: the last day, if it ends with one
// in UTC.
func lastDay(end time.Time) string {
	end = end.UTC()
	if end.Equal(end.Truncate(24 * time.Hour)) {
		return "the end of " + end.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return end.Format(time.RFC3339)
}
