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
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// The tables of this file were typed from the research behind the data, not read
// from it: an edit of the data that changes one of them is seen here.

// TestRowsPerProvider counts the rows: provider -> all, high, medium, low. A provider
// that is added later counts its rows in a test of its own.
func TestRowsPerProvider(t *testing.T) {
	want := map[string][4]int{
		"oci":          {104, 51, 44, 9},
		"azure":        {74, 64, 10, 0},
		"aws":          {45, 39, 6, 0},
		"gcp":          {45, 44, 1, 0},
		"alibabacloud": {37, 32, 5, 0},
		"linode":       {34, 34, 0, 0},
		"vultr":        {33, 17, 15, 1},
		"huaweicloud":  {33, 13, 20, 0},
		"tencentcloud": {24, 21, 1, 2},
		"digitalocean": {18, 11, 4, 3},
		"upcloud":      {15, 0, 15, 0},
		"ovh":          {15, 14, 1, 0},
		"ksyun":        {14, 0, 0, 14},
		"ibm":          {13, 13, 0, 0},
		"exoscale":     {8, 0, 7, 1},
		"hcloud":       {6, 6, 0, 0},
		"outscale":     {5, 5, 0, 0},
		"ionos":        {5, 0, 5, 0},
		"scaleway":     {4, 4, 0, 0},
		"otc":          {3, 0, 3, 0},
		"stackit":      {2, 0, 2, 0},
	}
	got := map[string][4]int{}
	for _, r := range load(t).Regions() {
		if _, counted := want[r.Provider]; !counted {
			continue
		}
		n := got[r.Provider]
		n[0]++
		n[3-int(r.Confidence)]++
		got[r.Provider] = n
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestDocumentedRowsPerProvider: the table of docs/catalogue.md says what is there.
func TestDocumentedRowsPerProvider(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "catalogue.md"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][4]int{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([a-z]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$`).FindAllStringSubmatch(string(text), -1) {
		var n [4]int
		for i := range n {
			if n[i], err = strconv.Atoi(row[2+i]); err != nil {
				t.Fatal(err)
			}
		}
		want[row[1]] = n
	}
	if len(want) == 0 {
		t.Fatal("docs/catalogue.md has no table of the rows")
	}
	got := map[string][4]int{}
	for _, r := range load(t).Regions() {
		if _, documented := want[r.Provider]; documented {
			n := got[r.Provider]
			n[0]++
			n[3-int(r.Confidence)]++
			got[r.Provider] = n
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestDocumentedDays: the day on which docs/catalogue.md counts the rows and lists what is
// missing is the one that the programs print.
func TestDocumentedDays(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "catalogue.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{`On (\S+): \d+ regions`, `## What stays open, on (\S+)`} {
		day := regexp.MustCompile(`(?m)^` + what).FindStringSubmatch(string(text))
		if day == nil {
			t.Errorf("docs/catalogue.md has no line %s", what)
			continue
		}
		if date := load(t).Date(); day[1] != date {
			t.Errorf("it says %s; the catalogue is of %s", day[0], date)
		}
	}
}

// TestCodesThatMislead are the codes whose name suggests another place.
func TestCodesThatMislead(t *testing.T) {
	c := load(t)
	for _, tc := range []struct{ provider, region, country string }{
		{"huaweicloud", "ap-southeast-1", "HK"},
		{"huaweicloud", "ap-southeast-3", "SG"},
		{"linode", "ap-south", "SG"},
		{"linode", "ap-southeast", "AU"},
		{"hcloud", "fsn1", "DE"},
		{"hcloud", "nbg1", "DE"},
		{"hcloud", "hel1", "FI"},
		{"linode", "eu-central", "DE"},
		{"aws", "eu-central-2", "CH"},
		{"aws", "eu-west-2", "GB"},
		{"oci", "eu-zurich-1", "CH"},
		{"oci", "eu-jovanovac-1", "RS"},
		{"gcp", "us-east1", "US"},
		{"gcp", "asia-southeast3", "TH"},
		{"azure", "northeurope", "IE"},
		{"azure", "westeurope", "NL"},
		{"azure", "eastasia", "HK"},
		{"azure", "mexicocentral", "MX"},
		{"azure", "brazilsoutheast", "BR"},
		{"oci", "uk-cardiff-1", "GB"},
		{"oci", "ap-dcc-canberra-1", "AU"},
		{"oci", "eu-dcc-zurich-1", "CH"},
		{"oci", "us-dcc-swjordan-1", "US"},
		{"stackit", "eu02", "AT"},
		{"upcloud", "no-svg1", "NO"},
	} {
		if r, ok := c.Region(tc.provider, tc.region); !ok || r.Country != tc.country {
			t.Errorf("%s %s is %+v, want %s", tc.provider, tc.region, r, tc.country)
		}
	}
	for _, tc := range []struct{ region, city string }{
		{"uk-cardiff-1", "Newport"},
		{"uk-gov-cardiff-1", "Newport"},
		{"us-langley-1", "Ashburn"},
		{"us-luke-1", "Phoenix"},
	} {
		if r, _ := c.Region("oci", tc.region); r.City != tc.city {
			t.Errorf("%s is in %s, not %s", tc.region, tc.city, r.City)
		}
	}
}

// TestZonesOutsideTheirRegion are the zones in another country than the region
// whose label their nodes carry.
func TestZonesOutsideTheirRegion(t *testing.T) {
	c := load(t)
	want := map[string]string{
		"us-east-1-qro-1":      "us-east-1 MX",
		"us-east-1-bue-1":      "us-east-1 AR",
		"us-east-1-lim-1":      "us-east-1 PE",
		"us-east-1-scl-1":      "us-east-1 CL",
		"af-south-1-los-1":     "af-south-1 NG",
		"ap-northeast-1-tpe-1": "ap-northeast-1 TW",
		"ap-southeast-1-bkk-1": "ap-southeast-1 TH",
		"ap-southeast-1-mnl-1": "ap-southeast-1 PH",
		"ap-southeast-1-han-1": "ap-southeast-1 VN",
		"ap-southeast-2-akl-1": "ap-southeast-2 NZ",
		"eu-central-1-ist-1":   "eu-central-1 TR",
		"eu-central-1-waw-1":   "eu-central-1 PL",
		"eu-north-1-cph-1":     "eu-north-1 DK",
		"eu-north-1-hel-1":     "eu-north-1 FI",
		"me-south-1-mct-1":     "me-south-1 OM",
		"eu-west-3-cmn-1":      "eu-west-3 MA",
		"eu-west-3-wl1-cmn":    "eu-west-3 MA",
		"eu-west-3-wl1-dss":    "eu-west-3 SN",
	}
	got := map[string]string{}
	for _, z := range c.Zones() {
		if region, ok := c.Region(z.Provider, z.RegionLabel); !ok || region.Country != z.Country {
			got[z.Prefix] = z.RegionLabel + " " + z.Country
		}
		if z.Provider != "aws" || z.Source == "" || (z.City == "") == (z.Area == "") {
			t.Errorf("%s %s lacks a source, or either a city or an area", z.Provider, z.Prefix)
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestZonesInTheirRegionsCountry are the zones in another city of the region's own
// country: without a row they are no zone at all.
func TestZonesInTheirRegionsCountry(t *testing.T) {
	c := load(t)
	want := map[string]string{
		"ap-northeast-1-wl1-kix": "Osaka JP",
		"ap-northeast-1-wl1-nrt": "Tokyo JP",
		"ap-northeast-2-wl1-cjj": "Daejeon KR",
		"ap-northeast-2-wl1-sel": "Seoul KR",
		"ap-south-1-ccu-1":       "Kolkata IN",
		"ap-south-1-del-1":       "Delhi IN",
		"ap-southeast-2-per-1":   "Perth AU",
		"ca-central-1-wl1-yto":   "Toronto CA",
		"eu-central-1-ham-1":     "Hamburg DE",
		"eu-central-1-wl1-ber":   "Berlin DE",
		"eu-central-1-wl1-dtm":   "Dortmund DE",
		"eu-central-1-wl1-muc":   "Munich DE",
		"eu-west-2-wl1-lon":      "London GB",
		"eu-west-2-wl1-man":      "Manchester GB",
		"eu-west-2-wl2-man":      "Manchester GB",
		"us-east-1-atl-1":        "Atlanta US",
		"us-east-1-atl-2":        "Atlanta US",
		"us-east-1-bos-1":        "Boston US",
		"us-east-1-chi-1":        "Chicago US",
		"us-east-1-chi-2":        "Chicago US",
		"us-east-1-dfw-1":        "Dallas US",
		"us-east-1-dfw-2":        "Dallas US",
		"us-east-1-iah-1":        "Houston US",
		"us-east-1-iah-2":        "Houston US",
		"us-east-1-mci-1":        "Kansas City US",
		"us-east-1-mia-1":        "Miami US",
		"us-east-1-mia-2":        "Miami US",
		"us-east-1-msp-1":        "Minneapolis US",
		"us-east-1-nyc-1":        " US",
		"us-east-1-phl-1":        "Philadelphia US",
		"us-east-1-wl1-atl":      "Atlanta US",
		"us-east-1-wl1-bna":      "Nashville US",
		"us-east-1-wl1-bos":      "Boston US",
		"us-east-1-wl1-chi":      "Chicago US",
		"us-east-1-wl1-clt":      "Charlotte US",
		"us-east-1-wl1-dfw":      "Dallas US",
		"us-east-1-wl1-dtw":      "Detroit US",
		"us-east-1-wl1-iah":      "Houston US",
		"us-east-1-wl1-mia":      "Miami US",
		"us-east-1-wl1-msp":      "Minneapolis US",
		"us-east-1-wl1-tpa":      "Tampa US",
		"us-east-1-wl1-was":      "Washington DC US",
		"us-west-2-den-1":        "Denver US",
		"us-west-2-hnl-1":        "Honolulu US",
		"us-west-2-las-1":        "Las Vegas US",
		"us-west-2-lax-1":        "Los Angeles US",
		"us-west-2-pdx-1":        "Portland US",
		"us-west-2-phx-1":        "Phoenix US",
		"us-west-2-phx-2":        "Phoenix US",
		"us-west-2-sea-1":        "Seattle US",
		"us-west-2-wl1-den":      "Denver US",
		"us-west-2-wl1-las":      "Las Vegas US",
		"us-west-2-wl1-lax":      "Los Angeles US",
		"us-west-2-wl1-phx":      "Phoenix US",
		"us-west-2-wl1-sea":      "Seattle US",
		"us-west-2-wl1-sfo":      " US",
	}
	got := map[string]string{}
	for _, z := range c.Zones() {
		region, ok := c.Region(z.Provider, z.RegionLabel)
		if !ok || region.Country != z.Country {
			continue
		}
		got[z.Prefix] = z.City + " " + z.Country
		name := z.Prefix + "a"
		if z.Kind == KindWavelengthZone {
			name = z.Prefix + "-wlz-1"
		}
		if m, ok := c.Zone(z.Provider, name); !ok || m.Zone != z {
			t.Errorf("%s is %+v, want %s", name, m, z.City)
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestEveryRowIsComplete: every row has a source and an ISO country, and no
// (provider, region) is there twice.
func TestEveryRowIsComplete(t *testing.T) {
	c := load(t)
	seen := map[string]bool{}
	for _, r := range c.Regions() {
		key := strings.ToLower(r.Provider + "/" + r.Name)
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if _, ok := c.Country(r.Country); !ok || r.Source == "" {
			t.Errorf("%s has country %q, source %q", key, r.Country, r.Source)
		}
	}
}
