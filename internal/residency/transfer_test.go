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
	"github.com/domicile-dev/domicile/internal/location"
)

// day is the first instant of a day, UTC.
func day(t testing.TB, date string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// fromEEA is a policy for data from the EEA that allows the EEA, GB, US, JP and CN, for both aspects.
func fromEEA(transfers ...residencyv1.Transfer) residencyv1.ResidencyPolicy {
	return with(personal("gdpr", places(jurisdiction("EEA"), country("GB"), country("US"), country("JP"), country("CN"))), func(s *residencyv1.ResidencyPolicySpec) {
		s.Storage = s.Processing
		s.Origin = &residencyv1.Origin{Jurisdiction: "EEA"}
		s.Transfers = transfers
	})
}

func transfer(to residencyv1.Place, mechanism residencyv1.TransferMechanism, change ...func(*residencyv1.Transfer)) residencyv1.Transfer {
	t := residencyv1.Transfer{To: to, Mechanism: mechanism, Reference: "ref"}
	for _, c := range change {
		c(&t)
	}
	return t
}

func between(t testing.TB, from, until string) func(*residencyv1.Transfer) {
	return func(tr *residencyv1.Transfer) {
		if from != "" {
			tr.ValidFrom = new(metav1.NewTime(day(t, from)))
		}
		if until != "" {
			tr.ValidUntil = new(metav1.NewTime(day(t, until)))
		}
	}
}

func scoped(words string) func(*residencyv1.Transfer) {
	return func(tr *residencyv1.Transfer) { tr.Scope = words }
}

func compiled(t testing.TB, at time.Time, policies ...residencyv1.ResidencyPolicy) *Rulebook {
	return Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{customers()}, policies, Options{AsOf: at})
}

func judgedAt(rb *Rulebook, n *Node, at time.Time) string {
	v := Evaluate(rb, &Input{Subject: Subject{Kind: "Pod", Namespace: "crm", Name: "a"}, At: at, Handles: []Handling{{Dataset: "customers"}}, Node: n})
	var words []string
	for i := range v.Findings {
		words = append(words, v.Findings[i].Outcome.String()+"("+string(v.Findings[i].Reason)+")")
	}
	return strings.Join(words, " ")
}

