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
	"maps"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// found writes a match as "region NAME" or "zone PREFIX", and its place.
func found(m Match) string {
	city, country := m.Place()
	switch {
	case m.Region != nil && m.Zone != nil:
		return "both"
	case m.Region != nil:
		return strings.TrimSpace("region " + m.Region.Name + ": " + city + " " + country)
	case m.Zone != nil:
		return "zone " + m.Zone.Prefix + ": " + city + " " + country
	default:
		return ""
	}
}

func TestZone(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct{ provider, zone, want string }{
		"region and letter at aws":                  {"aws", "eu-central-1a", "region eu-central-1: Frankfurt DE"},
		"region and letter at outscale":             {"outscale", "eu-west-2a", "region eu-west-2: Paris FR"},
		"the same zone at aws":                      {"aws", "eu-west-2a", "region eu-west-2: London GB"},
		"region and letter at alibabacloud":         {"alibabacloud", "eu-west-1a", "region eu-west-1: London GB"},
		"region, dash and letter at alibabacloud":   {"alibabacloud", "cn-hangzhou-b", "region cn-hangzhou: Hangzhou CN"},
		"region, dash and letter at gcp":            {"gcp", "europe-west3-a", "region europe-west3: Frankfurt DE"},
		"region, dash and number at azure":          {"azure", "swedencentral-1", "region swedencentral: Gävle SE"},
		"an unknown city leaves the country":        {"azure", "westeurope-3", "region westeurope:  NL"},
		"a number of two digits":                    {"azure", "westeurope-12", "region westeurope:  NL"},
		"a region that itself ends in a number":     {"azure", "australiacentral2-1", "region australiacentral2: Canberra AU"},
		"outscale's longest region":                 {"outscale", "cloudgouv-eu-west-1a", "region cloudgouv-eu-west-1: Paris FR"},
		"a Local Zone lies elsewhere":               {"aws", "eu-central-1-ist-1a", "zone eu-central-1-ist-1: Istanbul TR"},
		"a Local Zone's other letter":               {"aws", "eu-central-1-waw-1b", "zone eu-central-1-waw-1: Warsaw PL"},
		"a Wavelength Zone lies elsewhere":          {"aws", "eu-west-3-wl1-cmn-wlz-1", "zone eu-west-3-wl1-cmn: Casablanca MA"},
		"a Wavelength Zone with a long number":      {"aws", "eu-west-3-wl1-dss-wlz-12", "zone eu-west-3-wl1-dss: Dakar SN"},
		"a Local Zone's prefix alone":               {"aws", "eu-central-1-ist-1", ""},
		"a Local Zone with two letters":             {"aws", "eu-central-1-ist-1ab", ""},
		"a Local Zone in upper case":                {"aws", "eu-central-1-ist-1A", ""},
		"a Local Zone with a digit":                 {"aws", "eu-central-1-ist-12", ""},
		"a Local Zone with a dash":                  {"aws", "eu-central-1-ist-1-a", ""},
		"a Local Zone as a Wavelength Zone":         {"aws", "eu-central-1-ist-1-wlz-1", ""},
		"a Local Zone nobody knows":                 {"aws", "eu-central-1-xyz-1a", ""},
		"a Local Zone at a provider without it":     {"outscale", "eu-central-1-ist-1a", ""},
		"a Wavelength Zone's prefix alone":          {"aws", "eu-west-3-wl1-cmn", ""},
		"a Wavelength Zone as a Local Zone":         {"aws", "eu-west-3-wl1-cmna", ""},
		"a Wavelength Zone without a number":        {"aws", "eu-west-3-wl1-cmn-wlz-", ""},
		"a Wavelength Zone with a letter":           {"aws", "eu-west-3-wl1-cmn-wlz-a", ""},
		"a Wavelength Zone with both":               {"aws", "eu-west-3-wl1-cmn-wlz-1a", ""},
		"a Wavelength Zone with a signed number":    {"aws", "eu-west-3-wl1-cmn-wlz-+1", ""},
		"a Wavelength Zone twice":                   {"aws", "eu-west-3-wl1-cmn-wlz-1-wlz-1", ""},
		"a Wavelength Zone nobody knows":            {"aws", "eu-west-3-wl1-xyz-wlz-1", ""},
		"a region alone is no zone":                 {"aws", "eu-central-1", ""},
		"region and two letters":                    {"aws", "eu-central-1aa", ""},
		"region and an upper-case letter":           {"aws", "eu-central-1A", ""},
		"region and a letter that is not ASCII":     {"aws", "eu-central-1ä", ""},
		"region, dash and letter at aws":            {"aws", "eu-central-1-a", ""},
		"the region in upper case":                  {"aws", "EU-CENTRAL-1a", ""},
		"a letter and no region":                    {"aws", "a", ""},
		"a region that is not there":                {"aws", "eu-centrl-1a", ""},
		"region, dash and letter at outscale":       {"outscale", "eu-west-2-a", ""},
		"region and letter at gcp":                  {"gcp", "europe-west3a", ""},
		"region, dash and number at gcp":            {"gcp", "europe-west3-1", ""},
		"region, dash and two letters at gcp":       {"gcp", "europe-west3-ab", ""},
		"region, dash, dash and letter at gcp":      {"gcp", "europe-west3--a", ""},
		"a zone for accelerators at gcp":            {"gcp", "us-central1-ai1a", ""},
		"a fault domain at azure":                   {"azure", "0", ""},
		"another fault domain at azure":             {"azure", "1", ""},
		"region and number at azure, without dash":  {"azure", "westeurope1", ""},
		"region, dash and letter at azure":          {"azure", "westeurope-a", ""},
		"a zone numbered from nought":               {"azure", "westeurope-0", ""},
		"a zone numbered with a leading nought":     {"azure", "westeurope-01", ""},
		"a dash and no number":                      {"azure", "westeurope-", ""},
		"a dash and a number alone":                 {"azure", "-1", ""},
		"azure in upper case":                       {"azure", "WestEurope-1", ""},
		"region, dash and number at alibabacloud":   {"alibabacloud", "cn-hangzhou-1", ""},
		"region, dash and number at ibm":            {"ibm", "eu-de-1", "region eu-de: Frankfurt DE"},
		"another cloud's region is a zone of ibm":   {"ibm", "us-east-1", "region us-east: Washington DC US"},
		"region, dash and number at scaleway":       {"scaleway", "fr-par-1", "region fr-par: Paris FR"},
		"another cloud's region is one of scaleway": {"scaleway", "fr-par-2", "region fr-par: Paris FR"},
		"region, dash and digits at otc":            {"otc", "eu-de-01", "region eu-de:  DE"},
		"region and letter at otc":                  {"otc", "eu-ch2a", "region eu-ch2:  CH"},
		"a legacy datacenter of hcloud":             {"hcloud", "fsn1-dc14", "region fsn1: Falkenstein DE"},
		"a region of hcloud is no zone":             {"hcloud", "fsn1", ""},
		"a network zone of hcloud is no zone":       {"hcloud", "eu-central", ""},
		"zone and region are one at exoscale":       {"exoscale", "ch-gva-2", "region ch-gva-2: Geneva CH"},
		"zone and region are one at upcloud":        {"upcloud", "de-fra1", "region de-fra1: Frankfurt DE"},
		"nothing after it":                          {"upcloud", "de-fra1a", ""},
		"the metro zone of stackit":                 {"stackit", "eu01-m", "region eu01:  DE"},
		"another zone of stackit":                   {"stackit", "eu01-1", "region eu01:  DE"},
		"a letter that is none at stackit":          {"stackit", "eu01-n", ""},
		"region, dash and number at tencentcloud":   {"tencentcloud", "ap-guangzhou-3", "region ap-guangzhou: Guangzhou CN"},
		"the number of a zone at tencentcloud":      {"tencentcloud", "100003", ""},
		"region and letter at huaweicloud":          {"huaweicloud", "ap-southeast-1a", "region ap-southeast-1: Hong Kong HK"},
		"a zone that is named after another region": {"huaweicloud", "cn-south-2b", "region cn-south-1: Guangzhou CN"},
		"a region whose zones nobody knows":         {"huaweicloud", "cn-south-2a", ""},
		"an availability domain":                    {"oci", "EU-FRANKFURT-1-AD-1", "region eu-frankfurt-1: Frankfurt DE"},
		"an availability domain by the key":         {"oci", "PHX-AD-1", "region us-phoenix-1: Phoenix US"},
		"and by the name":                           {"oci", "US-PHOENIX-AD-3", "region us-phoenix-1: Phoenix US"},
		"which is not as elsewhere":                 {"oci", "US-PHOENIX-1-AD-1", ""},
		"an availability domain in lower case":      {"oci", "eu-frankfurt-1-ad-1", ""},
		"an availability domain with its prefix":    {"oci", "Uocm:PHX-AD-1", ""},
		"a zone of three of ovh":                    {"ovh", "eu-west-par-a", "region EU-WEST-PAR: Paris FR"},
		"the default zone of OpenStack":             {"ovh", "nova", ""},
		"a provider without zones":                  {"digitalocean", "fra1", ""},
		"a label alias and a letter":                {"oci", "iada", ""},
		"a provider that is not there":              {"nobody", "eu-central-1a", ""},
		"no provider":                               {"", "eu-central-1a", ""},
		"nothing":                                   {"aws", "", ""},
		"a blank after it":                          {"aws", "eu-central-1a ", ""},
		"bytes that are no text":                    {"aws", "eu-central-1\xff", ""},
		"a zone of another provider with this rule": {"outscale", "eu-central-1a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, ok := c.Zone(tc.provider, tc.zone)
			if got := found(m); got != tc.want || ok != (tc.want != "") {
				t.Errorf("Zone(%q, %q) = %q, %t; want %q", tc.provider, tc.zone, got, ok, tc.want)
			}
		})
	}
}

