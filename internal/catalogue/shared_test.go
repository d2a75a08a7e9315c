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
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// uses writes the meanings of a code as "provider/region CC", an alias with a star.
func uses(s SharedCode) []string {
	var out []string
	for _, u := range s.Uses {
		star := ""
		if u.Alias {
			star = "*"
		}
		out = append(out, fmt.Sprintf("%s/%s%s %s", u.Region.Provider, u.Region.Name, star, u.Region.Country))
	}
	return out
}

// differentCountries are the region codes that mean different countries: a
// lookup by code alone is wrong for every one of them.
var differentCountries = map[string]string{
	"ap-southeast-1": "alibabacloud=Singapore SG; aws=Singapore SG; huaweicloud=Hong Kong HK",
	"ap-southeast-2": "alibabacloud=Sydney AU; aws=Sydney AU; huaweicloud=Bangkok TH",
	"ap-southeast-3": "alibabacloud=Kuala Lumpur MY; aws=Jakarta ID; huaweicloud=Singapore SG",
	"ap-southeast-4": "aws=Melbourne AU; huaweicloud=Jakarta ID",
	"ap-southeast-5": "alibabacloud=Jakarta ID; aws=? MY; huaweicloud=Manila PH",
	"ap-southeast-6": "alibabacloud=Manila PH; aws=? NZ",
	"eu-central-2":   "aws=Zurich CH; ionos=Berlin DE",
	"eu-west-1":      "alibabacloud=London GB; aws=? IE",
	"eu-west-2":      "alibabacloud=Paris FR; aws=London GB; outscale=Paris FR",
	"me-central-1":   "alibabacloud=Riyadh SA; aws=? AE",
	"me-east-1":      "alibabacloud=Dubai AE; huaweicloud=Riyadh SA",
}

// sameCountry are the region codes that several providers use in one country:
// harmless for a rule about countries, harmful for one about cities or providers.
var sameCountry = map[string]string{
	"af-south-1":     "aws=Cape Town ZA; huaweicloud=Johannesburg ZA",
	"ap-northeast-1": "alibabacloud=Tokyo JP; aws=Tokyo JP; outscale=Tokyo JP",
	"ap-northeast-2": "alibabacloud=Seoul KR; aws=Seoul KR",
	"ap-singapore-1": "ksyun=Singapore SG; oci=Singapore SG",
	"ap-south-1":     "alibabacloud=Mumbai IN; aws=Mumbai IN",
	"ap-southeast-7": "alibabacloud=Bangkok TH; aws=? TH",
	"cn-north-1":     "aws=Beijing CN; huaweicloud=Beijing CN",
	"cn-northwest-1": "aws=Ningxia CN; ksyun=Qingyang CN",
	"eu-central-1":   "alibabacloud=Frankfurt DE; aws=Frankfurt DE",
	"eu-de":          "ibm=Frankfurt DE; otc=? DE",
	"eu-south-2":     "aws=? ES; ionos=Logrono ES",
	"fr-par":         "linode=Paris FR; scaleway=Paris FR",
	"it-mil":         "linode=Milan IT; scaleway=Milan IT",
	"jp-osa":         "ibm=Osaka JP; linode=Osaka JP",
	"nl-ams":         "linode=Amsterdam NL; scaleway=Amsterdam NL",
	"sgp":            "ovh=Singapore SG; vultr=Singapore SG",
	"sgp1":           "digitalocean=Singapore SG; ovh=Singapore SG",
	"syd1":           "digitalocean=Sydney AU; ovh=Sydney AU",
	"us-east":        "ibm=Washington DC US; linode=Newark US",
	"us-east-1":      "alibabacloud=Virginia US; aws=N. Virginia US",
	"us-east-2":      "aws=Ohio US; outscale=New Jersey US",
	"us-west-1":      "alibabacloud=Silicon Valley US; aws=N. California US; outscale=California US",
	"waw":            "ovh=Warsaw PL; vultr=Warsaw PL",
}

// meaning writes the regions as the tables above do.
func meaning(regions []*Region) string {
	var out []string
	for _, r := range regions {
		city := cmp.Or(r.City, r.Area)
		if city == "" {
			city = "?"
		}
		out = append(out, fmt.Sprintf("%s=%s %s", r.Provider, city, r.Country))
	}
	return strings.Join(out, "; ")
}