func TestTransfers(t *testing.T) {
	const (
		adequacy   = residencyv1.MechanismAdequacyDecision
		clauses    = residencyv1.MechanismStandardContractualClauses
		rules      = residencyv1.MechanismBindingCorporateRules
		derogation = residencyv1.MechanismDerogation

		permitted = "Permitted(PlacePermitted)"
		missing   = "Prohibited(TransferMissing)"
		expired   = "Prohibited(TransferExpired)"
		tooEarly  = "Prohibited(TransferNotYetValid)"
	)
	nodes := world(load(t))
	for name, tc := range map[string]struct {
		policy residencyv1.ResidencyPolicy
		node   string
		at     string
		want   string
	}{
		"within the origin":                      {fromEEA(), "fra-aws", "2026-11-27", permitted},
		"outside it and no transfer":             {fromEEA(), "ldn-aws", "2026-11-27", missing},
		"outside it and a transfer elsewhere":    {fromEEA(transfer(country("US"), clauses)), "ldn-aws", "2026-11-27", missing},
		"by clauses":                             {fromEEA(transfer(country("GB"), clauses)), "ldn-aws", "2026-11-27", permitted},
		"by rules within a group":                {fromEEA(transfer(country("GB"), rules)), "ldn-aws", "2026-11-27", permitted},
		"by a derogation":                        {fromEEA(transfer(country("GB"), derogation)), "ldn-aws", "2026-11-27", permitted},
		"by a decision":                          {fromEEA(transfer(country("GB"), adequacy)), "ldn-aws", "2026-11-27", permitted},
		"on the last day of a decision":          {fromEEA(transfer(country("GB"), adequacy)), "ldn-aws", "2031-12-27", permitted},
		"the day after a decision has ended":     {fromEEA(transfer(country("GB"), adequacy)), "ldn-aws", "2031-12-28", expired},
		"a later date does not lengthen it":      {fromEEA(transfer(country("GB"), adequacy, between(t, "", "2040-01-01"))), "ldn-aws", "2031-12-28", expired},
		"an earlier date shortens it":            {fromEEA(transfer(country("GB"), adequacy, between(t, "", "2027-01-01"))), "ldn-aws", "2027-01-01", expired},
		"before a decision was made":             {fromEEA(transfer(country("GB"), adequacy)), "ldn-aws", "2021-06-27", tooEarly},
		"before it begins":                       {fromEEA(transfer(country("GB"), clauses, between(t, "2027-01-01", ""))), "ldn-aws", "2026-12-31", tooEarly},
		"from the instant at which it begins":    {fromEEA(transfer(country("GB"), clauses, between(t, "2027-01-01", ""))), "ldn-aws", "2027-01-01", permitted},
		"until the instant at which it ends":     {fromEEA(transfer(country("GB"), clauses, between(t, "", "2027-01-01"))), "ldn-aws", "2027-01-01", expired},
		"one that is valid is enough":            {fromEEA(transfer(country("GB"), clauses, between(t, "", "2026-01-01")), transfer(country("GB"), rules)), "ldn-aws", "2026-11-27", permitted},
		"ended, and another begins":              {fromEEA(transfer(country("GB"), clauses, between(t, "", "2026-01-01")), transfer(country("GB"), rules, between(t, "2027-01-01", ""))), "ldn-aws", "2026-11-27", tooEarly},
		"to a city":                              {fromEEA(transfer(city("London", "GB"), clauses)), "ldn-aws", "2026-11-27", permitted},
		"to another city":                        {fromEEA(transfer(city("Ashburn", "US"), clauses)), "ldn-aws", "2026-11-27", missing},
		"to a region":                            {fromEEA(transfer(region("aws", "eu-west-2"), adequacy)), "ldn-aws", "2026-11-27", permitted},
		"to the same city at another provider":   {fromEEA(transfer(region("aws", "eu-west-2"), adequacy)), "ldn-ali", "2026-11-27", missing},
		"a transfer allows nothing":              {fromEEA(transfer(country("TR"), clauses)), "ist-aws", "2026-11-27", "Prohibited(PlaceNotAllowed)"},
		"a partial decision that says why":       {fromEEA(transfer(country("US"), adequacy, scoped("certified"))), "iad-aws", "2026-11-27", permitted},
		"where it is is not known":               {fromEEA(), "lost", "2026-11-27", "Undetermined(NoWitness)"},
		"denied, whatever transfers there are":   {with(fromEEA(transfer(country("GB"), clauses)), func(s *residencyv1.ResidencyPolicySpec) { s.Processing.Denied = places(country("GB")) }), "ldn-aws", "2026-11-27", "Prohibited(PlaceDenied)"},
		"without an origin nothing is asked for": {with(fromEEA(), func(s *residencyv1.ResidencyPolicySpec) { s.Origin = nil }), "ldn-aws", "2026-11-27", permitted},
		"from GB to the EEA":                     {with(fromEEA(transfer(jurisdiction("EEA"), adequacy)), func(s *residencyv1.ResidencyPolicySpec) { s.Origin.Jurisdiction = "UK" }), "fra-aws", "2026-11-27", permitted},
	} {
		t.Run(name, func(t *testing.T) {
			w := World{Catalogue: load(t), Jurisdictions: []residencyv1.Jurisdiction{{
				ObjectMeta: metav1.ObjectMeta{Name: "UK"},
				Spec:       residencyv1.JurisdictionSpec{Countries: []residencyv1.CountryCode{"GB"}},
			}}}
			rb := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{tc.policy}, Options{})
			if p, _ := rb.Policy("gdpr"); p.Fault != nil {
				t.Fatal(p.Fault.Message())
			}
			if got := judgedAt(rb, nodes[tc.node], day(t, tc.at)); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
	t.Run("at no time nothing is permitted that has a date", func(t *testing.T) {
		rb := compiled(t, time.Time{}, fromEEA(transfer(country("GB"), clauses, between(t, "", "2027-01-01"))))
		if got := judgedAt(rb, nodes["ldn-aws"], time.Time{}); !strings.HasPrefix(got, "Prohibited") {
			t.Error(got)
		}
	})
}

func TestTransfersThatAreRefused(t *testing.T) {
	const adequacy = residencyv1.MechanismAdequacyDecision
	for name, tc := range map[string]struct {
		policy       residencyv1.ResidencyPolicy
		reason, says string
	}{
		"no origin": {
			with(fromEEA(transfer(country("GB"), adequacy)), func(s *residencyv1.ResidencyPolicySpec) { s.Origin = nil }),
			residencyv1.ReasonInvalidTransfer, `spec.origin: Required value: transfers need an origin`,
		},
		"no decision": {
			fromEEA(transfer(country("CN"), adequacy)),
			residencyv1.ReasonAdequacyNotFound, `spec.transfers[0].to: Invalid value: "CN": the catalogue (eu_adequacy, as of`,
		},
		"not one on each": {
			fromEEA(transfer(country("GB"), adequacy), transfer(jurisdiction("nobody"), adequacy)),
			residencyv1.ReasonUnknownJurisdiction, `spec.transfers[1].to.jurisdiction`,
		},
		"a partial one": {
			fromEEA(transfer(country("US"), adequacy)),
			residencyv1.ReasonAdequacyPartial, `spec.transfers[0].scope: Required value: the decision on US ((EU) 2023/1795) covers only some recipients`,
		},
		"it ends before it begins": {
			fromEEA(transfer(country("GB"), adequacy, between(t, "2027-01-01", "2026-01-01"))),
			residencyv1.ReasonInvalidTransfer, `spec.transfers[0].validUntil: Invalid value: "2026-01-01T00:00:00Z": it must come after validFrom`,
		},
		"it begins after its decision has ended": {
			fromEEA(transfer(country("GB"), adequacy, between(t, "2035-01-01", ""))),
			residencyv1.ReasonInvalidTransfer, `spec.transfers[0]: Invalid value: "GB": it could never be valid: the decision on GB`,
		},
		"it ends before there was a decision": {
			fromEEA(transfer(country("GB"), adequacy, between(t, "", "2020-01-01"))),
			residencyv1.ReasonInvalidTransfer, `holds from 2021-06-28 until the end of 2031-12-27`,
		},
		"another mechanism": {
			fromEEA(transfer(country("GB"), "Handshake")),
			residencyv1.ReasonInvalidTransfer, `spec.transfers[0].mechanism: Unsupported value: "Handshake"`,
		},
		"an origin that is nowhere": {
			with(fromEEA(), func(s *residencyv1.ResidencyPolicySpec) { s.Origin.Jurisdiction = "Narnia" }),
			residencyv1.ReasonUnknownJurisdiction, `spec.origin.jurisdiction: Invalid value: "Narnia"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			rb := compiled(t, time.Time{}, tc.policy)
			p, _ := rb.Policy("gdpr")
			if p.Fault == nil || p.Fault.Reason != tc.reason || !strings.Contains(p.Fault.Message(), tc.says) {
				t.Errorf("it is refused with %+v, want %s: %s", p.Fault, tc.reason, tc.says)
			}
			if got := judgedAt(rb, world(load(t))["fra-aws"], day(t, "2026-11-27")); got != "Undetermined(PolicyNotAccepted)" {
				t.Errorf("what it governs is %s", got)
			}
		})
	}
}

func TestTransfersThatAreWarnedOf(t *testing.T) {
	for name, tc := range map[string]struct {
		transfer residencyv1.Transfer
		want     string
	}{
		"within the origin": {transfer(country("FR"), residencyv1.MechanismDerogation), "spec.transfers[0] (FR) has no effect: it lies within the origin EEA"},
		"not allowed":       {transfer(country("BR"), residencyv1.MechanismDerogation), "spec.transfers[0] (BR) has no effect: a transfer allows nothing by itself"},
		"no assessment":     {transfer(country("US"), residencyv1.MechanismStandardContractualClauses), "names no assessment"},
		"too long":          {transfer(country("GB"), residencyv1.MechanismAdequacyDecision, between(t, "", "2040-01-01")), "ends at the end of 2031-12-27 and not at validUntil"},
		"scope for nothing": {transfer(country("GB"), residencyv1.MechanismAdequacyDecision, scoped("all")), "needs no scope"},
		"nothing":           {transfer(country("GB"), residencyv1.MechanismAdequacyDecision), ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := fromEEA(tc.transfer)
			checked := Check(World{Catalogue: load(t)}, &p)
			if checked.Fault != nil {
				t.Fatal(checked.Fault.Message())
			}
			got := strings.Join(checked.Warnings, "\n")
			if (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
				t.Errorf("it warns %q, want %q", got, tc.want)
			}
		})
	}
}

// What people read of a transfer: in a sentence, and of a dataset as a whole.
func TestTransfersInWords(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	p := with(fromEEA(
		transfer(country("GB"), residencyv1.MechanismAdequacyDecision, func(tr *residencyv1.Transfer) { tr.Reference = "(EU) 2021/1772" }),
		transfer(country("US"), residencyv1.MechanismAdequacyDecision, scoped("the recipient is on the list"), between(t, "", "2027-01-01")),
	), func(s *residencyv1.ResidencyPolicySpec) { s.Storage = residencyv1.PlacesRule{} })
	rb := compiled(t, day(t, "2026-11-27"), p)
	sentence := func(node, at string) string {
		v := Evaluate(rb, &Input{
			Subject: Subject{Kind: "Pod", Namespace: "crm", Name: "a"}, At: day(t, at), Handles: []Handling{{Dataset: "customers", Way: ByLabel}}, Node: nodes[node],
		})
		return v.Findings[0].Sentence(v.Subject)
	}
	for _, tc := range []struct{ got, want string }{
		{sentence("ldn-aws", "2026-11-27"), `pod crm/a handles dataset "customers": processing in London, GB (node ldn-aws: aws eu-west-2, by providerID and labels) is permitted by policy "gdpr", which permits EEA, GB and US (US until the end of 2026-12-31; GB until the end of 2031-12-27). It rests on a transfer out of the origin: to GB (adequacy decision (EU) 2021/1772, spec.transfers[0], until the end of 2031-12-27, by the catalogue of 2026-08-22).`},
		{sentence("ldn-aws", "2031-12-28"), `pod crm/a handles dataset "customers": processing in London, GB (node ldn-aws: aws eu-west-2, by providerID and labels) is allowed by policy "gdpr", and is outside its origin EEA: the transfer to GB has ended (adequacy decision (EU) 2021/1772, spec.transfers[0], until the end of 2031-12-27, by the catalogue of 2026-08-22); it permits EEA. Choose a node in a permitted place, have its transfer renewed in spec.transfers of the policy, or ask privacy@example.com.`},
		{sentence("tyo-az", "2026-11-27"), `pod crm/a handles dataset "customers": processing in Tokyo, Saitama, JP (node tyo-az: azure japaneast, by labels) is allowed by policy "gdpr", and is outside its origin EEA: the policy has no transfer to it; it permits EEA, GB and US (US until the end of 2026-12-31; GB until the end of 2031-12-27). Choose a node in a permitted place, have the instrument of a transfer to JP added to spec.transfers of the policy, or ask privacy@example.com.`},
	} {
		if diff := gocmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("the sentence (-want +got):\n%s", diff)
		}
	}
	if got := sentence("iad-aws", "2026-11-27"); !strings.Contains(got, "covers only some recipients (only organisations self-certified") || !strings.Contains(got, "says why this one: the recipient is on the list") {
		t.Errorf("a partial decision does not say so: %s", got)
	}
	if d, _ := rb.Dataset("customers"); d.Processing != "EEA, GB and US (US until the end of 2026-12-31; GB until the end of 2031-12-27)" || d.Storage != "not restricted" {
		t.Errorf("the dataset may be in %q, %q", d.Processing, d.Storage)
	}
}

// The rulebook knows when it comes to mean something else, and about what.
func TestTurns(t *testing.T) {
	p := fromEEA(
		transfer(country("GB"), residencyv1.MechanismAdequacyDecision),
		transfer(country("US"), residencyv1.MechanismStandardContractualClauses, between(t, "2027-01-01", "2028-01-01")),
	)
	other := personal("other", places(jurisdiction("EEA")))
	other.Spec.DatasetSelector, other.Spec.Datasets = nil, []residencyv1.ObjectName{"weather"}
	datasets := []residencyv1.Dataset{customers(), datasetOf("weather", nil)}
	at := func(date string) *Rulebook {
		return Compile(World{Catalogue: load(t)}, datasets, []residencyv1.ResidencyPolicy{p, other}, Options{AsOf: day(t, date)})
	}
	var found []string
	for rb := at("2020-01-01"); ; {
		next, ok := rb.NextTurn()
		if !ok {
			break
		}
		found = append(found, next.Format(time.DateOnly))
		rb = at(found[len(found)-1])
	}
	want := []string{"2021-06-28", "2027-01-01", "2028-01-01", "2031-12-28"}
	if diff := gocmp.Diff(want, found); diff != "" {
		t.Errorf("the turns (-want +got):\n%s", diff)
	}
	for _, tc := range []struct {
		old, now string
		changed  []string
	}{
		{"2026-01-01", "2026-12-31", nil},
		{"2026-12-31", "2027-01-01", []string{"customers"}},
		{"2026-01-01", "2040-01-01", []string{"customers"}},
		{"2027-01-01", "2026-12-31", []string{"customers"}}, // the clock was set back
		{"2027-01-01", "2027-12-31", nil},
	} {
		if got := at(tc.now).ChangedSince(at(tc.old)); !slices.Equal(got, tc.changed) {
			t.Errorf("from %s to %s changed %q, want %q", tc.old, tc.now, got, tc.changed)
		}
	}
	if info, _ := at("2027-06-01").Policy("gdpr"); !info.NextTurn.Equal(day(t, "2028-01-01")) {
		t.Errorf("the policy turns at %v", info.NextTurn)
	}
}

// A policy may name a Site only as where a transfer goes. A node that is in another Site besides is
// covered as well, and what one Site allows no transfer to the other one covers.
func TestTransfersToSites(t *testing.T) {
	london := func(s *residencyv1.SiteSpec) {
		s.NodeNames, s.Country, s.City = []residencyv1.NodeName{"hall-1"}, "GB", "London"
	}
	w := World{Catalogue: load(t), Sites: []residencyv1.Site{siteOf("hall", london), siteOf("aisle", london)}}
	at := day(t, "2026-11-27")
	locator := location.Locator{Catalogue: w.Catalogue, Sites: LocationSites(w), Now: at}
	node := NewNode("hall-1", locator.Locate(location.Node{Name: "hall-1"}, nil).Location)
	for name, tc := range map[string]struct {
		allowed, to residencyv1.Place
		want        string
	}{
		"the country is allowed":  {country("GB"), site("hall"), "Permitted(PlacePermitted)"},
		"the city is allowed":     {city("London", "GB"), site("hall"), "Permitted(PlacePermitted)"},
		"the Site is allowed":     {site("hall"), site("hall"), "Permitted(PlacePermitted)"},
		"the Site goes anywhere":  {site("hall"), country("GB"), "Permitted(PlacePermitted)"},
		"another Site is allowed": {site("aisle"), site("hall"), "Prohibited(TransferMissing)"},
	} {
		t.Run(name, func(t *testing.T) {
			p := fromEEA(transfer(tc.to, residencyv1.MechanismDerogation))
			p.Spec.Processing.Allowed, p.Spec.Storage = places(tc.allowed), residencyv1.PlacesRule{}
			rb := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{AsOf: at})
			if got := judgedAt(rb, node, at); got != tc.want {
				t.Errorf("it is %s, want %s", got, tc.want)
			}
		})
	}
}
