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
	"strings"
	"time"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// processorProblem says what was found about a processor that the subject calls.
func (f *Finding) processorProblem() string {
	calls := "it calls processor " + f.use.words()
	if !f.use.Declared {
		calls += fmt.Sprintf(" (its host %s is in %s)", f.use.Host, f.use.Path)
	}
	return calls + ", " + f.processorClause()
}

func (f *Finding) processorClause() string {
	permits := fmt.Sprintf("policy %q permits %s in %s", f.Policy, f.verb(), f.Allowed())
	switch f.Reason {
	case ReasonUndeclaredProcessor:
		return fmt.Sprintf("and neither it nor its namespace says so: it is judged as if they did. Name it in the annotation %s.", residencyv1.ProcessorsAnnotation)
	case ReasonUnknownProcessor:
		if f.use.Malformed != "" {
			return fmt.Sprintf("which is no processor/mode, so nobody can say where it stores and computes (%s).", f.use.Path)
		}
		return "and there is no such Processor, so nobody can say where it stores and computes."
	case ReasonUnknownMode:
		return fmt.Sprintf("and Processor %s has no such mode%s.", f.use.Processor, thereAre(f.processor.modeNames()))
	case ReasonProcessorNotAccepted:
		return fmt.Sprintf("and Processor %s is not valid (%s).", f.use.Processor, f.processor.fault.Message())
	case ReasonProcessorNotAllowed:
		return "and it is none of those that the Dataset names in spec.processors."
	case ReasonPlaceNotStated:
		return fmt.Sprintf("and its Processor does not say where it %s; %s.", f.does(), permits)
	case ReasonNothingStored:
		return fmt.Sprintf("which keeps nothing; %s.", permits)
	case ReasonScheduledAnywhere:
		return fmt.Sprintf("which computes %s, wherever its endpoint is: the endpoint's city is not where it computes; %s.%s", f.mode.processing[0].words, permits, f.otherModes())
	}
	if clause := f.requirementClause(); clause != "" {
		return clause
	}
	in := fmt.Sprintf("which %s in %s", f.does(), f.spreadWords())
	switch {
	case f.Outcome == Permitted:
		return fmt.Sprintf("%s; %s.%s", in, permits, f.transferWords())
	case f.Reason.ofTransfer():
		return fmt.Sprintf("%s: that is allowed by policy %q and outside its origin %s, and no transfer there is valid (%s).%s", in, f.Policy, f.ruling.originName, f.Reason, f.otherModes())
	case f.Reason == ReasonPlaceDenied:
		return fmt.Sprintf("%s, which is denied by name; %s.%s", in, permits, f.otherModes())
	case f.Outcome == Prohibited:
		return fmt.Sprintf("%s; %s only.%s", in, permits, f.otherModes())
	default:
		return fmt.Sprintf("%s, and policy %q names places more precisely: it permits %s.%s", in, f.Policy, f.Allowed(), f.otherModes())
	}
}

// does is what a processor does with data in the aspect that was judged.
func (f *Finding) does() string {
	if f.Aspect == residencyv1.AspectStorage {
		return "stores"
	}
	return "computes"
}

// spreads are the places that were judged.
func (f *Finding) spreads() []spread {
	switch {
	case f.mode == nil:
		return nil
	case f.Aspect == residencyv1.AspectStorage:
		return f.mode.storage
	default:
		return f.mode.processing
	}
}

func (f *Finding) spreadWords() string {
	var words []string
	for _, s := range f.spreads() {
		words = append(words, s.words)
	}
	return plainly(words)
}

// requirementClause says which requirement is not met, empty if the finding is about a place.
func (f *Finding) requirementClause() string {
	asks := fmt.Sprintf("policy %q asks for ", f.Policy)
	switch f.Reason {
	case ReasonAttestationMissing:
		return "which has no attestation by " + f.asked + ": " + asks + "one."
	case ReasonAttestationExpired, ReasonAttestationNotYetValid, ReasonAttestationLevelTooLow, ReasonServiceNotDeclared:
		return f.attestationClause() + ": " + asks + f.wanted() + "."
	case ReasonRetentionTooLong:
		kept := "without an end"
		if d := f.mode.retention.Duration; d != nil {
			kept = "for " + lasting(d.Duration)
		}
		return fmt.Sprintf("which keeps data %s: policy %q permits %s.", kept, f.Policy, f.asked)
	case ReasonRetentionNotStated:
		return fmt.Sprintf("and its Processor does not say for how long it keeps data: policy %q permits %s.", f.Policy, f.asked)
	case ReasonSubprocessorsNotPublic:
		return fmt.Sprintf("whose subprocessors are not public (%s): policy %q asks for that.", f.asked, f.Policy)
	case ReasonSubprocessorsNotStated:
		return fmt.Sprintf("and its Processor does not say whether its subprocessors are public: policy %q asks for that.", f.Policy)
	case ReasonAgreementMissing:
		return fmt.Sprintf("with which there is no data processing agreement: policy %q asks for one.", f.Policy)
	default:
		return ""
	}
}

