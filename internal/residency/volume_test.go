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

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// spot is where a volume may rest: Claimed, on one witness.
func spot(provider, region, city, country string) location.Location {
	return location.Location{
		Provider: provider, Region: region, City: city, Country: country, Assurance: location.Claimed,
		Witnesses: []location.Witness{{Kind: location.WitnessRegionLabel, Value: region}},
	}
}

func frankfurt() location.Location { return spot("aws", "eu-central-1", "Frankfurt", "DE") }
func london() location.Location    { return spot("aws", "eu-west-2", "London", "GB") }
func nowhere() location.Location {
	return location.Location{Reason: location.ReasonNoWitness, Detail: "nothing says where its server is"}
}

// either is a rest in one of several places.
func either(places ...location.Location) location.Rest {
	var r location.Rest
	for _, l := range places {
		r.Options = append(r.Options, location.RestOption{Places: []location.Location{l}})
	}
	return r
}

func withNode(r location.Rest) location.Rest {
	r.WithNode = true
	return r
}

// awaiting is a rest in a volume that somebody will make.
func awaiting() location.Rest {
	r := location.RestsAt(location.Location{Reason: location.ReasonUnknownVolume, Detail: "it has no class, so it gets a volume that somebody makes"})
	r.Awaits = true
	return r
}

// stored is a policy about storage alone.
func stored(name string, allowed ...residencyv1.Place) residencyv1.ResidencyPolicy {
	return with(personal(name, nil), func(s *residencyv1.ResidencyPolicySpec) {
		s.Processing = residencyv1.PlacesRule{}
		s.Storage = residencyv1.PlacesRule{Allowed: allowed}
	})
}

// aspects renders what each finding says of what.
func aspects(v Verdict) string {
	var out []string
	for i := range v.Findings {
		f := &v.Findings[i]
		of := ""
		if f.Volume() != nil {
			of = " " + f.Volume().Name
		}
		out = append(out, string(f.Aspect)+of+" "+f.Outcome.String()+"("+string(f.Reason)+")")
	}
	return strings.Join(out, ", ")
}