// TestZoneOfEveryRegion tries every way to continue every region's name against
// the forms as the table below states them.
func TestZoneOfEveryRegion(t *testing.T) {
	c := load(t)
	set := func(providers string) map[string]bool {
		in := map[string]bool{}
		for _, p := range strings.Fields(providers) {
			in[p] = true
		}
		return in
	}
	whole := set("exoscale upcloud")
	letter := set("aws outscale alibabacloud huaweicloud otc")
	dashLetter := set("gcp alibabacloud")
	dashNumber := set("azure ibm scaleway stackit tencentcloud otc")
	// A provider that is not here is tried by the nodes that come with it, in package location.
	stated := set("hcloud oci ovh digitalocean ionos ksyun linode vultr")
	for _, providers := range []map[string]bool{whole, letter, dashLetter, dashNumber} {
		maps.Copy(stated, providers)
	}
	for _, r := range c.Regions() {
		if !stated[r.Provider] {
			continue
		}
		if r.Provider == "huaweicloud" && strings.HasPrefix(r.Name, "cn-south-") {
			continue // TestZone has them: they do not follow the form.
		}
		for suffix, allowed := range map[string]map[string]bool{
			"": whole, "a": letter, "z": letter, "-a": dashLetter, "-z": dashLetter,
			"-1": dashNumber, "-9": dashNumber, "-10": dashNumber, "-01": set("otc"), "-m": set("gcp alibabacloud stackit"),
			"-dc1": set("hcloud"), "-dc14": set("hcloud"), "-dc01": nil, "-dc": nil,
			"A": nil, "1": nil, "-": nil, "-A": nil, "-1a": nil, "aa": nil, "-xyz-1a": nil, "-wlz-1": nil, ".a": nil, "_a": nil,
		} {
			m, ok := c.Zone(r.Provider, r.Name+suffix)
			if want := allowed[r.Provider]; ok != want || ok && m.Region != r {
				t.Errorf("Zone(%q, %q) = %q, %t; want found %t", r.Provider, r.Name+suffix, found(m), ok, want)
			}
		}
	}
	for _, z := range c.Zones() {
		zone := z.Prefix + "a"
		if z.Kind == KindWavelengthZone {
			zone = z.Prefix + "-wlz-1"
		}
		if m, ok := c.Zone(z.Provider, zone); !ok || m.Zone != z || m.Region != nil {
			t.Errorf("Zone(%q, %q) = %q, %t", z.Provider, zone, found(m), ok)
		}
	}
}

