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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/domicile-dev/domicile/internal/location"
)

func TestOfVolume(t *testing.T) {
	cat := load(t)
	handle := func(zone string) location.Code {
		return location.Code{Kind: location.WitnessVolumeHandle, Value: zone, Zone: true}
	}
	reached := func(zone string) location.Code {
		return location.Code{Kind: location.WitnessNodeAffinity, Value: zone, Zone: true}
	}
	region := func(kind location.WitnessKind, name string) location.Code {
		return location.Code{Kind: kind, Value: name}
	}
	for name, tc := range map[string]struct {
		testimony location.Testimony
		want      location.Location
	}{
		"one witness": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{reached("eu-central-1a")}},
			location.Location{Provider: "aws", Region: "eu-central-1", Zone: "eu-central-1a", City: "Frankfurt", Country: "DE", Assurance: location.Claimed},
		},
		"two of one kind": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{reached("eu-central-1a"), region(location.WitnessVolumeLabel, "eu-central-1")}},
			location.Location{Provider: "aws", Region: "eu-central-1", Zone: "eu-central-1a", City: "Frankfurt", Country: "DE", Assurance: location.Claimed},
		},
		"two that are independent": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{region(location.WitnessVolumeAttribute.Named("dnsname"), "eu-central-1"), reached("eu-central-1a")}},
			location.Location{Provider: "aws", Region: "eu-central-1", Zone: "eu-central-1a", City: "Frankfurt", Country: "DE", Assurance: location.Consistent},
		},
		"a zone elsewhere than its region": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{handle("ap-northeast-1-tpe-1a"), region(location.WitnessVolumeLabel, "ap-northeast-1")}},
			location.Location{Provider: "aws", Zone: "ap-northeast-1-tpe-1a", City: "Taipei", Country: "TW", Assurance: location.Consistent},
		},
		"one of several providers": {
			location.Testimony{Providers: []string{"otc", "ovh", "stackit"}, Open: true, Codes: []location.Code{handle("eu01-1"), reached("eu01-1")}},
			location.Location{Provider: "stackit", Region: "eu01", Zone: "eu01-1", Country: "DE", Assurance: location.Claimed},
		},
		"silence": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{handle(""), region(location.WitnessVolumeLabel, "")}},
			location.Location{Reason: location.ReasonNoVolumeWitness, Detail: "no field of it names a place of aws"},
		},
		"two zones": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{handle("eu-central-1a"), reached("eu-central-1b")}},
			location.Location{Reason: location.ReasonConflictingWitnesses, Detail: "the volume handle says eu-central-1a (Frankfurt, DE) and the node affinity says eu-central-1b (Frankfurt, DE)"},
		},
		"another region": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{handle("eu-central-1a"), region(location.WitnessVolumeLabel, "eu-west-2")}},
			location.Location{Reason: location.ReasonConflictingWitnesses, Detail: "the volume handle says eu-central-1a (Frankfurt, DE) and the volume label says eu-west-2 (London, GB)"},
		},
		"a foreign zone": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{handle("europe-west3-a")}},
			location.Location{Reason: location.ReasonUnknownZone, Detail: `the volume handle says "europe-west3-a", which is no known zone of aws`},
		},
		"a foreign region": {
			location.Testimony{Providers: []string{"gcp"}, Codes: []location.Code{region(location.WitnessParameter.Named("storage-locations"), "eu-central-1")}},
			location.Location{Reason: location.ReasonUnknownRegion, Detail: `the class parameter storage-locations says "eu-central-1", which is no known region of gcp`},
		},
		"a provider without regions": {
			location.Testimony{Providers: []string{"civo"}, Codes: []location.Code{region(location.WitnessVolumeLabel, "LON1")}},
			location.Location{Reason: location.ReasonUnknownRegion, Detail: `the volume label says "LON1", which is no known region of civo, of which the catalogue has no region at all`},
		},
		"a zone of low confidence": {
			location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{reached("ap-southeast-1-han-1a")}},
			location.Location{Reason: location.ReasonLowConfidence, Detail: "the node affinity says ap-southeast-1-han-1a (Hanoi, VN), which rests on a catalogue row of low confidence"},
		},
		"a region whose zones are elsewhere": {
			location.Testimony{Providers: []string{"ibm"}, Codes: []location.Code{region(location.WitnessVolumeLabel, "eu-de")}},
			location.Location{Reason: location.ReasonNoVolumeWitness, Detail: "the volume label says eu-de (Frankfurt, DE), but ibm has zones in other cities and countries too, and none is named"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := location.OfVolume(cat, tc.testimony)
			if tc.want.Reason == "" && got.Source == "" {
				t.Error("no source is cited")
			}
			tc.want.Witnesses, tc.want.Source = tc.testimony.Witnesses(), got.Source
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOfVolumeQuotesShort: a value of any length is repeated in few bytes.
func TestOfVolumeQuotesShort(t *testing.T) {
	l := location.OfVolume(load(t), location.Testimony{Providers: []string{"aws"}, Codes: []location.Code{{Kind: location.WitnessVolumeHandle, Value: strings.Repeat("é", 1<<19), Zone: true}}})
	if l.Known() || len(l.Detail) > 300 || len(l.Witnesses[0].Value) > 100 {
		t.Errorf("it has a detail of %d bytes, and a witness of %d", len(l.Detail), len(l.Witnesses[0].Value))
	}
}

func TestMatchingVolume(t *testing.T) {
	gold, err := labels.Parse("tier=gold")
	if err != nil {
		t.Fatal(err)
	}
	sites := location.NewSites([]location.Site{
		{Name: "by-name", VolumeNames: []string{"pv"}},
		{Name: "by-label", VolumeSelector: gold},
		{Name: "by-class", StorageClassNames: []string{"nfs", "ceph"}},
		{Name: "by-all", VolumeNames: []string{"pv"}, VolumeSelector: gold, StorageClassNames: []string{"nfs"}},
		{Name: "of-nothing", VolumeSelector: labels.Everything()},
		{Name: "of-nodes", NodeNames: []string{"pv"}, Selector: gold},
	})
	for name, tc := range map[string]struct {
		volume location.Volume
		want   []string
	}{
		"its name":            {location.Volume{Name: "pv"}, []string{"by-all", "by-name"}},
		"its labels":          {location.Volume{Name: "x", Labels: map[string]string{"tier": "gold"}}, []string{"by-all", "by-label"}},
		"its class":           {location.Volume{StorageClassName: "nfs"}, []string{"by-all", "by-class"}},
		"all of them":         {location.Volume{Name: "pv", Labels: map[string]string{"tier": "gold"}, StorageClassName: "nfs"}, []string{"by-all", "by-class", "by-label", "by-name"}},
		"none of them":        {location.Volume{Name: "other", Labels: map[string]string{"tier": "silver"}, StorageClassName: "x"}, nil},
		"a claim of no class": {location.Volume{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range sites.MatchingVolume(tc.volume) {
				if !m.Declared {
					t.Errorf("%s does not declare", m.Site.Name)
				}
				got = append(got, m.Site.Name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := (*location.Sites)(nil).MatchingVolume(location.Volume{Name: "pv"}); got != nil {
		t.Errorf("no Sites match %v", got)
	}
	if a := (location.Locator{Sites: sites}).Locate(location.Node{Name: "by-name"}, nil); len(a.Matches) > 0 {
		t.Errorf("a node is matched by what a Site says of volumes: %v", a.Matches)
	}
}
