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
	"testing"

	"github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// step is one time that a node is asked, and the place or the reason that is wanted.
type step struct {
	node  location.Node
	sites []location.Site
	want  string
}

func TestLocateRemembers(t *testing.T) {
	t.Parallel()
	named := func(n location.Node) location.Node {
		n.Name = "node-1"
		return n
	}
	at := func(region, zone string) location.Node { return named(node(azureVM, zone, region, "")) }
	silent := at("", "")
	inRoom := func() location.Node { return in(node("kind://docker/dev/worker", "", "", ""), room, "a") }
	inOther := func() location.Node { return in(node("kind://docker/dev/worker", "", "", ""), room, "b") }
	claim := func(name, uid, country, city, value string) location.Site {
		return location.Site{Name: name, UID: uid, Country: country, City: city, Selector: selector(t, room+"="+value)}
	}
	renewed := func(s location.Site) location.Site {
		s.Source, s.ValidUntil = "looked at again", noon.AddDate(1, 0, 0)
		return s
	}
	rackIn := func(country string) location.Site {
		return location.Site{Name: "rack", UID: "3", Country: country, Selector: selector(t, "rack=c")}
	}
	// Two claims of one node by labels of their own, and one that says another place.
	pair := []location.Site{claim("a", "1", "FR", "", "a"), rackIn("FR"), claim("g", "2", "GB", "", "b")}
	inBoth, rackOnly := in(inRoom(), "rack", "c"), in(node("kind://docker/dev/worker", "", "", ""), "rack", "c")
	rackAndOther := in(inOther(), "rack", "c")
	extended := func(s location.Site) location.Site {
		s.NodeNames = []string{"another-node"}
		return s
	}
	at2 := func(region, zone string) location.Node { return named(node("aws:////"+awsID, zone, region, "")) }
	nowhere := named(node("kind://docker/dev/worker", "", "", ""))
	germany := []location.Site{claim("hall-a", "1", "DE", "", "a"), claim("hall-b", "2", "DE", "", "b")}
	parisA := []location.Site{claim("paris", "1", "FR", "Paris", "a"), claim("lyon", "2", "FR", "Lyon", "b")}
	const moved = string(location.ReasonMovedNode)
	tests := map[string][]step{
		"it stays": {{at("westeurope", ""), nil, "NL"}, {at("westeurope", ""), nil, "NL"}},
		"it moves, and going back does not help": {
			{at("westeurope", ""), nil, "NL"}, {at("northeurope", ""), nil, moved}, {at("westeurope", ""), nil, moved}, {silent, nil, moved},
		},
		"it moves by way of nowhere": {
			{at("westeurope", ""), nil, "NL"}, {silent, nil, "NoWitness"}, {at("northeurope", ""), nil, moved},
		},
		"nowhere in between, and back": {
			{at("westeurope", ""), nil, "NL"}, {silent, nil, "NoWitness"}, {at("mars-1", ""), nil, "UnknownRegion"}, {at("westeurope", ""), nil, "NL"},
		},
		"the first place after none": {{silent, nil, "NoWitness"}, {at("westeurope", ""), nil, "NL"}},
		"another zone":               {{at("westeurope", "westeurope-1"), nil, "NL"}, {at("westeurope", "westeurope-2"), nil, moved}},
		"another zone by way of none": {
			{at("westeurope", "westeurope-1"), nil, "NL"}, {at("westeurope", ""), nil, "NL"}, {at("westeurope", "westeurope-2"), nil, moved},
		},
		"a zone where there was only a region": {{at("westeurope", ""), nil, "NL"}, {at("westeurope", "westeurope-2"), nil, "NL"}, {at("westeurope", "westeurope-1"), nil, moved}},
		"the zone of Istanbul goes, and the label of its region stays": {
			{named(node("aws:////"+awsID, "eu-central-1-ist-1a", "eu-central-1", "")), nil, "Istanbul, TR"},
			{named(node("aws:////"+awsID, "", "eu-central-1", "")), nil, moved},
		},
		"one of several providers turns out to be it": {
			{named(node("", "", "eu-central-1", "")), nil, "Frankfurt, DE"},
			{named(node("aws:///eu-central-1a/"+awsID, "", "eu-central-1", "")), nil, "Frankfurt, DE"},
			{named(node("eu-central-1.i-gw8ihqxbmxa0kvvc3rd1", "", "eu-central-1", "")), nil, moved},
		},
		"another provider in the same city": {
			{named(node("", "", "eu-central-1", "")), nil, "Frankfurt, DE"}, {named(node("", "", "germanywestcentral", "")), nil, moved},
		},
		"a Site that declares is no move, and the node's own word is followed under it": {
			{at("westeurope", ""), nil, "NL"},
			{at("westeurope", ""), []location.Site{{Name: "s", Country: "FR", NodeNames: []string{"node-1"}}}, "FR"},
			{at("westeurope", ""), []location.Site{{Name: "s", Country: "GB", NodeNames: []string{"node-1"}}}, "GB"},
			{at("westeurope", ""), nil, "NL"},
			{at("northeurope", ""), []location.Site{{Name: "s", Country: "GB", NodeNames: []string{"node-1"}}}, "GB"},
			{at("westeurope", ""), nil, moved},
		},
		"a declared place is not remembered": {
			{silent, []location.Site{{Name: "s", Country: "FR", NodeNames: []string{"node-1"}}}, "FR"}, {at("northeurope", ""), nil, "IE"},
		},
		"by a claim, and then by another claim": {{inRoom(), parisA, "Paris, FR"}, {inOther(), parisA, moved}},
		"by a claim, which an administrator deletes": {
			{inRoom(), parisA, "Paris, FR"}, {inRoom(), parisA[1:], "NoWitness"}, {inOther(), parisA[1:], "Lyon, FR"},
		},
		"by a claim, which an administrator changes": {
			{inRoom(), parisA, "Paris, FR"}, {inRoom(), []location.Site{claim("paris", "1", "FR", "Lille", "a")}, "Lille, FR"},
		},
		"by a claim, which an administrator makes anew": {
			{inRoom(), parisA, "Paris, FR"}, {inRoom(), []location.Site{claim("paris", "9", "BE", "", "a")}, "BE"},
		},
		"moved, and then the claim is changed": {
			{inRoom(), parisA, "Paris, FR"}, {inOther(), parisA, moved},
			{inOther(), []location.Site{claim("paris", "1", "FR", "Lille", "a"), parisA[1]}, moved},
		},
		"out of the claim, which an administrator renews, and into another one": {
			{inRoom(), parisA, "Paris, FR"},
			{named(node("kind://docker/dev/worker", "", "", "")), []location.Site{renewed(parisA[0]), parisA[1]}, "NoWitness"},
			{inOther(), []location.Site{renewed(parisA[0]), parisA[1]}, moved},
		},
		"from a region whose city nobody names to a zone that is no part of it, and the other way": {
			{at2("us-east-1", ""), nil, "N. Virginia, US"}, {at2("us-west-2", "us-west-2-lax-1a"), nil, moved},
		},
		"from a zone that is no part of a region to a region whose city nobody names": {
			{at2("us-west-2", "us-west-2-lax-1a"), nil, "Los Angeles, US"}, {at2("us-west-2", ""), nil, moved},
		},
		"the same without a providerID": {
			{named(node("", "us-west-2-lax-1a", "us-west-2", "")), nil, "Los Angeles, US"}, {named(node("", "", "us-west-2", "")), nil, moved},
		},
		"from one claim to another that says the same country": {
			{inRoom(), germany, "DE"}, {inOther(), germany, moved},
		},
		"the same by way of none": {
			{inRoom(), germany, "DE"}, {nowhere, germany, "NoWitness"}, {inOther(), germany, moved},
		},
		"out of a claim, which an administrator extends to others or deletes, and elsewhere": {
			{inRoom(), parisA, "Paris, FR"}, {nowhere, parisA, "NoWitness"},
			{nowhere, []location.Site{extended(parisA[0]), parisA[1]}, "NoWitness"}, {nowhere, parisA[1:], "NoWitness"},
			{inOther(), parisA[1:], moved},
		},
		"out of one of two claims, which an administrator deletes, and into another": {
			{inBoth, pair, "FR"}, {rackOnly, pair, "FR"}, {rackOnly, pair[1:], "FR"}, {inOther(), pair[1:], moved},
		},
		"out of one of two claims and into one that fights, and then the one that was left is deleted": {
			{inBoth, pair, "FR"}, {rackAndOther, pair, "ConflictingWitnesses"}, {rackAndOther, pair[1:], "ConflictingWitnesses"},
			{inOther(), pair[1:], moved},
		},
		"one of two claims is deleted while the node is in both": {
			{inBoth, pair, "FR"}, {inBoth, pair[1:], "FR"}, {inOther(), pair[1:], moved},
		},
		"both claims are changed while the node is in them": {
			{inBoth, pair, "FR"}, {inBoth, []location.Site{claim("a", "1", "BE", "", "a"), rackIn("BE"), pair[2]}, "BE"},
		},
		"out of a claim and back into it": {
			{inRoom(), parisA, "Paris, FR"}, {nowhere, parisA, "NoWitness"}, {inRoom(), parisA, "Paris, FR"},
		},
		"a claim of another place on a node that has fallen silent is not believed, and not held against it": {
			{in(at("westeurope", ""), room, "a"), nil, "NL"}, {in(at("", ""), room, "a"), nil, "NoWitness"},
			{in(at("", ""), room, "a"), parisA, "ConflictingWitnesses"}, {in(at("", ""), room, "a"), nil, "NoWitness"},
			{in(at("westeurope", ""), room, "a"), nil, "NL"},
		},
		"moved, and then the claim is withdrawn": {
			{inRoom(), parisA, "Paris, FR"}, {inOther(), parisA, moved}, {inOther(), parisA[1:], moved},
		},
		"a node cannot make its place rest on a claim, to be forgotten with it": {
			{at("westeurope", ""), nil, "NL"},
			{in(at("", ""), room, "a"), []location.Site{claim("nl", "1", "NL", "", "a")}, "NL"},
			{at("northeurope", ""), nil, moved},
		},
		"a claim without a city gains one, once": {
			{inRoom(), []location.Site{claim("fr", "1", "FR", "", "a")}, "FR"},
			{inRoom(), []location.Site{claim("fr", "1", "FR", "", "a"), claim("paris", "2", "FR", "Paris", "a")}, "Paris, FR"},
			{inRoom(), []location.Site{claim("fr", "1", "FR", "", "a")}, "FR"},
			{inRoom(), []location.Site{claim("fr", "1", "FR", "", "a"), claim("lyon", "3", "FR", "Lyon", "a")}, moved},
		},
	}
	cat := load(t)
	for name, steps := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var memory *location.Memory
			for i, s := range steps {
				l := location.Locator{Catalogue: cat, Sites: location.NewSites(s.sites), Now: noon}
				a := l.Locate(s.node, memory)
				got := string(a.Location.Reason)
				if a.Location.Known() {
					got = a.Location.Place()
				}
				if got != s.want {
					t.Fatalf("step %d: %s (%s), want %s", i, got, a.Location.Detail, s.want)
				}
				if memory = a.Memory; memory != nil {
					again := l.Locate(s.node, memory)
					if again.Memory != memory {
						t.Errorf("step %d: asked again, it remembers anew (-first +then):\n%s", i, cmp.Diff(memory, again.Memory))
					}
				}
			}
		})
	}
}

