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
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Rulebook is all Datasets and ResidencyPolicies, compiled. It is immutable and safe
// for concurrent use.
type Rulebook struct {
	datasets       map[string]*dataset
	policies       map[string]*policy
	sites          map[string]SiteInfo
	jurisdictions  *jurisdictions
	unknownDataset Effect
	// processors are all Processors, and hosts finds them.
	processors map[string]*processor
	hosts      hostIndex
	// attestationTurns are the instants at which attestations begin or end, by their scheme.
	attestationTurns map[string][]time.Time
	// asOf is the instant for which it speaks of itself; Evaluate has an instant of its own.
	asOf time.Time
	// turns are the instants at which policies come to mean something else, in order.
	turns []turn
	// selecting are the datasets that select who handles them, sorted by name.
	selecting []*dataset

	// bySite and byJurisdiction are the names of the policies that name them, sorted.
	bySite, byJurisdiction map[string][]string
}

// dataset is a compiled Dataset.
type dataset struct {
	name       string
	labels     map[string]string
	uid        types.UID
	generation int64
	contact    string
	policies   []*policy // that govern it, sorted by name
	// storage and processing are where it may be stored and processed.
	storage, processing restriction
	// handledBy selects who handles it, whether they say so or not.
	handledBy []podsSelector
	// handledByFault is why not all of handledBy can be read, empty if all can.
	handledByFault string
	// processors are the names of those that may handle it, nil if any may.
	processors []string
}

// Options are what a rulebook depends on besides the API objects.
type Options struct {
	// UnknownDataset is what is done about a dataset that does not exist: there is no
	// policy to ask. The zero value denies.
	UnknownDataset residencyv1.EnforcementMode
	// AsOf is the instant for which the rulebook speaks of itself: what has come to mean
	// something else since an earlier rulebook, and what is next to. Verdicts do not depend on it.
	AsOf time.Time
	// Faults are what others have found wrong with policies, by name, as a schema that no
	// API server has enforced yet: these are not accepted, whatever Compile finds itself.
	Faults map[string]*Fault
	// ProcessorFaults are the same of Processors: who calls these is Undetermined.
	ProcessorFaults map[string]*Fault
}

// Compile makes a rulebook of all Datasets and ResidencyPolicies. It does not fail: a
// policy that is not valid keeps governing, and what it governs is Undetermined. It
// takes time in proportion to policies, datasets, and pairs of the two that match.
func Compile(w World, datasets []residencyv1.Dataset, policies []residencyv1.ResidencyPolicy, opts Options) *Rulebook {
	rb := &Rulebook{
		datasets:       make(map[string]*dataset, len(datasets)),
		policies:       make(map[string]*policy, len(policies)),
		unknownDataset: effectOf(opts.UnknownDataset),
		asOf:           opts.AsOf,
	}
	index := newDatasetIndex(datasets)
	for i := range datasets {
		d := &datasets[i]
		c := &dataset{name: d.Name, labels: maps.Clone(d.Labels), uid: d.UID, generation: d.Generation}
		if d.Spec.Controller != nil {
			c.contact = d.Spec.Controller.Contact
		}
		c.handledBy, c.handledByFault = selectors(d.Spec.HandledBy)
		if len(c.handledBy) > 0 {
			rb.selecting = append(rb.selecting, c)
		}
		if d.Spec.Processors != nil {
			c.processors = []string{}
		}
		for _, name := range d.Spec.Processors {
			c.processors = append(c.processors, string(name))
		}
		rb.datasets[d.Name] = c
	}
	slices.SortFunc(rb.selecting, func(a, b *dataset) int { return strings.Compare(a.name, b.name) })
	compiler := newCompiler(w)
	rb.addWorld(compiler)
	rb.processors = compiler.processors(w.Processors)
	for name, f := range opts.ProcessorFaults {
		if p := rb.processors[name]; p != nil && f != nil {
			p.fault = f
		}
	}
	rb.hosts = newHostIndex(rb.processors)
	for i := range policies {
		p := compiler.policy(&policies[i])
		if f := opts.Faults[p.name]; f != nil {
			p.fault = f
		}
		rb.policies[p.name] = p
		for _, at := range index.governed(p.scope) {
			d := rb.datasets[datasets[at].Name]
			d.policies = append(d.policies, p)
			p.datasets = append(p.datasets, d.name)
		}
		slices.Sort(p.datasets)
	}
	rb.indexNamed()
	rb.indexAttestations()
	rb.indexTurns()
	for _, d := range rb.datasets {
		slices.SortFunc(d.policies, func(a, b *policy) int { return strings.Compare(a.name, b.name) })
		d.processing = d.restriction(compiler, func(p *policy) *rule { return p.processing })
		d.storage = d.restriction(compiler, func(p *policy) *rule { return p.storage })
	}
	return rb
}

