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

package oracle

import (
	"slices"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Called is what a policy says of a processor that a pod calls.
type Called struct {
	Dataset, Policy, Call string
	Outcome               Outcome
	// Reason in a word, empty for one that speaks of places.
	Reason string
}

// called says what a policy says of a call.
func (w *World) called(dataset string, p *residencyv1.ResidencyPolicy, call Call) []Called {
	var out []Called
	add := func(o Outcome, reason string) {
		out = append(out, Called{Dataset: dataset, Policy: p.Name, Call: call.String(), Outcome: o, Reason: reason})
	}
	if call.Seen {
		add(Permitted, "UndeclaredProcessor")
	}
	processor, mode := w.mode(call)
	switch {
	case !w.accepted(p):
		add(Undetermined, "PolicyNotAccepted")
	case processor == nil:
		add(Undetermined, "UnknownProcessor")
	case mode == nil:
		add(Undetermined, "UnknownMode")
	case !w.Sound(processor):
		add(Undetermined, "ProcessorNotAccepted")
	case !w.mayHandle(processor.Name, dataset):
		add(Prohibited, "ProcessorNotAllowed")
	default:
		if p.Spec.Storage.Allowed != nil {
			add(w.stores(p, mode))
		}
		if p.Spec.Processing.Allowed != nil {
			add(w.computes(p, mode))
		}
		w.asked(p.Spec.Processors, processor, mode, add)
	}
	return out
}

// mode returns the processor and the mode of a call, nil if there is none.
func (w *World) mode(call Call) (*residencyv1.Processor, *residencyv1.ProcessorMode) {
	for i := range w.Processors {
		p := &w.Processors[i]
		if call.Malformed != "" || p.Name != call.Processor {
			continue
		}
		for j := range p.Spec.Modes {
			if string(p.Spec.Modes[j].Name) == call.Mode {
				return p, &p.Spec.Modes[j]
			}
		}
		return p, nil
	}
	return nil, nil
}

// mayHandle reports whether a dataset lets a processor handle it at all.
func (w *World) mayHandle(processor, dataset string) bool {
	for _, d := range w.Datasets {
		if d.Name == dataset && d.Spec.Processors != nil {
			return slices.Contains(d.Spec.Processors, residencyv1.ObjectName(processor))
		}
	}
	return true
}

// Sound reports whether there is everything that a processor names, and all that it says can be.
func (w *World) Sound(p *residencyv1.Processor) bool {
	names := map[residencyv1.ModeName]bool{}
	for _, m := range p.Spec.Modes {
		if names[m.Name] || !w.known(m.Storage) {
			return false
		}
		names[m.Name] = true
		if m.Processing != nil && (!w.known(m.Processing.Places) || !w.known(m.Processing.Except) ||
			(len(m.Processing.Places) > 0) == (m.Processing.Scheduling != "")) {
			return false
		}
	}
	return !slices.ContainsFunc(p.Spec.Attestations, func(a residencyv1.Attestation) bool {
		return a.ValidFrom != nil && a.ValidUntil != nil && !a.ValidFrom.Before(a.ValidUntil)
	})
}

// known reports whether there are all Sites and jurisdictions that places name.
func (w *World) known(list []residencyv1.Place) bool {
	return !slices.ContainsFunc(list, func(at residencyv1.Place) bool {
		if at.Jurisdiction != nil {
			_, exists := w.member(string(*at.Jurisdiction), "")
			return !exists
		}
		return at.Site != nil && w.site(string(*at.Site)) == nil
	})
}

func (w *World) stores(p *residencyv1.ResidencyPolicy, m *residencyv1.ProcessorMode) (Outcome, string) {
	switch {
	case len(m.Storage) > 0:
		return w.inAll(p, &p.Spec.Storage, m.Storage), ""
	case m.Retention != nil && m.Retention.Kind == residencyv1.RetentionNone:
		return Permitted, "NothingStored"
	default:
		return Undetermined, "PlaceNotStated"
	}
}

func (w *World) computes(p *residencyv1.ResidencyPolicy, m *residencyv1.ProcessorMode) (Outcome, string) {
	switch {
	case m.Processing == nil:
		return Undetermined, "PlaceNotStated"
	case m.Processing.Scheduling == "":
		return w.inAll(p, &p.Spec.Processing, m.Processing.Places), ""
	}
	// Anywhere but its exceptions, and all of that has to be permitted.
	if w.permits(p, &p.Spec.Processing, func(at atom) bool { return !w.within(at, m.Processing.Except) }, m.Processing.Except) == Permitted {
		return Permitted, ""
	}
	return Prohibited, "ScheduledAnywhere"
}

// inAll says what a rule says of data that is in all of some places.
func (w *World) inAll(p *residencyv1.ResidencyPolicy, rule *residencyv1.PlacesRule, list []residencyv1.Place) Outcome {
	out := Permitted
	for _, at := range list {
		one := []residencyv1.Place{at}
		out = max(out, w.permits(p, rule, func(a atom) bool { return w.within(a, one) }, one))
	}
	return out
}

// asked says which of the things that a policy asks for a processor does not have.
func (w *World) asked(want *residencyv1.ProcessorsRule, p *residencyv1.Processor, m *residencyv1.ProcessorMode, add func(Outcome, string)) {
	if want == nil {
		return
	}
	for i := range want.RequireAttestations {
		if reason := w.unattested(&want.RequireAttestations[i], p, m); reason != "" {
			add(Prohibited, reason)
		}
	}
	if want.MaxRetention != nil {
		switch r := m.Retention; {
		case r == nil, r.Kind == residencyv1.RetentionLimited && r.Duration == nil:
			add(Undetermined, "RetentionNotStated")
		case r.Kind == residencyv1.RetentionIndefinite, r.Kind == residencyv1.RetentionLimited && r.Duration.Duration > want.MaxRetention.Duration:
			add(Prohibited, "RetentionTooLong")
		}
	}
	if want.Subprocessors == residencyv1.SubprocessorsPublic {
		switch s := p.Spec.Subprocessors; {
		case s == nil:
			add(Undetermined, "SubprocessorsNotStated")
		case s.Published != residencyv1.PublicationPublic:
			add(Prohibited, "SubprocessorsNotPublic")
		}
	}
	if want.RequireDataProcessingAgreement != nil && *want.RequireDataProcessingAgreement && p.Spec.DataProcessingAgreement == nil {
		add(Prohibited, "AgreementMissing")
	}
}

// unattested says how far those go that come nearest to what is asked for; empty if one is it.
func (w *World) unattested(want *residencyv1.RequiredAttestation, p *residencyv1.Processor, m *residencyv1.ProcessorMode) string {
	reason := "AttestationMissing"
	left := p.Spec.Attestations
	for _, step := range []struct {
		reason string
		passes func(*residencyv1.Attestation) bool
	}{
		{"AttestationExpired", func(a *residencyv1.Attestation) bool { return a.Scheme == want.Scheme }},
		{"AttestationNotYetValid", func(a *residencyv1.Attestation) bool { return a.ValidUntil == nil || w.Now.Before(a.ValidUntil.Time) }},
		{"AttestationLevelTooLow", func(a *residencyv1.Attestation) bool { return a.ValidFrom == nil || !w.Now.Before(a.ValidFrom.Time) }},
		{"ServiceNotDeclared", func(a *residencyv1.Attestation) bool { return a.Level >= want.MinimumLevel }},
		{"", func(a *residencyv1.Attestation) bool {
			return want.Services != residencyv1.ServicesCovered || len(m.Services) > 0 &&
				!slices.ContainsFunc(m.Services, func(s residencyv1.ServiceName) bool { return !slices.Contains(a.Services, s) })
		}},
	} {
		var passed []residencyv1.Attestation
		for i := range left {
			if step.passes(&left[i]) {
				passed = append(passed, left[i])
			}
		}
		if len(passed) == 0 {
			return reason
		}
		left, reason = passed, step.reason
	}
	return reason
}
