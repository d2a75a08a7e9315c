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

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/place"
)

// ProcessorUse is that the subject calls a processor.
type ProcessorUse struct {
	// ModeRef is which, and how.
	ModeRef
	// Malformed is what the subject says instead of processor/mode, empty if it says that.
	Malformed string
	// Declared is whether the subject or its namespace says so. If not, Host is what was seen.
	Declared bool
	Host     string
	// Path is the field that says so, or in which the host is seen.
	Path string
}

// words is how people call the use: "processor a/b".
func (u *ProcessorUse) words() string {
	if u.Malformed != "" {
		return u.Malformed
	}
	return u.ModeRef.String()
}

// appendProcessors appends what the policy says of each processor that the subject calls: where it
// stores and computes, and what is asked of it besides.
func (p *policy) appendProcessors(out []Finding, rb *Rulebook, d *dataset, in *Input, f Finding) []Finding {
	for i := range in.Processors {
		u := &in.Processors[i]
		f.use, f.Aspect = u, residencyv1.AspectProcessing
		f.ruling = p.anyRule().at(in.At)
		add := func(o Outcome, reason Reason, asked string) {
			f.Outcome, f.Reason, f.asked = o, reason, asked
			out = append(out, f)
		}
		if !u.Declared {
			add(Permitted, ReasonUndeclaredProcessor, "")
		}
		f.processor, f.mode = rb.processors[u.Processor], nil
		if f.processor != nil {
			f.mode = f.processor.mode(u.Mode)
		}
		switch {
		case !p.accepted():
			add(Undetermined, ReasonPolicyNotAccepted, "")
			continue
		case u.Malformed != "" || f.processor == nil:
			add(Undetermined, ReasonUnknownProcessor, "")
			continue
		case f.mode == nil:
			add(Undetermined, ReasonUnknownMode, "")
			continue
		case f.processor.fault != nil:
			add(Undetermined, ReasonProcessorNotAccepted, "")
			continue
		case d.processors != nil && !slices.Contains(d.processors, u.Processor):
			add(Prohibited, ReasonProcessorNotAllowed, "")
			continue
		}
		if p.storage != nil {
			f.Aspect, f.ruling = residencyv1.AspectStorage, p.storage.at(in.At)
			o, reason := f.ruling.judgeStores(f.mode)
			add(o, reason, "")
		}
		if p.processing != nil {
			f.Aspect, f.ruling = residencyv1.AspectProcessing, p.processing.at(in.At)
			o, reason := f.ruling.judgeComputes(f.mode)
			add(o, reason, "")
		}
		f.Aspect = residencyv1.AspectProcessing
		p.requires.unmet(f.processor, f.mode, in.At, add)
	}
	return out
}

// anyRule is what the policy says of processing, or else of storage.
func (p *policy) anyRule() *rule {
	if p.processing != nil {
		return p.processing
	}
	return p.storage
}

// judgeStores judges where a mode keeps data.
func (r ruling) judgeStores(m *mode) (Outcome, Reason) {
	switch {
	case len(m.storage) > 0:
		return r.judgeSpreads(m.storage)
	case m.retention != nil && m.retention.Kind == residencyv1.RetentionNone:
		return Permitted, ReasonNothingStored
	default:
		return Undetermined, ReasonPlaceNotStated
	}
}

// judgeComputes judges where a mode computes on data.
func (r ruling) judgeComputes(m *mode) (Outcome, Reason) {
	switch {
	case m.dynamic && m.processing[0].set.SubsetOf(r.period.permitted):
		return Permitted, ReasonPlacePermitted
	case m.dynamic:
		// It may be anywhere, so it is not a matter of precision.
		return Prohibited, ReasonScheduledAnywhere
	case len(m.processing) == 0:
		return Undetermined, ReasonPlaceNotStated
	default:
		return r.judgeSpreads(m.processing)
	}
}

// judgeSpreads judges places in all of which data is.
func (r ruling) judgeSpreads(spreads []spread) (Outcome, Reason) {
	worst, reason := Permitted, ReasonPlacePermitted
	for i := range spreads {
		if o, why := r.judgeSpread(spreads[i].set); o > worst {
			worst, reason = o, why
		}
	}
	return worst, reason
}

// judgeSpread judges a place as a whole.
func (r ruling) judgeSpread(set place.Set) (Outcome, Reason) {
	switch {
	case set.SubsetOf(r.period.permitted):
		return Permitted, ReasonPlacePermitted
	case set.Overlaps(r.period.permitted):
		return Undetermined, ReasonImpreciseLocation
	case set.SubsetOf(r.denied):
		return Prohibited, ReasonPlaceDenied
	case r.hasOrigin && set.SubsetOf(r.permitted):
		return Prohibited, r.transferReason(func(t *Transfer) bool { return set.SubsetOf(t.to) })
	default:
		return Prohibited, ReasonPlaceNotAllowed
	}
}
