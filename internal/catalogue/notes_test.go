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

// The tables of this file were typed from the research behind the data, not read
// from it: an edit of the data that changes one of them is seen here.

// TestRowsPerProvider counts the rows: provider -> all, high, medium, low.
func TestRowsPerProvider(t *testing.T) {
	want := map[string][4]int{
		"azure":        {74, 64, 10, 0},
		"oci":          {54, 25, 22, 7},
		"aws":          {45, 39, 6, 0},
		"gcp":          {45, 44, 1, 0},
		"alibabacloud": {37, 32, 5, 0},
		"linode":       {34, 34, 0, 0},
		"huaweicloud":  {33, 13, 20, 0},
		"tencentcloud": {23, 21, 0, 2},
		"vultr":        {17, 17, 0, 0},
		"digitalocean": {15, 11, 4, 0},
		"upcloud":      {15, 0, 15, 0},
		"ovh":          {15, 14, 1, 0},
		"ksyun":        {14, 0, 2, 12},
		"ibm":          {13, 13, 0, 0},
		"exoscale":     {8, 0, 8, 0},
		"hcloud":       {6, 6, 0, 0},
		"outscale":     {5, 5, 0, 0},
		"ionos":        {5, 0, 5, 0},
		"scaleway":     {4, 4, 0, 0},
		"otc":          {3, 0, 3, 0},
		"stackit":      {1, 0, 0, 1},
		"total":        {466, 342, 102, 22},
	}
	got := map[string][4]int{}
	for _, r := range load(t).Regions() {
		for _, key := range []string{r.Provider, "total"} {
			n := got[key]
			n[0]++
			n[3-int(r.Confidence)]++
			got[key] = n
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
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
		{"upcloud", "no-svg1", "NO"},
	} {
		if r, ok := c.Region(tc.provider, tc.region); !ok || r.Country != tc.country {
			t.Errorf("%s %s is %+v, want %s", tc.provider, tc.region, r, tc.country)
		}
	}
	if r, _ := c.Region("oci", "uk-cardiff-1"); r.City != "Newport" {
		t.Errorf("uk-cardiff-1 is in Newport, not %s", r.City)
	}
}

// TestZonesOutsideTheirRegion are the zones whose region label is coarser than
// the place: all rows of zones.csv.
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
		got[z.Prefix] = z.RegionLabel + " " + z.Country
		region, ok := c.Region(z.Provider, z.RegionLabel)
		if z.Provider != "aws" || !ok || region.Country == z.Country {
			t.Errorf("%s %s is not outside %s", z.Provider, z.Prefix, z.RegionLabel)
		}
		if z.Source == "" || z.City == "" {
			t.Errorf("%s lacks a source or a city", z.Prefix)
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
