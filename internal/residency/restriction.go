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

	"github.com/domicile-dev/domicile/internal/place"
)

// restriction is where a dataset may be in one aspect, under all policies together.
type restriction struct {
	// words are the same at any time; empty if a policy has dates.
	words string
	rules []*rule
	names place.Names
}

// restriction gathers what all policies say of one aspect.
func (d *dataset) restriction(c *compiler, aspect func(*policy) *rule) restriction {
	var r restriction
	var named []string
	dated := false
	for _, p := range d.policies {
		one := aspect(p)
		if one == nil {
			continue
		}
		if !p.accepted() {
			return restriction{words: "undetermined: policy " + p.name + " is not valid"}
		}
		r.rules = append(r.rules, one)
		named = append(named, one.jurisdictions...)
		dated = dated || len(one.periods) > 1
	}
	if len(r.rules) == 0 {
		return restriction{words: "not restricted"}
	}
	r.names = r.rules[0].names
	if len(r.rules) > 1 {
		r.names = c.namesWith(sortedOnce(named))
	}
	if !dated {
		return restriction{words: r.permitted(time.Time{}).Describe(r.names)}
	}
	return r
}

// permitted is what all rules permit at an instant.
func (r *restriction) permitted(at time.Time) place.Set {
	set := r.rules[0].at(at).period.permitted
	for _, one := range r.rules[1:] {
		set = set.Intersect(one.at(at).period.permitted)
	}
	return set
}

// inWords is where the dataset may be at an instant, in people's words, and until when where that
// ends by itself.
func (r *restriction) inWords(at time.Time) string {
	if r.words != "" {
		return r.words
	}
	now := r.permitted(at)
	return now.Describe(r.names) + endings(now, r.names, func(yield func(time.Time, place.Set) bool) {
		for _, turn := range r.turns() {
			if turn.After(at) && !yield(turn, r.permitted(turn)) {
				return
			}
		}
	})
}

// turns are the instants at which one of the rules becomes another, sorted, each once.
func (r *restriction) turns() []time.Time {
	var out []time.Time
	for _, one := range r.rules {
		out = append(out, one.turns...)
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}
