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

// The small world in which the laws are tried: every point of it can be asked about,
// so a set is known by its answers.
var (
	worldCities  = map[string][]string{"DE": {"berlin", "frankfurt"}, "GB": {"london"}, "IE": {"dublin"}, "US": nil}
	worldRegions = []struct {
		id            RegionID
		city, country string
	}{
		{RegionID{"aws", "eu-central-1"}, "frankfurt", "DE"},
		{RegionID{"alibabacloud", "eu-central-1"}, "frankfurt", "DE"},
		{RegionID{"aws", "eu-west-1"}, "", "IE"},
		{RegionID{"alibabacloud", "eu-west-1"}, "london", "GB"},
		{RegionID{"aws", "us-east-2"}, "", "US"},
	}
	worldSites = []struct {
		name string
		home Home
	}{
		{"de-anywhere", Home{Country: "DE"}},
		{"de-frankfurt", Home{Country: "DE", City: "frankfurt"}},
		{"fr-nobody-else", Home{Country: "FR", City: "saint-denis"}},
		{"gb-ali", Home{Country: "GB", City: "london", Region: RegionID{"alibabacloud", "eu-west-1"}}},
		{"ie-aws", Home{Country: "IE", Region: RegionID{"aws", "eu-west-1"}}},
	}
)

// points are all points of the small world that are known in full, and one of each
// kind in a place that nobody names.
func points() []Point {
	ps := []Point{{Country: "FR", City: "paris"}, {Country: "FR", City: "lyon", Regions: []RegionID{{"gcp", "europe-west9"}}}}
	for country, cities := range worldCities {
		for _, city := range append([]string{"elsewhere"}, cities...) {
			ps = append(ps, Point{Country: country, City: city})
		}
	}
	for _, r := range worldRegions {
		cities := []string{r.city}
		if r.city == "" {
			cities = append([]string{"elsewhere"}, worldCities[r.country]...)
		}
		for _, city := range cities {
			ps = append(ps, Point{Country: r.country, City: city, Regions: []RegionID{r.id}})
		}
	}
	// Each of them once more in every site that it can be in, and in one that nobody names.
	for _, p := range ps {
		in := p
		in.Sites = []string{"unnamed"}
		ps = append(ps, in)
		for _, s := range worldSites {
			named := s.home.Region == RegionID{} || len(p.Regions) > 0
			if named && s.home.mayHold(p) {
				in.Sites = []string{s.name}
				ps = append(ps, in)
			}
		}
	}
	return append(ps, Point{Country: "FR", City: "saint-denis", Sites: []string{"fr-nobody-else"}})
}

func atoms() *rapid.Generator[Set] {
	return rapid.Custom(func(t *rapid.T) Set {
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			return Everywhere()
		case 5, 6:
			s := rapid.SampledFrom(worldSites).Draw(t, "site")
			return Site(s.name, s.home)
		case 1:
			return Countries(rapid.SliceOfN(rapid.SampledFrom([]string{"DE", "GB", "IE", "US"}), 0, 4).Draw(t, "countries")...)
		case 2:
			country := rapid.SampledFrom([]string{"DE", "GB", "IE"}).Draw(t, "country")
			return City(rapid.SampledFrom(worldCities[country]).Draw(t, "city"), country)
		default:
			r := rapid.SampledFrom(worldRegions).Draw(t, "region")
			return Region(r.id, r.city, r.country)
		}
	})
}

func sets() *rapid.Generator[Set] {
	return rapid.Custom(func(t *rapid.T) Set {
		s := atoms().Draw(t, "first")
		for range rapid.IntRange(0, 5).Draw(t, "steps") {
			o := atoms().Draw(t, "next")
			switch rapid.IntRange(0, 3).Draw(t, "operation") {
			case 0:
				s = s.Union(o)
			case 1:
				s = s.Intersect(o)
			case 2:
				s = s.Minus(o)
			default:
				s = s.Complement()
			}
		}
		return s
	})
}

func TestOperationsAgreeWithTheAnswersPointByPoint(t *testing.T) {
	world := points()
	rapid.Check(t, func(t *rapid.T) {
		a, b := sets().Draw(t, "a"), sets().Draw(t, "b")
		union, intersection, difference, complement := a.Union(b), a.Intersect(b), a.Minus(b), a.Complement()
		for _, p := range world {
			inA, inB := a.Contains(p) == Yes, b.Contains(p) == Yes
			for name, c := range map[string]struct {
				set  Set
				want bool
			}{
				"union":        {union, inA || inB},
				"intersection": {intersection, inA && inB},
				"difference":   {difference, inA && !inB},
				"complement":   {complement, !inA},
			} {
				if got := c.set.Contains(p); got != truth(c.want) {
					t.Fatalf("%s of %s and %s at %+v: got %s, want %s", name, a, b, p, got, truth(c.want))
				}
			}
		}
	})
}

