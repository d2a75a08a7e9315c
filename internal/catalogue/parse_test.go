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

package catalogue

import (
	"strings"
	"testing"
)

// embedded returns the real data, for a test to break.
func embedded() files { return embeddedFiles() }

// lineOf returns the number of the line of text that begins with prefix.
func lineOf(t *testing.T, text, prefix string) int {
	t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, prefix) {
			return i + 1
		}
	}
	t.Fatalf("no line begins with %q", prefix)
	return 0
}

// change replaces the first occurrence of old, which must be there.
func change(t *testing.T, text *string, old, by string) {
	t.Helper()
	if !strings.Contains(*text, old) {
		t.Fatalf("the data has no %q", old)
	}
	*text = strings.Replace(*text, old, by, 1)
}

func TestTheEmbeddedDataParses(t *testing.T) {
	if _, err := parse(embedded()); err != nil {
		t.Fatal(err)
	}
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	f := embedded()
	for _, text := range []*string{&f.regions, &f.zones, &f.countries} {
		lines := strings.Split(strings.TrimSpace(*text), "\n")
		for i, j := 1, len(lines)-1; i < j; i, j = i+1, j-1 {
			lines[i], lines[j] = lines[j], lines[i]
		}
		*text = strings.Join(lines, "\n") + "\n"
	}
	reversed, err := parse(f)
	if err != nil {
		t.Fatal(err)
	}
	c := load(t)
	for i, r := range c.Regions() {
		if got := reversed.Regions()[i]; got.Provider != r.Provider || got.Name != r.Name {
			t.Fatalf("region %d is %s/%s, want %s/%s", i, got.Provider, got.Name, r.Provider, r.Name)
		}
	}
	for country := range c.countries {
		if got, want := strings.Join(reversed.Cities(country), "|"), strings.Join(c.Cities(country), "|"); got != want {
			t.Errorf("cities of %s are %s, want %s", country, got, want)
		}
	}
}

func TestBrokenRegions(t *testing.T) {
	const ireland = "aws,eu-west-1,,IE,,"
	for name, tc := range map[string]struct {
		old, by string
		at      string // the line that is to be blamed begins so
		field   string
		want    string
	}{
		"UK for a country":          {"aws,eu-west-2,London,GB,", "aws,eu-west-2,London,UK,", "aws,eu-west-2", "country", `"UK" is not an ISO 3166-1 country; its code is GB`},
		"a country that is not one": {ireland, "aws,eu-west-1,,XX,,", "aws,eu-west-1", "country", `"XX" is not an ISO 3166-1 country`},
		"a country in lower case":   {ireland, "aws,eu-west-1,,ie,,", "aws,eu-west-1", "country", `"ie" is not an ISO 3166-1 country`},
		"no country":                {ireland, "aws,eu-west-1,,,,", "aws,eu-west-1", "country", "is empty"},
		"no provider":               {ireland, ",eu-west-1,,IE,,", ",eu-west-1", "provider", "is empty"},
		"a provider in upper case":  {ireland, "AWS,eu-west-1,,IE,,", "AWS,eu-west-1", "provider", `"AWS" is not in lower case`},
		"no region":                 {ireland, "aws,,,IE,,", "aws,,", "region", "is empty"},
		"a region with a blank":     {ireland, "aws,eu-west-1 ,,IE,,", "aws,eu-west-1 ", "region", `"eu-west-1 " has blanks around it`},
		"a region that is no label": {ireland, "aws,eu/west/1,,IE,,", "aws,eu/west/1", "region", `"eu/west/1" is not a code of letters, digits and dashes`},
		"a region twice":            {ireland, "aws,eu-central-1,,IE,,", "aws,eu-central-1,,", "region", `aws "eu-central-1" is on line`},
		"a region twice but for case": {ireland, "aws,EU-Central-1,,IE,,", "aws,EU-Central-1", "region",
			`aws "EU-Central-1" is on line`},
		"a city that is a number": {ireland, "aws,eu-west-1,2,IE,,", "aws,eu-west-1", "city", `"2" is no name of a city`},
		"a city in brackets":      {ireland, "aws,eu-west-1,(Dublin),IE,,", "aws,eu-west-1", "city", `"(Dublin)" is no name of a city`},
		"an alias that is a region": {ireland, "aws,eu-west-1,,IE,eu-west-2,", "aws,eu-west-1", "aliases",
			`aws "eu-west-2" belongs to "eu-west-2" on line`},
		"an alias of two regions": {"oci,ap-seoul-1,Seoul,KR,icn,", "oci,ap-seoul-1,Seoul,KR,kix,", "oci,ap-seoul-1", "aliases",
			`oci "kix" belongs to "ap-osaka-1" on line`},
		"an alias twice": {"oci,ap-osaka-1,Osaka,JP,kix,", "oci,ap-osaka-1,Osaka,JP,kix;kix,", "oci,ap-osaka-1", "aliases",
			`oci "kix" belongs to "ap-osaka-1" on line`},
		"an alias of nothing": {"oci,ap-osaka-1,Osaka,JP,kix,", "oci,ap-osaka-1,Osaka,JP,kix;,", "oci,ap-osaka-1", "aliases", `"" is no alias`},
		"a label of two regions": {"oci,us-ashburn-1,Ashburn,US,=iad,", "oci,us-ashburn-1,Ashburn,US,=phx,", "oci,us-phoenix-1", "aliases",
			`oci "phx" belongs to "us-ashburn-1" on line`},
		"a label that is no label": {"oci,us-ashburn-1,Ashburn,US,=iad,", "oci,us-ashburn-1,Ashburn,US,=i d,", "oci,us-ashburn-1", "aliases",
			`"i d" is no label of letters, digits and dashes`},
		"a label of nothing": {"oci,us-ashburn-1,Ashburn,US,=iad,", "oci,us-ashburn-1,Ashburn,US,=,", "oci,us-ashburn-1", "aliases",
			`"" is no label of letters, digits and dashes`},
		"a name that is a label anyway": {"oci,us-ashburn-1,Ashburn,US,=iad,", "oci,us-ashburn-1,Ashburn,US,=us-ashburn-1,", "oci,us-ashburn-1", "aliases",
			`nodes in "us-ashburn-1" carry "us-ashburn-1" already`},
		"a label twice": {"oci,us-ashburn-1,Ashburn,US,=iad,", "oci,us-ashburn-1,Ashburn,US,=iad;=iad,", "oci,us-ashburn-1", "aliases",
			`nodes in "us-ashburn-1" carry "iad" already`},
		"a region that is a zone of another": {ireland, "aws,eu-west-2a,,IE,,", "aws,eu-west-2a", "region",
			`aws "eu-west-2a" is also a zone in London GB`},
		"a region that is a Local Zone": {ireland, "aws,eu-central-1-ist-1a,,DE,,", "aws,eu-central-1-ist-1a", "region",
			`aws "eu-central-1-ist-1a" is also a zone in Istanbul TR`},
		"a confidence that is none": {"region description,high", "region description,sure", "aws,af-south-1", "confidence",
			`"sure" is none of low, medium, high`},
		"no confidence":     {"region description,high", "region description,", "aws,af-south-1", "confidence", "is empty"},
		"a field too few":   {ireland, "aws,eu-west-1,IE,,", "aws,eu-west-1", "", "wrong number of fields"},
		"a quote too many":  {ireland, `aws,eu"west-1,,IE,,`, `aws,eu"west`, "", `bare "`},
		"another header":    {"provider,region,city", "provider,region,town", "provider,region", "", `the header is "provider,region,town,`},
		"columns exchanged": {"provider,region,city,country", "provider,region,country,city", "provider,region", "", "the header is"},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			change(t, &f.regions, tc.old, tc.by)
			refused(t, f, "regions.csv", lineOf(t, f.regions, tc.at), tc.field, tc.want)
		})
	}
}

