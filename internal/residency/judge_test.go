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
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/place"
)

func TestEvaluateInSites(t *testing.T) {
	w := declared(load(t))
	nodes := declaredNodes(w)
	for name, tc := range map[string]struct {
		rule residencyv1.PlacesRule
		node string
		want string
	}{
		"in the allowed site":                 {placesRule(site("paris-room")), "paris-room-1", "Permitted(PlacePermitted)"},
		"beside the allowed site":             {placesRule(site("paris-room")), "outside", "Prohibited(PlaceNotAllowed)"},
		"in another site":                     {placesRule(site("paris-room")), "aisle-1", "Prohibited(PlaceNotAllowed)"},
		"in one of two sites":                 {placesRule(site("paris-room"), site("cage")), "caged", "Permitted(PlacePermitted)"},
		"in an allowed site and another":      {placesRule(site("paris-room")), "both", "Permitted(PlacePermitted)"},
		"in an allowed site and a denied":     {placesRule(site("paris-room"), "but", site("aisle")), "both", "Prohibited(PlaceDenied)"},
		"in an allowed country":               {placesRule(country("FR")), "paris-room-1", "Permitted(PlacePermitted)"},
		"in a denied site of one":             {placesRule(country("FR"), "but", site("paris-room")), "paris-room-1", "Prohibited(PlaceDenied)"},
		"beside a denied site of one":         {placesRule(country("FR"), "but", site("paris-room")), "outside", "Permitted(PlacePermitted)"},
		"in a site of a denied country":       {placesRule(site("paris-room"), "but", country("FR")), "paris-room-1", "Prohibited(PlaceDenied)"},
		"in a site of a denied city":          {placesRule(site("paris-room"), "but", city("Paris", "FR")), "paris-room-1", "Prohibited(PlaceDenied)"},
		"in a site that may be the denied":    {placesRule(site("aisle"), "but", city("Paris", "FR")), "aisle-1", "Undetermined(ImpreciseLocation)"},
		"two sites, the city of one":          {placesRule(site("aisle"), "but", city("Paris", "FR")), "both", "Prohibited(PlaceDenied)"},
		"a city that only a site declares":    {placesRule(city("buxtehude", "DE")), "caged", "Permitted(PlacePermitted)"},
		"a site's city from the catalogue":    {placesRule(city("Frankfurt", "DE")), "rented-1", "Permitted(PlacePermitted)"},
		"a site's region":                     {placesRule(region("aws", "eu-central-1")), "rented-1", "Permitted(PlacePermitted)"},
		"a region without its site":           {placesRule(region("aws", "eu-central-1"), "but", site("rented")), "rented-1", "Prohibited(PlaceDenied)"},
		"a city that the site does not say":   {placesRule(city("Paris", "FR")), "aisle-1", "Undetermined(ImpreciseLocation)"},
		"in both lists, the city not known":   {placesRule(city("Paris", "FR"), "but", city("Paris", "FR"), site("cage")), "aisle-1", "Prohibited(PlaceNotAllowed)"},
		"a jurisdiction":                      {placesRule(jurisdiction("dach")), "caged", "Permitted(PlacePermitted)"},
		"a jurisdiction without the country":  {placesRule(jurisdiction("most")), "aisle-1", "Prohibited(PlaceNotAllowed)"},
		"a jurisdiction through another":      {placesRule(jurisdiction("most")), "caged", "Permitted(PlacePermitted)"},
		"a site that a kubelet has chosen":    {placesRule(site("shelf")), "shelf-2", "Permitted(PlacePermitted)"},
		"a site that does not exist":          {placesRule(site("nowhere")), "paris-room-1", "Undetermined(PolicyNotAccepted)"},
		"a site that does not exist, besides": {placesRule(country("FR"), "but", site("nowhere")), "outside", "Undetermined(PolicyNotAccepted)"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := judged(w, tc.rule, nil, nodes[tc.node]); got != tc.want {
				t.Errorf("%s is %+v\n got %s\nwant %s", tc.node, nodes[tc.node].Location, got, tc.want)
			}
		})
	}
}