// Holds reports whether the rulebook was compiled of these Datasets as they are here, as
// far as the scope of a policy goes: none is missing, and none has other labels.
func (rb *Rulebook) Holds(datasets []residencyv1.Dataset) bool {
	for i := range datasets {
		d := rb.datasets[datasets[i].Name]
		if d == nil || d.uid != datasets[i].UID || !maps.Equal(d.labels, datasets[i].Labels) {
			return false
		}
	}
	return true
}

// DatasetInfo is what a rulebook holds of a dataset.
type DatasetInfo struct {
	// UID and Generation of the Dataset that was compiled.
	UID        types.UID
	Generation int64
	// Policies are the names of those that govern it, sorted.
	Policies []string
	// Storage and Processing are where it may be stored and processed, in people's words, and until
	// when where that ends by itself.
	Storage, Processing string
	// Faulty is whether one of its policies is not accepted.
	Faulty bool
	// HandledByFault is why not all of spec.handledBy can be read, so that some pods may not be
	// known to handle it; empty if all can.
	HandledByFault string
}

// Dataset returns what the rulebook holds of a dataset.
func (rb *Rulebook) Dataset(name string) (DatasetInfo, bool) {
	d := rb.datasets[name]
	if d == nil {
		return DatasetInfo{}, false
	}
	info := DatasetInfo{UID: d.uid, Generation: d.generation, Storage: d.storage.inWords(rb.asOf), Processing: d.processing.inWords(rb.asOf), HandledByFault: d.handledByFault}
	for _, p := range d.policies {
		info.Policies = append(info.Policies, p.name)
		info.Faulty = info.Faulty || !p.accepted()
	}
	return info, true
}

// PolicyInfo is what a rulebook holds of a policy.
type PolicyInfo struct {
	// UID and Generation of the ResidencyPolicy that was compiled.
	UID        types.UID
	Generation int64
	// Datasets are the names of the existing datasets that it governs, sorted.
	Datasets []string
	// Fault is why it is not accepted, nil if it is.
	Fault *Fault
	// NextTurn is when it comes to mean something else by itself; the zero time: never.
	NextTurn time.Time
}

// Policy returns what the rulebook holds of a policy.
func (rb *Rulebook) Policy(name string) (PolicyInfo, bool) {
	p := rb.policies[name]
	if p == nil {
		return PolicyInfo{}, false
	}
	info := PolicyInfo{UID: p.uid, Generation: p.generation, Datasets: slices.Clone(p.datasets), Fault: p.fault}
	if turns := rb.turnsOfPolicy(p); p.accepted() {
		if i := slices.IndexFunc(turns, func(at time.Time) bool { return at.After(rb.asOf) }); i >= 0 {
			info.NextTurn = turns[i]
		}
	}
	return info, true
}

// Datasets returns the names of all datasets, sorted.
func (rb *Rulebook) Datasets() []string { return slices.Sorted(maps.Keys(rb.datasets)) }

// Policies returns the names of all policies, sorted.
func (rb *Rulebook) Policies() []string { return slices.Sorted(maps.Keys(rb.policies)) }
