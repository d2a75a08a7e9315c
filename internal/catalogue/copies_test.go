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

func TestPairs(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]string{
		"westeurope":         "northeurope IE",
		"northeurope":        "westeurope NL",
		"brazilsouth":        "southcentralus US",
		"southcentralus":     "northcentralus US",
		"eastasia":           "southeastasia SG",
		"westus3":            "eastus US",
		"germanywestcentral": "germanynorth DE",
		"polandcentral":      "none",
		"chinaeast":          "not known",
		"West Europe":        "not known",
	} {
		got := "not known"
		if p, ok := c.Pair("azure", region); ok {
			got = "none"
			if p.To != nil {
				got = p.To.Name + " " + p.To.Country
			}
		}
		if got != want {
			t.Errorf("the pair of %s is %s, want %s", region, got, want)
		}
	}
	if _, ok := c.Pair("aws", "westeurope"); ok {
		t.Error("a region of Azure has a pair at AWS")
	}
}

func TestMultiRegions(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"us": "US", "eur4": "FI NL", "eur5": "BE GB", "eur7": "DE GB", "eur8": "CH DE", "asia": "IN JP KR SG TH TW",
		"europe-west3": "none", "EU": "none",
	} {
		got := "none"
		if m, ok := c.MultiRegion("gcp", name); ok {
			got = strings.Join(m.Countries, " ")
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	eu, ok := c.MultiRegion("gcp", "eu")
	if !ok {
		t.Fatal("there is no eu")
	}
	members, ok := c.Jurisdiction("EU")
	if !ok {
		t.Fatal("there is no jurisdiction EU")
	}
	if diff := gocmp.Diff(members.Countries, eu.Countries); diff != "" {
		t.Errorf("eu and the member states (-want +got):\n%s", diff)
	}
}

func TestBrokenCopies(t *testing.T) {
	const (
		pairs = "provider,region,pair,source,confidence\n"
		multi = "provider,name,countries,source,confidence\n"
	)
	for name, tc := range map[string]struct{ file, text, want string }{
		"an unknown region":       {"pairs.csv", pairs + "azure,nowhere,westeurope,us,high\n", `region: azure has no region "nowhere"`},
		"an unknown pair":         {"pairs.csv", pairs + "azure,westeurope,nowhere,us,high\n", `pair: azure has no region "nowhere"`},
		"a region with itself":    {"pairs.csv", pairs + "azure,westeurope,westeurope,us,high\n", `pair: "westeurope" is the region itself`},
		"a pair twice":            {"pairs.csv", pairs + "azure,westeurope,,us,high\nazure,westeurope,,us,high\n", "is on line 2 already"},
		"an unknown country":      {"multi_regions.csv", multi + "gcp,emea,XX,us,high\n", "countries:"},
		"countries out of order":  {"multi_regions.csv", multi + "gcp,emea,NL;DE,us,high\n", "are not in order"},
		"a region that is one":    {"multi_regions.csv", multi + "gcp,europe-west3,DE,us,high\n", "is one region"},
		"a provider without any":  {"multi_regions.csv", multi + "acme,eu,DE,us,high\n", `"acme" has no region`},
		"a multi-region twice":    {"multi_regions.csv", multi + "gcp,eur9,DE,us,high\ngcp,eur9,FR,us,high\n", "is on line 2 already"},
		"a confidence of no kind": {"multi_regions.csv", multi + "gcp,eur9,DE,us,sure\n", "none of low, medium, high"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadWith(Overlay{Files: map[string]string{tc.file: tc.text}})
			if err == nil || !strings.Contains(err.Error(), "overlay/"+tc.file) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("the error is %v, want one on %s that says %q", err, tc.file, tc.want)
			}
		})
	}
}

// TestOverlayCorrectsAPair: a row of the overlay takes the place of the one in the data.
func TestOverlayCorrectsAPair(t *testing.T) {
	c, err := LoadWith(Overlay{Files: map[string]string{
		"pairs.csv": "provider,region,pair,source,confidence\nazure,westeurope,germanynorth,a letter,high\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	p, ok := c.Pair("azure", "westeurope")
	if !ok || p.To == nil || p.To.Name != "germanynorth" || p.Source != "overlay: a letter" {
		t.Errorf("the pair is %+v, want germanynorth by the overlay", p)
	}
}