func TestEvaluateVolumes(t *testing.T) {
	nodes := world(load(t))
	in := func(kind ReachKind, names ...string) *Reach {
		var of []*Node
		for _, n := range names {
			of = append(of, nodes[n])
		}
		return reachOf(kind, of...)
	}
	eea := stored("eea", jurisdiction("EEA"))
	for name, tc := range map[string]struct {
		policy  residencyv1.ResidencyPolicy
		volumes []*Volume
		node    string
		reach   *Reach
		every   bool
		only    bool
		want    string
	}{
		"storage alone says nothing of processing": {policy: eea, node: "ldn-aws", want: ""},
		"in place": {policy: eea, node: "ldn-aws", volumes: []*Volume{NewVolume("data", "claim data", location.RestsAt(frankfurt()))},
			want: "Storage data Permitted(PlacePermitted)"},
		"abroad": {policy: eea, node: "fra-aws", volumes: []*Volume{NewVolume("data", "claim data", location.RestsAt(london()))},
			want: "Storage data Prohibited(PlaceNotAllowed)"},
		"both aspects": {
			policy: with(personal("p", places(jurisdiction("EEA"))), func(s *residencyv1.ResidencyPolicySpec) { s.Storage.Allowed = places(country("GB")) }),
			node:   "fra-aws", volumes: []*Volume{NewVolume("data", "claim data", location.RestsAt(frankfurt()))},
			want: "Processing Permitted(PlacePermitted), Storage data Prohibited(PlaceNotAllowed)"},
		"a copy abroad": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", location.RestsAt(frankfurt(), london()))},
			want: "Storage  Prohibited(PlaceNotAllowed)"},
		"a copy nobody knows where": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", location.RestsAt(frankfurt(), nowhere()))},
			want: "Storage  Undetermined(NoWitness)"},
		"a copy abroad and one nobody knows where": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", location.RestsAt(nowhere(), london()))},
			want: "Storage  Prohibited(PlaceNotAllowed)"},
		"one of two, both permitted": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", either(frankfurt(), frankfurt()))},
			want: "Storage  Permitted(PlacePermitted)"},
		"one of two, one permitted": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", either(frankfurt(), london()))},
			want: "Storage  Undetermined(SomePlacesNotPermitted)"},
		"one of two, none permitted": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", either(london(), london()))},
			want: "Storage  Prohibited(PlaceNotAllowed)"},
		"one of two, one abroad and one unknown": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", either(london(), nowhere()))},
			want: "Storage  Undetermined(SomePlacesNotPermitted)"},
		"one of two, one permitted and one unknown": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", either(frankfurt(), nowhere()))},
			want: "Storage  Undetermined(NoWitness)"},
		"with a node abroad": {policy: eea, node: "ldn-aws", volumes: []*Volume{NewVolume("cache", "emptyDir", withNode(location.Rest{}))},
			want: "Storage cache Prohibited(PlaceNotAllowed)"},
		"with nodes of which some are permitted": {policy: eea, reach: in(ReachNodes, "ldn-aws", "fra-aws"), volumes: []*Volume{NewVolume("cache", "emptyDir", withNode(location.Rest{}))},
			want: "Storage cache Permitted(SomeNodesNotPermitted)"},
		"with every node": {policy: eea, every: true, reach: in(ReachNodes, "ldn-aws", "fra-aws"), volumes: []*Volume{NewVolume("cache", "emptyDir", withNode(location.Rest{}))},
			want: "Storage cache Prohibited(ReachesOtherPlaces)"},
		"limited to permitted places, with nodes beyond": {policy: eea, reach: in(ReachNodes, "ldn-aws", "fra-aws"), volumes: []*Volume{NewVolume("data", "claim data", withNode(either(frankfurt())))},
			want: "Storage data Permitted(PlacePermitted)"},
		"limited to places abroad": {policy: eea, reach: in(ReachNodes, "fra-aws"), volumes: []*Volume{NewVolume("data", "claim data", withNode(either(london())))},
			want: "Storage data Prohibited(PlaceNotAllowed)"},
		"limited to two places, the node decides": {policy: eea, node: "fra-aws", volumes: []*Volume{NewVolume("data", "claim data", withNode(either(frankfurt(), london())))},
			want: "Storage data Permitted(PlacePermitted)"},
		"a claim that waits for its pod": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", withNode(location.Rest{}))},
			want: "Storage  Permitted(NoNodeYet)"},
		"a claim that waits, limited to places abroad": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", withNode(either(london())))},
			want: "Storage  Prohibited(PlaceNotAllowed)"},
		"a claim that waits, limited to places that nobody knows": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", withNode(either(nowhere(), nowhere())))},
			want: "Storage  Undetermined(NoWitness)"},
		"a claim that waits, limited to a place that is permitted and one that nobody knows": {policy: eea, only: true,
			volumes: []*Volume{NewVolume("", "claim data", withNode(either(frankfurt(), nowhere())))},
			want:    "Storage  Permitted(NoNodeYet)"},
		"a claim that waits, limited to a place abroad and one that nobody knows": {policy: eea, only: true,
			volumes: []*Volume{NewVolume("", "claim data", withNode(either(london(), nowhere())))},
			want:    "Storage  Permitted(NoNodeYet)"},
		"a claim that waits, limited to a place that a weaker word knows": {policy: with(eea, atLeast(residencyv1.AssuranceDeclared)), only: true,
			volumes: []*Volume{NewVolume("", "claim data", withNode(either(frankfurt())))},
			want:    "Storage  Permitted(NoNodeYet)"},
		"a pod with a claim that waits, limited to places that nobody knows": {policy: eea, node: "fra-aws",
			volumes: []*Volume{NewVolume("data", "claim data", withNode(either(nowhere())))},
			want:    "Storage data Permitted(PlacePermitted)"},
		"a claim that awaits a volume": {policy: eea, only: true, volumes: []*Volume{NewVolume("", "claim data", awaiting())},
			want: "Storage  Permitted(NoVolumeYet)"},
		"a pod with a claim that awaits a volume": {policy: eea, reach: in(ReachNodes, "ldn-aws"), volumes: []*Volume{NewVolume("data", "claim data", awaiting())},
			want: "Storage data Permitted(NoVolumeYet)"},
		"a pod on a node with a claim that awaits a volume": {policy: eea, node: "fra-aws", volumes: []*Volume{NewVolume("data", "claim data", awaiting())},
			want: "Storage data Undetermined(UnknownVolume)"},
		"a policy that is not valid, and a claim that awaits a volume": {policy: stored("eea", jurisdiction("ATLANTIS")), only: true,
			volumes: []*Volume{NewVolume("", "claim data", awaiting())},
			want:    "Storage  Undetermined(PolicyNotAccepted)"},
		"a weaker word than is asked for": {policy: with(eea, atLeast(residencyv1.AssuranceDeclared)), only: true, volumes: []*Volume{NewVolume("", "claim data", location.RestsAt(frankfurt()))},
			want: "Storage  Undetermined(InsufficientAssurance)"},
		"a policy that is not valid": {policy: stored("eea", jurisdiction("ATLANTIS")), only: true, volumes: []*Volume{NewVolume("", "claim data", location.RestsAt(frankfurt()))},
			want: "Storage  Undetermined(PolicyNotAccepted)"},
	} {
		t.Run(name, func(t *testing.T) {
			rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{tc.policy}, Options{})
			input := pod("customers")
			input.Node, input.Reach, input.Every, input.OnlyStores, input.Volumes = nodes[tc.node], tc.reach, tc.every, tc.only, tc.volumes
			if diff := cmp.Diff(tc.want, aspects(Evaluate(rb, &input))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Two policies may each permit a node, one for what is computed and one for what is kept there.
func TestANodeHasToSuitBothAspects(t *testing.T) {
	nodes := world(load(t))
	p := with(personal("p", places(country("GB"))), func(s *residencyv1.ResidencyPolicySpec) { s.Storage.Allowed = places(country("DE")) })
	rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
	in := pod("customers")
	in.Reach = reachOf(ReachNodes, nodes["fra-aws"], nodes["ldn-aws"])
	in.Volumes = []*Volume{NewVolume("cache", "emptyDir", withNode(location.Rest{})), NewVolume("data", "claim data", location.RestsAt(frankfurt()))}
	want := "Processing Prohibited(NoNodeForAllPolicies), Storage cache Prohibited(NoNodeForAllPolicies), Storage data Permitted(PlacePermitted)"
	if diff := cmp.Diff(want, aspects(Evaluate(rb, &in))); diff != "" {
		t.Error(diff)
	}
}

func TestVolumeSentences(t *testing.T) {
	nodes := world(load(t))
	eea := stored("eea", jurisdiction("EEA"))
	var b strings.Builder
	for _, tc := range []struct {
		name   string
		policy residencyv1.ResidencyPolicy
		volume *Volume
		node   string
		only   bool
	}{
		{"in place", eea, NewVolume("data", "claim data", location.RestsAt(frankfurt())), "", false},
		{"abroad", eea, NewVolume("data", "claim data", location.RestsAt(london())), "", false},
		{"abroad, the claim itself", eea, NewVolume("", "claim data", location.RestsAt(london())), "", true},
		{"denied", with(eea, func(s *residencyv1.ResidencyPolicySpec) { s.Storage.Denied = places(city("Frankfurt", "DE")) }),
			NewVolume("data", "claim data", location.RestsAt(frankfurt())), "", false},
		{"a copy abroad", eea, NewVolume("data", "claim data", location.RestsAt(frankfurt(), london())), "", false},
		{"not known", eea, NewVolume("data", "claim data", location.RestsAt(nowhere())), "", false},
		{"one of two", eea, NewVolume("data", "claim data", either(frankfurt(), london())), "", false},
		{"too weak", with(eea, atLeast(residencyv1.AssuranceDeclared)), NewVolume("data", "claim data", location.RestsAt(frankfurt())), "", false},
		{"imprecise", stored("cities", city("Frankfurt", "DE")), NewVolume("data", "claim data", location.RestsAt(spot("gcp", "", "", "DE"))), "", false},
		{"invalid policy", stored("eea", jurisdiction("ATLANTIS")), NewVolume("data", "claim data", location.RestsAt(frankfurt())), "", false},
		{"a claim that waits", eea, NewVolume("", "claim data", withNode(location.Rest{})), "", true},
		{"a claim that waits, limited to places that nobody knows", eea, NewVolume("", "claim data", withNode(either(nowhere()))), "", true},
		{"a claim that awaits a volume", eea, NewVolume("", "claim data", awaiting()), "", true},
		{"a pod with a claim that awaits a volume", eea, NewVolume("data", "claim data", awaiting()), "", false},
		{"with its node", eea, NewVolume("cache", "emptyDir", withNode(location.Rest{})), "fra-aws", false},
		{"with its node, abroad", eea, NewVolume("cache", "emptyDir", withNode(location.Rest{})).Beside(2), "ldn-aws", false},
		{"with nodes abroad", eea, NewVolume("cache", "emptyDir", withNode(location.Rest{})), "reach ldn-aws", false},
		{"without nodes", eea, NewVolume("cache", "emptyDir", withNode(location.Rest{})), "reach", false},
	} {
		rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{tc.policy}, Options{})
		in := pod("customers")
		in.Volumes, in.OnlyStores = []*Volume{tc.volume}, tc.only
		if tc.only {
			in.Subject = Subject{Kind: "PersistentVolumeClaim", Namespace: "crm", Name: "data"}
		}
		if name, ok := strings.CutPrefix(tc.node, "reach"); ok {
			in.Reach = &Reach{Kind: ReachOpen}
			if n := nodes[strings.TrimSpace(name)]; n != nil {
				in.Reach = reachOf(ReachNodes, n)
			}
		} else {
			in.Node = nodes[tc.node]
		}
		v := Evaluate(rb, &in)
		b.WriteString("# " + tc.name + "\n" + string(v.Findings[0].Reason) + " " + v.Findings[0].Path() + "\n" + v.Findings[0].Sentence(v.Subject) + "\n\n")
	}
	golden(t, "volumes.txt", b.String())
}

func TestStorageInWords(t *testing.T) {
	rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{customers(), datasetOf("weather", nil)},
		[]residencyv1.ResidencyPolicy{stored("a", jurisdiction("EEA")), stored("b", country("DE"), country("GB"))}, Options{})
	customers, _ := rb.Dataset("customers")
	weather, _ := rb.Dataset("weather")
	got := []string{customers.Storage, customers.Processing, weather.Storage, weather.Processing}
	if want := []string{"DE", "not restricted", "not restricted", "not restricted"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !rb.RestrictsStorage([]Handling{{Dataset: "weather"}, {Dataset: "customers"}}) || rb.RestrictsStorage([]Handling{{Dataset: "weather"}, {Dataset: "none"}}) {
		t.Error("which datasets have a rule about storage is not known")
	}
}

func TestWhatANodeHasToBeForStorage(t *testing.T) {
	p := with(personal("p", places(country("GB"))), func(s *residencyv1.ResidencyPolicySpec) { s.Storage.Allowed = places(country("DE")) })
	rb := Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p, stored("q", country("FR"))}, Options{})
	if n := len(rb.Constraints([]string{"customers"}, false, time.Time{})); n != 1 {
		t.Errorf("%d constraints on a pod that stores nothing on its node", n)
	}
	if n := len(rb.Constraints([]string{"customers"}, true, time.Time{})); n != 3 {
		t.Errorf("%d constraints on a pod that stores on its node", n)
	}
}