func TestEqualExactlyIfTheSameAnswersEverywhere(t *testing.T) {
	world := points()
	rapid.Check(t, func(t *rapid.T) {
		a, b := sets().Draw(t, "a"), sets().Draw(t, "b")
		same := true
		for _, p := range world {
			same = same && a.Contains(p) == b.Contains(p)
		}
		// A country that neither names answers for all of them.
		other := Point{Country: "JP", City: "tokyo"}
		same = same && a.Contains(other) == b.Contains(other)
		if a.Equal(b) != same {
			t.Fatalf("Equal(%s, %s) = %v, but the answers say %v", a, b, a.Equal(b), same)
		}
		if same && a.String() != b.String() {
			t.Fatalf("equal sets are described as %q and %q", a, b)
		}
	})
}

func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := sets().Draw(t, "a"), sets().Draw(t, "b"), sets().Draw(t, "c")
		for name, pair := range map[string][2]Set{
			"union commutes":           {a.Union(b), b.Union(a)},
			"intersection commutes":    {a.Intersect(b), b.Intersect(a)},
			"union associates":         {a.Union(b).Union(c), a.Union(b.Union(c))},
			"intersection associates":  {a.Intersect(b).Intersect(c), a.Intersect(b.Intersect(c))},
			"union distributes":        {a.Union(b.Intersect(c)), a.Union(b).Intersect(a.Union(c))},
			"De Morgan":                {a.Union(b).Complement(), a.Complement().Intersect(b.Complement())},
			"complement of complement": {a.Complement().Complement(), a},
			"difference":               {a.Minus(b), a.Intersect(b.Complement())},
			"excluded middle":          {a.Union(a.Complement()), Everywhere()},
			"contradiction":            {a.Intersect(a.Complement()), Nowhere()},
			"union of many":            {UnionOf(a, b, c), a.Union(b).Union(c)},
		} {
			if !pair[0].Equal(pair[1]) {
				t.Fatalf("%s: %s is not %s (a %s, b %s, c %s)", name, pair[0], pair[1], a, b, c)
			}
		}
		if a.SubsetOf(b) != a.Union(b).Equal(b) {
			t.Fatalf("SubsetOf(%s, %s) = %v", a, b, a.SubsetOf(b))
		}
		if a.Overlaps(b) == a.Intersect(b).IsEmpty() {
			t.Fatalf("Overlaps(%s, %s) = %v", a, b, a.Overlaps(b))
		}
	})
}

// A point that is known in part must not be answered more surely than the points that
// it may be.
func TestUnknownExactlyIfWhatIsNotKnownMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sets().Draw(t, "set")
		country := rapid.SampledFrom([]string{"DE", "GB", "IE", "US"}).Draw(t, "country")
		answers := map[Truth]bool{}
		for _, city := range append([]string{"elsewhere"}, worldCities[country]...) {
			answers[s.Contains(Point{Country: country, City: city})] = true
		}
		got := s.Contains(Point{Country: country})
		if (got == Unknown) != (len(answers) > 1) {
			t.Fatalf("%s in %s without a city: %s, with each city: %v", country, s, got, answers)
		}
	})
}

