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

package location_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// writable are the labels that count and that a kubelet can write.
var writable = []string{
	"topology.kubernetes.io/zone", "topology.kubernetes.io/region", "node.kubernetes.io/instance-type",
	"failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region", room, "rack",
}

// pool is what nodes say in the samples: IDs, and the values of labels.
type pool struct{ ids, values []string }

func poolOf(tb testing.TB) pool {
	tb.Helper()
	ids, values := map[string]bool{"": true, "mars://1": true, "aws://": true}, map[string]bool{"a": true, "b": true, "nova": true, "0": true, "mars-1": true, "tinav5.c4r8p1": true}
	for _, nodes := range samples(tb) {
		for _, s := range nodes {
			ids[s.ProviderID] = true
			for _, v := range s.Labels {
				values[v] = true
			}
		}
	}
	return pool{slices.Sorted(maps.Keys(ids)), slices.Sorted(maps.Keys(values))}
}

// node draws what a kubelet may say of its node. The samples' own pairs of ID and labels come
// often, since values thrown together are seldom a place.
func (p pool) node(t *rapid.T, all []sample) location.Node {
	n := location.Node{Name: "node-1", Labels: map[string]string{}}
	if rapid.Bool().Draw(t, "sample") {
		s := rapid.SampledFrom(all).Draw(t, "of")
		n.ProviderID, n.Labels = s.ProviderID, maps.Clone(s.Labels)
		if n.Labels == nil {
			n.Labels = map[string]string{}
		}
	} else {
		n.ProviderID = rapid.SampledFrom(p.ids).Draw(t, "providerID")
	}
	for _, key := range rapid.SliceOfDistinct(rapid.SampledFrom(writable), rapid.ID).Draw(t, "changed") {
		if value := rapid.SampledFrom(append([]string{""}, p.values...)).Draw(t, key); value != "" {
			n.Labels[key] = value
		} else {
			delete(n.Labels, key)
		}
	}
	return n
}

// allSamples are all nodes of testdata/nodes.
func allSamples(tb testing.TB) []sample {
	files := samples(tb)
	var all []sample
	for _, name := range slices.Sorted(maps.Keys(files)) {
		all = append(all, files[name]...)
	}
	return all
}

// site draws a Site whose codes lie where it says.
func site(t *rapid.T, cat *catalogue.Catalogue, name, by string) location.Site {
	s := location.Site{Name: name, UID: "uid-" + name, Source: "contract of " + name}
	row := rapid.SampledFrom(cat.Regions()).Draw(t, "region of "+name)
	s.Country = row.Country
	if rapid.Bool().Draw(t, "provider of "+name) {
		s.Provider = row.Provider
		if rapid.Bool().Draw(t, "region named by "+name) {
			s.Region = row.Name
		}
	}
	if rapid.Bool().Draw(t, "city of "+name) {
		s.City = catalogue.DisplayCity(row.City)
	}
	if rapid.IntRange(0, 4).Draw(t, "expiry of "+name) == 0 {
		s.ValidUntil = noon.Add(time.Duration(rapid.SampledFrom([]int{-1, 0, 1}).Draw(t, "hours")) * time.Hour)
	}
	s.Selector = selector(t, by)
	return s
}

// claims draws Sites that a kubelet can choose or leave.
func claims(t *rapid.T, cat *catalogue.Catalogue) []location.Site {
	by := []string{room + "=a", room + "=b", "rack", "!rack", room + " notin (b)", restrictedRoom + "=a," + room, "!" + restrictedRoom}
	var list []location.Site
	for i := range rapid.IntRange(0, 3).Draw(t, "claims") {
		list = append(list, site(t, cat, fmt.Sprintf("claim-%d", i), rapid.SampledFrom(by).Draw(t, "by")))
	}
	return list
}

// Whatever a kubelet writes, and however often, its node is never in another country than it
// once was, and never known again once it has said so.
func TestLocateMoveIsSticky(t *testing.T) {
	t.Parallel()
	cat, p, all := load(t), poolOf(t), allSamples(t)
	rapid.Check(t, func(t *rapid.T) {
		l := location.Locator{Catalogue: cat, Sites: location.NewSites(claims(t, cat)), Now: noon}
		var memory *location.Memory
		country, moved := "", false
		for range rapid.IntRange(4, 16).Draw(t, "steps") {
			a := l.Locate(p.node(t, all), memory)
			memory = a.Memory
			if !a.Location.Known() {
				moved = moved || a.Location.Reason == location.ReasonMovedNode
				continue
			}
			if moved {
				t.Fatalf("a node that has moved is at %s", a.Location.Place())
			}
			if country != "" && a.Location.Country != country {
				t.Fatalf("it was in %s and is in %s: %+v", country, a.Location.Country, a)
			}
			country = a.Location.Country
		}
		if (memory != nil) != (country != "") {
			t.Fatalf("it was in %q, and %+v is remembered", country, memory)
		}
	})
}