// The sentence says from where to where, and what may be done by whom.
func TestLocateSaysThatANodeHasMoved(t *testing.T) {
	t.Parallel()
	l := location.Locator{Catalogue: load(t), Now: noon}
	before := l.Locate(location.Node{Name: "node-1", Labels: node("", "westeurope-1", "westeurope", "").Labels}, nil)
	after := l.Locate(location.Node{Name: "node-1", Labels: node("", "", "uksouth", "").Labels}, before.Memory)
	want := "the node was in NL (azure westeurope-1) and has since said that it is in London, GB (azure uksouth); " +
		"a node does not move, and if this one did, whoever has the verb " + residencyv1.RelocateVerb + " on it runs " +
		"kubectl annotate node node-1 " + residencyv1.LocationAnnotation + "-"
	if after.Location.Reason != location.ReasonMovedNode || after.Location.Detail != want {
		t.Errorf("got %s: %s\nwant MovedNode: %s", after.Location.Reason, after.Location.Detail, want)
	}
	if diff := cmp.Diff(&location.Memory{
		Provider: "azure", Region: "westeurope", Zone: "westeurope-1", Country: "NL", Said: before.Memory.Said, MovedTo: "London, GB (azure uksouth)",
	}, after.Memory); diff != "" {
		t.Errorf("memory (-want +got):\n%s", diff)
	}
	if before.Memory.MovedTo != "" {
		t.Error("the memory that was passed in was changed")
	}
	// Whoever removes the memory lets the node have the place where it is now.
	if a := l.Locate(location.Node{Name: "node-1", Labels: node("", "", "uksouth", "").Labels}, nil); a.Location.Place() != "London, GB" {
		t.Errorf("relocated: %s (%s)", a.Location.Place(), a.Location.Detail)
	}
}