func TestZonesByCodeHasEveryMeaning(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct {
		zone string
		want []string
	}{
		"London or Ireland": {"eu-west-1a", []string{
			"alibabacloud region eu-west-1: London GB", "aws region eu-west-1:  IE",
		}},
		"three clouds, two countries": {"eu-west-2a", []string{
			"alibabacloud region eu-west-2: Paris FR", "aws region eu-west-2: London GB", "outscale region eu-west-2: Paris FR",
		}},
		"one cloud":             {"europe-west3-a", []string{"gcp region europe-west3: Frankfurt DE"}},
		"a Local Zone":          {"eu-central-1-ist-1a", []string{"aws zone eu-central-1-ist-1: Istanbul TR"}},
		"an unknown Local Zone": {"eu-central-1-xyz-1a", nil},
		"a fault domain":        {"1", nil},
		"a region":              {"eu-west-1", nil},
		"nothing":               {"", nil},
		"a zone and a region":   {"fr-par-1", []string{"scaleway region fr-par: Paris FR"}},
		"digits and a number":   {"eu-de-1", []string{"ibm region eu-de: Frankfurt DE", "otc region eu-de:  DE"}},
		"digits that are none":  {"eu-de-01", []string{"otc region eu-de:  DE"}},
		"three countries": {"ap-southeast-3a", []string{
			"alibabacloud region ap-southeast-3: Kuala Lumpur MY", "aws region ap-southeast-3: Jakarta ID",
			"huaweicloud region ap-southeast-3: Singapore SG",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range c.ZonesByCode(tc.zone) {
				got = append(got, m.Provider+" "+found(m.Match))
			}
			if diff := gocmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMatchTellsItsRow(t *testing.T) {
	c := load(t)
	low, ok := c.Zone("aws", "ap-southeast-1-han-1a")
	if !ok || low.Confidence() != ConfidenceLow || !strings.HasPrefix(low.Source(), "the city is inferred from the name") {
		t.Errorf("Hanoi is %v by %q", low.Confidence(), low.Source())
	}
	high, ok := c.Zone("aws", "eu-central-1a")
	if !ok || high.Confidence() != ConfidenceHigh || high.Source() != high.Region.Source {
		t.Errorf("Frankfurt is %v by %q", high.Confidence(), high.Source())
	}
	var none Match
	if city, country := none.Place(); city+country+none.Source() != "" || none.Confidence() != ConfidenceLow {
		t.Error("a match of nothing has a place")
	}
}

func FuzzZone(f *testing.F) {
	c := load(f)
	f.Add("aws", "eu-central-1-ist-1a")
	f.Add("azure", "westeurope-1")
	f.Add("alibabacloud", "cn-hangzhou-b")
	f.Fuzz(func(t *testing.T, provider, zone string) {
		m, ok := c.Zone(provider, zone)
		if ok != (found(m) != "") || found(m) == "both" {
			t.Fatalf("Zone(%q, %q) = %+v, %t", provider, zone, m, ok)
		}
		if m.Zone != nil && !strings.HasPrefix(zone, m.Zone.Prefix) {
			t.Fatalf("Zone(%q, %q) = %q", provider, zone, found(m))
		}
		// Whoever asks for all meanings finds this one, and the others are sorted.
		before, seen := "", false
		c.EachZone(zone, func(other ProviderMatch) {
			if other.Provider <= before && before != "" {
				t.Fatalf("EachZone(%q) visits %q after %q", zone, other.Provider, before)
			}
			before = other.Provider
			seen = seen || other.Provider == provider && other.Match == m
		})
		if seen != ok {
			t.Fatalf("EachZone(%q) visits %q: %t, Zone finds it: %t", zone, provider, seen, ok)
		}
	})
}