// A change of either aspect is a change of the policy.
func TestAChangedStorageRuleIsAChange(t *testing.T) {
	compile := func(p residencyv1.ResidencyPolicy) *Rulebook {
		return Compile(World{Catalogue: load(t)}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
	}
	old := compile(stored("p", country("DE")))
	if got := compile(stored("p", country("DE"))).ChangedSince(old); len(got) != 0 {
		t.Errorf("the same rule has changed %q", got)
	}
	if got := compile(stored("p", country("FR"))).ChangedSince(old); !slices.Equal(got, []string{"customers"}) {
		t.Errorf("another rule has changed %q", got)
	}
}

// A volume on a node is in the Sites into which the node's kubelet has put it by no better word than
// the node is; a volume that a Site names is there by the Site's.
func TestAVolumeOnANodeIsInASiteByTheNodesWord(t *testing.T) {
	w := World{Catalogue: load(t), Sites: []residencyv1.Site{siteOf("room")}}
	w.Sites[0].Spec.NodeNames, w.Sites[0].Spec.NodeSelector = nil, &metav1.LabelSelector{MatchLabels: map[string]string{"room": "a"}}
	w.Sites[0].Spec.VolumeNames = []residencyv1.NodeName{"pv"}
	p := with(stored("p", site("room")), atLeast(residencyv1.AssuranceConsistent))
	rb := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
	for assurance, want := range map[location.Assurance]string{
		location.Consistent: "Storage  Undetermined(InsufficientAssurance)",
		location.Declared:   "Storage  Permitted(PlacePermitted)",
	} {
		l := location.Location{Country: string(w.Sites[0].Spec.Country), Sites: []string{"room"}, Assurance: assurance}
		in := pod("customers")
		in.OnlyStores, in.Volumes = true, []*Volume{NewVolume("", "claim data", location.RestsAt(l))}
		if got := aspects(Evaluate(rb, &in)); got != want {
			t.Errorf("%s: %s, want %s", assurance, got, want)
		}
	}
}