func TestEvaluateAssurance(t *testing.T) {
	w := declared(load(t))
	nodes := declaredNodes(w)
	for name, tc := range map[string]struct {
		minimum residencyv1.Assurance
		rule    residencyv1.PlacesRule
		node    string
		want    string
	}{
		"no minimum, claimed":                {"", placesRule(jurisdiction("EU")), "claimed", "Permitted(PlacePermitted)"},
		"Claimed, claimed":                   {residencyv1.AssuranceClaimed, placesRule(jurisdiction("EU")), "claimed", "Permitted(PlacePermitted)"},
		"Consistent, claimed":                {residencyv1.AssuranceConsistent, placesRule(jurisdiction("EU")), "claimed", "Undetermined(InsufficientAssurance)"},
		"Consistent, claimed, and elsewhere": {residencyv1.AssuranceConsistent, placesRule(country("US")), "claimed", "Undetermined(InsufficientAssurance)"},
		"Consistent, consistent":             {residencyv1.AssuranceConsistent, placesRule(jurisdiction("EU")), "outside", "Permitted(PlacePermitted)"},
		"Declared, consistent":               {residencyv1.AssuranceDeclared, placesRule(jurisdiction("EU")), "outside", "Undetermined(InsufficientAssurance)"},
		"Declared, declared by name":         {residencyv1.AssuranceDeclared, placesRule(jurisdiction("EU")), "paris-room-1", "Permitted(PlacePermitted)"},
		"Declared, by restricted labels":     {residencyv1.AssuranceDeclared, placesRule(site("cage")), "caged", "Permitted(PlacePermitted)"},
		"Declared, declared and elsewhere":   {residencyv1.AssuranceDeclared, placesRule(country("US")), "paris-room-1", "Prohibited(PlaceNotAllowed)"},
		"what is not one asks for the most":  {"Sworn", placesRule(jurisdiction("EU")), "paris-room-1", "Undetermined(PolicyNotAccepted)"},

		// That a node is in a Site is only as sure as what put it there.
		"a site of which the node says that it is in it":        {residencyv1.AssuranceDeclared, placesRule(site("shelf")), "shelf-2", "Undetermined(InsufficientAssurance)"},
		"the same on a node that another site declares":         {residencyv1.AssuranceDeclared, placesRule(site("shelf")), "declared-and-claimed", "Undetermined(InsufficientAssurance)"},
		"the same on a node whose place is consistent":          {residencyv1.AssuranceConsistent, placesRule(site("shelf")), "shelf-aws", "Undetermined(InsufficientAssurance)"},
		"the same where the place is permitted anyway":          {residencyv1.AssuranceConsistent, placesRule(site("shelf"), country("FR")), "shelf-aws", "Permitted(PlacePermitted)"},
		"the same where the place is denied":                    {residencyv1.AssuranceConsistent, placesRule(site("shelf"), "but", country("FR")), "shelf-aws", "Prohibited(PlaceDenied)"},
		"the same on a node that the site names":                {residencyv1.AssuranceDeclared, placesRule(site("shelf")), "shelf-1", "Permitted(PlacePermitted)"},
		"a denied site, whoever says that the node is in it":    {residencyv1.AssuranceDeclared, placesRule(country("FR"), "but", site("shelf")), "declared-and-claimed", "Prohibited(PlaceDenied)"},
		"an allowed site that declares, and a claim of another": {residencyv1.AssuranceDeclared, placesRule(site("shelf"), site("aisle")), "declared-and-claimed", "Permitted(PlacePermitted)"},
	} {
		t.Run(name, func(t *testing.T) {
			change := atLeast(tc.minimum)
			if tc.minimum == "" {
				change = nil
			}
			if got := judged(w, tc.rule, change, nodes[tc.node]); got != tc.want {
				t.Errorf("%s is %+v\n got %s\nwant %s", tc.node, nodes[tc.node].Location, got, tc.want)
			}
		})
	}
}

// What constraints name is no node yet: nobody has said anything that could be too weak.
func TestAssuranceOfPlacesThatAreOnlyNamed(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	strict := with(personal("p", places(jurisdiction("EEA"))), atLeast(residencyv1.AssuranceDeclared))
	for name, tc := range map[string]struct {
		reach   *Reach
		want    string
		partial bool
	}{
		"named, permitted":     {reachOf(ReachNamed, nodes["fra-label"]), "Permitted/Allow: customers/p=Permitted(NoNodeYet,Allow)", true},
		"named, prohibited":    {reachOf(ReachNamed, nodes["iad-aws"]), "Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)", false},
		"named, some":          {reachOf(ReachNamed, nodes["iad-aws"], nodes["fra-aws"]), "Permitted/Allow: customers/p=Permitted(SomeNodesNotPermitted,Allow)", true},
		"named, not known":     {reachOf(ReachNamed, nodes["new-zone"]), "Undetermined/Deny: customers/p=Undetermined(NoPermittedNode,Deny)", false},
		"a node that is there": {reachOf(ReachNodes, nodes["fra-aws"]), "Undetermined/Deny: customers/p=Undetermined(NoPermittedNode,Deny)", false},
	} {
		t.Run(name, func(t *testing.T) {
			rb := Compile(World{Catalogue: cat}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{strict}, Options{})
			in := pod("customers")
			in.Reach = tc.reach
			v := Evaluate(rb, &in)
			if diff := cmp.Diff(tc.want, outcomes(v)); diff != "" {
				t.Error(diff)
			}
			if v.Partial() != tc.partial {
				t.Errorf("Partial() = %v, want %v", v.Partial(), tc.partial)
			}
		})
	}
}