// atMost says for how long a policy lets processors keep data.
func atMost(d time.Duration) string {
	if d == 0 {
		return "nothing to be kept"
	}
	return lasting(d) + " at most"
}

// lasting says a duration as people do: 24 hours, 30 days, 2 days 1 hour.
func lasting(d time.Duration) string {
	const day = 24 * time.Hour
	var words []string
	for _, unit := range []struct {
		name   string
		length time.Duration
	}{{"day", day}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		n := d / unit.length
		if n == 0 || unit.length == day && n == 1 { // Up to two days people count in hours.
			continue
		}
		d -= n * unit.length
		words = append(words, fmt.Sprintf("%d %s", n, unit.name))
		if n > 1 {
			words[len(words)-1] += "s"
		}
	}
	if d > 0 || words == nil {
		words = append(words, d.String())
	}
	return strings.Join(words, " ")
}

// wanted is the attestation that is asked for.
func (f *Finding) wanted() string {
	want := f.requirement()
	words := string(want.Scheme)
	if want.MinimumLevel > 0 {
		words += fmt.Sprintf(" of level %d or higher", want.MinimumLevel)
	}
	if want.Services == residencyv1.ServicesCovered {
		words += " for the services that the mode uses"
	}
	return words
}

func (f *Finding) requirement() *residencyv1.RequiredAttestation {
	for i := range f.ruling.requires.attestations {
		if want := &f.ruling.requires.attestations[i]; string(want.Scheme) == f.asked {
			return want
		}
	}
	return &residencyv1.RequiredAttestation{Scheme: residencyv1.SchemeName(f.asked)}
}

// attestationClause says what is wrong with the attestation that comes nearest.
func (f *Finding) attestationClause() string {
	_, a := f.processor.attests(f.requirement(), f.mode, f.at)
	switch {
	case a == nil:
		return "which has none"
	case f.Reason == ReasonAttestationExpired:
		return fmt.Sprintf("whose attestation %s was valid until %s", a.words, lastDay(a.until))
	case f.Reason == ReasonAttestationNotYetValid:
		return fmt.Sprintf("whose attestation %s is valid from %s", a.words, a.from.UTC().Format(time.RFC3339))
	case f.Reason == ReasonAttestationLevelTooLow:
		return fmt.Sprintf("whose attestation %s is of too low a level", a.words)
	case len(f.mode.services) == 0:
		return fmt.Sprintf("of which it is not stated which services it uses, so that attestation %s cannot be known to cover them", a.words)
	default:
		return fmt.Sprintf("whose attestation %s does not list %s", a.words, strings.Join(a.missing(f.mode), ", "))
	}
}

// missing are the services of a mode that the attestation does not list.
func (a *attestation) missing(m *mode) []string {
	var out []string
	for _, s := range m.services {
		if one := (&mode{services: []string{s}}); !a.covers(one) {
			out = append(out, s)
		}
	}
	return out
}

// otherModes names the modes of the same processor that the policy would permit, empty if it permits none.
func (f *Finding) otherModes() string {
	var names []string
	for _, m := range f.processor.modes {
		if m != f.mode && f.ruling.permitsMode(f.processor, m, f.at) {
			names = append(names, m.name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " Of its modes it would permit " + strings.Join(names[:min(len(names), maxNames)], ", ") + "."
}

// permitsMode reports whether the policy permits a mode in all that it says of processors.
func (p *policy) permitsMode(proc *processor, m *mode, at time.Time) bool {
	worst := Permitted
	if p.storage != nil {
		o, _ := p.storage.at(at).judgeStores(m)
		worst = max(worst, o)
	}
	if p.processing != nil {
		o, _ := p.processing.at(at).judgeComputes(m)
		worst = max(worst, o)
	}
	p.requires.unmet(proc, m, at, func(o Outcome, _ Reason, _ string) { worst = max(worst, o) })
	return worst == Permitted
}

// processorRemedy says what to do about a processor.
func (f *Finding) processorRemedy() string {
	switch f.Reason {
	case ReasonUnknownProcessor, ReasonUnknownMode:
		return fmt.Sprintf("Correct the annotation %s, have the Processor or its mode added", residencyv1.ProcessorsAnnotation)
	case ReasonProcessorNotAccepted:
		return "Have the Processor corrected"
	case ReasonPlaceNotStated, ReasonRetentionNotStated, ReasonSubprocessorsNotStated:
		return "Call a processor of which that is known, have it stated in the Processor with its source"
	case ReasonAttestationExpired, ReasonAttestationMissing, ReasonAttestationLevelTooLow, ReasonServiceNotDeclared:
		return "Call another processor, have a valid attestation added to the Processor"
	case ReasonAttestationNotYetValid:
		return "Wait for the attestation to begin, call another processor"
	default:
		return "Call it by a mode that is permitted, or another processor"
	}
}

func (p *processor) modeNames() []string {
	var names []string
	for _, m := range p.modes {
		names = append(names, m.name)
	}
	return names
}
