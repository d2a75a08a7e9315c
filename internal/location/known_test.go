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

	"github.com/google/go-cmp/cmp"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

func load(tb testing.TB) *catalogue.Catalogue {
	tb.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return cat
}

// node makes a node; an empty label is absent.
func node(providerID, zone, region, instanceType string) location.Node {
	labels := map[string]string{"kubernetes.io/os": "linux"}
	for key, value := range map[string]string{
		"topology.kubernetes.io/zone":      zone,
		"topology.kubernetes.io/region":    region,
		"node.kubernetes.io/instance-type": instanceType,
	} {
		if value != "" {
			labels[key] = value
		}
	}
	return location.Node{ProviderID: providerID, Labels: labels}
}

// beta is the node with deprecated labels; an empty one is absent.
func beta(n location.Node, zone, region string) location.Node {
	for key, value := range map[string]string{
		"failure-domain.beta.kubernetes.io/zone":   zone,
		"failure-domain.beta.kubernetes.io/region": region,
	} {
		if value != "" {
			n.Labels[key] = value
		}
	}
	return n
}

// IDs of the forms that each cloud writes.
const (
	awsID      = "i-0dbe03668241abc84"
	outscaleID = "i-3b629324"
	azureVM    = "azure:///subscriptions/0f2c/resourceGroups/mc_shop_westeurope/providers/Microsoft.Compute/virtualMachineScaleSets/aks-pool-1/virtualMachines/0"
)

// found is what a Location that is known says, but for its witnesses and source.
type found struct {
	Provider, Region, Zone, Place, Code, Word string
	Assurance                                 location.Assurance
}

