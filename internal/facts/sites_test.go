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

package facts

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// siteOf is a Site in a country that names nodes.
func siteOf(name, country string, nodes ...string) location.Site {
	return location.Site{Name: name, UID: name, NodeNames: nodes, Country: country, Source: "Site " + name}
}

// selecting is a Site in a country that claims the nodes with a label.
func selecting(t *testing.T, name, country, selector string) location.Site {
	t.Helper()
	s := siteOf(name, country)
	parsed, err := labels.Parse(selector)
	if err != nil {
		t.Fatal(err)
	}
	s.Selector = parsed
	return s
}

func namesOf(states []NodeState) []string {
	var out []string
	for _, s := range states {
		out = append(out, s.Name)
	}
	return out
}

func TestSitesAndTheirNodes(t *testing.T) {
	cat := load(t)
	locator := func(sites ...location.Site) location.Locator {
		return location.Locator{Catalogue: cat, Sites: location.NewSites(sites), Now: time.Unix(1, 0)}
	}
	nodes := NewNodes(location.Locator{})
	touched := map[string][]string{}
	nodes.Subscribe(func(c NodeChange) {
		if c.Sites != nil {
			touched[c.Name] = c.Sites
		}
	})
	step := func(name string, do func(), wantTouched map[string][]string, hall, pool []string) {
		t.Helper()
		clear(touched)
		do()
		if diff := cmp.Diff(wantTouched, touched); diff != "" {
			t.Errorf("%s: touched (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(hall, namesOf(nodes.OfSite("hall"))); diff != "" {
			t.Errorf("%s: nodes of hall (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(pool, namesOf(nodes.OfSite("pool"))); diff != "" {
			t.Errorf("%s: nodes of pool (-want +got):\n%s", name, diff)
		}
	}
	type touch = map[string][]string
	hall, pool := siteOf("hall", "DE", "b", "a"), selecting(t, "pool", "DE", "pool=x")
	step("nodes before there are Sites", func() {
		nodes.Set(awsNode("a", "eu-central-1", "pool", "x"))
		nodes.Set(awsNode("b", "eu-west-2"))
		nodes.Set(awsNode("c", "eu-central-1", "pool", "x"))
	}, touch{}, nil, nil)
	step("the first Sites", func() { nodes.SetLocator(locator(hall, pool)) },
		touch{"a": {"hall", "pool"}, "b": {"hall"}, "c": {"pool"}}, []string{"a", "b"}, []string{"a", "c"})
	if b, _ := nodes.State("b"); b.Answer.Location.Country != "DE" || b.Answer.Location.Assurance != location.Declared || b.Answer.Location.Contradiction == "" {
		t.Errorf("a node that its Site contradicts is %+v", b.Answer.Location)
	}
	step("the same Sites again", func() { nodes.SetLocator(locator(hall, pool)) }, touch{}, []string{"a", "b"}, []string{"a", "c"})
	step("a node says that it is elsewhere", func() { nodes.Set(awsNode("b", "us-east-1")) }, touch{"b": {"hall"}}, []string{"a", "b"}, []string{"a", "c"})
	step("a label that a Site selects by is gone", func() { nodes.Set(awsNode("c", "eu-central-1")) }, touch{"c": {"pool"}}, []string{"a", "b"}, []string{"a"})
	step("a heartbeat", func() { nodes.Set(awsNode("c", "eu-central-1")) }, touch{}, []string{"a", "b"}, []string{"a"})
	step("a node is deleted", func() { nodes.Delete("a") }, touch{"a": {"hall", "pool"}}, []string{"b"}, nil)
	step("a Site is deleted", func() { nodes.SetLocator(locator(pool)) }, touch{"b": {"hall"}}, nil, nil)
	step("a node comes", func() { nodes.Set(awsNode("d", "eu-central-1", "pool", "x")) }, touch{"d": {"pool"}}, nil, []string{"d"})
	step("another one of that name", func() {
		again := awsNode("d", "eu-central-1", "pool", "x")
		again.UID = "d2"
		nodes.Set(again)
	}, touch{"d": {"pool"}}, nil, []string{"d"})
	step("a Site comes that disagrees", func() { nodes.SetLocator(locator(pool, selecting(t, "other", "FR", "pool=x"))) },
		touch{"d": {"other", "pool"}}, nil, []string{"d"})
	if diff := cmp.Diff(map[string]map[string]struct{}{"other": {"d": {}}, "pool": {"d": {}}}, map[string]map[string]struct{}(nodes.bySite)); diff != "" {
		t.Errorf("the index (-want +got):\n%s", diff)
	}
}

func TestASiteIsWhatVerdictsCanTellApart(t *testing.T) {
	cat := load(t)
	nodes := NewNodes(location.Locator{Catalogue: cat})
	for _, name := range []string{"a", "b", "c"} {
		nodes.Set(awsNode(name, "eu-central-1"))
	}
	if got := reachWords(nodes.Reach(podWith(nil))); got != "nodes 3: a(3)" {
		t.Fatalf("without Sites: %s", got)
	}
	var got []NodeChange
	nodes.Subscribe(func(c NodeChange) { got = append(got, c) })
	hall := siteOf("hall", "DE", "a")
	hall.Provider, hall.Region, hall.City = "aws", "eu-central-1", "Frankfurt"
	nodes.SetLocator(location.Locator{Catalogue: cat, Sites: location.NewSites([]location.Site{hall})})
	if diff := cmp.Diff([]NodeChange{{Name: "a", Location: true, Stamp: true, Sites: []string{"hall"}}}, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if got := reachWords(nodes.Reach(podWith(nil))); got != "nodes 3: a(1) b(2)" {
		t.Errorf("with a Site: %s", got)
	}
}

// A node that is to come is in no Site yet, even in one that selects by what is asked for.
func TestNoSiteIsAskedAboutNodesToCome(t *testing.T) {
	site := selecting(t, "paris", "FR", "topology.kubernetes.io/region=eu-north-1")
	nodes := NewNodes(location.Locator{Catalogue: load(t), Sites: location.NewSites([]location.Site{site})})
	r := nodes.Reach(podWith(map[string]string{"topology.kubernetes.io/region": "eu-north-1"}))
	if r.Kind != residency.ReachNamed || len(r.Places) != 1 || r.Places[0].Node.Location.Country != "SE" || len(r.Places[0].Node.Location.Sites) != 0 {
		t.Errorf("it reaches %+v", r)
	}
}
