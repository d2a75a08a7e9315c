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
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("reading the golden file (make it with -update): %v", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestSentences(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	w := declared(cat)
	rooms := declaredNodes(w)
	for _, n := range undetermined(w) {
		rooms[n.Name] = n
	}
	eea := places(jurisdiction("EEA"))
	owned := customers()
	orphan := datasetOf("orphan", map[string]string{"sensitivity": "personal"})
	orphan.Spec.Controller = nil
	many := reachOf(ReachNodes, nodes["iad-aws"], nodes["ist-aws"], nodes["ldn-ali"], nodes["ldn-aws"], nodes["lost"], nodes["liar"])
	many.Places[0].Count, many.Nodes = 12, 17

	var out strings.Builder
	for _, tc := range []struct {
		name     string
		policies []residencyv1.ResidencyPolicy
		handles  Handling
		node     *Node
		reach    *Reach
		every    bool
	}{
		{name: "permitted", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["fra-aws"]},
		{name: "prohibited", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["ldn-aws"]},
		{name: "prohibited, the same code elsewhere", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["ldn-ali"]},
		{name: "prohibited, a zone in another country than its region", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["ist-aws"]},
		{name: "prohibited, nobody to ask", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, handles: Handling{Dataset: "orphan"}, node: nodes["iad-aws"]},
		{name: "denied by name", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea, region("aws", "eu-central-1"))}, node: nodes["fra-aws"]},
		{name: "imprecise, the city", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", places(city("Dublin", "IE")))}, node: nodes["dub-aws"]},
		{name: "imprecise, the provider", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea, region("aws", "eu-central-1"))}, node: nodes["fra-label"]},
		{name: "undetermined, no witness", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["lost"]},
		{name: "undetermined, conflict", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["liar"]},
		{name: "undetermined, zone", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["new-zone"]},
		{name: "permitted in a site", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", places(site("paris-room")))}, node: rooms["paris-room-1"]},
		{name: "prohibited beside a site", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", places(site("paris-room"), site("cage")))}, node: rooms["outside"]},
		{name: "denied by a site's name", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea, site("rented"))}, node: rooms["rented-1"]},
		{name: "a claimed site", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", places(site("cage")))}, node: rooms["shelf-2"]},
		{name: "undetermined, assurance", policies: []residencyv1.ResidencyPolicy{with(personal("gdpr-personal", eea), atLeast("Declared"))}, node: nodes["fra-aws"]},
		{name: "undetermined, assurance of a claim", policies: []residencyv1.ResidencyPolicy{with(personal("gdpr-personal", eea), atLeast("Consistent"))}, node: nodes["tyo-az"]},
		{name: "undetermined, assurance of a site", policies: []residencyv1.ResidencyPolicy{with(personal("gdpr-personal", places(site("shelf"))), atLeast("Declared"))}, node: rooms["declared-and-claimed"]},
		{name: "undetermined, expired", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: rooms["expired"]},
		{name: "undetermined, invalid site", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: rooms["misdeclared"]},
		{name: "undetermined, moved", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: rooms["moved"]},
		{name: "undetermined, no such node", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, node: nodes["gone"]},
		{name: "undetermined, no such dataset", handles: Handling{Dataset: "custmers", Way: ByNamespaceAnnotation}, node: nodes["fra-aws"]},
		{name: "undetermined, invalid policy", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", places(region("aws", "eu-centrl-1")))}, node: nodes["fra-aws"]},
		{name: "reach, permitted", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachNodes, nodes["fra-aws"], nodes["dub-aws"])},
		{name: "reach, one node permitted", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachNodes, nodes["fra-aws"])},
		{name: "reach, some", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"], nodes["lost"])},
		{name: "reach, assurance", policies: []residencyv1.ResidencyPolicy{with(personal("gdpr-personal", eea), atLeast("Declared"))}, reach: reachOf(ReachNodes, nodes["fra-aws"], rooms["paris-room-1"])},
		{name: "reach, assurance, a place named", policies: []residencyv1.ResidencyPolicy{with(personal("gdpr-personal", eea), atLeast("Declared"))}, reach: reachOf(ReachNamed, nodes["fra-label"])},
		{name: "reach, none", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: many},
		{name: "reach, one prohibited", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachNodes, nodes["iad-aws"])},
		{name: "reach, undetermined", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachNodes, nodes["iad-aws"], nodes["lost"])},
		{name: "reach, no node, a place named", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachNamed, node(cat, "topology.kubernetes.io/region=us-east-1", "", "us-east-1", ""))},
		{name: "reach, no node, a permitted place named", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachNamed, node(cat, "topology.kubernetes.io/region=eu-central-1", "", "eu-central-1", ""))},
		{name: "reach, no node and no place", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, reach: reachOf(ReachOpen)},
		{name: "reach, no node for all policies", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea), personal("uk-only", places(country("GB")))}, reach: reachOf(ReachNodes, nodes["fra-aws"], nodes["ldn-aws"])},
		{name: "every node, some prohibited", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, every: true, reach: reachOf(ReachNodes, nodes["fra-aws"], nodes["iad-aws"], nodes["lost"])},
		{name: "every node, some undetermined", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, every: true, reach: reachOf(ReachNodes, nodes["fra-aws"], nodes["lost"])},
		{name: "every node, none permitted", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, every: true, reach: reachOf(ReachNodes, nodes["iad-aws"], nodes["lost"])},
		{name: "every node, places named", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, every: true, reach: reachOf(ReachNamed, nodes["fra-label"], node(cat, "topology.kubernetes.io/region=us-east-1", "", "us-east-1", ""))},
		{name: "every node, permitted", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, every: true, reach: reachOf(ReachNodes, nodes["fra-aws"], nodes["dub-aws"])},
		{name: "every node, none yet", policies: []residencyv1.ResidencyPolicy{personal("gdpr-personal", eea)}, every: true, reach: reachOf(ReachOpen)},
	} {
		if tc.handles.Dataset == "" {
			tc.handles.Dataset = "customers"
		}
		rb := Compile(w, []residencyv1.Dataset{owned, orphan}, tc.policies, Options{})
		in := pod()
		in.Handles, in.Node, in.Reach, in.Every = []Handling{tc.handles}, tc.node, tc.reach, tc.every
		if tc.every {
			in.Subject.Kind = "DaemonSet"
		}
		v := Evaluate(rb, &in)
		out.WriteString("# " + tc.name + "\n")
		for i := range v.Findings {
			f := &v.Findings[i]
			out.WriteString(string(f.Reason) + " at " + f.Path() + ": " + f.Sentence(v.Subject) + "\n")
		}
		out.WriteString("\n")
	}
	golden(t, "sentences.txt", out.String())
}

