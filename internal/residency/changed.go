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
	"maps"
	"slices"
)

// ChangedSince returns the names of the datasets, sorted, about which the two rulebooks
// may say something different: because a policy is another one, or because it means
// something else since the catalogue, a Site or a Jurisdiction has changed, or since a
// transfer has begun or ended between the instants of the two. An old rulebook of nil holds
// nothing.
func (rb *Rulebook) ChangedSince(old *Rulebook) []string {
	if old == nil {
		return rb.Datasets()
	}
	// Each policy is compared once, however many datasets it governs.
	differs := rb.turned(old.asOf)
	for name, p := range rb.policies {
		if o := old.policies[name]; o == nil || !p.same(o) {
			differs[name] = true
		}
	}
	changed := map[string]bool{}
	// Who calls a processor is not known here, and who turns out to.
	processors := !rb.sameProcessors(old)
	for name, d := range rb.datasets {
		if o := old.datasets[name]; o == nil || !d.same(o, differs) || (processors && len(d.policies) > 0) {
			changed[name] = true
		}
	}
	for name := range old.datasets {
		if rb.datasets[name] == nil {
			changed[name] = true
		}
	}
	return slices.Sorted(maps.Keys(changed))
}

func (d *dataset) same(o *dataset, differs map[string]bool) bool {
	return d.uid == o.uid && d.contact == o.contact && slices.Equal(d.processors, o.processors) && d.selectsSame(o) &&
		slices.EqualFunc(d.policies, o.policies, func(a, b *policy) bool { return a.name == b.name && !differs[a.name] })
}

// same reports whether both are the same state of a policy and mean the same.
func (p *policy) same(o *policy) bool {
	return p.uid == o.uid && p.generation == o.generation &&
		p.fault.same(o.fault) && p.processing.same(o.processing) && p.storage.same(o.storage) &&
		p.hasOrigin == o.hasOrigin && p.origin.Equal(o.origin) &&
		slices.EqualFunc(p.transfers, o.transfers, func(a, b *Transfer) bool { return a.same(b) })
}