func TestOfNodeKnown(t *testing.T) {
	t.Parallel()
	const claimed, consistent = location.Claimed, location.Consistent
	tests := map[string]struct {
		node location.Node
		want found
	}{
		// The providerID and labels.
		"aws, all agree": {
			node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", "m5.large"),
			found{"aws", "eu-central-1", "eu-central-1a", "Frankfurt, DE", "aws eu-central-1", "providerID and labels", consistent},
		},
		"aws, zone label only": {
			node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "", ""),
			found{"aws", "eu-central-1", "eu-central-1a", "Frankfurt, DE", "aws eu-central-1", "providerID and labels", consistent},
		},
		"aws, region label only": {
			node("aws:///eu-central-1a/"+awsID, "", "eu-central-1", ""),
			found{"aws", "eu-central-1", "eu-central-1a", "Frankfurt, DE", "aws eu-central-1", "providerID and labels", consistent},
		},
		"aws, no label": {
			node("aws:///eu-central-1a/"+awsID, "", "", ""),
			found{"aws", "eu-central-1", "eu-central-1a", "Frankfurt, DE", "aws eu-central-1", "providerID", claimed},
		},
		"aws, no labels at all": {
			location.Node{ProviderID: "aws:///us-west-2c/" + awsID},
			found{"aws", "us-west-2", "us-west-2c", "Oregon, US", "aws us-west-2", "providerID", claimed},
		},
		"aws, ID without a zone": {
			node("aws:////"+awsID, "eu-central-1a", "eu-central-1", ""),
			found{"aws", "eu-central-1", "eu-central-1a", "Frankfurt, DE", "aws eu-central-1", "labels", claimed},
		},
		"aws, bare ID": {
			node(awsID, "", "eu-west-2", ""),
			found{"aws", "eu-west-2", "", "London, GB", "aws eu-west-2", "labels", claimed},
		},
		"aws, fargate": {
			node("aws:///eu-west-1b/fargate-192.168.159.181", "eu-west-1b", "eu-west-1", ""),
			found{"aws", "eu-west-1", "eu-west-1b", "IE", "aws eu-west-1", "providerID and labels", consistent},
		},
		"aws, fargate with a task": {
			node("aws:///eu-west-2b/120328e333-369fe1b7ba8b4416ab87216be91dc4f1/fargate-ip-192-168-159-181.eu-west-2.compute.internal", "", "", ""),
			found{"aws", "eu-west-2", "eu-west-2b", "London, GB", "aws eu-west-2", "providerID", claimed},
		},
		"aws, no city known": {
			node("aws:///eu-west-1a/"+awsID, "eu-west-1a", "eu-west-1", ""),
			found{"aws", "eu-west-1", "eu-west-1a", "IE", "aws eu-west-1", "providerID and labels", consistent},
		},

		// One code, several clouds.
		"alibaba eu-west-1 is London": {
			node("eu-west-1.i-d7o8ihqxbmxa0kvvc3rd", "eu-west-1a", "eu-west-1", ""),
			found{"alibabacloud", "eu-west-1", "eu-west-1a", "London, GB", "alibabacloud eu-west-1", "providerID and labels", consistent},
		},
		"aws eu-west-2 is London": {
			node("aws:///eu-west-2a/"+awsID, "eu-west-2a", "eu-west-2", ""),
			found{"aws", "eu-west-2", "eu-west-2a", "London, GB", "aws eu-west-2", "providerID and labels", consistent},
		},
		"alibaba eu-west-2 is Paris": {
			node("alicloud://eu-west-2.i-d7o8ihqxbmxa0kvvc3rd", "", "eu-west-2", ""),
			found{"alibabacloud", "eu-west-2", "", "Paris, FR", "alibabacloud eu-west-2", "providerID and labels", consistent},
		},
		"outscale eu-west-2 by instance type is Paris": {
			node("aws:///eu-west-2a/"+outscaleID, "eu-west-2a", "eu-west-2", "tinav5.c4r8p1"),
			found{"outscale", "eu-west-2", "eu-west-2a", "Paris, FR", "outscale eu-west-2", "providerID and labels", consistent},
		},
		"outscale eu-west-2 by instance type without topology labels": {
			node("aws:///eu-west-2a/"+outscaleID, "", "", "tinav5.c4r8p1"),
			found{"outscale", "eu-west-2", "eu-west-2a", "Paris, FR", "outscale eu-west-2", "providerID and instance type", claimed},
		},
		"outscale eu-west-2 by scheme is Paris": {
			node("osc:///eu-west-2b/"+outscaleID, "", "eu-west-2", "m4.large"),
			found{"outscale", "eu-west-2", "eu-west-2b", "Paris, FR", "outscale eu-west-2", "providerID and labels", consistent},
		},
		"short ID where only outscale has the zone": {
			node("aws:///cloudgouv-eu-west-1a/"+outscaleID, "", "", ""),
			found{"outscale", "cloudgouv-eu-west-1", "cloudgouv-eu-west-1a", "Paris, FR", "outscale cloudgouv-eu-west-1", "providerID", claimed},
		},
		"short ID where only aws has the zone": {
			node("aws:///eu-central-1b/"+outscaleID, "eu-central-1b", "eu-central-1", ""),
			found{"aws", "eu-central-1", "eu-central-1b", "Frankfurt, DE", "aws eu-central-1", "providerID and labels", consistent},
		},
		"short ID without a zone where only aws has the region": {
			node(outscaleID, "", "eu-central-1", ""),
			found{"aws", "eu-central-1", "", "Frankfurt, DE", "aws eu-central-1", "labels", claimed},
		},

		// Zones that lie elsewhere than their region label.
		"istanbul labelled eu-central-1": {
			node("aws:///eu-central-1-ist-1a/"+awsID, "eu-central-1-ist-1a", "eu-central-1", ""),
			found{"aws", "", "eu-central-1-ist-1a", "Istanbul, TR", "aws eu-central-1-ist-1a", "providerID and labels", consistent},
		},
		"istanbul by the ID, the region label alone": {
			node("aws:///eu-central-1-ist-1a/"+awsID, "", "eu-central-1", ""),
			found{"aws", "", "eu-central-1-ist-1a", "Istanbul, TR", "aws eu-central-1-ist-1a", "providerID and labels", consistent},
		},
		"istanbul by the zone label": {
			node("aws:////"+awsID, "eu-central-1-ist-1a", "eu-central-1", ""),
			found{"aws", "", "eu-central-1-ist-1a", "Istanbul, TR", "aws eu-central-1-ist-1a", "labels", claimed},
		},
		"wavelength": {
			node("aws:///eu-west-3-wl1-cmn-wlz-1/"+awsID, "eu-west-3-wl1-cmn-wlz-1", "eu-west-3", ""),
			found{"aws", "", "eu-west-3-wl1-cmn-wlz-1", "Casablanca, MA", "aws eu-west-3-wl1-cmn-wlz-1", "providerID and labels", consistent},
		},

		// Google.
		"gcp": {
			node("gce://shop-prod/europe-west3-a/gke-pool-1", "europe-west3-a", "europe-west3", ""),
			found{"gcp", "europe-west3", "europe-west3-a", "Frankfurt, DE", "gcp europe-west3", "providerID and labels", consistent},
		},
		"gcp, project of a domain": {
			node("gce://example.com:shop-prod/europe-west2-c/gke-pool-1", "", "", ""),
			found{"gcp", "europe-west2", "europe-west2-c", "London, GB", "gcp europe-west2", "providerID", claimed},
		},

		// Azure: the providerID names no place.
		"azure, region label": {
			node(azureVM, "", "germanywestcentral", ""),
			found{"azure", "germanywestcentral", "", "Frankfurt, DE", "azure germanywestcentral", "labels", claimed},
		},
		"azure, zone and region label are one witness": {
			node(azureVM, "westeurope-2", "westeurope", ""),
			found{"azure", "westeurope", "westeurope-2", "NL", "azure westeurope", "labels", claimed},
		},
		"azure, zone label only": {
			node(azureVM, "uksouth-1", "", ""),
			found{"azure", "uksouth", "uksouth-1", "London, GB", "azure uksouth", "labels", claimed},
		},
		"azure, fault domain 0": {
			node(azureVM, "0", "westeurope", ""),
			found{"azure", "westeurope", "", "NL", "azure westeurope", "labels", claimed},
		},
		"azure, fault domain 12": {
			node(azureVM, "12", "chinaeast2", ""),
			found{"azure", "chinaeast2", "", "CN", "azure chinaeast2", "labels", claimed},
		},
		"azure, lowered path": {
			node("azure:///subscriptions/0f2c/resourcegroups/rg/providers/microsoft.compute/virtualMachines/vm-1", "", "francecentral", ""),
			found{"azure", "francecentral", "", "Paris, FR", "azure francecentral", "labels", claimed},
		},

		// Alibaba: the region stands in the ID.
		"alibaba, ID only": {
			node("cn-hangzhou.i-bp1azkttqpldxgtedxxx", "", "", ""),
			found{"alibabacloud", "cn-hangzhou", "", "Hangzhou, CN", "alibabacloud cn-hangzhou", "providerID", claimed},
		},
		"alibaba, zone with a dash": {
			node("cn-hangzhou.i-bp1azkttqpldxgtedxxx", "cn-hangzhou-h", "cn-hangzhou", ""),
			found{"alibabacloud", "cn-hangzhou", "cn-hangzhou-h", "Hangzhou, CN", "alibabacloud cn-hangzhou", "providerID and labels", consistent},
		},
		"alibaba, zone with a letter": {
			node("eu-central-1.i-gw8ihqxbmxa0kvvc3rd1", "eu-central-1b", "", ""),
			found{"alibabacloud", "eu-central-1", "eu-central-1b", "Frankfurt, DE", "alibabacloud eu-central-1", "providerID and labels", consistent},
		},
	}
	cat := load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := location.OfNode(cat, tt.node)
			if !l.Known() {
				t.Fatalf("%s: %s", l.Reason, l.Detail)
			}
			got := found{l.Provider, l.Region, l.Zone, l.Place(), l.Code(), l.Word(), l.Assurance}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("location (-want +got):\n%s", diff)
			}
			if l.Source == "" || l.Detail != "" {
				t.Errorf("source %q, detail %q; want a source and no detail", l.Source, l.Detail)
			}
		})
	}
}

