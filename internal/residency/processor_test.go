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
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// studio is a processor that can be called in ways that differ in all that is judged.
func studio(t testing.TB) residencyv1.Processor {
	hours := func(n int) *metav1.Duration { return &metav1.Duration{Duration: time.Duration(n) * time.Hour} }
	in := func(p ...residencyv1.Place) *residencyv1.ModeProcessing {
		return &residencyv1.ModeProcessing{Places: p}
	}
	return residencyv1.Processor{
		ObjectMeta: metav1.ObjectMeta{Name: "studio", UID: "s1", Generation: 1},
		Spec: residencyv1.ProcessorSpec{
			Title: "Studio",
			Modes: []residencyv1.ProcessorMode{
				{
					Name: "global", Services: []residencyv1.ServiceName{"inference"}, Hosts: []residencyv1.HostName{"global.studio.example", "*.any.studio.example"},
					Storage: places(city("Frankfurt", "DE")), Processing: &residencyv1.ModeProcessing{Scheduling: residencyv1.SchedulingDynamic, Except: places(country("CN"))},
					Retention: &residencyv1.Retention{Kind: residencyv1.RetentionIndefinite},
				},
				{
					Name: "eu", Services: []residencyv1.ServiceName{"inference"}, Hosts: []residencyv1.HostName{"eu.studio.example"},
					Storage: places(city("Frankfurt", "DE")), Processing: in(jurisdiction("EU")),
					Retention: &residencyv1.Retention{Kind: residencyv1.RetentionLimited, Duration: hours(24)},
				},
				{Name: "london", Services: []residencyv1.ServiceName{"inference", "speech"}, Storage: places(city("London", "GB")), Processing: in(country("GB")), Retention: &residencyv1.Retention{Kind: residencyv1.RetentionLimited}},
				{Name: "both", Storage: places(country("DE"), country("GB")), Processing: in(country("DE"), country("GB"))},
				{Name: "memoryless", Processing: in(country("FR")), Retention: &residencyv1.Retention{Kind: residencyv1.RetentionNone}},
				{Name: "silent"},
			},
			Attestations: []residencyv1.Attestation{
				{Scheme: "CoC", Level: 2, ID: "7", Services: []residencyv1.ServiceName{"inference"}, ValidFrom: new(metav1.NewTime(day(t, "2023-06-01"))), ValidUntil: new(metav1.NewTime(day(t, "2027-07-01")))},
				{Scheme: "Old", ValidUntil: new(metav1.NewTime(day(t, "2024-07-01")))},
				{Scheme: "New", ValidFrom: new(metav1.NewTime(day(t, "2030-01-01")))},
			},
			Subprocessors:           &residencyv1.Subprocessors{Published: residencyv1.PublicationLoginRequired},
			DataProcessingAgreement: &residencyv1.DataProcessingAgreement{Reference: "dpa"},
		},
	}
}

func eea(asked *residencyv1.ProcessorsRule) residencyv1.ResidencyPolicy {
	return with(personal("gdpr", places(jurisdiction("EEA"))), func(s *residencyv1.ResidencyPolicySpec) {
		s.Storage, s.Processors = s.Processing, asked
	})
}

func attested(scheme residencyv1.SchemeName, level int32, services residencyv1.ServiceCoverage) *residencyv1.ProcessorsRule {
	return &residencyv1.ProcessorsRule{RequireAttestations: []residencyv1.RequiredAttestation{{Scheme: scheme, MinimumLevel: level, Services: services}}}
}

func declaring(mode string) ProcessorUse {
	return ProcessorUse{ModeRef: ModeRef{"studio", mode}, Declared: true, Path: "metadata.annotations[x]"}
}

func calling(rb *Rulebook, at time.Time, uses ...ProcessorUse) Verdict {
	return Evaluate(rb, &Input{
		Subject: Subject{Kind: "Pod", Namespace: "crm", Name: "a"}, At: at, Handles: []Handling{{Dataset: "customers", Way: ByLabel}},
		Processors: uses,
	})
}

// ofProcessors are the findings about processors: aspect, outcome and reason.
func ofProcessors(v Verdict) []string {
	var out []string
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Processor() != nil {
			out = append(out, string(f.Aspect)+" "+f.Outcome.String()+" "+string(f.Reason))
		}
	}
	return out
}

