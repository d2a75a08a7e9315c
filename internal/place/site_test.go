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

package place

import (
	"testing"

	"pgregory.net/rapid"
)

var (
	parisRoom = Site("paris-room", Home{Country: "FR", City: "paris"})
	aisle     = Site("aisle", Home{Country: "FR"})
)

func in(country, city string, sites ...string) Point {
	return Point{Country: country, City: city, Sites: sites}
}

func TestContainsOfPointsInSites(t *testing.T) {
	france := Countries("FR")
	aws := RegionID{"aws", "eu-west-3"}
	caged := Site("caged", Home{Country: "FR", City: "paris", Region: aws})
	for name, tc := range map[string]struct {
		set  Set
		p    Point
		want Truth
	}{
		"in the site":                            {parisRoom, in("FR", "paris", "paris-room"), Yes},
		"in no site":                             {parisRoom, in("FR", "paris"), No},
		"in another site":                        {parisRoom, in("FR", "paris", "aisle"), No},
		"in a site of the country":               {france, in("FR", "paris", "paris-room"), Yes},
		"denied by name":                         {france.Minus(parisRoom), in("FR", "paris", "paris-room"), No},
		"beside the denied site":                 {france.Minus(parisRoom), in("FR", "paris"), Yes},
		"the site's city is not known of it":     {parisRoom, in("FR", "", "paris-room"), Yes},
		"denied for its city":                    {parisRoom.Minus(City("paris", "FR")), in("FR", "", "paris-room"), No},
		"a city denied, and the site may be it":  {aisle.Minus(City("paris", "FR")), in("FR", "", "aisle"), Unknown},
		"a city denied, and it is another":       {aisle.Minus(City("paris", "FR")), in("FR", "lyon", "aisle"), Yes},
		"the site's region is not known of it":   {caged.Minus(Region(aws, "paris", "FR")), in("FR", "paris", "caged"), No},
		"one of several sites":                   {parisRoom, in("FR", "paris", "aisle", "paris-room"), Unknown},
		"all of several sites":                   {parisRoom.Union(aisle), in("FR", "paris", "aisle", "paris-room"), Yes},
		"none of several sites":                  {parisRoom, in("FR", "paris", "aisle", "other"), No},
		"a site that is elsewhere, country":      {parisRoom, in("DE", "", "paris-room"), Unknown},
		"a site that is elsewhere, city":         {parisRoom, in("FR", "lyon", "paris-room"), Unknown},
		"a site that is elsewhere, region":       {caged, Point{Country: "FR", City: "paris", Regions: []RegionID{{"gcp", "europe-west9"}}, Sites: []string{"caged"}}, Unknown},
		"a site that is elsewhere, denied":       {Everywhere().Minus(parisRoom), in("DE", "", "paris-room"), Unknown},
		"a point without a country":              {parisRoom, Point{}, Unknown},
		"a point without a country, in the site": {parisRoom, Point{Sites: []string{"paris-room"}}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.set.Contains(tc.p); got != tc.want {
				t.Errorf("%s contains %+v: got %s, want %s", tc.set, tc.p, got, tc.want)
			}
		})
	}
}

// What a site cannot differ in from where it is must not make two sets of one.
func TestSitesSayNothingThatTheirHomeSays(t *testing.T) {
	france, paris := Countries("FR"), City("paris", "FR")
	aws := RegionID{"aws", "eu-west-3"}
	caged := Site("caged", Home{Country: "FR", Region: aws})
	region := Region(aws, "", "FR")
	for name, pair := range map[string][2]Set{
		"of an allowed country":              {france.Union(parisRoom), france},
		"of an allowed city":                 {paris.Union(parisRoom), paris},
		"of an allowed region":               {region.Union(caged), region},
		"less its country":                   {parisRoom.Minus(france), Nowhere()},
		"less its city":                      {parisRoom.Minus(paris), Nowhere()},
		"less its region":                    {caged.Minus(region), Nowhere()},
		"less another city":                  {parisRoom.Minus(City("lyon", "FR")), parisRoom},
		"less another region":                {parisRoom.Minus(Region(RegionID{"aws", "eu-south-9"}, "marseille", "FR")), parisRoom},
		"and what is not the site":           {parisRoom.Union(parisRoom.Complement()), Everywhere()},
		"a country less the site and back":   {france.Minus(parisRoom).Union(parisRoom), france},
		"a site of a city less one of it":    {paris.Minus(parisRoom).Intersect(parisRoom), Nowhere()},
		"everywhere less a site, complement": {Everywhere().Minus(parisRoom).Complement(), parisRoom},
	} {
		t.Run(name, func(t *testing.T) {
			if !pair[0].Equal(pair[1]) {
				t.Errorf("%s is not %s", pair[0], pair[1])
			}
		})
	}
	if parisRoom.Equal(aisle) || parisRoom.Equal(Site("paris-room", Home{Country: "FR"})) {
		t.Error("sites of other names or homes are equal")
	}
}

// A set that is a union of places holds a point in several sites if it holds it in one of
// them, which is what judging rests on.
func TestAUnionOfPlacesIsNeverSmallerInASite(t *testing.T) {
	world := points()
	rapid.Check(t, func(t *rapid.T) {
		union := UnionOf(rapid.SliceOfN(atoms(), 0, 6).Draw(t, "places")...)
		for _, p := range world {
			outside := p
			outside.Sites = nil
			if union.Contains(p) < union.Contains(outside) {
				t.Fatalf("%s holds %+v and not in the site", union, outside)
			}
		}
	})
}

func TestDescribeSites(t *testing.T) {
	n := Names{
		Groups: []Group{{"EU", []string{"BE", "DE", "ES", "FR", "IT", "NL", "PT"}}},
		City:   func(canonical, _ string) string { return map[string]string{"paris": "Paris"}[canonical] },
	}
	eu := Countries(n.Groups[0].Countries...)
	for name, tc := range map[string]struct {
		set  Set
		want string
	}{
		"a site":                         {parisRoom, "site paris-room (FR)"},
		"two sites":                      {parisRoom.Union(aisle), "site aisle (FR) and site paris-room (FR)"},
		"a group but a site":             {eu.Minus(parisRoom), "EU, but not site paris-room (FR)"},
		"a country and a site elsewhere": {Countries("GB").Union(parisRoom), "GB and site paris-room (FR)"},
		"anywhere but a site":            {parisRoom.Complement(), "anywhere but site paris-room (FR)"},
		"a site but a city":              {aisle.Minus(City("paris", "FR")), "site aisle (FR) in part"},
		"a country but the city of one":  {Countries("FR").Minus(City("paris", "FR")), "FR, but not Paris (FR)"},
		"the city's site is out with it": {Countries("FR").Minus(City("paris", "FR")).Minus(parisRoom), "FR, but not Paris (FR)"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.set.Describe(n); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestContainsInSitesDoesNotAllocate(t *testing.T) {
	s := Countries("DE", "FR").Minus(parisRoom).Union(aisle)
	p := in("FR", "paris", "aisle", "paris-room")
	if n := testing.AllocsPerRun(100, func() { s.Contains(p) }); n != 0 {
		t.Errorf("Contains allocates %v times", n)
	}
}