func TestBrokenZones(t *testing.T) {
	const istanbul = "aws,eu-central-1-ist-1,eu-central-1,Istanbul,TR,local-zone,"
	for name, tc := range map[string]struct{ by, field, want string }{
		"a provider that has no region": {"nobody,eu-central-1-ist-1,eu-central-1,Istanbul,TR,local-zone,", "provider", `"nobody" has no region in regions.csv`},
		"a region that is not there":    {"aws,eu-central-9-ist-1,eu-central-9,Istanbul,TR,local-zone,", "region_label", `aws has no region "eu-central-9"`},
		"an alias for a region": {"oci,iad-ist-1,iad,Istanbul,TR,local-zone,", "region_label",
			`oci has no region "iad"`},
		"a prefix of another region": {"aws,eu-west-1-ist-1,eu-central-1,Istanbul,TR,local-zone,", "zone_prefix",
			`"eu-west-1-ist-1" does not begin with "eu-central-1-"`},
		"a prefix that is the region": {"aws,eu-central-1,eu-central-1,Istanbul,TR,local-zone,", "zone_prefix", "also a region"},
		"a prefix that is a zone":     {"aws,eu-central-1-waw-1a,eu-central-1,Istanbul,TR,local-zone,", "zone_prefix", "also a zone"},
		"a prefix twice": {"aws,eu-central-1-waw-1,eu-central-1,Istanbul,TR,local-zone,", "zone_prefix",
			`aws "eu-central-1-waw-1" is on line`},
		"a country that is not one": {"aws,eu-central-1-ist-1,eu-central-1,Istanbul,TU,local-zone,", "country", `"TU" is not an ISO 3166-1 country`},
		"no city":                   {"aws,eu-central-1-ist-1,eu-central-1,,TR,local-zone,", "city", "is empty"},
		"a kind that is none":       {"aws,eu-central-1-ist-1,eu-central-1,Istanbul,TR,edge-zone,", "kind", `"edge-zone" is none of`},
		"a field too many":          {"aws,eu-central-1-ist-1,eu-central-1,Istanbul,TR,local-zone,,", "", "wrong number of fields"},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			line := lineOf(t, f.zones, istanbul)
			if name == "a prefix twice" {
				// The second of the two is to blame.
				line = lineOf(t, f.zones, "aws,eu-central-1-waw-1,")
			}
			change(t, &f.zones, istanbul, tc.by)
			refused(t, f, "zones.csv", line, tc.field, tc.want)
		})
	}
}