// A label that the catalogue gives to another region of the provider, or to another provider,
// moves no node that goes on saying the same. One that says something else at the same time has.
func TestLocateCorrectedLabelIsNoMove(t *testing.T) {
	t.Parallel()
	const header = "provider,region,city,country,aliases,source,confidence\n"
	id := "openstack:///7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c"
	tests := map[string]struct{ rows, want string }{
		"to another region": {
			"ovh,GRA,Gravelines,FR,=GRA7,corrected,high\novh,LIL,Lille,FR,=GRA11,corrected,high\n", "Lille, FR",
		},
		"to another provider": {
			"ovh,GRA,Gravelines,FR,=GRA7,corrected,high\notc,lil,Lille,FR,=GRA11,corrected,high\n", "Lille, FR",
		},
	}
	before := location.Locator{Catalogue: load(t), Now: noon}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			corrected, err := catalogue.LoadWith(catalogue.Overlay{Files: map[string]string{"regions.csv": header + tt.rows}})
			if err != nil {
				t.Fatal(err)
			}
			after := location.Locator{Catalogue: corrected, Now: noon}
			n := node(id, "nova", "GRA11", "")
			first := before.Locate(n, nil)
			if got := first.Location.Place(); got != "Gravelines, FR" {
				t.Fatalf("at first it is in %s (%s)", got, first.Location.Detail)
			}
			then := after.Locate(n, first.Memory)
			if got := then.Location.Place(); got != tt.want {
				t.Fatalf("corrected, it is in %s (%s), want %s", got, then.Location.Detail, tt.want)
			}
			if again := after.Locate(n, then.Memory); again.Memory != then.Memory {
				t.Errorf("asked again, it remembers anew (-first +then):\n%s", cmp.Diff(then.Memory, again.Memory))
			}
			// It is remembered where it is by now: going where it was is a move.
			if l := after.Locate(node(id, "nova", "GRA7", ""), then.Memory).Location; l.Reason != location.ReasonMovedNode {
				t.Errorf("it says another label and is in %s", l.Place())
			}
			// So is saying another label at the time of the correction.
			if l := after.Locate(node(id, "", "WAW1", ""), first.Memory).Location; l.Reason != location.ReasonMovedNode {
				t.Errorf("it says another label meanwhile and is in %s (%s)", l.Place(), l.Detail)
			}
		})
	}
}