func TestContainsOfPointsKnownInPart(t *testing.T) {
	frankfurt := City("frankfurt", "DE")
	awsFrankfurt := Region(RegionID{"aws", "eu-central-1"}, "frankfurt", "DE")
	dublin := City("dublin", "IE")
	both := []RegionID{{"alibabacloud", "eu-central-1"}, {"aws", "eu-central-1"}}
	for name, tc := range map[string]struct {
		set  Set
		p    Point
		want Truth
	}{
		"no country, a rule about one":             {Countries("DE"), Point{}, Unknown},
		"no country, anywhere":                     {Everywhere(), Point{}, Yes},
		"no country, nowhere":                      {Nowhere(), Point{}, No},
		"no city, a city allowed":                  {frankfurt, Point{Country: "DE"}, Unknown},
		"no city, a city of another country":       {frankfurt, Point{Country: "FR"}, No},
		"no city, a city denied":                   {Countries("DE").Minus(frankfurt), Point{Country: "DE"}, Unknown},
		"a region without a city, its city":        {dublin, Point{Country: "IE", Regions: []RegionID{{"aws", "eu-west-1"}}}, Unknown},
		"a region without a city, named itself":    {Region(RegionID{"aws", "eu-west-1"}, "", "IE"), Point{Country: "IE", Regions: []RegionID{{"aws", "eu-west-1"}}}, Yes},
		"one of two providers is allowed":          {awsFrankfurt, Point{Country: "DE", City: "frankfurt", Regions: both}, Unknown},
		"one of two providers is denied":           {Countries("DE").Minus(awsFrankfurt), Point{Country: "DE", City: "frankfurt", Regions: both}, Unknown},
		"both of two providers are allowed":        {awsFrankfurt.Union(Region(both[0], "frankfurt", "DE")), Point{Country: "DE", City: "frankfurt", Regions: both}, Yes},
		"a zone in no region, its parent allowed":  {awsFrankfurt, Point{Country: "TR", City: "istanbul"}, No},
		"a place in no region, in the right city":  {awsFrankfurt, Point{Country: "DE", City: "frankfurt"}, No},
		"the same code of another provider":        {Region(RegionID{"aws", "eu-west-1"}, "", "IE"), Point{Country: "GB", City: "london", Regions: []RegionID{{"alibabacloud", "eu-west-1"}}}, No},
		"anywhere but a country, another country":  {Countries("CN").Complement(), Point{Country: "DE"}, Yes},
		"anywhere but a country, the country":      {Countries("CN").Complement(), Point{Country: "CN"}, No},
		"a denied region, in another of the place": {Countries("DE").Minus(awsFrankfurt), Point{Country: "DE", City: "berlin", Regions: []RegionID{{"gcp", "europe-west10"}}}, Yes},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.set.Contains(tc.p); got != tc.want {
				t.Errorf("%s contains %+v: got %s, want %s", tc.set, tc.p, got, tc.want)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	eu := []string{"AT", "BE", "DE", "ES", "FR", "HU", "IE", "IT", "NL"}
	n := Names{
		Groups: []Group{{"EEA", append([]string{"IS", "LI", "NO"}, eu...)}, {"EU", eu}},
		City:   func(canonical, _ string) string { return map[string]string{"frankfurt": "Frankfurt"}[canonical] },
		Max:    3,
	}
	eea := Countries(n.Groups[0].Countries...)
	for name, tc := range map[string]struct {
		set  Set
		want string
	}{
		"everything":                 {Everywhere(), "anywhere"},
		"nothing":                    {Nowhere(), "nowhere"},
		"a group":                    {eea, "EEA"},
		"a smaller group":            {Countries(eu...), "EU"},
		"a smaller group that fits":  {Countries(append([]string{"NO"}, eu...)...), "EU and NO"},
		"a group and a country":      {eea.Union(Countries("GB")), "EEA and GB"},
		"a group but a country":      {eea.Minus(Countries("HU")), "EEA, but not HU"},
		"a group but a region":       {eea.Minus(Region(RegionID{"aws", "eu-south-1"}, "milan", "IT")), "EEA, but not aws eu-south-1 (IT)"},
		"the complement":             {Countries("CN").Complement(), "anywhere but CN"},
		"a city":                     {City("frankfurt", "DE"), "Frankfurt (DE)"},
		"a city but a region":        {City("frankfurt", "DE").Minus(Region(RegionID{"aws", "eu-central-1"}, "frankfurt", "DE")), "Frankfurt (DE), but not aws eu-central-1 (DE)"},
		"more names than fit":        {Countries("BR", "CA", "JP", "KR", "US"), "BR, CA, JP and 2 more"},
		"too few of a group":         {Countries("AT", "BE"), "AT and BE"},
		"a country but for one city": {Countries("DE").Minus(City("frankfurt", "DE")), "DE, but not Frankfurt (DE)"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.set.Describe(n); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestContainsDoesNotAllocate(t *testing.T) {
	s := Countries("DE", "FR", "IE").Minus(Region(RegionID{"aws", "eu-west-1"}, "", "IE"))
	p := Point{Country: "IE", City: "dublin", Regions: []RegionID{{"aws", "eu-west-1"}}}
	if n := testing.AllocsPerRun(100, func() { s.Contains(p) }); n != 0 {
		t.Errorf("Contains allocates %v times", n)
	}
}

// Parts says of every point that is known in full, and in no site, what Contains does.
func TestPartsSayWhatContainsDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sets().Draw(t, "set")
		parts, rest := s.Parts()
		for _, p := range points() {
			if len(p.Sites) > 0 {
				continue
			}
			want := rest
			for _, c := range parts {
				if c.Country != p.Country {
					continue
				}
				own := RegionPart{Whole: c.Whole, Cities: c.Cities}
				for _, r := range c.Regions {
					if len(p.Regions) > 0 && p.Regions[0] == r.ID {
						own = r
					}
				}
				want = own.At(p.City)
			}
			if got := s.Contains(p); got != truth(want) {
				t.Fatalf("%+v in %s: the parts say %v, Contains says %s", p, s, want, got)
			}
		}
	})
}

func TestSubsetExactlyIfNothingIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := sets().Draw(t, "a"), sets().Draw(t, "b")
		for _, pair := range [][2]Set{{a, b}, {a.Intersect(b), b}, {a, a.Union(b)}, {a, a}} {
			if got, want := pair[0].SubsetOf(pair[1]), pair[0].Minus(pair[1]).IsEmpty(); got != want {
				t.Errorf("%v in %v: %v, want %v", pair[0], pair[1], got, want)
			}
		}
	})
}