func TestBrokenCityNames(t *testing.T) {
	for name, tc := range map[string]struct{ old, by, field, want string }{
		"a name twice":              {"Ohio,US,", "Oregon,US,", "name", `"Oregon" is on line`},
		"a name that no region has": {"Ohio,US,", "Utopia,US,", "name", `"Utopia" (US) is the city of no region or zone`},
		"another country's":         {"Ohio,US,", "Ohio,GB,", "name", `"Ohio" (GB) is the city of no region or zone`},
		"no country":                {"Ohio,US,", "Ohio,,", "country", "is empty"},
		"no note":                   {`Iowa,US,,"a state"`, `Iowa,US,,`, "note", "is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			change(t, &f.cityNames, tc.old, tc.by)
			line := lineOf(t, f.cityNames, tc.by)
			if name == "a name twice" {
				// The second of the two is to blame.
				line = lineOf(t, cityNamesCSV, tc.old)
				if other := lineOf(t, cityNamesCSV, tc.by); other > line {
					line = other
				}
			}
			refused(t, f, "city_names.csv", line, tc.field, tc.want)
		})
	}
}

func TestWhatIsNoCity(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct{ provider, region, city, area string }{
		"a state":              {"aws", "us-east-2", "", "Ohio"},
		"two prefectures":      {"azure", "japaneast", "", "Tokyo, Saitama"},
		"a city and its state": {"hcloud", "ash", "Ashburn", ""},
		"a city":               {"aws", "eu-central-1", "Frankfurt", ""},
		"nothing named":        {"aws", "eu-west-1", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, ok := c.Region(tc.provider, tc.region)
			if !ok || r.City != tc.city || r.Area != tc.area {
				t.Fatalf("got city %q and area %q, want %q and %q", r.City, r.Area, tc.city, tc.area)
			}
			m := Match{Region: r}
			if city, _ := m.Place(); city != tc.city || m.Area() != tc.area {
				t.Errorf("its zones are in city %q and area %q", city, m.Area())
			}
		})
	}
	if c.HasCity("Ohio", "US") || !c.HasCity("Ashburn", "US") || c.HasCity("Ashburn, VA", "US") {
		t.Errorf("the cities of the US are %q", c.Cities("US"))
	}
}

func TestBrokenCountries(t *testing.T) {
	for name, tc := range map[string]struct{ old, by, field, want string }{
		"UK":            {"GB,United Kingdom", "UK,United Kingdom", "code", `"UK" is only reserved in ISO 3166-1; the country's code is GB`},
		"a code twice":  {"GB,United Kingdom", "DE,United Kingdom", "code", `"DE" is on line`},
		"three letters": {"GB,United Kingdom", "GBR,United Kingdom", "code", `"GBR" is not two upper-case letters`},
		"no name":       {"GB,United Kingdom", "GB,", "name", "is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			change(t, &f.countries, tc.old, tc.by)
			refused(t, f, "countries.csv", lineOf(t, f.countries, tc.by), tc.field, tc.want)
		})
	}
	t.Run("a country too few", func(t *testing.T) {
		f := embedded()
		change(t, &f.countries, "ZW,Zimbabwe\n", "")
		refused(t, f, "countries.csv", 0, "code", "has 248 countries, ISO 3166-1 has 249")
	})
}

func TestFilesThatAreNoData(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "no text": "\xff\xfe\x00", "one line of something": "hello", "a NUL": "\x00", "half a quote": "\"provider,region", "an object of nothing": "{}",
	} {
		for file, set := range map[string]func(*files){
			"regions.csv":        func(f *files) { f.regions = text },
			"zones.csv":          func(f *files) { f.zones = text },
			"countries.csv":      func(f *files) { f.countries = text },
			"jurisdictions.json": func(f *files) { f.jurisdictions = text },
			"pairs.csv":          func(f *files) { f.pairs = text },
			"multi_regions.csv":  func(f *files) { f.multiRegions = text },
		} {
			t.Run(file+": "+name, func(t *testing.T) {
				f := embedded()
				set(&f)
				if _, err := parse(f); err == nil || !strings.Contains(err.Error(), file) {
					t.Errorf("the error does not name %s: %v", file, err)
				}
			})
		}
	}
}

// TestAllFaultsAreTold: whoever edits the data sees everything at once.
func TestAllFaultsAreTold(t *testing.T) {
	f := embedded()
	change(t, &f.regions, "aws,eu-west-1,,IE,,", "aws,eu-west-1,,UK,,")
	change(t, &f.zones, "Istanbul,TR,local-zone", "Istanbul,TU,local-zone")
	change(t, &f.jurisdictions, `"GR", "HR"`, `"EL", "HR"`)
	_, err := parse(f)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"regions.csv:", "zones.csv:", "jurisdictions.json:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
}