// No word that a kubelet can write makes a place Declared.
func TestLocateKubeletNeverDeclares(t *testing.T) {
	t.Parallel()
	cat, p, all := load(t), poolOf(t), allSamples(t)
	rapid.Check(t, func(t *rapid.T) {
		sites := claims(t, cat)
		sites = append(sites, site(t, cat, "declares", restrictedRoom+"=a"), location.Site{Name: "named", Country: "DE", NodeNames: []string{"node-2"}})
		l := location.Locator{Catalogue: cat, Sites: location.NewSites(sites), Now: noon}
		a := l.Locate(p.node(t, all), nil)
		if a.Location.Assurance == location.Declared || slices.Contains(a.Location.Sites, "declares") || slices.Contains(a.Location.Sites, "named") {
			t.Fatalf("declared by a kubelet: %+v", a)
		}
	})
}

// A Site that declares a node always wins, with its own place and no other Site, whatever the
// node says, whatever else claims it and whatever is remembered.
func TestLocateDeclaredAlwaysWins(t *testing.T) {
	t.Parallel()
	cat, p, all := load(t), poolOf(t), allSamples(t)
	rapid.Check(t, func(t *rapid.T) {
		s := site(t, cat, "declares", restrictedRoom+"=a")
		s.ValidUntil = time.Time{}
		l := location.Locator{Catalogue: cat, Sites: location.NewSites(append(claims(t, cat), s)), Now: noon}
		memory := l.Locate(p.node(t, all), nil).Memory
		n := p.node(t, all)
		n.Labels[restrictedRoom] = "a"
		got := l.Locate(n, memory).Location
		want := location.Location{
			Provider: s.Provider, Region: s.Region, City: s.City, Country: s.Country, Sites: []string{"declares"},
			Assurance: location.Declared, Witnesses: got.Witnesses, Contradiction: got.Contradiction, Source: s.Source,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("declared (-want +got):\n%s", diff)
		}
	})
}

// The deprecated labels can take a place away, and never give one, another one or a better one.
func TestLocateBetaLabelsNeverGiveAPlace(t *testing.T) {
	t.Parallel()
	cat, p, all := load(t), poolOf(t), allSamples(t)
	rapid.Check(t, func(t *rapid.T) {
		l := location.Locator{Catalogue: cat, Sites: location.NewSites(claims(t, cat)), Now: noon}
		with := p.node(t, all)
		without := with
		without.Labels = maps.Clone(with.Labels)
		delete(without.Labels, "failure-domain.beta.kubernetes.io/zone")
		delete(without.Labels, "failure-domain.beta.kubernetes.io/region")
		a, b := l.Locate(with, nil).Location, l.Locate(without, nil).Location
		if !a.Known() {
			return
		}
		a.Witnesses, b.Witnesses = nil, nil
		if diff := cmp.Diff(b, a); diff != "" {
			t.Fatalf("deprecated labels changed the place (-without +with):\n%s", diff)
		}
	})
}

// aliasesOf writes the aliases of a region as its row has them: a label with a sign before it.
func aliasesOf(r *catalogue.Region) string {
	var written []string
	for _, alias := range r.Aliases {
		if r.HasLabel(alias) {
			alias = "=" + alias
		}
		written = append(written, alias)
	}
	return strings.Join(written, ";")
}

// A row of the catalogue that is corrected moves no node.
func TestLocateCorrectedCatalogueIsNoMove(t *testing.T) {
	t.Parallel()
	cat, all := load(t), allSamples(t)
	var known []sample
	for _, s := range all {
		if s.Want.Region != "" {
			known = append(known, s)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(known).Draw(t, "node")
		n := location.Node{Name: "node-1", ProviderID: s.ProviderID, Labels: s.Labels}
		before := location.Locator{Catalogue: cat, Now: noon}.Locate(n, nil)
		country := rapid.SampledFrom([]string{"DE", "FR", "GB", "US", "CN", "BR"}).Draw(t, "country")
		city := rapid.SampledFrom([]string{"", "Springfield"}).Draw(t, "city")
		overlay := "provider,region,city,country,aliases,source,confidence\n"
		for _, provider := range append([]string{s.Want.Provider}, s.Want.Providers...) {
			if row, ok := cat.Region(provider, s.Want.Region); ok {
				overlay += fmt.Sprintf("%s,%s,%s,%s,%s,corrected,high\n", provider, row.Name, city, country, aliasesOf(row))
			}
		}
		corrected, err := catalogue.LoadWith(catalogue.Overlay{Files: map[string]string{"regions.csv": overlay}})
		if err != nil {
			t.Fatal("the correction is refused:", err)
		}
		after := location.Locator{Catalogue: corrected, Now: noon}.Locate(n, before.Memory)
		if after.Location.Reason == location.ReasonMovedNode {
			t.Fatalf("moved by a correction of\n%s\n%s", overlay, after.Location.Detail)
		}
		if after.Location.Known() && after.Memory.Country != after.Location.Country {
			t.Fatalf("it is in %s, and %s is remembered", after.Location.Country, after.Memory.Country)
		}
	})
}

// Resolving a node is done for every node at every change of the rulebook.
func TestLocateAllocates(t *testing.T) {
	cat := load(t)
	l := location.Locator{Catalogue: cat, Sites: hundredSites(t)}
	for name, n := range benchNodes() {
		if got := testing.AllocsPerRun(100, func() { _ = location.OfNode(cat, n) }); got > 4 {
			t.Errorf("%s: OfNode makes %v allocations", name, got)
		}
		memory := l.Locate(n, nil).Memory
		if got := testing.AllocsPerRun(100, func() { _ = l.Locate(n, memory) }); got > 4 {
			t.Errorf("%s: Locate makes %v allocations", name, got)
		}
	}
}