func TestProcessors(t *testing.T) {
	now := day(t, "2026-11-27")
	invalid := studio(t)
	invalid.Name, invalid.Spec.Modes = "broken", []residencyv1.ProcessorMode{{Name: "eu", Storage: places(country("XX"))}}
	undeclared := func(mode string) ProcessorUse {
		return ProcessorUse{ModeRef: ModeRef{"studio", mode}, Host: "eu.studio.example", Path: "spec.containers[a].env[URL]"}
	}
	const fine, stored = "Processing Permitted PlacePermitted", "Storage Permitted PlacePermitted"
	for name, tc := range map[string]struct {
		policy residencyv1.ResidencyPolicy
		only   []residencyv1.ObjectName
		uses   []ProcessorUse
		want   []string
	}{
		"in permitted places":        {eea(nil), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine}},
		"scheduled anywhere":         {eea(nil), nil, []ProcessorUse{declaring("global")}, []string{stored, "Processing Prohibited ScheduledAnywhere"}},
		"in another country":         {eea(nil), nil, []ProcessorUse{declaring("london")}, []string{"Storage Prohibited PlaceNotAllowed", "Processing Prohibited PlaceNotAllowed"}},
		"in two, one not permitted":  {eea(nil), nil, []ProcessorUse{declaring("both")}, []string{"Storage Prohibited PlaceNotAllowed", "Processing Prohibited PlaceNotAllowed"}},
		"keeps nothing":              {eea(nil), nil, []ProcessorUse{declaring("memoryless")}, []string{"Storage Permitted NothingStored", fine}},
		"does not say":               {eea(nil), nil, []ProcessorUse{declaring("silent")}, []string{"Storage Undetermined PlaceNotStated", "Processing Undetermined PlaceNotStated"}},
		"more precisely than stated": {with(eea(nil), func(s *residencyv1.ResidencyPolicySpec) { s.Processing.Allowed = places(country("DE")) }), nil, []ProcessorUse{declaring("eu")}, []string{stored, "Processing Undetermined ImpreciseLocation"}},
		"denied by name": {with(eea(nil), func(s *residencyv1.ResidencyPolicySpec) { s.Processing.Denied = places(country("FR")) }), nil, []ProcessorUse{declaring("memoryless")},
			[]string{"Storage Permitted NothingStored", "Processing Prohibited PlaceDenied"}},
		"processing alone":           {personal("p", places(jurisdiction("EEA"))), nil, []ProcessorUse{declaring("eu")}, []string{fine}},
		"no such processor":          {eea(nil), nil, []ProcessorUse{{ModeRef: ModeRef{"nobody", "eu"}, Declared: true}}, []string{"Processing Undetermined UnknownProcessor"}},
		"no such mode":               {eea(nil), nil, []ProcessorUse{declaring("mars")}, []string{"Processing Undetermined UnknownMode"}},
		"not processor/mode":         {eea(nil), nil, []ProcessorUse{{Malformed: "studio", Declared: true}}, []string{"Processing Undetermined UnknownProcessor"}},
		"not valid":                  {eea(nil), nil, []ProcessorUse{{ModeRef: ModeRef{"broken", "eu"}, Declared: true}}, []string{"Processing Undetermined ProcessorNotAccepted"}},
		"nobody is the dataset's":    {eea(nil), []residencyv1.ObjectName{}, []ProcessorUse{declaring("eu")}, []string{"Processing Prohibited ProcessorNotAllowed"}},
		"a requirement that is none": {eea(&residencyv1.ProcessorsRule{Subprocessors: "LoginRequired"}), nil, []ProcessorUse{declaring("eu")}, []string{"Processing Undetermined PolicyNotAccepted"}},
		"not one of the dataset's":   {eea(nil), []residencyv1.ObjectName{"other"}, []ProcessorUse{declaring("eu")}, []string{"Processing Prohibited ProcessorNotAllowed"}},
		"one of the dataset's":       {eea(nil), []residencyv1.ObjectName{"other", "studio"}, []ProcessorUse{declaring("eu")}, []string{stored, fine}},
		"seen and not declared":      {eea(nil), nil, []ProcessorUse{undeclared("eu")}, []string{"Processing Permitted UndeclaredProcessor", stored, fine}},
		"seen, and not permitted":    {eea(nil), nil, []ProcessorUse{undeclared("london")}, []string{"Processing Permitted UndeclaredProcessor", "Storage Prohibited PlaceNotAllowed", "Processing Prohibited PlaceNotAllowed"}},
		"two":                        {eea(nil), nil, []ProcessorUse{declaring("eu"), declaring("memoryless")}, []string{stored, fine, "Storage Permitted NothingStored", fine}},
		"a policy that is not valid": {with(eea(nil), func(s *residencyv1.ResidencyPolicySpec) { s.Processing.Allowed = places(country("XX")) }), nil, []ProcessorUse{declaring("eu")},
			[]string{"Processing Undetermined PolicyNotAccepted"}},

		"attested":                    {eea(attested("CoC", 2, residencyv1.ServicesCovered)), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine}},
		"attested at any level":       {eea(attested("CoC", 0, "")), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine}},
		"attested at too low a level": {eea(attested("CoC", 3, "")), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine, "Processing Prohibited AttestationLevelTooLow"}},
		"attested for other services": {with(eea(attested("CoC", 2, residencyv1.ServicesCovered)), func(s *residencyv1.ResidencyPolicySpec) {
			s.Processing.Allowed = places(jurisdiction("EEA"), country("GB"))
		}), nil, []ProcessorUse{declaring("london")}, []string{"Storage Prohibited PlaceNotAllowed", fine, "Processing Prohibited ServiceNotDeclared"}},
		"services are not stated":        {eea(attested("CoC", 2, residencyv1.ServicesCovered)), nil, []ProcessorUse{declaring("memoryless")}, []string{"Storage Permitted NothingStored", fine, "Processing Prohibited ServiceNotDeclared"}},
		"not attested":                   {eea(attested("SOC2", 0, "")), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine, "Processing Prohibited AttestationMissing"}},
		"no longer attested":             {eea(attested("Old", 0, "")), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine, "Processing Prohibited AttestationExpired"}},
		"not attested yet":               {eea(attested("New", 0, "")), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine, "Processing Prohibited AttestationNotYetValid"}},
		"kept for as long as that":       {eea(&residencyv1.ProcessorsRule{MaxRetention: &metav1.Duration{Duration: 24 * time.Hour}}), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine}},
		"kept for longer":                {eea(&residencyv1.ProcessorsRule{MaxRetention: &metav1.Duration{Duration: 23 * time.Hour}}), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine, "Processing Prohibited RetentionTooLong"}},
		"kept without an end":            {eea(&residencyv1.ProcessorsRule{MaxRetention: &metav1.Duration{Duration: 1e6 * time.Hour}}), nil, []ProcessorUse{declaring("global")}, []string{stored, "Processing Prohibited ScheduledAnywhere", "Processing Prohibited RetentionTooLong"}},
		"not kept":                       {eea(&residencyv1.ProcessorsRule{MaxRetention: &metav1.Duration{}}), nil, []ProcessorUse{declaring("memoryless")}, []string{"Storage Permitted NothingStored", fine}},
		"kept for a time nobody knows":   {eea(&residencyv1.ProcessorsRule{MaxRetention: &metav1.Duration{Duration: time.Hour}}), nil, []ProcessorUse{declaring("london")}, []string{"Storage Prohibited PlaceNotAllowed", "Processing Prohibited PlaceNotAllowed", "Processing Undetermined RetentionNotStated"}},
		"whether it is kept is not said": {eea(&residencyv1.ProcessorsRule{MaxRetention: &metav1.Duration{}}), nil, []ProcessorUse{declaring("silent")}, []string{"Storage Undetermined PlaceNotStated", "Processing Undetermined PlaceNotStated", "Processing Undetermined RetentionNotStated"}},
		"subprocessors behind a login":   {eea(&residencyv1.ProcessorsRule{Subprocessors: residencyv1.SubprocessorsPublic}), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine, "Processing Prohibited SubprocessorsNotPublic"}},
		"an agreement":                   {eea(&residencyv1.ProcessorsRule{RequireDataProcessingAgreement: new(true)}), nil, []ProcessorUse{declaring("eu")}, []string{stored, fine}},
	} {
		t.Run(name, func(t *testing.T) {
			d := customers()
			d.Spec.Processors = tc.only
			rb := Compile(World{Catalogue: load(t), Processors: []residencyv1.Processor{studio(t), invalid}}, []residencyv1.Dataset{d}, []residencyv1.ResidencyPolicy{tc.policy}, Options{})
			v := calling(rb, now, tc.uses...)
			if diff := gocmp.Diff(tc.want, ofProcessors(v)); diff != "" {
				t.Errorf("the findings (-want +got):\n%s", diff)
			}
			for _, s := range v.Sentences(Allow) {
				if strings.Contains(s, "%!") || !strings.HasSuffix(s, ".") {
					t.Errorf("the sentence %q", s)
				}
			}
		})
	}
	t.Run("nothing is agreed or published", func(t *testing.T) {
		bare := residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: "studio"}, Spec: residencyv1.ProcessorSpec{Title: "Bare", Modes: studio(t).Spec.Modes}}
		p := eea(&residencyv1.ProcessorsRule{Subprocessors: residencyv1.SubprocessorsPublic, RequireDataProcessingAgreement: new(true)})
		rb := Compile(World{Catalogue: load(t), Processors: []residencyv1.Processor{bare}}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
		want := []string{stored, fine, "Processing Undetermined SubprocessorsNotStated", "Processing Prohibited AgreementMissing"}
		if diff := gocmp.Diff(want, ofProcessors(calling(rb, now, declaring("eu")))); diff != "" {
			t.Errorf("the findings (-want +got):\n%s", diff)
		}
	})
}

