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
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Turn is an instant at which an answer can come to be another, without anybody's doing.
type Turn struct {
	// At is the first instant of the other answer, in UTC.
	At string `json:"at"`
	// Policies are those that have a date then, and Sites those that end, by name.
	Policies []string `json:"policies,omitempty"`
	Sites    []string `json:"sites,omitempty"`
}

// nextTurn returns the next turn of what was explained: of the policies that govern it, and of
// the Sites by which nodes and volumes are where they are. It is nil if there is none.
func (s *scene) nextTurn(e *Explanation) *Turn {
	policies, sites := map[string]bool{}, map[string]bool{}
	for i := range e.Datasets {
		for _, p := range e.Datasets[i].Policies {
			policies[p.Policy] = true
		}
	}
	e.sites(func(names []string) {
		for _, name := range names {
			sites[name] = true
		}
	})
	turns := map[time.Time]*Turn{}
	at := func(when time.Time) *Turn {
		when = when.UTC()
		if turns[when] == nil {
			turns[when] = &Turn{At: instant(when)}
		}
		return turns[when]
	}
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		if p, ok := s.rulebook.Policy(name); ok && !p.NextTurn.IsZero() {
			t := at(p.NextTurn)
			t.Policies = append(t.Policies, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sites)) {
		if site, ok := s.world.sites.Get(name); ok && site.ValidUntil.After(s.at) {
			t := at(site.ValidUntil)
			t.Sites = append(t.Sites, name)
		}
	}
	if len(turns) == 0 {
		return nil
	}
	return turns[slices.SortedFunc(maps.Keys(turns), time.Time.Compare)[0]]
}

// sites has the names of all Sites seen by which something is where it is.
func (e *Explanation) sites(seen func([]string)) {
	locations := func(all ...*Location) {
		for _, l := range all {
			if l != nil {
				seen(l.Sites)
			}
		}
	}
	findings := slices.Clone(e.Findings)
	for i := range e.Items {
		findings = append(findings, e.Items[i].Findings...)
	}
	for i := range findings {
		f := &findings[i]
		locations(f.Location)
		if f.Volume != nil {
			locations(f.Volume.places()...)
		}
		if f.Reach != nil {
			for k := range f.Reach.Places {
				locations(f.Reach.Places[k].Location)
			}
		}
	}
	for _, v := range e.Volumes {
		locations(v.places()...)
	}
	if e.Nodes != nil {
		for i := range e.Nodes.Places {
			seen(e.Nodes.Places[i].Sites)
		}
	}
}

// sentence says when the answer turns, and by what.
func (t *Turn) sentence() string {
	var by []string
	for _, name := range t.Policies {
		by = append(by, "policy "+strconv.Quote(name))
	}
	for _, name := range t.Sites {
		by = append(by, "Site "+strconv.Quote(name))
	}
	return fmt.Sprintf("Turns at %s, by the dates of %s.", t.At, strings.Join(by, " and "))
}

// turning is that sentence, if there is a turn.
func turning(t *Turn) []string {
	if t == nil {
		return nil
	}
	return []string{t.sentence()}
}