// A node that comes to be where constraints say may be in a Site that is allowed, so a pod
// for it can wait; its binding is judged.
func TestAPlaceThatIsOnlyNamedMayComeToBeInASite(t *testing.T) {
	cat := load(t)
	nodes := world(cat)
	w := World{Catalogue: cat, Sites: []residencyv1.Site{siteOf("room")}}
	for name, tc := range map[string]struct {
		rule  residencyv1.PlacesRule
		reach *Reach
		want  string
	}{
		"a place named":        {placesRule(site("room")), reachOf(ReachNamed, nodes["iad-aws"]), "Permitted/Allow: customers/p=Permitted(NoNodeYet,Allow)"},
		"a place denied":       {placesRule(site("room"), "but", country("US")), reachOf(ReachNamed, nodes["iad-aws"]), "Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)"},
		"a node that is there": {placesRule(site("room")), reachOf(ReachNodes, nodes["iad-aws"]), "Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)"},
		"a site that is denied": {placesRule(country("DE"), "but", site("room")), reachOf(ReachNamed, nodes["iad-aws"]),
			"Prohibited/Deny: customers/p=Prohibited(NoPermittedNode,Deny)"},
	} {
		t.Run(name, func(t *testing.T) {
			rb := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{personal("p", tc.rule.Allowed, tc.rule.Denied...)}, Options{})
			in := pod("customers")
			in.Reach = tc.reach
			if diff := cmp.Diff(tc.want, outcomes(Evaluate(rb, &in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A rulebook and a location can be of different states of a Site for a moment.
func TestASiteThatHasMovedIsNeverPermittedByItsName(t *testing.T) {
	cat := load(t)
	w := World{Catalogue: cat, Sites: []residencyv1.Site{siteOf("room")}}
	old := NewNode("room-1", location.Location{Country: "DE", Sites: []string{"room"}, Assurance: location.Declared})
	for name, r := range map[string]residencyv1.PlacesRule{
		"allowed": placesRule(site("room")),
		"denied":  placesRule(jurisdiction("EU"), "but", site("room")),
	} {
		t.Run(name, func(t *testing.T) {
			if got := judged(w, r, nil, old); got == "Permitted(PlacePermitted)" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// rule is the places before "but" allowed, those after it denied.
func placesRule(parts ...any) residencyv1.PlacesRule {
	var r residencyv1.PlacesRule
	list := &r.Allowed
	for _, part := range parts {
		if p, ok := part.(residencyv1.Place); ok {
			*list = append(*list, p)
			continue
		}
		list = &r.Denied
	}
	return r
}

// judged is what one policy says of a node.
func judged(w World, r residencyv1.PlacesRule, change func(*residencyv1.ResidencyPolicySpec), n *Node) string {
	p := personal("p", r.Allowed, r.Denied...)
	if change != nil {
		p = with(p, change)
	}
	rb := Compile(w, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
	in := pod("customers")
	in.Node = n
	f := Evaluate(rb, &in).Findings[0]
	return f.Outcome.String() + "(" + string(f.Reason) + ")"
}

// A Site that is not where the node is says nothing of it: that is not known, and no refusal.
func TestASiteThatIsElsewhereIsNoAnswer(t *testing.T) {
	a := place.Site("a", place.Home{Country: "FR", City: "paris"})
	p := &rule{
		policy: &policy{}, sites: []string{"a"}, sitesMatter: true, allowed: a, permitted: a, minimum: location.Claimed,
		periods: []period{{allowed: a, permitted: a}},
	}
	n := NewNode("n", location.Location{Country: "GB", City: "London", Sites: []string{"a"}, Assurance: location.Declared})
	if o, reason := p.at(time.Time{}).judgeNode(n); o != Undetermined {
		t.Errorf("judged %s, %s", o, reason)
	}
}
