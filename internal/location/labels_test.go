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

package location_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

func TestOfNodeByLabelsAlone(t *testing.T) {
	t.Parallel()
	const claimed = location.Claimed
	tests := map[string]struct {
		zone, region string
		want         found
	}{
		"one provider, region": {"", "westeurope",
			found{"azure", "westeurope", "", "NL", "azure westeurope", "labels", claimed}},
		"one provider, zone": {"europe-west3-a", "",
			found{"gcp", "europe-west3", "europe-west3-a", "Frankfurt, DE", "gcp europe-west3", "labels", claimed}},
		"one provider, zone and region": {"cn-hangzhou-h", "cn-hangzhou",
			found{"alibabacloud", "cn-hangzhou", "cn-hangzhou-h", "Hangzhou, CN", "alibabacloud cn-hangzhou", "labels", claimed}},
		"one provider, one more zone": {"eu-north-1a", "eu-north-1",
			found{"aws", "eu-north-1", "eu-north-1a", "Stockholm, SE", "aws eu-north-1", "labels", claimed}},
		"an alias that is a label value": {"", "iad",
			found{"oci", "us-ashburn-1", "", "Ashburn, US", "oci us-ashburn-1", "labels", claimed}},
		"several providers, one city": {"", "eu-central-1",
			found{"", "eu-central-1", "", "Frankfurt, DE", "eu-central-1", "labels", claimed}},
		"several providers, one city, zone": {"eu-central-1a", "eu-central-1",
			found{"", "eu-central-1", "eu-central-1a", "Frankfurt, DE", "eu-central-1", "labels", claimed}},
		"several providers, one country": {"", "us-east-1",
			found{"", "us-east-1", "", "US", "us-east-1", "labels", claimed}},
		"several providers, a city not known of one": {"", "eu-south-2",
			found{"", "eu-south-2", "", "ES", "eu-south-2", "labels", claimed}},
		"a zone whose region another provider has": {"cn-north-1a", "",
			found{"", "cn-north-1", "cn-north-1a", "Beijing, CN", "cn-north-1", "labels", claimed}},
		"a row of low confidence beside a better one": {"", "cn-northwest-1",
			found{"", "cn-northwest-1", "", "CN", "cn-northwest-1", "labels", claimed}},
		"istanbul labelled eu-central-1": {"eu-central-1-ist-1a", "eu-central-1",
			found{"aws", "", "eu-central-1-ist-1a", "Istanbul, TR", "aws eu-central-1-ist-1a", "labels", claimed}},
		"a zone of one provider in a region of many": {"ap-southeast-1-bkk-1a", "ap-southeast-1",
			found{"aws", "", "ap-southeast-1-bkk-1a", "Bangkok, TH", "aws ap-southeast-1-bkk-1a", "labels", claimed}},
	}
	cat := load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := location.OfNode(cat, node("", tt.zone, tt.region, ""))
			if !l.Known() {
				t.Fatalf("%s: %s", l.Reason, l.Detail)
			}
			got := found{l.Provider, l.Region, l.Zone, l.Place(), l.Code(), l.Word(), l.Assurance}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("location (-want +got):\n%s", diff)
			}
			if (l.Provider == "") != (len(l.Providers) > 1) {
				t.Errorf("provider %q, and possible are %v", l.Provider, l.Providers)
			}
			if l.Source == "" {
				t.Error("no source")
			}
		})
	}
}

