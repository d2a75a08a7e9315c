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
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestJurisdictions(t *testing.T) {
	w := declared(load(t))
	w.Jurisdictions = append(w.Jurisdictions, jurisdictionOf("a-faulty", ofCountries("UK")), jurisdictionOf("EU", ofCountries("RU")))
	w.Jurisdictions[0].Spec.Source, w.Jurisdictions[0].Spec.AsOf = "a treaty", "2026-01-01"
	got := Jurisdictions(w)
	var names []string
	for _, j := range got {
		names = append(names, j.Name)
	}
	if diff := cmp.Diff([]string{"EEA", "EU", "a-faulty", "dach", "most"}, names); diff != "" {
		t.Fatalf("names (-want +got):\n%s", diff)
	}
	for _, builtIn := range got[:2] {
		if !builtIn.BuiltIn || builtIn.UID != "" || builtIn.Source == "" || builtIn.AsOf == "" || slices.Contains(builtIn.Countries, "RU") {
			t.Errorf("built in: %+v", builtIn)
		}
	}
	if f := got[2]; f.Fault == nil || len(f.Countries) != 0 {
		t.Errorf("one that is not valid: %+v", f)
	}
	dach := JurisdictionInfo{Name: "dach", Title: "Some dach", Countries: []string{"AT", "CH", "DE"}, AsOf: "2026-01-01", Source: "a treaty", UID: "uid-of-dach", Generation: 1}
	if diff := cmp.Diff(dach, got[3]); diff != "" {
		t.Errorf("dach (-want +got):\n%s", diff)
	}
	most := got[4].Countries
	for code, member := range map[string]bool{"GB": true, "CH": true, "IT": true, "FR": false, "NO": false} {
		if slices.Contains(most, code) != member {
			t.Errorf("most: %s is a member: %v", code, !member)
		}
	}
}

// Resolving is compared with the plain definition: a jurisdiction is in a cycle if it can
// reach itself, is faulty if it reaches anything that is, and else has the countries that
// following its includes one by one gives.
func TestJurisdictionsAgreeWithTheirDefinition(t *testing.T) {
	cat := load(t)
	codes := []residencyv1.CountryCode{"AT", "CH", "DE", "FR", "GB", "UK"}
	names := []residencyv1.JurisdictionName{"a", "b", "c", "d", "e", "f", "missing", "EU"}
	rapid.Check(t, func(t *rapid.T) {
		w := World{Catalogue: cat}
		specs := map[string]*residencyv1.JurisdictionSpec{}
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(codes), 0, 2, rapid.ID[residencyv1.CountryCode])
		for _, name := range rapid.Permutation(names[:6]).Draw(t, "order") {
			j := jurisdictionOf(string(name), func(s *residencyv1.JurisdictionSpec) {
				s.Countries = list.Draw(t, "countries")
				s.Includes = rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[residencyv1.JurisdictionName]).Draw(t, "includes")
				s.Excludes = list.Draw(t, "excludes")
			})
			w.Jurisdictions = append(w.Jurisdictions, j)
			specs[j.Name] = &j.Spec
		}
		for _, info := range Jurisdictions(w) {
			if info.BuiltIn {
				continue
			}
			countries, reason := defined(cat.Jurisdictions()[1].Countries, specs, info.Name)
			got := ""
			if info.Fault != nil {
				got = "fault"
				if cyclic := slices.ContainsFunc(info.Fault.Errors, isCycle); cyclic != reaches(specs, info.Name, info.Name) {
					t.Fatalf("%s is in a cycle: %v", info.Name, cyclic)
				}
			}
			if got != reason || !slices.Equal(info.Countries, countries) {
				t.Fatalf("%s: got %q %v, want %q %v", info.Name, got, info.Countries, reason, countries)
			}
		}
	})
}

// defined returns the members of a jurisdiction, or that it has a fault.
func defined(eu []string, specs map[string]*residencyv1.JurisdictionSpec, name string) (countries []string, fault string) {
	if name == "EU" {
		return eu, ""
	}
	s := specs[name]
	if s == nil || reaches(specs, name, name) || slices.Contains(s.Countries, "UK") || slices.Contains(s.Excludes, "UK") {
		return nil, "fault"
	}
	members := map[string]bool{}
	for _, c := range s.Countries {
		members[string(c)] = true
	}
	for _, i := range s.Includes {
		included, fault := defined(eu, specs, string(i))
		if fault != "" {
			return nil, fault
		}
		for _, c := range included {
			members[c] = true
		}
	}
	for _, c := range s.Excludes {
		delete(members, string(c))
	}
	if len(members) == 0 {
		return nil, "fault"
	}
	return slices.Sorted(maps.Keys(members)), ""
}

// reaches reports whether following includes leads from one jurisdiction to another.
func reaches(specs map[string]*residencyv1.JurisdictionSpec, from, to string) bool {
	seen := map[string]bool{}
	next := []string{from}
	for len(next) > 0 {
		s := specs[next[0]]
		next = next[1:]
		if s == nil {
			continue
		}
		for _, i := range s.Includes {
			if string(i) == to {
				return true
			}
			if !seen[string(i)] {
				seen[string(i)] = true
				next = append(next, string(i))
			}
		}
	}
	return false
}

func isCycle(err *field.Error) bool { return strings.Contains(err.Detail, "includes itself") }

// BenchmarkJurisdictions resolves a chain and a ring of n jurisdictions.
func BenchmarkJurisdictions(b *testing.B) {
	cat := load(b)
	for _, n := range []int{100, 1000, 10000} {
		for name, last := range map[string]residencyv1.JurisdictionName{"Chain": "EU", "Ring": "j-0"} {
			w := World{Catalogue: cat}
			for i := range n {
				next := residencyv1.JurisdictionName(fmt.Sprintf("j-%d", i+1))
				if i == n-1 {
					next = last
				}
				w.Jurisdictions = append(w.Jurisdictions, jurisdictionOf(fmt.Sprintf("j-%d", i), including(next)))
			}
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if got := len(resolveJurisdictions(w).byName); got != n+2 {
						b.Fatalf("got %d", got)
					}
				}
			})
		}
	}
}
