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
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// hundred compiles 100 policies of which the first `govern` govern the dataset customers.
func hundred(w World, govern int) *Rulebook {
	var policies []residencyv1.ResidencyPolicy
	for i := range 100 {
		p := personal(fmt.Sprintf("policy-%02d", i), places(jurisdiction("EEA"), country("GB")), region("aws", "eu-south-1"))
		if i >= govern {
			p.Spec.DatasetSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"sensitivity": "other"}}
		}
		policies = append(policies, p)
	}
	return Compile(w, []residencyv1.Dataset{customers(), datasetOf("weather", nil)}, policies, Options{})
}

// fourVolumes are those of a pod with four claims: a zonal disk, a disk that is kept in two
// regions, a claim that will be in one of two, and one that is made where its pod goes.
func fourVolumes() []*Volume {
	dublin := spot("aws", "eu-west-1", "Dublin", "IE")
	return []*Volume{
		NewVolume("a", "claim a", location.RestsAt(frankfurt())),
		NewVolume("b", "claim b", location.RestsAt(frankfurt(), dublin)),
		NewVolume("c", "claim c", either(frankfurt(), dublin)),
		NewVolume("d", "claim d", withNode(location.Rest{})),
	}
}

// sink keeps the compiler from leaving out what is measured.
var sink Verdict

func BenchmarkEvaluate(b *testing.B) {
	cat := load(b)
	nodes := world(cat)
	w := declared(cat)
	rooms := declaredNodes(w)
	nodes["both"] = rooms["both"]
	inSites := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{
		with(personal("a", places(site("paris-room"), jurisdiction("most")), site("cage")), atLeast(residencyv1.AssuranceDeclared)),
		with(personal("b", places(country("FR")), site("rented")), atLeast(residencyv1.AssuranceDeclared)),
	}, Options{})
	storing := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{
		with(personal("a", places(jurisdiction("EEA"), country("GB"))), func(s *residencyv1.ResidencyPolicySpec) { s.Storage = s.Processing }),
		with(personal("b", places(jurisdiction("EEA")), region("aws", "eu-south-1")), func(s *residencyv1.ResidencyPolicySpec) { s.Storage = s.Processing }),
	}, Options{})
	sending := Compile(World{Catalogue: cat, Processors: []residencyv1.Processor{studio(b)}}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{
		with(fromEEA(transfer(country("GB"), residencyv1.MechanismAdequacyDecision)), func(s *residencyv1.ResidencyPolicySpec) { s.Processors = attested("CoC", 2, "") }),
	}, Options{})
	calls := []ProcessorUse{declaring("eu"), declaring("london")}
	for name, bc := range map[string]struct {
		rulebook *Rulebook
		handles  string
		node     string
		want     Outcome
		volumes  []*Volume
		calls    []ProcessorUse
	}{
		"Governed":    {hundred(w, 2), "customers", "fra-aws", Permitted, nil, nil},
		"NotGoverned": {hundred(w, 2), "weather", "fra-aws", NotGoverned, nil, nil},
		"Prohibited":  {hundred(w, 2), "customers", "iad-aws", Prohibited, nil, nil},
		"InSites":     {inSites, "customers", "both", Permitted, nil, nil},
		"AllPolicies": {hundred(w, 100), "customers", "fra-aws", Permitted, nil, nil},
		"FourClaims":  {storing, "customers", "fra-aws", Permitted, fourVolumes(), nil},
		"Processors":  {sending, "customers", "ldn-aws", Permitted, nil, calls},
	} {
		b.Run(name, func(b *testing.B) {
			in := pod(bc.handles)
			in.At, in.Node, in.Volumes, in.Processors = day(b, "2026-11-27"), nodes[bc.node], bc.volumes, bc.calls
			b.ReportAllocs()
			for b.Loop() {
				sink = Evaluate(bc.rulebook, &in)
			}
			if sink.Outcome != bc.want {
				b.Fatalf("got %s, want %s", sink.Outcome, bc.want)
			}
		})
	}
}

// BenchmarkCompile compiles n policies and n datasets, of which each policy governs two,
// and n Sites and n Jurisdictions, of which each policy names one.
func BenchmarkCompile(b *testing.B) {
	cat := load(b)
	for _, n := range []int{100, 1000, 10000} {
		w := World{Catalogue: cat}
		var datasets []residencyv1.Dataset
		var policies []residencyv1.ResidencyPolicy
		for i := range n {
			datasets = append(datasets, datasetOf(fmt.Sprintf("dataset-%d", i), map[string]string{"group": fmt.Sprint(i / 2), "sensitivity": "personal"}))
			p := personal(fmt.Sprintf("policy-%d", i), places(jurisdiction("EEA"), country("GB")), region("aws", "eu-south-1"))
			p.Spec.DatasetSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"group": fmt.Sprint(i / 2), "sensitivity": "personal"}}
			p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, site(residencyv1.ObjectName(fmt.Sprintf("site-%d", i))), jurisdiction(residencyv1.JurisdictionName(fmt.Sprintf("j-%d", i))))
			policies = append(policies, p)
			w.Sites = append(w.Sites, siteOf(fmt.Sprintf("site-%d", i)))
			w.Jurisdictions = append(w.Jurisdictions, jurisdictionOf(fmt.Sprintf("j-%d", i), ofCountries("CH", "NO")))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			var rb *Rulebook
			for b.Loop() {
				rb = Compile(w, datasets, policies, Options{})
			}
			if info, _ := rb.Dataset("dataset-7"); len(info.Policies) != 2 {
				b.Fatalf("dataset-7 has policies %v", info.Policies)
			}
		})
	}
}