// TestCodesOfSeveralProviders takes every code there is and asks RegionsByCode,
// so that not one more and not one less is shared than the tables say.
func TestCodesOfSeveralProviders(t *testing.T) {
	c := load(t)
	different, same := map[string]string{}, map[string]string{}
	for _, r := range c.Regions() {
		byCode := c.RegionsByCode(r.Name)
		if len(byCode) < 2 {
			continue
		}
		code := strings.ToLower(r.Name)
		if slices.ContainsFunc(byCode, func(other *Region) bool { return other.Country != r.Country }) {
			different[code] = meaning(byCode)
		} else {
			same[code] = meaning(byCode)
		}
	}
	if diff := gocmp.Diff(differentCountries, different); diff != "" {
		t.Errorf("different countries:\n%s", diff)
	}
	if diff := gocmp.Diff(sameCountry, same); diff != "" {
		t.Errorf("same country:\n%s", diff)
	}
}

// TestAliasesThatAreCodesElsewhere holds SharedCodes against the table of
// aliases and zone codes that equal another provider's code. Starred uses are
// aliases. None of them is in different countries today.
func TestAliasesThatAreCodesElsewhere(t *testing.T) {
	want := map[string][]string{
		"ams":       {"oci/eu-amsterdam-1* NL", "vultr/ams NL"},
		"bom":       {"oci/ap-mumbai-1* IN", "vultr/bom IN"},
		"cdg":       {"oci/eu-paris-1* FR", "vultr/cdg FR"},
		"fr-par-2":  {"linode/fr-par-2 FR", "scaleway/fr-par* FR"},
		"fra":       {"oci/eu-frankfurt-1* DE", "vultr/fra DE"},
		"hil":       {"hcloud/hil US", "ovh/US-WEST-OR* US"},
		"icn":       {"oci/ap-seoul-1* KR", "vultr/icn KR"},
		"jnb":       {"oci/af-johannesburg-1* ZA", "vultr/jnb ZA"},
		"lhr":       {"oci/uk-london-1* GB", "vultr/lhr GB"},
		"mad":       {"oci/eu-madrid-1* ES", "vultr/mad ES"},
		"mel":       {"oci/ap-melbourne-1* AU", "vultr/mel AU"},
		"mxp":       {"oci/eu-dcc-milan-2* IT", "vultr/mxp IT"},
		"nrt":       {"oci/ap-tokyo-1* JP", "vultr/nrt JP"},
		"ord":       {"oci/us-chicago-1* US", "vultr/ord US"},
		"scl":       {"oci/sa-santiago-1* CL", "vultr/scl CL"},
		"sgp1":      {"digitalocean/sgp1 SG", "ovh/SGP* SG"},
		"sin":       {"hcloud/sin SG", "oci/ap-singapore-1* SG"},
		"sjc":       {"oci/us-sanjose-1* US", "vultr/sjc US"},
		"syd":       {"oci/ap-sydney-1* AU", "ovh/AP-SOUTHEAST-SYD* AU", "vultr/syd AU"},
		"syd1":      {"digitalocean/syd1 AU", "ovh/AP-SOUTHEAST-SYD* AU"},
		"us-east-1": {"alibabacloud/us-east-1 US", "aws/us-east-1 US", "ibm/us-east* US"},
		"us-east-2": {"aws/us-east-2 US", "ibm/us-east* US", "outscale/us-east-2 US"},
	}
	got := map[string][]string{}
	for _, s := range load(t).SharedCodes() {
		if !slices.ContainsFunc(s.Uses, func(u CodeUse) bool { return u.Alias }) {
			continue
		}
		got[s.Code] = uses(s)
		if s.Ambiguous() {
			t.Errorf("%s is in different countries: %v", s.Code, uses(s))
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSharedCodesAreComplete: with the aliases' table, these are all.
func TestSharedCodesAreComplete(t *testing.T) {
	shared := load(t).SharedCodes()
	var ambiguous []string
	count := 0
	for _, s := range shared {
		if s.Ambiguous() {
			ambiguous = append(ambiguous, s.Code)
		}
		if !slices.ContainsFunc(s.Uses, func(u CodeUse) bool { return u.Alias }) {
			count++
		}
	}
	var want []string
	for code := range differentCountries {
		want = append(want, code)
	}
	slices.Sort(want)
	if diff := gocmp.Diff(want, ambiguous); diff != "" {
		t.Error(diff)
	}
	// sgp1, syd1, us-east-1 and us-east-2 are in the table of aliases as well.
	if all := len(differentCountries) + len(sameCountry) - 4; count != all {
		t.Errorf("%d codes are shared as names only, want %d", count, all)
	}
	if !slices.IsSortedFunc(shared, func(a, b SharedCode) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("SharedCodes() is not sorted")
	}
}
