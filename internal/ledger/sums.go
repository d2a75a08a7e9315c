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
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Counts are numbers of pods by outcome.
type Counts struct {
	NotGoverned, Permitted, Undetermined, Prohibited int
}

// Total returns the number of pods.
func (c Counts) Total() int { return c.NotGoverned + c.Permitted + c.Undetermined + c.Prohibited }

func (c *Counts) add(o residency.Outcome, n int) {
	switch o {
	case residency.Permitted:
		c.Permitted += n
	case residency.Undetermined:
		c.Undetermined += n
	case residency.Prohibited:
		c.Prohibited += n
	default:
		c.NotGoverned += n
	}
}

// datasetSums is what the entries that handle one dataset come to.
type datasetSums struct {
	counts  Counts
	stale   int
	entries map[types.NamespacedName]*entry
	flagged map[types.NamespacedName]*entry
}

// policySums is what the entries that one policy governs come to, under it alone.
type policySums struct {
	counts  Counts
	stale   int
	entries int
}

func (l *Ledger) add(key types.NamespacedName, e *entry) {
	l.entries[key] = e
	if e.pod.Node == "" {
		l.unplaced[key] = e
	}
	stale := staleCount(e)
	for _, s := range e.datasets {
		d := l.datasets[s.name]
		if d == nil {
			d = &datasetSums{entries: map[types.NamespacedName]*entry{}, flagged: map[types.NamespacedName]*entry{}}
			l.datasets[s.name] = d
		}
		d.entries[key] = e
		if s.outcome.Flagged() {
			d.flagged[key] = e
		}
		d.counts.add(s.outcome, 1)
		d.stale += stale
	}
	for _, s := range e.policies {
		p := l.policies[s.name]
		if p == nil {
			p = &policySums{}
			l.policies[s.name] = p
		}
		p.entries++
		p.counts.add(s.outcome, 1)
		p.stale += stale
	}
}

func (l *Ledger) subtract(key types.NamespacedName, e *entry) {
	delete(l.entries, key)
	delete(l.unplaced, key)
	stale := staleCount(e)
	for _, s := range e.datasets {
		d := l.datasets[s.name]
		delete(d.entries, key)
		delete(d.flagged, key)
		d.counts.add(s.outcome, -1)
		d.stale -= stale
		if len(d.entries) == 0 {
			delete(l.datasets, s.name)
		}
	}
	for _, s := range e.policies {
		p := l.policies[s.name]
		p.entries--
		p.counts.add(s.outcome, -1)
		p.stale -= stale
		if p.entries == 0 {
			delete(l.policies, s.name)
		}
	}
}

func staleCount(e *entry) int {
	if e.stale {
		return 1
	}
	return 0
}

// DatasetView is what the ledger says of a dataset at one moment.
type DatasetView struct {
	// Rulebook that is in force.
	Rulebook *residency.Rulebook
	// Settled is whether the sums are whole and every pod was judged by what that
	// rulebook says.
	Settled bool
	// Counts of the pods that handle the dataset.
	Counts Counts
	// Violations are the first residencyv1.MaxViolations of the flagged findings.
	Violations []residencyv1.Violation
}

// Dataset returns what the ledger says of a dataset.
func (l *Ledger) Dataset(name string) DatasetView {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := DatasetView{Rulebook: l.rulebook, Settled: l.primed}
	if d := l.datasets[name]; d != nil {
		v.Settled = v.Settled && d.stale == 0
		v.Counts = d.counts
		v.Violations = firstViolations(name, d.flagged)
	}
	return v
}

// PolicyView is what the ledger says of a policy at one moment.
type PolicyView struct {
	// Rulebook that is in force.
	Rulebook *residency.Rulebook
	// Settled is whether the sums are whole and every pod was judged by what that
	// rulebook says.
	Settled bool
	// Counts of the pods that the policy governs, by their outcome under it alone.
	Counts Counts
}

// Policy returns what the ledger says of a policy.
func (l *Ledger) Policy(name string) PolicyView {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := PolicyView{Rulebook: l.rulebook, Settled: l.primed}
	if p := l.policies[name]; p != nil {
		v.Settled = v.Settled && p.stale == 0
		v.Counts = p.counts
	}
	if l.rulebook == nil {
		return v
	}
	// Pods that a new policy governs are in its datasets before they are in its own sums.
	info, _ := l.rulebook.Policy(name)
	for _, dataset := range info.Datasets {
		if d := l.datasets[dataset]; d != nil {
			v.Settled = v.Settled && d.stale == 0
		}
	}
	return v
}

// Counts returns the counts of every dataset that a pod handles, also of those that do
// not exist.
func (l *Ledger) Counts() map[string]Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[string]Counts, len(l.datasets))
	for name, d := range l.datasets {
		out[name] = d.counts
	}
	return out
}

// Len returns how many pods the ledger has.
func (l *Ledger) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}