func TestOfNodeWitnesses(t *testing.T) {
	t.Parallel()
	const id, zone, region, kind = location.WitnessProviderID, location.WitnessZoneLabel, location.WitnessRegionLabel, location.WitnessInstanceType
	tests := map[string]struct {
		node location.Node
		want []location.Witness
	}{
		"in order, the instance type unused": {
			node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", "m5.large"),
			[]location.Witness{{Kind: id, Value: "aws:///eu-central-1a/" + awsID}, {Kind: zone, Value: "eu-central-1a"}, {Kind: region, Value: "eu-central-1"}},
		},
		"the instance type used": {
			node("aws:///eu-west-2a/"+outscaleID, "eu-west-2a", "eu-west-2", "tinav5.c4r8p1"),
			[]location.Witness{{Kind: id, Value: "aws:///eu-west-2a/" + outscaleID}, {Kind: zone, Value: "eu-west-2a"}, {Kind: region, Value: "eu-west-2"}, {Kind: kind, Value: "tinav5.c4r8p1"}},
		},
		"a fault domain is none": {
			node(azureVM, "0", "westeurope", ""),
			[]location.Witness{{Kind: id, Value: azureVM}, {Kind: region, Value: "westeurope"}},
		},
		"of an undetermined location": {
			node("kind://docker/dev/dev-worker", "", "eu-central-1", ""),
			[]location.Witness{{Kind: id, Value: "kind://docker/dev/dev-worker"}, {Kind: region, Value: "eu-central-1"}},
		},
		"deprecated labels": {
			beta(node("aws:////"+awsID, "eu-central-1a", "", ""), "eu-central-1a", "eu-central-1"),
			[]location.Witness{
				{Kind: id, Value: "aws:////" + awsID}, {Kind: zone, Value: "eu-central-1a"},
				{Kind: location.WitnessBetaZoneLabel, Value: "eu-central-1a"}, {Kind: location.WitnessBetaRegionLabel, Value: "eu-central-1"},
			},
		},
		"labels only": {
			node("", "", "westeurope", "tinav5.c4r8p1"),
			[]location.Witness{{Kind: region, Value: "westeurope"}},
		},
		"none": {node("", "", "", ""), nil},
	}
	cat := load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, location.OfNode(cat, tt.node).Witnesses); diff != "" {
				t.Errorf("witnesses (-want +got):\n%s", diff)
			}
		})
	}
}
