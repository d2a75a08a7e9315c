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

package ledger

import (
	"slices"
	"sync"
	"time"

	"github.com/domicile-dev/domicile/internal/residency"
)

// Ledger has one entry for each thing that has to do with a dataset: pods that have not ended,
// volumes and snapshots. It is safe for concurrent use.
type Ledger struct {
	mu       sync.Mutex
	primed   [parts]bool
	rulebook *residency.Rulebook
	entries  [parts]map[Ref]*entry
	datasets map[string]*datasetSums
	policies map[string]*policySums
	// open are the entries of things of which it is still open where they will be.
	open     [parts]map[Ref]*entry
	recalled map[recalledKey]time.Time
	// crowded are the datasets whose stored violations were cut off, so that they cannot
	// say which things were known.
	crowded map[string]bool
}

// Change is what an entry's change has changed.
type Change struct {
	// Datasets and Policies whose sums or violations may have changed, sorted.
	Datasets, Policies []string
	// Before and After are the outcomes of the thing's verdict. A thing that was not in the
	// ledger was NotGoverned.
	Before, After residency.Outcome
	// Known is whether every flagged finding of a thing that was not in the ledger had been
	// seen before this process started.
	Known bool
}

// Turned reports whether the verdict has turned to flagged, from flagged, or from one
// flagged outcome to the other.
func (c *Change) Turned() bool {
	return c.Before != c.After && (c.Before.Flagged() || c.After.Flagged())
}

// New returns an empty ledger.
func New() *Ledger {
	l := &Ledger{
		datasets: map[string]*datasetSums{},
		policies: map[string]*policySums{},
		recalled: map[recalledKey]time.Time{},
		crowded:  map[string]bool{},
	}
	for p := range parts {
		l.entries[p], l.open[p] = map[Ref]*entry{}, map[Ref]*entry{}
	}
	return l
}

// Reset forgets every thing of a part, and keeps the rest: for a beginning that has to begin
// again, since things may have gone unnoticed meanwhile.
func (l *Ledger) Reset(part Part) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for ref, e := range l.entries[part] {
		l.subtract(ref, e)
	}
}

// Record replaces what the ledger has about a thing by what a rulebook says of it now. A
// thing that has to do with no dataset leaves the ledger. It returns false, and records nothing,
// if another rulebook has come into force since: then the thing has to be judged again.
func (l *Ledger) Record(thing Thing, in *residency.Input, v *residency.Verdict, rb *residency.Rulebook, now time.Time) (Change, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if rb != l.rulebook {
		return Change{}, false
	}
	old := l.entries[thing.Kind.Part()][thing.Ref]
	if len(in.Handles) == 0 {
		return l.replace(thing.Ref, old, nil), true
	}
	e := newEntry(thing, in, v)
	before := old
	if old != nil && old.thing.UID != thing.UID {
		before = nil
	}
	known := l.date(e, before, now)
	c := l.replace(thing.Ref, old, e)
	if before == nil {
		c.Before = residency.NotGoverned
		c.Known = known && old == nil
	}
	return c, true
}

// Remove drops a thing that is gone or has ended.
func (l *Ledger) Remove(ref Ref) Change {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.replace(ref, l.entries[ref.Kind.Part()][ref], nil)
}

// replace swaps an entry for another; either may be nil.
func (l *Ledger) replace(ref Ref, old, e *entry) Change {
	var c Change
	if old != nil {
		l.subtract(ref, old)
		c.Before = old.outcome
		c.touch(old)
		c.touchStale(old, l.rulebook)
	}
	if e != nil {
		l.add(ref, e)
		c.After = e.outcome
		c.touch(e)
	}
	if old != nil && e != nil && old.same(e) {
		c.Datasets, c.Policies = nil, nil
		return c
	}
	slices.Sort(c.Datasets)
	c.Datasets = slices.Compact(c.Datasets)
	slices.Sort(c.Policies)
	c.Policies = slices.Compact(c.Policies)
	return c
}

func (c *Change) touch(e *entry) {
	for _, d := range e.datasets {
		c.Datasets = append(c.Datasets, d.name)
	}
	for _, p := range e.policies {
		c.Policies = append(c.Policies, p.name)
	}
}

// touchStale adds the policies that govern the datasets of a stale entry by now: that it
// is stale no longer may be what they wait for.
func (c *Change) touchStale(e *entry, rb *residency.Rulebook) {
	if !e.stale || rb == nil {
		return
	}
	for _, d := range e.datasets {
		info, _ := rb.Dataset(d.name)
		c.Policies = append(c.Policies, info.Policies...)
	}
}

// Turnover tells the ledger which rulebook is in force, and about which datasets it
// speaks differently from the one before. Their things are stale until they are recorded
// again.
func (l *Ledger) Turnover(rb *residency.Rulebook, changed []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rulebook = rb
	for _, name := range changed {
		d := l.datasets[name]
		if d == nil {
			continue
		}
		for ref, e := range d.entries {
			if e.stale {
				continue
			}
			l.subtract(ref, e)
			e.stale = true
			l.add(ref, e)
		}
	}
}

// Prime says that everything of a part that existed at the start has been recorded. Once that
// is so for all parts the sums are whole, and what was recalled is forgotten: from then on the
// ledger knows better.
func (l *Ledger) Prime(part Part) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.primed[part] = true
	if l.whole() {
		clear(l.recalled)
		clear(l.crowded)
	}
}

// Primed reports whether everything of a part that existed at the start has been recorded.
func (l *Ledger) Primed(part Part) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.primed[part]
}

// Whole reports whether the sums are whole.
func (l *Ledger) Whole() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.whole()
}

// whole is Whole for who holds the lock.
func (l *Ledger) whole() bool { return l.primed[Pods] && l.primed[Stores] }

// Rulebook returns the rulebook that is in force, nil before the first.
func (l *Ledger) Rulebook() *residency.Rulebook {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rulebook
}

// Of returns what of a part has to do with a dataset, whether the dataset exists or not,
// sorted.
func (l *Ledger) Of(dataset string, part Part) []Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.datasets[dataset]
	if d == nil {
		return nil
	}
	return sortedRefs(d.entries, func(e *entry) bool { return e.thing.Kind.Part() == part })
}

// Open returns what of a part has no place yet, sorted.
func (l *Ledger) Open(part Part) []Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	return sortedRefs(l.open[part], func(*entry) bool { return true })
}

// Storing returns what of a part was judged where its bytes rest, sorted.
func (l *Ledger) Storing(part Part) []Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	return sortedRefs(l.entries[part], func(e *entry) bool { return e.stores })
}

// Handling reports whether a thing has to do with a dataset.
func (l *Ledger) Handling(ref Ref) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries[ref.Kind.Part()][ref] != nil
}

func sortedRefs(entries map[Ref]*entry, wanted func(*entry) bool) []Ref {
	refs := make([]Ref, 0, len(entries))
	for ref, e := range entries {
		if wanted(e) {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, Ref.Compare)
	return refs
}
