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
	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Counts are numbers of things by outcome.
type Counts struct {
	NotGoverned, Permitted, Undetermined, Prohibited int
}

// Total returns the number of things.
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

// plus returns the sum of both.
func (c Counts) plus(o Counts) Counts {
	return Counts{
		NotGoverned: c.NotGoverned + o.NotGoverned, Permitted: c.Permitted + o.Permitted,
		Undetermined: c.Undetermined + o.Undetermined, Prohibited: c.Prohibited + o.Prohibited,
	}
}

// Tally is numbers of things by outcome, and by what they are.
type Tally struct {
	// Workloads are pods.
	Workloads Counts
	// Volumes are claims, and PersistentVolumes that hold what no claim of theirs does.
	Volumes Counts
	// Snapshots are snapshots, and contents that hold what no snapshot of theirs does.
	Snapshots Counts
}

// All counts everything together.
func (t Tally) All() Counts { return t.Workloads.plus(t.Volumes).plus(t.Snapshots) }

// of returns the counts that things of a kind are in.
func (t *Tally) of(k Kind) *Counts {
	switch k {
	case KindClaim, KindVolume:
		return &t.Volumes
	case KindSnapshot, KindContent:
		return &t.Snapshots
	default:
		return &t.Workloads
	}
}

// datasetSums is what the entries that have to do with one dataset come to.
type datasetSums struct {
	tally   Tally
	stale   int
	entries map[Ref]*entry
	flagged map[Ref]*entry
}

// policySums is what the entries that one policy governs come to, under it alone.
type policySums struct {
	tally   Tally
	stale   int
	entries int
}

func (l *Ledger) add(ref Ref, e *entry) {
	part := ref.Kind.Part()
	l.entries[part][ref] = e
	if e.thing.Open {
		l.open[part][ref] = e
	}
	stale := staleCount(e)
	for _, s := range e.datasets {
		d := l.datasets[s.name]
		if d == nil {
			d = &datasetSums{entries: map[Ref]*entry{}, flagged: map[Ref]*entry{}}
			l.datasets[s.name] = d
		}
		d.entries[ref] = e
		if s.outcome.Flagged() {
			d.flagged[ref] = e
		}
		d.tally.of(ref.Kind).add(s.outcome, 1)
		d.stale += stale
	}
	for _, s := range e.policies {
		p := l.policies[s.name]
		if p == nil {
			p = &policySums{}
			l.policies[s.name] = p
		}
		p.entries++
		p.tally.of(ref.Kind).add(s.outcome, 1)
		p.stale += stale
	}
}

func (l *Ledger) subtract(ref Ref, e *entry) {
	part := ref.Kind.Part()
	delete(l.entries[part], ref)
	delete(l.open[part], ref)
	stale := staleCount(e)
	for _, s := range e.datasets {
		d := l.datasets[s.name]
		delete(d.entries, ref)
		delete(d.flagged, ref)
		d.tally.of(ref.Kind).add(s.outcome, -1)
		d.stale -= stale
		if len(d.entries) == 0 {
			delete(l.datasets, s.name)
		}
	}
	for _, s := range e.policies {
		p := l.policies[s.name]
		p.entries--
		p.tally.of(ref.Kind).add(s.outcome, -1)
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
	// Settled is whether the sums are whole and everything was judged by what that
	// rulebook says.
	Settled bool
	// Tally of what has to do with the dataset.
	Tally Tally
	// Violations are the first residencyv1.MaxViolations of the flagged findings.
	Violations []residencyv1.Violation
}

// Dataset returns what the ledger says of a dataset.
func (l *Ledger) Dataset(name string) DatasetView {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := DatasetView{Rulebook: l.rulebook, Settled: l.whole()}
	if d := l.datasets[name]; d != nil {
		v.Settled = v.Settled && d.stale == 0
		v.Tally = d.tally
		v.Violations = firstViolations(name, d.flagged)
	}
	return v
}

// PolicyView is what the ledger says of a policy at one moment.
type PolicyView struct {
	// Rulebook that is in force.
	Rulebook *residency.Rulebook
	// Settled is whether the sums are whole and everything was judged by what that
	// rulebook says.
	Settled bool
	// Tally of what the policy governs, by the outcome under it alone.
	Tally Tally
}

// Policy returns what the ledger says of a policy.
func (l *Ledger) Policy(name string) PolicyView {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := PolicyView{Rulebook: l.rulebook, Settled: l.whole()}
	if p := l.policies[name]; p != nil {
		v.Settled = v.Settled && p.stale == 0
		v.Tally = p.tally
	}
	if l.rulebook == nil {
		return v
	}
	// Things that a new policy governs are in its datasets before they are in its own sums.
	info, _ := l.rulebook.Policy(name)
	for _, dataset := range info.Datasets {
		if d := l.datasets[dataset]; d != nil {
			v.Settled = v.Settled && d.stale == 0
		}
	}
	return v
}

// Tallies returns the tally of every dataset that a thing has to do with, also of those that do
// not exist.
func (l *Ledger) Tallies() map[string]Tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[string]Tally, len(l.datasets))
	for name, d := range l.datasets {
		out[name] = d.tally
	}
	return out
}

// Len returns how many things of a part the ledger has.
func (l *Ledger) Len(part Part) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries[part])
}
