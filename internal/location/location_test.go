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
	"testing"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

func TestLocationWordOfUndetermined(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		node location.Node
		want string
	}{
		"nothing":                     {node("", "", "", ""), "no witness"},
		"an ID that names no place":   {node(azureVM, "0", "", ""), "no witness"},
		"an ID of no known provider":  {node("mars://olympus/1", "", "", ""), "providerID"},
		"labels of many meanings":     {node("", "", "eu-west-1", ""), "labels"},
		"an ID and labels in dispute": {node("aws:///eu-central-1a/"+awsID, "", "eu-west-2", ""), "providerID and labels"},
	}
	cat := load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := location.OfNode(cat, tt.node)
			if l.Known() || l.Word() != tt.want || l.Place() != "an unknown place" || l.Code() != "" {
				t.Errorf("known %t, word %q, place %q, code %q; want word %q", l.Known(), l.Word(), l.Place(), l.Code(), tt.want)
			}
		})
	}
}

func TestAssuranceIsOrdered(t *testing.T) {
	t.Parallel()
	order := []location.Assurance{location.AssuranceNone, location.Claimed, location.Consistent, location.Declared}
	names := []string{"None", "Claimed", "Consistent", "Declared"}
	for i, a := range order {
		if a.String() != names[i] {
			t.Errorf("assurance %d is %q, want %q", i, a, names[i])
		}
		if i > 0 && a <= order[i-1] {
			t.Errorf("%s is not stronger than %s", a, order[i-1])
		}
	}
}

// No zone that lies elsewhere is ever in the place of its region label, whoever says it.
func TestOfNodeEveryZoneElsewhere(t *testing.T) {
	t.Parallel()
	cat := load(t)
	for _, z := range cat.Zones() {
		name := z.Prefix + "a"
		if z.Kind == catalogue.KindWavelengthZone {
			name = z.Prefix + "-wlz-1"
		}
		for _, n := range []location.Node{
			node("aws:///"+name+"/"+awsID, name, z.RegionLabel, ""),
			node("aws:////"+awsID, name, z.RegionLabel, ""),
			node("", name, z.RegionLabel, ""),
			node("", name, "", ""),
		} {
			l := location.OfNode(cat, n)
			if z.Confidence == catalogue.ConfidenceLow {
				if l.Reason != location.ReasonLowConfidence {
					t.Errorf("%v: reason %q, want LowConfidence", n, l.Reason)
				}
				continue
			}
			if l.Country != z.Country || l.City != z.City || l.Zone != name || l.Region != "" || l.Provider != z.Provider {
				t.Errorf("%v: got %+v", n, l)
			}
		}
	}
}

// Every region is where the catalogue says when the providerID names the provider. The IDs are
// those of the samples: one that names no place, beside which a region label alone speaks.
func TestOfNodeEveryRegionByProvider(t *testing.T) {
	t.Parallel()
	cat := load(t)
	ids := map[string]string{"aws": "aws:////" + awsID, "outscale": "osc:////" + outscaleID}
	for provider, nodes := range samples(t) {
		for _, s := range nodes {
			if s.Want.Provider == provider && s.Want.Assurance == "Claimed" && s.Labels["topology.kubernetes.io/region"] != "" && ids[provider] == "" {
				ids[provider] = s.ProviderID
			}
		}
	}
	// No node of IONOS has a place, and one of Open Telekom Cloud names it in its ID.
	ids["ionos"] = "ionos://7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c"
	ids["otc"] = "openstack:///7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c"
	asked := map[string]bool{}
	for _, r := range cat.Regions() {
		id := ids[r.Provider]
		switch r.Provider {
		case "gcp":
			id = "gce://shop/" + r.Name + "-a/name"
		case "alibabacloud":
			id = r.Name + ".i-gw8ihqxbmxa0kvvc3rd1"
		case "scaleway":
			id = "scaleway://instance/" + r.Name + "-1/7c3f0b1e-5a2d-4e8f-9b60-1d2e3f4a5b6c"
		}
		if id == "" {
			continue
		}
		asked[r.Provider] = true
		label := r.Name
		if len(r.Labels) > 0 {
			label = r.Labels[len(r.Labels)-1]
		}
		l := location.OfNode(cat, node(id, "", label, ""))
		if len(r.Labels) == 0 || r.LabelIsArea {
			want := location.ReasonUnknownRegion
			if r.LabelIsArea {
				want = location.ReasonNoWitness
			}
			if l.Reason != want {
				t.Errorf("%s %s: reason %q, want %s", r.Provider, r.Name, l.Reason, want)
			}
			continue
		}
		if r.Confidence == catalogue.ConfidenceLow {
			if l.Reason != location.ReasonLowConfidence {
				t.Errorf("%s %s: reason %q, want LowConfidence", r.Provider, r.Name, l.Reason)
			}
			continue
		}
		if l.Country != r.Country || l.Region != r.Name || l.Provider != r.Provider {
			t.Errorf("%s %s: got %+v", r.Provider, r.Name, l)
		}
	}
	for _, provider := range cat.Providers() {
		// What Kingsoft Cloud writes as providerID is not known.
		if !asked[provider] && provider != "ksyun" {
			t.Errorf("no node in testdata/nodes/%s.yaml has an ID that names no place, and a region label", provider)
		}
	}
}
