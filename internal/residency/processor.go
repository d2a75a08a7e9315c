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
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/place"
)

// processor is a compiled Processor.
type processor struct {
	name         string
	uid          types.UID
	generation   int64
	title        string
	modes        []*mode // sorted by name
	attestations []attestation
	// published is who can read who its subprocessors are, empty if that is not known.
	published residencyv1.Publication
	// agreement is whether there is a data processing agreement.
	agreement bool
	// fault is why it is not accepted, nil if it is.
	fault *Fault
}

// mode is a way in which a processor can be called.
type mode struct {
	name     string
	services []string // sorted
	hosts    []string
	// storage and processing are the places in all of which it stores and computes; none: that is
	// not known.
	storage, processing []spread
	// dynamic is set if it computes anywhere within processing, which is one then.
	dynamic bool
	// retention is how long it keeps data; nil: that is not known.
	retention *residencyv1.Retention
}

// spread is a place as a whole: that it is permitted takes that all of it is.
type spread struct {
	set   place.Set
	words string
}

// attestation is a compiled Attestation.
type attestation struct {
	scheme      string
	level       int32
	services    []string // sorted
	from, until time.Time
	words       string
}

// processors compiles all Processors. One that has a fault is known, and is Undetermined.
func (c *compiler) processors(list []residencyv1.Processor) map[string]*processor {
	out := make(map[string]*processor, len(list))
	for i := range list {
		out[list[i].Name] = c.processor(&list[i])
	}
	return out
}

// CheckProcessor checks a Processor against the world.
func CheckProcessor(w World, p *residencyv1.Processor) Checked {
	return Checked{Fault: newCompiler(w).processor(p).fault}
}

func (c *compiler) processor(spec *residencyv1.Processor) *processor {
	c.found = nil
	p := &processor{name: spec.Name, uid: spec.UID, generation: spec.Generation, title: spec.Spec.Title, agreement: spec.Spec.DataProcessingAgreement != nil}
	path := field.NewPath("spec")
	if e := spec.Spec.LegalEntity; e != nil && e.Country != "" {
		c.country(c.cat, string(e.Country), path.Child("legalEntity", "country"))
	}
	for i := range spec.Spec.Modes {
		m := c.modeOf(&spec.Spec.Modes[i], path.Child("modes").Index(i))
		if first := p.mode(m.name); first != nil {
			c.fault(residencyv1.ReasonInvalidProcessor, field.Duplicate(path.Child("modes").Index(i).Child("name"), m.name))
			// Who calls one of these is Undetermined as well.
			first.hosts = append(first.hosts, m.hosts...)
			continue
		}
		p.modes = append(p.modes, m)
	}
	slices.SortFunc(p.modes, func(a, b *mode) int { return strings.Compare(a.name, b.name) })
	for i := range spec.Spec.Attestations {
		p.attestations = append(p.attestations, c.attestation(&spec.Spec.Attestations[i], path.Child("attestations").Index(i)))
	}
	if s := spec.Spec.Subprocessors; s != nil {
		p.published = s.Published
	}
	p.fault = c.found
	return p
}

func (c *compiler) modeOf(spec *residencyv1.ProcessorMode, path *field.Path) *mode {
	m := &mode{name: string(spec.Name), services: sortedServices(spec.Services), retention: spec.Retention}
	for _, h := range spec.Hosts {
		m.hosts = append(m.hosts, string(h))
	}
	m.storage = c.spreads(spec.Storage, path.Child("storage"))
	switch p := spec.Processing; {
	case p == nil:
	case p.Scheduling == residencyv1.SchedulingDynamic && len(p.Places) == 0:
		except := c.places(p.Except, path.Child("processing", "except"))
		set := place.UnionOf(except...).Complement()
		m.dynamic, m.processing = true, []spread{{set, set.Describe(c.names)}}
	case p.Scheduling == "" && len(p.Places) > 0 && len(p.Except) == 0:
		m.processing = c.spreads(p.Places, path.Child("processing", "places"))
	default:
		c.fault(residencyv1.ReasonInvalidProcessor, field.Required(path.Child("processing"), "name either places or scheduling Dynamic"))
	}
	return m
}

func (c *compiler) spreads(list []residencyv1.Place, path *field.Path) []spread {
	var out []spread
	for i, set := range c.places(list, path) {
		out = append(out, spread{set, placeWords(list[i])})
	}
	return out
}

func (c *compiler) attestation(spec *residencyv1.Attestation, path *field.Path) attestation {
	a := attestation{scheme: string(spec.Scheme), level: spec.Level, services: sortedServices(spec.Services)}
	a.words = a.scheme
	if a.level > 0 {
		a.words += fmt.Sprintf(" level %d", a.level)
	}
	if spec.ID != "" {
		a.words += " " + spec.ID
	}
	if spec.ValidFrom != nil {
		a.from = spec.ValidFrom.Time
	}
	if spec.ValidUntil != nil {
		a.until = spec.ValidUntil.Time
		if !a.until.After(a.from) {
			c.fault(residencyv1.ReasonInvalidProcessor, field.Invalid(path.Child("validUntil"), spec.ValidUntil.UTC().Format(time.RFC3339), "it must come after validFrom"))
		}
	}
	return a
}

func sortedServices(list []residencyv1.ServiceName) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return sortedOnce(out)
}

// mode returns the mode of that name, nil if there is none.
func (p *processor) mode(name string) *mode {
	for _, m := range p.modes {
		if m.name == name {
			return m
		}
	}
	return nil
}

// same reports whether both are the same state of a processor and mean the same.
func (p *processor) same(o *processor) bool {
	return p.uid == o.uid && p.generation == o.generation && p.fault.same(o.fault) &&
		slices.EqualFunc(p.modes, o.modes, func(a, b *mode) bool {
			return spreadsEqual(a.storage, b.storage) && spreadsEqual(a.processing, b.processing)
		})
}

func spreadsEqual(a, b []spread) bool {
	return slices.EqualFunc(a, b, func(a, b spread) bool { return a.set.Equal(b.set) && a.words == b.words })
}

// sameProcessors reports whether both rulebooks say the same of all processors.
func (rb *Rulebook) sameProcessors(old *Rulebook) bool {
	return maps.EqualFunc(rb.processors, old.processors, (*processor).same)
}

// ProcessorInfo is what a rulebook holds of a Processor.
type ProcessorInfo struct {
	// UID and Generation of the Processor that was compiled.
	UID        types.UID
	Generation int64
	// Fault is why it is not accepted, nil if it is.
	Fault *Fault
}

// Processor returns what the rulebook holds of a Processor.
func (rb *Rulebook) Processor(name string) (ProcessorInfo, bool) {
	p := rb.processors[name]
	if p == nil {
		return ProcessorInfo{}, false
	}
	return ProcessorInfo{UID: p.uid, Generation: p.generation, Fault: p.fault}, true
}

// Processors returns the names of all Processors, sorted.
func (rb *Rulebook) Processors() []string { return slices.Sorted(maps.Keys(rb.processors)) }

// turns are the instants at which the attestation begins and ends.
func (a *attestation) turns() []time.Time {
	var out []time.Time
	for _, at := range []time.Time{a.from, a.until} {
		if !at.IsZero() {
			out = append(out, at)
		}
	}
	return out
}

// AttestationEnds are the instants at which attestations of all Processors end, for those who
// count what ends soon.
func (rb *Rulebook) AttestationEnds() []time.Time {
	var out []time.Time
	for _, p := range rb.processors {
		for i := range p.attestations {
			if end := p.attestations[i].until; !end.IsZero() {
				out = append(out, end)
			}
		}
	}
	return out
}
