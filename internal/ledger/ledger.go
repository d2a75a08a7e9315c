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
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/domicile-dev/domicile/internal/residency"
)

// Ledger has one entry for each pod that handles a dataset and has not ended. It is
// safe for concurrent use.
type Ledger struct {
	mu       sync.Mutex
	primed   bool
	rulebook *residency.Rulebook
	entries  map[types.NamespacedName]*entry
	datasets map[string]*datasetSums
	policies map[string]*policySums
	// unplaced are the entries of pods that have no node.
	unplaced map[types.NamespacedName]*entry
	recalled map[recalledKey]time.Time
	// crowded are the datasets whose stored violations were cut off, so that they cannot
	// say which pods were known.
	crowded map[string]bool
}

// Pod is what the ledger keeps of a pod besides its verdict.
type Pod struct {
	UID             types.UID
	Namespace, Name string
	// Node that the pod is on, empty if it has none.
	Node string
}

func (p *Pod) key() types.NamespacedName {
	return types.NamespacedName{Namespace: p.Namespace, Name: p.Name}
}

// Change is what an entry's change has changed.
type Change struct {
	// Datasets and Policies whose sums or violations may have changed, sorted.
	Datasets, Policies []string
	// Before and After are the outcomes of the pod's verdict. A pod that was not in the
	// ledger was NotGoverned.
	Before, After residency.Outcome
	// Known is whether every flagged finding of a pod that was not in the ledger had been
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
	return &Ledger{
		entries:  map[types.NamespacedName]*entry{},
		datasets: map[string]*datasetSums{},
		policies: map[string]*policySums{},
		unplaced: map[types.NamespacedName]*entry{},
		recalled: map[recalledKey]time.Time{},
		crowded:  map[string]bool{},
	}
}

// Reset forgets every pod and what was recalled, and keeps the rulebook: for a beginning
// that has to begin again, since pods may have gone unnoticed meanwhile.
func (l *Ledger) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.entries)
	clear(l.datasets)
	clear(l.policies)
	clear(l.unplaced)
	clear(l.recalled)
	clear(l.crowded)
}

// Record replaces what the ledger has about a pod by what a rulebook says of it now. A
// pod that handles nothing leaves the ledger. It returns false, and records nothing, if
// another rulebook has come into force since: then the pod has to be judged again.
func (l *Ledger) Record(pod Pod, in *residency.Input, v *residency.Verdict, rb *residency.Rulebook, now time.Time) (Change, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if rb != l.rulebook {
		return Change{}, false
	}
	key := pod.key()
	old := l.entries[key]
	if len(in.Handles) == 0 {
		return l.replace(key, old, nil), true
	}
	e := newEntry(pod, in, v)
	before := old
	if old != nil && old.pod.UID != pod.UID {
		before = nil
	}
	known := l.date(e, before, now)
	c := l.replace(key, old, e)
	if before == nil {
		c.Before = residency.NotGoverned
		c.Known = known && old == nil
	}
	return c, true
}

// Remove drops a pod that is gone or has ended.
func (l *Ledger) Remove(namespace, name string) Change {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := types.NamespacedName{Namespace: namespace, Name: name}
	return l.replace(key, l.entries[key], nil)
}

// replace swaps an entry for another; either may be nil.
func (l *Ledger) replace(key types.NamespacedName, old, e *entry) Change {
	var c Change
	if old != nil {
		l.subtract(key, old)
		c.Before = old.outcome
		c.touch(old)
		c.touchStale(old, l.rulebook)
	}
	if e != nil {
		l.add(key, e)
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
// speaks differently from the one before. Their pods are stale until they are recorded
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
		for key, e := range d.entries {
			if e.stale {
				continue
			}
			l.subtract(key, e)
			e.stale = true
			l.add(key, e)
		}
	}
}

// Prime says that every pod that existed at the start has been recorded, so that the
// sums are whole. What was recalled is forgotten: from now on the ledger knows better.
func (l *Ledger) Prime() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.primed = true
	clear(l.recalled)
	clear(l.crowded)
}

// Primed reports whether the sums are whole.
func (l *Ledger) Primed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.primed
}

// Rulebook returns the rulebook that is in force, nil before the first.
func (l *Ledger) Rulebook() *residency.Rulebook {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rulebook
}

// PodsOf returns the pods that handle a dataset, whether the dataset exists or not,
// sorted.
func (l *Ledger) PodsOf(dataset string) []types.NamespacedName {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.datasets[dataset]
	if d == nil {
		return nil
	}
	return sortedKeys(d.entries)
}

// Unplaced returns the pods that handle a dataset and have no node, sorted.
func (l *Ledger) Unplaced() []types.NamespacedName {
	l.mu.Lock()
	defer l.mu.Unlock()
	return sortedKeys(l.unplaced)
}

func sortedKeys(entries map[types.NamespacedName]*entry) []types.NamespacedName {
	keys := make([]types.NamespacedName, 0, len(entries))
	for key := range entries {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b types.NamespacedName) int {
		if c := strings.Compare(a.Namespace, b.Namespace); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return keys
}