// What an undeclared processor is said of changes no outcome, and whoever asks is warned.
func TestAnUndeclaredProcessorAlone(t *testing.T) {
	rb := Compile(World{Catalogue: load(t), Processors: []residencyv1.Processor{studio(t)}}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{eea(nil)}, Options{})
	v := calling(rb, day(t, "2026-11-27"), ProcessorUse{ModeRef: ModeRef{"studio", "eu"}, Host: "eu.studio.example", Path: "spec.containers[a].args[0]"})
	if v.Outcome != Permitted || v.Effect != Warn {
		t.Errorf("it is %s, %s", v.Outcome, v.Effect)
	}
	want := []string{`pod crm/a handles dataset "customers": it calls processor studio/eu (its host eu.studio.example is in spec.containers[a].args[0]), and neither it nor its namespace says so: it is judged as if they did. Name it in the annotation residency.domicile.dev/processors.`}
	if diff := gocmp.Diff(want, v.Sentences(Warn)); diff != "" {
		t.Errorf("the sentences (-want +got):\n%s", diff)
	}
}

func TestProcessorsInWords(t *testing.T) {
	compile := func(p residencyv1.ResidencyPolicy) *Rulebook {
		return Compile(World{Catalogue: load(t), Processors: []residencyv1.Processor{studio(t)}}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
	}
	transferred := with(fromEEA(transfer(country("GB"), residencyv1.MechanismAdequacyDecision)), func(s *residencyv1.ResidencyPolicySpec) {
		s.Storage = residencyv1.PlacesRule{}
	})
	for name, tc := range map[string]struct {
		policy residencyv1.ResidencyPolicy
		mode   string
		at     string
		want   string
	}{
		"anywhere":    {eea(nil), "global", "2026-11-27", `pod crm/a handles dataset "customers": it calls processor studio/global, which computes anywhere but CN, wherever its endpoint is: the endpoint's city is not where it computes; policy "gdpr" permits processing in EEA. Of its modes it would permit eu, memoryless. Call it by a mode that is permitted, or another processor, or ask privacy@example.com.`},
		"expired":     {eea(attested("CoC", 2, residencyv1.ServicesCovered)), "eu", "2027-07-01", `pod crm/a handles dataset "customers": it calls processor studio/eu, whose attestation CoC level 2 7 was valid until the end of 2027-06-30: policy "gdpr" asks for CoC of level 2 or higher for the services that the mode uses. Call another processor, have a valid attestation added to the Processor, or ask privacy@example.com.`},
		"ended":       {transferred, "london", "2031-12-28", `pod crm/a handles dataset "customers": it calls processor studio/london, which computes in GB: that is allowed by policy "gdpr" and outside its origin EEA, and no transfer there is valid (TransferExpired). Of its modes it would permit eu, memoryless. Call it by a mode that is permitted, or another processor, or ask privacy@example.com.`},
		"by transfer": {transferred, "london", "2031-12-27", `pod crm/a handles dataset "customers": it calls processor studio/london, which computes in GB; policy "gdpr" permits processing in EEA and GB (GB until the end of 2031-12-27). It rests on a transfer out of the origin: to GB (adequacy decision ref, spec.transfers[0], until the end of 2031-12-27, by the catalogue of 2026-08-22).`},
	} {
		t.Run(name, func(t *testing.T) {
			v := calling(compile(tc.policy), day(t, tc.at), declaring(tc.mode))
			i := slices.IndexFunc(v.Findings, func(f Finding) bool {
				return f.Processor() != nil && (f.Outcome != Permitted || len(f.Transfers()) > 0)
			})
			if i < 0 {
				t.Fatal("nothing is found")
			}
			if diff := gocmp.Diff(tc.want, v.Findings[i].Sentence(v.Subject)); diff != "" {
				t.Errorf("the sentence (-want +got):\n%s", diff)
			}
		})
	}
}

func TestModesAt(t *testing.T) {
	two := studio(t)
	two.Name, two.Spec.Modes = "two", []residencyv1.ProcessorMode{{Name: "all", Hosts: []residencyv1.HostName{"*.studio.example", "eu.studio.example"}}}
	rb := Compile(World{Catalogue: load(t), Processors: []residencyv1.Processor{studio(t), two}}, nil, nil, Options{})
	for host, want := range map[string][][]ModeRef{
		"global.studio.example": {{{"studio", "global"}}, {{"two", "all"}}},
		"eu.studio.example":     {{{"studio", "eu"}, {"two", "all"}}, {{"two", "all"}}},
		"x.any.studio.example":  {{{"studio", "global"}}, {{"two", "all"}}},
		"any.studio.example":    {{{"two", "all"}}},
		"a.b.studio.example":    {{{"two", "all"}}},
		"studio.example":        nil,
		"notstudio.example":     nil,
		"example":               nil,
	} {
		if diff := gocmp.Diff(want, rb.ModesAt(host)); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", host, diff)
		}
	}
}

