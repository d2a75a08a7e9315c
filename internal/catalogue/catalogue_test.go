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
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

func load(tb testing.TB) *Catalogue {
	tb.Helper()
	c, err := Load()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// names returns "provider/name" of the regions, in their order.
func names(regions []*Region) []string {
	var out []string
	for _, r := range regions {
		out = append(out, r.Provider+"/"+r.Name)
	}
	return out
}

func TestRegionIsExact(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct {
		provider, code string
		want           string // the region's name; empty: not found
		city, country  string
	}{
		"Frankfurt of aws":                     {"aws", "eu-central-1", "eu-central-1", "Frankfurt", "DE"},
		"one code, at aws in Ireland":          {"aws", "eu-west-1", "eu-west-1", "", "IE"},
		"one code, at alibabacloud in London":  {"alibabacloud", "eu-west-1", "eu-west-1", "London", "GB"},
		"eu-west-2 at aws is London":           {"aws", "eu-west-2", "eu-west-2", "London", "GB"},
		"eu-west-2 at outscale is Paris":       {"outscale", "eu-west-2", "eu-west-2", "Paris", "FR"},
		"eu-west-2 at alibabacloud is Paris":   {"alibabacloud", "eu-west-2", "eu-west-2", "Paris", "FR"},
		"northeurope of azure is Ireland":      {"azure", "northeurope", "northeurope", "", "IE"},
		"ap-southeast-1 of huawei is HK":       {"huaweicloud", "ap-southeast-1", "ap-southeast-1", "Hong Kong", "HK"},
		"eu in the name, Serbia in fact":       {"oci", "eu-jovanovac-1", "eu-jovanovac-1", "Jovanovac", "RS"},
		"a code in upper case is another code": {provider: "aws", code: "EU-CENTRAL-1"},
		"a provider in upper case is unknown":  {provider: "AWS", code: "eu-central-1"},
		"ovh writes upper case":                {"ovh", "SGP", "SGP", "Singapore", "SG"},
		"ovh in lower case is another code":    {provider: "ovh", code: "sgp"},
		"gcp has no dash before the number":    {provider: "gcp", code: "europe-west-1"},
		"aws has one":                          {provider: "aws", code: "us-east1"},
		"blanks are not trimmed":               {provider: "aws", code: " eu-central-1"},
		"a zone is no region":                  {provider: "aws", code: "eu-central-1a"},
		"a prefix is no region":                {provider: "aws", code: "eu-central"},
		"a Local Zone is no region":            {provider: "aws", code: "eu-central-1-ist-1a"},
		"nothing":                              {provider: "aws", code: ""},
		"no provider":                          {provider: "", code: "eu-central-1"},
		"iad is a label value of oci":          {"oci", "iad", "us-ashburn-1", "Ashburn", "US"},
		"phx is a label value of oci":          {"oci", "phx", "us-phoenix-1", "Phoenix", "US"},
		"the full name of iad is found too":    {"oci", "us-ashburn-1", "us-ashburn-1", "Ashburn", "US"},
		"fra of oci never is a label value":    {provider: "oci", code: "fra"},
		"an alias of azure is no label value":  {provider: "azure", code: "West Europe"},
		"an alias of ibm is no label value":    {provider: "ibm", code: "us-east-1"},
		"GRA11 is a label value of ovh":        {"ovh", "GRA11", "GRA", "Gravelines", "FR"},
		"HIL of ovh is no label value":         {provider: "ovh", code: "HIL"},
	} {
		t.Run(name, func(t *testing.T) {
			r, ok := c.Region(tc.provider, tc.code)
			if ok != (tc.want != "") {
				t.Fatalf("Region(%q, %q) found = %t", tc.provider, tc.code, ok)
			}
			if !ok {
				return
			}
			got := []string{r.Provider, r.Name, r.City, r.Country}
			if diff := gocmp.Diff([]string{tc.provider, tc.want, tc.city, tc.country}, got); diff != "" {
				t.Error(diff)
			}
			if r.Source == "" {
				t.Error("the row has no source")
			}
		})
	}
}

// The labels were typed from what was seen on nodes: one that is added is seen here.
func TestEveryAliasIsResolvedOnlyIfItIsALabelValue(t *testing.T) {
	want := map[string]string{
		"oci/us-ashburn-1": "us-ashburn-1 iad", "oci/us-phoenix-1": "us-phoenix-1 phx",
		"ovh/AP-SOUTHEAST-SYD": "SYD1", "ovh/BHS": "BHS1 BHS3 BHS5", "ovh/DE": "DE1", "ovh/EU-WEST-PAR": "EU-WEST-PAR",
		"ovh/GRA": "GRA1 GRA3 GRA5 GRA7 GRA9 GRA11", "ovh/RBX": "RBX-A", "ovh/SBG": "SBG5 SBG7", "ovh/SGP": "SGP1", "ovh/UK": "UK1",
		"ovh/US-EAST-VA": "US-EAST-VA-1", "ovh/US-WEST-OR": "US-WEST-OR-1", "ovh/WAW": "WAW1",
		"tencentcloud/ap-beijing": "ap-beijing bj", "tencentcloud/ap-chengdu": "ap-chengdu cd", "tencentcloud/ap-guangzhou": "ap-guangzhou gz",
		"tencentcloud/ap-hongkong": "ap-hongkong hk", "tencentcloud/ap-nanjing": "ap-nanjing nj", "tencentcloud/ap-shanghai": "ap-shanghai sh",
		"tencentcloud/ap-singapore": "ap-singapore sg",
		"ovh/AP-SOUTH-MUM":          "", "ovh/CA-EAST-TOR": "", "ovh/EU-SOUTH-MIL": "",
		"ionos/eu-central-2": "", "ionos/eu-central-3": "", "ionos/eu-central-4": "", "ionos/eu-south-2": "", "ionos/us-central-1": "",
	}
	c := load(t)
	got := map[string]string{}
	for _, r := range c.Regions() {
		if labels := strings.Join(r.Labels, " "); labels != r.Name || want[r.Provider+"/"+r.Name] != "" {
			got[r.Provider+"/"+r.Name] = labels
		}
		for _, code := range append([]string{r.Name}, r.Aliases...) {
			found, ok := c.RegionOfLabel(r.Provider, code)
			if ok != r.HasLabel(code) || ok && found != r {
				t.Errorf("%s %s is the label of %+v", r.Provider, code, found)
			}
			if found, ok := c.Region(r.Provider, code); ok != (code == r.Name || r.HasLabel(code)) || ok && found != r {
				t.Errorf("%s %s is called %+v", r.Provider, code, found)
			}
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := c.RegionOfLabel("ionos", "eu-central-2"); ok {
		t.Error("the place of a bucket is a label")
	}
	if _, ok := c.RegionOfLabel("nobody", "eu-central-2"); ok {
		t.Error("a provider that is not there has a label")
	}
}

// Only IBM Cloud puts a region's label on nodes that stand elsewhere.
func TestLabelIsArea(t *testing.T) {
	for _, r := range load(t).Regions() {
		if r.LabelIsArea != (r.Provider == "ibm") {
			t.Errorf("%s %s: %v", r.Provider, r.Name, r.LabelIsArea)
		}
	}
}

func TestRegionsByCodeHasEveryMeaning(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct {
		code string
		want []string
	}{
		"three providers, two countries":           {"eu-west-2", []string{"alibabacloud/eu-west-2", "aws/eu-west-2", "outscale/eu-west-2"}},
		"one provider":                             {"westeurope", []string{"azure/westeurope"}},
		"another case at another provider":         {"sgp", []string{"ovh/SGP", "vultr/sgp"}},
		"and the other way round":                  {"SGP", []string{"ovh/SGP", "vultr/sgp"}},
		"a spelling that nobody uses":              {"Sgp", nil},
		"upper case where nobody has it":           {"EU-WEST-2", nil},
		"an alias that is a label value":           {"iad", []string{"oci/us-ashburn-1"}},
		"an alias that is none does not count":     {"fra", []string{"vultr/fra"}},
		"an alias that only ibm has is no meaning": {"us-south-1", nil},
		"nothing": {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := gocmp.Diff(tc.want, names(c.RegionsByCode(tc.code))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRegionsByCodeAgreesWithAllRegions(t *testing.T) {
	c := load(t)
	for _, r := range c.Regions() {
		if got, ok := c.Region(r.Provider, r.Name); !ok || got != r {
			t.Errorf("Region(%q, %q) is another row", r.Provider, r.Name)
		}
		byCode := c.RegionsByCode(r.Name)
		if !slices.Contains(byCode, r) {
			t.Errorf("RegionsByCode(%q) lacks %s", r.Name, r.Provider)
		}
		if !slices.IsSortedFunc(byCode, func(a, b *Region) int { return cmp.Compare(a.Provider, b.Provider) }) {
			t.Errorf("RegionsByCode(%q) is not sorted: %v", r.Name, names(byCode))
		}
	}
}

func TestListsAreSorted(t *testing.T) {
	c := load(t)
	if !slices.IsSorted(c.Providers()) {
		t.Errorf("Providers() is not sorted: %v", c.Providers())
	}
	if !slices.IsSortedFunc(c.Regions(), compareRegions) {
		t.Error("Regions() is not sorted")
	}
	byPrefix := func(a, b *Zone) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Prefix, b.Prefix))
	}
	if !slices.IsSortedFunc(c.Zones(), byPrefix) {
		t.Error("Zones() is not sorted")
	}
	for _, p := range c.Providers() {
		if !c.HasProvider(p) {
			t.Errorf("HasProvider(%q) is false", p)
		}
	}
	if c.HasProvider("AWS") || c.HasProvider("") {
		t.Error("HasProvider knows a provider that is not there")
	}
}

func TestDateIsTheDayOfTheData(t *testing.T) {
	if got := load(t).Date(); got != "2026-11-23" {
		t.Errorf("Date() = %q", got)
	}
}

func TestCountryKnowsISOCodesOnly(t *testing.T) {
	c := load(t)
	for code, want := range map[string]string{
		"DE": "Germany", "GB": "United Kingdom", "GR": "Greece", "NO": "Norway", "HK": "Hong Kong",
		"TW": "Taiwan", "TR": "Türkiye", "LI": "Liechtenstein",
		// Reserved, user-assigned, withdrawn, or not a code at all.
		"UK": "", "EL": "", "EU": "", "XK": "", "AN": "", "ZZ": "", "de": "", "DEU": "", "": "",
	} {
		if got, ok := c.Country(code); got != want || ok != (want != "") {
			t.Errorf("Country(%q) = %q, %t; want %q", code, got, ok, want)
		}
	}
}

func TestConfidenceIsOrdered(t *testing.T) {
	var zero Confidence
	if zero != ConfidenceLow || ConfidenceLow >= ConfidenceMedium || ConfidenceMedium >= ConfidenceHigh {
		t.Error("low < medium < high must hold, and nothing said must be low")
	}
	for _, c := range []Confidence{ConfidenceLow, ConfidenceMedium, ConfidenceHigh} {
		if got, ok := parseConfidence(c.String()); !ok || got != c {
			t.Errorf("%q is read as %v, %t", c.String(), got, ok)
		}
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	c := load(t)
	scaleway, ok := c.Scheme("scaleway")
	if !ok {
		t.Fatal("no scaleway")
	}
	for name, lookup := range map[string]func(){
		"Scheme":                func() { c.Scheme("hcloud") },
		"Scheme unknown":        func() { c.Scheme("nobody") },
		"Parse":                 func() { scaleway.Parse("instance/fr-par-1/6b5ef2a1-4a1b-4c6f-8e46-9c7d5f1f0a11") },
		"Parse malformed":       func() { scaleway.Parse("instance/fr-par-1") },
		"Region":                func() { c.Region("aws", "eu-central-1") },
		"Region alias":          func() { c.Region("oci", "iad") },
		"Region unknown":        func() { c.Region("aws", "eu-centrl-1") },
		"RegionOfLabel":         func() { c.RegionOfLabel("ovh", "GRA11") },
		"HasLabel":              func() { c.Regions()[0].HasLabel("GRA11") },
		"RegionsByCode":         func() { c.RegionsByCode("eu-west-1") },
		"Zone letter":           func() { c.Zone("aws", "eu-central-1a") },
		"Zone dash letter":      func() { c.Zone("gcp", "europe-west3-a") },
		"Zone dash number":      func() { c.Zone("azure", "westeurope-1") },
		"Zone of a Local Zone":  func() { c.Zone("aws", "eu-central-1-ist-1a") },
		"Zone of a Wavelength":  func() { c.Zone("aws", "eu-west-3-wl1-cmn-wlz-1") },
		"Zone unknown":          func() { c.Zone("aws", "eu-central-1-xyz-1a") },
		"Zone of an AD":         func() { c.Zone("oci", "PHX-AD-1") },
		"EachZone":              func() { n := 0; c.EachZone("eu-west-2a", func(ProviderMatch) { n++ }) },
		"EachZone of digits":    func() { n := 0; c.EachZone("eu-de-1", func(ProviderMatch) { n++ }) },
		"EachZone unknown":      func() { n := 0; c.EachZone("nova", func(ProviderMatch) { n++ }) },
		"Country":               func() { c.Country("DE") },
		"DisplayCity of a name": func() { DisplayCity("London 2") },
	} {
		t.Run(name, func(t *testing.T) {
			if got := testing.AllocsPerRun(100, lookup); got != 0 {
				t.Errorf("%v allocations", got)
			}
		})
	}
}
