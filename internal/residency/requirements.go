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
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// requirements are what a policy asks of processors besides their places.
type requirements struct {
	attestations []residencyv1.RequiredAttestation
	// maxRetention is for how long data may be kept, nil if for any time.
	maxRetention *time.Duration
	public       bool
	agreement    bool
}

func (c *compiler) requirements(spec *residencyv1.ProcessorsRule, path *field.Path) *requirements {
	if spec == nil {
		return nil
	}
	switch spec.Subprocessors {
	case "", residencyv1.SubprocessorsPublic:
	default:
		c.fault(residencyv1.ReasonInvalidProcessor, field.NotSupported(path.Child("subprocessors"), spec.Subprocessors,
			[]residencyv1.SubprocessorsRule{residencyv1.SubprocessorsPublic}))
	}
	r := &requirements{
		attestations: spec.RequireAttestations, public: spec.Subprocessors == residencyv1.SubprocessorsPublic,
		agreement: spec.RequireDataProcessingAgreement != nil && *spec.RequireDataProcessingAgreement,
	}
	if spec.MaxRetention != nil {
		r.maxRetention = &spec.MaxRetention.Duration
	}
	return r
}

// unmet hands over each requirement that a mode of a processor does not meet at an instant.
func (r *requirements) unmet(p *processor, m *mode, at time.Time, found func(o Outcome, reason Reason, what string)) {
	if r == nil {
		return
	}
	for i := range r.attestations {
		want := &r.attestations[i]
		if why, _ := p.attests(want, m, at); why != "" {
			found(Prohibited, why, string(want.Scheme))
		}
	}
	if r.maxRetention != nil {
		if o, reason := m.keeps(*r.maxRetention); o != Permitted {
			found(o, reason, atMost(*r.maxRetention))
		}
	}
	switch {
	case !r.public || p.published == residencyv1.PublicationPublic:
	case p.published == "":
		found(Undetermined, ReasonSubprocessorsNotStated, "")
	default:
		found(Prohibited, ReasonSubprocessorsNotPublic, string(p.published))
	}
	if r.agreement && !p.agreement {
		found(Prohibited, ReasonAgreementMissing, "")
	}
}

// attests says why the processor has no attestation that meets what is asked for; empty if it has
// one. With it comes the attestation that comes nearest, if there is one.
func (p *processor) attests(want *residencyv1.RequiredAttestation, m *mode, at time.Time) (Reason, *attestation) {
	// The better the reason the later it stands here.
	order := []Reason{ReasonAttestationMissing, ReasonAttestationExpired, ReasonAttestationNotYetValid, ReasonAttestationLevelTooLow, ReasonServiceNotDeclared}
	best, near := ReasonAttestationMissing, (*attestation)(nil)
	for i := range p.attestations {
		a := &p.attestations[i]
		if a.scheme != string(want.Scheme) {
			continue
		}
		why := a.lacks(want, m, at)
		if why == "" {
			return "", a
		}
		if near == nil || slices.Index(order, why) > slices.Index(order, best) {
			best, near = why, a
		}
	}
	return best, near
}

// lacks says why the attestation does not meet what is asked for; empty if it does.
func (a *attestation) lacks(want *residencyv1.RequiredAttestation, m *mode, at time.Time) Reason {
	switch {
	case at.IsZero() && (!a.from.IsZero() || !a.until.IsZero()):
		return ReasonAttestationNotYetValid
	case at.Before(a.from):
		return ReasonAttestationNotYetValid
	case !a.until.IsZero() && !at.Before(a.until):
		return ReasonAttestationExpired
	case a.level < want.MinimumLevel:
		return ReasonAttestationLevelTooLow
	case want.Services == residencyv1.ServicesCovered && !a.covers(m):
		return ReasonServiceNotDeclared
	default:
		return ""
	}
}

// covers reports whether the attestation lists all services that a mode uses, and these are known.
func (a *attestation) covers(m *mode) bool {
	return len(m.services) > 0 && !slices.ContainsFunc(m.services, func(s string) bool { return !slices.Contains(a.services, s) })
}

// keeps judges for how long a mode keeps data.
func (m *mode) keeps(atMost time.Duration) (Outcome, Reason) {
	switch r := m.retention; {
	case r == nil:
		return Undetermined, ReasonRetentionNotStated
	case r.Kind == residencyv1.RetentionNone:
		return Permitted, ReasonNothingStored
	case r.Kind == residencyv1.RetentionLimited && r.Duration == nil:
		return Undetermined, ReasonRetentionNotStated
	case r.Kind == residencyv1.RetentionLimited && r.Duration.Duration <= atMost:
		return Permitted, ReasonPlacePermitted
	default:
		return Prohibited, ReasonRetentionTooLong
	}
}