// The API server refuses a mode that is named twice, and files may have one: no host of it is lost.
func TestModesAtHostsOfAModeNamedTwice(t *testing.T) {
	p := studio(t)
	p.Spec.Modes = []residencyv1.ProcessorMode{{Name: "all", Hosts: []residencyv1.HostName{"a.example.com"}}, {Name: "all", Hosts: []residencyv1.HostName{"b.example.com"}}}
	rb := Compile(World{Catalogue: load(t), Processors: []residencyv1.Processor{p}}, nil, nil, Options{})
	for _, host := range []string{"a.example.com", "b.example.com"} {
		if diff := gocmp.Diff([][]ModeRef{{{"studio", "all"}}}, rb.ModesAt(host)); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", host, diff)
		}
	}
}

// What changes of processors touches is all that is governed; of attestations only what asks for them.
func TestProcessorsChange(t *testing.T) {
	asking := eea(attested("CoC", 2, ""))
	asking.Spec.DatasetSelector, asking.Spec.Datasets = nil, []residencyv1.ObjectName{"weather"}
	datasets := []residencyv1.Dataset{customers(), datasetOf("weather", nil), datasetOf("free", nil)}
	at := func(date string, p ...residencyv1.Processor) *Rulebook {
		return Compile(World{Catalogue: load(t), Processors: p}, datasets, []residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("EEA"))), asking}, Options{AsOf: day(t, date)})
	}
	again := studio(t)
	again.Generation = 2
	for name, tc := range map[string]struct {
		old, now *Rulebook
		want     []string
	}{
		"nothing":             {at("2026-11-27", studio(t)), at("2026-11-28", studio(t)), nil},
		"it is another one":   {at("2026-11-27", studio(t)), at("2026-11-27", again), []string{"customers", "weather"}},
		"it is gone":          {at("2026-11-27", studio(t)), at("2026-11-27"), []string{"customers", "weather"}},
		"an attestation ends": {at("2027-06-30", studio(t)), at("2027-07-01", studio(t)), []string{"weather"}},
		"one nobody asks for": {at("2029-12-31", studio(t)), at("2030-01-01", studio(t)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.now.ChangedSince(tc.old); !slices.Equal(got, tc.want) {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
	rb := at("2026-11-27", studio(t))
	policy, _ := rb.Policy("gdpr")
	if next, _ := rb.NextTurn(); !next.Equal(day(t, "2027-07-01")) || !policy.NextTurn.Equal(next) {
		t.Errorf("the turns are %v, %v", next, policy.NextTurn)
	}
}
