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
	"time"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// recalledKey is by what a violation in a stored status is recognised.
type recalledKey struct {
	dataset, namespace, kind, name, policy string
	outcome                                residencyv1.Outcome
	aspect                                 residencyv1.Aspect
	reason                                 string
}

// Recall takes over the violations that a Dataset's status has stored, so that a restart
// does not make them look new. It comes before the first Record.
func (l *Ledger) Recall(dataset string, stored []residencyv1.Violation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(stored) >= residencyv1.MaxViolations {
		l.crowded[dataset] = true
	}
	for i := range stored {
		v := &stored[i]
		l.recalled[recalledKey{
			dataset: dataset, namespace: v.Namespace, kind: v.Kind, name: v.Name,
			policy: v.Policy, outcome: v.Outcome, aspect: v.Aspect, reason: v.Reason,
		}] = v.Since.Time
	}
}

// date says since when each violation of an entry has been there: as long as the same
// thing had it before, else as long as a stored status has it, else from now. It reports
// whether every violation was known to a stored status.
func (l *Ledger) date(e, before *entry, now time.Time) (known bool) {
	// Statuses hold whole seconds; a finer time would differ from what was written.
	now = now.UTC().Truncate(time.Second)
	known = true
	for i := range e.violations {
		v := &e.violations[i]
		if since, ok := before.since(v); ok {
			v.since = since
			continue
		}
		since, ok := l.recalled[recalledKey{
			dataset: v.dataset, namespace: e.thing.Namespace, kind: string(e.thing.Kind), name: e.thing.Name,
			policy: v.policy, outcome: v.outcome.API(), aspect: v.aspect, reason: v.reason,
		}]
		if !ok {
			since = now
		}
		v.since = since
		known = known && (ok || l.crowded[v.dataset])
	}
	return known
}

// since returns since when the entry has had a violation. The entry may be nil.
func (e *entry) since(v *violation) (time.Time, bool) {
	if e == nil {
		return time.Time{}, false
	}
	for i := range e.violations {
		o := &e.violations[i]
		if o.dataset == v.dataset && o.policy == v.policy && o.outcome == v.outcome && o.aspect == v.aspect && o.reason == v.reason {
			return o.since, true
		}
	}
	return time.Time{}, false
}
