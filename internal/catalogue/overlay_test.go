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

	gocmp "github.com/google/go-cmp/cmp"
)

const (
	regionsHeader   = "provider,region,city,country,aliases,source,confidence\n"
	zonesHeader     = "provider,zone_prefix,region_label,city,country,kind,source,confidence\n"
	providersHeader = "provider,title,region_label,zone_forms,source\n"
	schemesHeader   = "scheme,providers,form,source\n"
	citiesHeader    = "name,country,city,note\n"
)

func TestOverlayAddsAndCorrects(t *testing.T) {
	c, err := LoadWith(Overlay{Files: map[string]string{
		"providers.csv": providersHeader + "acme,Acme Cloud,name,REGION-NUMBER,acme.example/zones\n",
		"schemes.csv":   schemesHeader + "acme,acme,ZONE/NAME,acme.example/id\nopenstack,acme;ovh,REGION/NAME,ours\n",
		"regions.csv": regionsHeader + "acme,north,Reykjavík,IS,,acme.example/regions,high\n" +
			"aws,eu-west-1,Dublin,IE,,a letter of AWS,medium\n",
		"zones.csv": zonesHeader + "aws,eu-central-1-ist-1,eu-central-1,Ankara,TR,local-zone,a letter,high\n" +
			"aws,eu-central-1-xyz-1,eu-central-1,Prague,CZ,local-zone,a letter,high\n",
		"city_names.csv": citiesHeader + "Ohio,US,Columbus,the data centre is there\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ provider, zone, want, source string }{
		"a provider of its own":    {"acme", "north-1", "region north: Reykjavík IS", "overlay: acme.example/regions"},
		"a corrected region":       {"aws", "eu-west-1a", "region eu-west-1: Dublin IE", "overlay: a letter of AWS"},
		"a corrected zone":         {"aws", "eu-central-1-ist-1a", "zone eu-central-1-ist-1: Ankara TR", "overlay: a letter"},
		"an added zone":            {"aws", "eu-central-1-xyz-1a", "zone eu-central-1-xyz-1: Prague CZ", "overlay: a letter"},
		"a region that stays":      {"aws", "eu-west-2a", "region eu-west-2: London GB", ""},
		"a city that is read anew": {"aws", "us-east-2a", "region us-east-2: Columbus US", "; overlay: the data centre is there"},
	} {
		t.Run(name, func(t *testing.T) {
			m, ok := c.Zone(tc.provider, tc.zone)
			if !ok || found(m) != tc.want {
				t.Fatalf("%s is %q, want %q", tc.zone, found(m), tc.want)
			}
			if !strings.HasSuffix(m.Source(), tc.source) || tc.source == "" && strings.Contains(m.Source(), "overlay") {
				t.Errorf("its source is %q, want %q", m.Source(), tc.source)
			}
		})
	}
	if got := len(c.Regions()) - len(load(t).Regions()); got != 1 {
		t.Errorf("there are %d regions more", got)
	}
	if got := len(c.Zones()) - len(load(t).Zones()); got != 1 {
		t.Errorf("there are %d zones more", got)
	}
	s, ok := c.Scheme("acme")
	if zone, _, fits := s.Parse("north-1/node"); !ok || zone != "north-1" || !fits || s.Source != "overlay: acme.example/id" {
		t.Errorf("the scheme that was added is %+v, and reads %q", s, zone)
	}
	// All rows of a scheme are replaced together.
	s, _ = c.Scheme("openstack")
	if diff := gocmp.Diff([]string{"acme", "ovh"}, s.Providers); diff != "" || s.Words() != "openstack://REGION/NAME" {
		t.Errorf("openstack is %q\n%s", s.Words(), diff)
	}
	if !c.HasProvider("acme") || !c.HasCity("Reykjavik", "IS") || !c.HasCity("Ankara", "TR") {
		t.Error("what is found by other ways is not what the overlay says")
	}
}

// A row that replaces one is the way to say what nodes carry: alone, a label is no row.
func TestAnOverlayAddsALabel(t *testing.T) {
	c, err := LoadWith(Overlay{Files: map[string]string{
		"regions.csv": regionsHeader + "ovh,EU-SOUTH-MIL,Milan,IT,MIL;=EU-SOUTH-MIL,our nodes,high\n" +
			"tencentcloud,ap-tokyo,Tokyo,JP,=jp,our nodes,high\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, label := range []struct{ provider, label, region string }{
		{"ovh", "EU-SOUTH-MIL", "EU-SOUTH-MIL"}, {"tencentcloud", "jp", "ap-tokyo"}, {"tencentcloud", "ap-tokyo", "ap-tokyo"},
	} {
		if r, ok := c.RegionOfLabel(label.provider, label.label); !ok || r.Name != label.region || r.Source != "overlay: our nodes" {
			t.Errorf("%s %s is %+v", label.provider, label.label, r)
		}
		if _, ok := load(t).RegionOfLabel("ovh", "EU-SOUTH-MIL"); ok {
			t.Error("without the overlay it is a label too")
		}
	}
}

func TestFormsOfAnOverlayAreMarked(t *testing.T) {
	c, err := LoadWith(Overlay{Files: map[string]string{
		"providers.csv": providersHeader + "digitalocean,DigitalOcean,name,REGION,our own labels\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	m, ok := c.Zone("digitalocean", "fra1")
	if !ok || !strings.HasSuffix(m.Source(), "; overlay: our own labels") {
		t.Errorf("%q is by %q", found(m), m.Source())
	}
}

func TestAZoneOfTwoFormsIsOneMeaning(t *testing.T) {
	c, err := LoadWith(Overlay{Files: map[string]string{
		"providers.csv": providersHeader + "ibm,IBM Cloud,area,REGION-NUMBER;REGION-DIGITS,us\novh,OVHcloud,alias,REGION;UPPER,us\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for zone, want := range map[string][]string{"eu-de-1": {"ibm", "otc"}, "SGP": {"ovh"}} {
		var got []string
		c.EachZone(zone, func(m ProviderMatch) { got = append(got, m.Provider) })
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", zone, diff)
		}
	}
}

func TestNoOverlayIsTheEmbeddedCatalogue(t *testing.T) {
	for name, o := range map[string]Overlay{"nothing": {}, "no files": {Files: map[string]string{}}, "a header alone": {Files: map[string]string{"regions.csv": regionsHeader}}} {
		t.Run(name, func(t *testing.T) {
			c, err := LoadWith(o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(load(t).Regions(), c.Regions()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBrokenOverlays(t *testing.T) {
	for name, tc := range map[string]struct{ file, text, want string }{
		"UK for a country":        {"regions.csv", regionsHeader + "\naws,eu-west-2,London,UK,,us,high\n", `overlay/regions.csv:3: country: "UK" is not an ISO 3166-1 country; its code is GB`},
		"no source":               {"regions.csv", regionsHeader + "aws,eu-west-2,London,GB,,,high\n", "overlay/regions.csv:2: source: is empty"},
		"a row twice":             {"regions.csv", regionsHeader + "aws,eu-west-2,,GB,,us,high\naws,eu-west-2,,GB,,us,high\n", `overlay/regions.csv:3: region: aws "eu-west-2" is on line 2 already`},
		"a name in another case":  {"regions.csv", regionsHeader + "aws,EU-West-2,,GB,,us,high\n", `overlay/regions.csv:2: region: aws "EU-West-2" is written "eu-west-2" on line`},
		"a name that is an alias": {"regions.csv", regionsHeader + "ovh,GRA11,,FR,,us,high\n", `overlay/regions.csv:2: region: ovh "GRA11" has "GRA11", an alias of "GRA" on line`},
		"a provider that is none": {"regions.csv", regionsHeader + "acme,north,,IS,,us,high\n", `overlay/regions.csv:2: provider: "acme" is not in providers.csv`},
		"a region that is a zone": {"regions.csv", regionsHeader + "aws,eu-west-2a,,FR,,us,high\n", `overlay/regions.csv:2: region: aws "eu-west-2a" is also a zone in London GB`},
		"another header":          {"regions.csv", strings.Replace(regionsHeader, "city", "town", 1), "overlay/regions.csv:1: the header is"},
		"nothing":                 {"regions.csv", "", "overlay/regions.csv: is empty"},
		"no text":                 {"regions.csv", "\xff", "overlay/regions.csv: is not UTF-8"},
		"a file of another name":  {"region.csv", regionsHeader, "overlay/region.csv: is no file of an overlay; those are city_names.csv, multi_regions.csv, pairs.csv, providers.csv, regions.csv, schemes.csv, zones.csv"},
		"jurisdictions":           {"jurisdictions.json", "{}", "overlay/jurisdictions.json: is no file of an overlay"},
		"a prefix in another case": {"zones.csv", zonesHeader + "aws,eu-central-1-IST-1,eu-central-1,Ankara,TR,local-zone,us,high\n",
			`overlay/zones.csv:2: zone_prefix: aws "eu-central-1-IST-1" is written "eu-central-1-ist-1" on line`},
		"an unused provider":     {"providers.csv", providersHeader + "acme,Acme,name,,us\n", `overlay/providers.csv:2: provider: "acme" is named by no scheme`},
		"an unused city":         {"city_names.csv", citiesHeader + "Utopia,US,,none\n", `overlay/city_names.csv:2: name: "Utopia" (US) is the city of no region or zone`},
		"words":                  {"schemes.csv", schemesHeader + "acme,aws,!anything,us\n", "overlay/schemes.csv:2: form:"},
		"a scheme with a parser": {"schemes.csv", schemesHeader + "aws,aws,NAME,us\n", `overlay/schemes.csv:2: scheme: "aws" has rules of its own`},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := LoadWith(Overlay{Files: map[string]string{tc.file: tc.text}})
			if err == nil || c != nil {
				t.Fatalf("LoadWith() gives a catalogue: %t, and the error %v", c != nil, err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("no fault says %q:\n%v", tc.want, err)
			}
		})
	}
}

func TestRead(t *testing.T) {
	data := func() map[string]string {
		return map[string]string{
			"regions.csv": regionsCSV, "zones.csv": zonesCSV, "countries.csv": countriesCSV, "city_names.csv": cityNamesCSV,
			"providers.csv": providersCSV, "schemes.csv": schemesCSV, "jurisdictions.json": jurisdictionsJSON,
			"pairs.csv": pairsCSV, "multi_regions.csv": multiRegionsCSV,
		}
	}
	if _, err := Read(data()); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		broken func(map[string]string)
		want   string
	}{
		"a file is missing":  {func(d map[string]string) { delete(d, "schemes.csv") }, "schemes.csv: is missing"},
		"a file too many":    {func(d map[string]string) { d["README.md"] = "" }, "README.md: is no file of the catalogue"},
		"a row is wrong":     {func(d map[string]string) { d["zones.csv"] += "x\n" }, "zones.csv:"},
		"an overlay is none": {func(d map[string]string) { d["overlay/regions.csv"] = "" }, "overlay/regions.csv: is no file"},
	} {
		t.Run(name, func(t *testing.T) {
			d := data()
			tc.broken(d)
			if c, err := Read(d); err == nil || c != nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Read() = %v, %v; want %q", c, err, tc.want)
			}
		})
	}
}