func TestSubjectsForPeople(t *testing.T) {
	for want, s := range map[string]Subject{
		"pod crm/profiles":          {Kind: "Pod", Namespace: "crm", Name: "profiles"},
		"pod crm/profiles-*":        {Kind: "Pod", Namespace: "crm", Name: "profiles-*"},
		"pod crm/(not named yet)":   {Kind: "Pod", Namespace: "crm"},
		"deployment shop/basket":    {Kind: "Deployment", Namespace: "shop", Name: "basket"},
		"namespace crm":             {Kind: "Namespace", Name: "crm"},
		"replicationcontroller a/b": {Kind: "ReplicationController", Namespace: "a", Name: "b"},
	} {
		if got := s.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSentencesOfWhatHasAtLeastAnEffect(t *testing.T) {
	cat := load(t)
	rb := Compile(World{Catalogue: cat}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{
		personal("strict", places(jurisdiction("EU"))),
		with(personal("soft", places(jurisdiction("EEA"))), func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Admission = residencyv1.EnforcementWarn }),
		with(personal("quiet", places(jurisdiction("EEA"))), func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Admission = residencyv1.EnforcementAudit }),
	}, Options{})
	in := pod("customers", "custmers")
	in.Node = world(cat)["iad-aws"]
	v := Evaluate(rb, &in)
	golden(t, "refusal.txt", "deny:\n"+strings.Join(v.Sentences(Deny), " ")+"\n\nwarn and deny:\n"+strings.Join(v.Sentences(Warn), "\n")+"\n\nall:\n"+strings.Join(v.Sentences(Audit), "\n")+"\n")
}

func TestCheckFindsEverythingThatIsWrong(t *testing.T) {
	cat := load(t)
	eea := places(jurisdiction("EEA"))
	var out strings.Builder
	for _, tc := range []struct {
		name   string
		policy residencyv1.ResidencyPolicy
	}{
		{"valid", personal("p", eea)},
		{"unknown jurisdiction", personal("p", places(jurisdiction("Eu")))},
		{"unknown jurisdiction, nothing near", personal("p", places(jurisdiction("Atlantis")))},
		{"unknown country", personal("p", places(country("XX")))},
		{"the United Kingdom's other code", personal("p", places(country("UK")))},
		{"Greece's other code", personal("p", places(city("Athens", "EL")))},
		{"unknown region", personal("p", places(region("aws", "eu-centrl-1")))},
		{"another provider's region", personal("p", places(region("gcp", "eu-central-1")))},
		{"unknown provider", personal("p", places(region("amazon", "eu-central-1")))},
		{"unknown city", personal("p", places(city("Frankfort", "DE")))},
		{"a city of another country", personal("p", places(city("London", "QA")))},
		{"a country without cities", personal("p", places(city("Valletta", "MT")))},
		{"no kind of place", personal("p", places(residencyv1.Place{}))},
		{"two kinds of place", personal("p", places(residencyv1.Place{Country: new(residencyv1.CountryCode("DE")), Jurisdiction: new(residencyv1.JurisdictionName("EU"))}))},
		{"nothing allowed", personal("p", nil)},
		{"no datasets", with(personal("p", eea), func(s *residencyv1.ResidencyPolicySpec) { s.DatasetSelector = nil })},
		{"empty selector", with(personal("p", eea), func(s *residencyv1.ResidencyPolicySpec) { s.DatasetSelector = &metav1.LabelSelector{} })},
		{"selector that cannot be read", with(personal("p", eea), func(s *residencyv1.ResidencyPolicySpec) {
			s.DatasetSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Near"}}}
		})},
		{"unknown mode", with(personal("p", eea), func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Undetermined = "Ignore" })},
		{"allowed and denied", personal("p", places(jurisdiction("EEA"), country("GB")), country("GB"))},
		{"denied in vain", personal("p", eea, country("US"))},
		{"several errors", personal("p", places(country("XX"), region("aws", "mars-1"), jurisdiction("EEA")), city("Gotham", "MT"))},
	} {
		writeChecked(&out, tc.name, Check(World{Catalogue: cat}, &tc.policy))
	}
	golden(t, "checks.txt", out.String())
}

// writeChecked writes what a check has found.
func writeChecked(out *strings.Builder, name string, checked Checked) {
	out.WriteString("# " + name + "\n")
	if f := checked.Fault; f != nil {
		out.WriteString(f.Reason + "\n")
		for _, err := range f.Errors {
			out.WriteString("error: " + err.Error() + "\n")
		}
	}
	for _, w := range checked.Warnings {
		out.WriteString("warning: " + w + "\n")
	}
	out.WriteString("\n")
}