// The codes that mean several countries, as found by hand: a catalogue that lost one
// of its rows must not make it unambiguous in silence.
func TestOfNodeAmbiguousRegion(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"ap-southeast-1": "(alibabacloud: Singapore, SG; aws: Singapore, SG; huaweicloud: Hong Kong, HK)",
		"ap-southeast-2": "(alibabacloud: Sydney, AU; aws: Sydney, AU; huaweicloud: Bangkok, TH)",
		"ap-southeast-3": "(alibabacloud: Kuala Lumpur, MY; aws: Jakarta, ID; huaweicloud: Singapore, SG)",
		"ap-southeast-4": "(aws: Melbourne, AU; huaweicloud: Jakarta, ID)",
		"ap-southeast-5": "(alibabacloud: Jakarta, ID; aws: MY; huaweicloud: Manila, PH)",
		"ap-southeast-6": "(alibabacloud: Manila, PH; aws: NZ)",
		"eu-central-2":   "(aws: Zurich, CH; ionos: Berlin, DE)",
		"eu-west-1":      "(alibabacloud: London, GB; aws: IE)",
		"eu-west-2":      "(alibabacloud: Paris, FR; aws: London, GB; outscale: Paris, FR)",
		"me-central-1":   "(alibabacloud: Riyadh, SA; aws: AE)",
		"me-east-1":      "(alibabacloud: Dubai, AE; huaweicloud: Riyadh, SA)",
	}
	cat := load(t)
	for code, meanings := range tests {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			l := location.OfNode(cat, node("", "", code, ""))
			want := "the region label says " + code + " " + meanings + ", and there is no providerID to say which"
			if l.Reason != location.ReasonAmbiguousRegion || l.Detail != want {
				t.Errorf("got %s: %s\nwant AmbiguousRegion: %s", l.Reason, l.Detail, want)
			}
			// Nor does a zone tell: the clouds name them alike.
			for _, region := range []string{"", code} {
				if l := location.OfNode(cat, node("", code+"a", region, "")); l.Reason != location.ReasonAmbiguousRegion {
					t.Errorf("zone %sa, region %q: got %s (%s)", code, region, l.Reason, l.Detail)
				}
			}
		})
	}
}

// A region label without a providerID counts exactly where all rows of the code agree.
func TestOfNodeEveryRegionByLabelAlone(t *testing.T) {
	t.Parallel()
	cat := load(t)
	for _, region := range cat.Regions() {
		rows := cat.RegionsByCode(region.Name)
		agree := !slices.ContainsFunc(rows, func(r *catalogue.Region) bool { return r.Country != region.Country })
		low := !slices.ContainsFunc(rows, func(r *catalogue.Region) bool { return r.Confidence != catalogue.ConfidenceLow })
		carried := slices.ContainsFunc(rows, func(r *catalogue.Region) bool { return r.HasLabel(region.Name) })
		area := slices.ContainsFunc(rows, func(r *catalogue.Region) bool { return r.LabelIsArea })
		want := location.Reason("")
		switch {
		case !carried:
			want = location.ReasonUnknownRegion
		case !agree:
			want = location.ReasonAmbiguousRegion
		case area:
			want = location.ReasonNoWitness
		case low:
			want = location.ReasonLowConfidence
		}
		l := location.OfNode(cat, node("", "", region.Name, ""))
		if l.Reason != want {
			t.Errorf("%s %s: reason %q (%s), want %q", region.Provider, region.Name, l.Reason, l.Detail, want)
		}
		if l.Known() && (l.Country != region.Country || (l.Provider != "") != (len(rows) == 1)) {
			t.Errorf("%s %s: got %s of %q", region.Provider, region.Name, l.Place(), l.Provider)
		}
	}
}

// A name that is no label is no word for a zone either, whoever else carries it.
func TestOfNodeZoneBesideANameThatIsNoLabel(t *testing.T) {
	t.Parallel()
	cat, err := catalogue.LoadWith(catalogue.Overlay{Files: map[string]string{
		"regions.csv": "provider,region,city,country,aliases,source,confidence\nvultr,EU-SOUTH-MIL,Milan,IT,,test,high\n",
	}})
	if err != nil {
		t.Fatal(err)
	}
	l := location.OfNode(cat, node("", "eu-south-mil-a", "EU-SOUTH-MIL", ""))
	if l.Reason != location.ReasonConflictingWitnesses {
		t.Errorf("got %s in %q: %s", l.Reason, l.Place(), l.Detail)
	}
}
