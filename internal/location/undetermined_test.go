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

	"github.com/domicile-dev/domicile/internal/location"
)

func TestOfNodeUndetermined(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		node   location.Node
		reason location.Reason
		detail string // checked if set
	}{
		"nothing": {node("", "", "", ""), location.ReasonNoWitness,
			"there is neither a providerID nor a topology label"},
		"an instance type is no place": {node("", "", "", "tinav5.c4r8p1"), location.ReasonNoWitness, ""},
		"azure names no place": {node(azureVM, "", "", ""), location.ReasonNoWitness,
			"the providerID says azure but names no place, and neither does a label"},
		"a fault domain names no place":      {node(azureVM, "1", "", ""), location.ReasonNoWitness, ""},
		"aws without a zone":                 {node("aws:////"+awsID, "", "", ""), location.ReasonNoWitness, ""},
		"aws or outscale without a zone":     {node(outscaleID, "", "", ""), location.ReasonNoWitness, "the providerID says aws or outscale but names no place, and neither does a label"},
		"outscale by instance type, no zone": {node(outscaleID, "", "", "tinav5.c4r8p1"), location.ReasonNoWitness, ""},
		"outscale by scheme, no zone":        {node("osc:////"+outscaleID, "", "", ""), location.ReasonNoWitness, ""},

		"kind": {node("kind://docker/dev/dev-worker", "eu-central-1a", "eu-central-1", ""), location.ReasonNoWitness,
			`the providerID "kind://docker/dev/dev-worker" is no cloud's, so no cloud's codes are borrowed for its labels; a Site can say where it stands`},
		"eks hybrid is no place": {node("eks-hybrid:///eu-central-1/shop/node-1", "", "eu-central-1", ""), location.ReasonNoWitness, ""},
		"deprecated labels alone": {beta(node("", "", "", ""), "eu-north-1a", "eu-north-1"), location.ReasonNoWitness,
			"there is neither a providerID nor a topology label (the deprecated failure-domain labels give none: a kubelet may change them at any time)"},
		"azure, deprecated labels alone": {beta(node(azureVM, "", "", ""), "westeurope-1", "westeurope"), location.ReasonNoWitness, ""},
		"a provider without regions": {node("civo://4213f8a1", "", "LON1", ""), location.ReasonUnknownRegion,
			`the region label says "LON1", which is no known region of civo, of which the catalogue has no region at all`},
		"a bare UUID, a region of nobody": {node("4213f8a1-2b3c-4d5e-8f90-0a1b2c3d4e5f", "", "eu-central-1", ""), location.ReasonUnknownRegion,
			`the region label says "eu-central-1", which is no known region of huaweicloud or otc or ovh or stackit`},

		"a scheme of nobody": {node("mars://olympus/1", "eu-central-1a", "eu-central-1", ""), location.ReasonUnknownProvider,
			`the providerID "mars://olympus/1" is of no provider that is understood, so no label is read as a cloud's`},
		"an empty scheme":           {node("://4213f8a1-2b3c-4d5e-8f90-0a1b2c3d4e5f", "", "cn-north-4", ""), location.ReasonUnknownProvider, ""},
		"almost a UUID":             {node("4213f8a1-2b3c-4d5e-8f90-0a1b2c3d4e5g", "", "cn-north-4", ""), location.ReasonUnknownProvider, ""},
		"a UUID without dashes":     {node("4213f8a12b3c4d5e8f900a1b2c3d4e5f", "", "cn-north-4", ""), location.ReasonUnknownProvider, ""},
		"another case of a scheme":  {node("AWS:///eu-central-1a/"+awsID, "", "", ""), location.ReasonUnknownProvider, ""},
		"a scheme without slashes":  {node("aws:eu-central-1a", "", "eu-central-1", ""), location.ReasonUnknownProvider, ""},
		"a space before the scheme": {node(" aws:///eu-central-1a/"+awsID, "", "", ""), location.ReasonUnknownProvider, ""},

		"aws, 16 digits": {node("aws:///eu-central-1a/i-0dbe03668241abc8", "eu-central-1a", "eu-central-1", ""), location.ReasonMalformedProviderID,
			`the providerID "aws:///eu-central-1a/i-0dbe03668241abc8" does not have the form aws:///ZONE/i-ID, with an ID of 8 or 17 hexadecimal digits`},
		"aws, 7 digits":                {node("aws:///eu-central-1a/i-3b62932", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, no digits":               {node("aws:///eu-central-1a/i-", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, not hexadecimal":         {node("aws:///eu-central-1a/i-0dbe03668241abcz4", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, upper case digits":       {node("aws:///eu-central-1a/i-0DBE03668241ABC84", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, a host":                  {node("aws://eu-central-1a/"+awsID, "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, something behind the ID": {node("aws:///eu-central-1a/"+awsID+"/x", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, a volume":                {node("aws:///eu-central-1a/vol-0dbe03668241abc84", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, nothing":                 {node("aws://", "", "eu-central-1", ""), location.ReasonMalformedProviderID, ""},
		"aws, fargate without a zone":  {node("aws:////fargate-10.0.0.1", "", "eu-central-1", ""), location.ReasonMalformedProviderID, ""},
		"aws, fargate without an IP":   {node("aws:///eu-central-1a/fargate-", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, fargate too deep":        {node("aws:///eu-central-1a/a/b/fargate-10.0.0.1", "", "", ""), location.ReasonMalformedProviderID, ""},
		"aws, malformed bare ID":       {node("i-12", "", "eu-central-1", ""), location.ReasonMalformedProviderID, ""},
		"outscale, 17 digits":          {node("osc:///eu-west-2a/"+awsID, "", "", ""), location.ReasonMalformedProviderID, ""},
		"gcp, no name":                 {node("gce://shop/europe-west3-a/", "", "europe-west3", ""), location.ReasonMalformedProviderID, ""},
		"gcp, no zone":                 {node("gce://shop//name", "", "europe-west3", ""), location.ReasonMalformedProviderID, ""},
		"gcp, no project":              {node("gce:///europe-west3-a/name", "", "europe-west3", ""), location.ReasonMalformedProviderID, ""},
		"gcp, a path as name":          {node("gce://shop/europe-west3-a/a/b", "", "", ""), location.ReasonMalformedProviderID, ""},
		"azure, another resource":      {node("azure:///subscriptions/a/resourceGroups/b/providers/Microsoft.HybridCompute/machines/c", "", "westeurope", ""), location.ReasonMalformedProviderID, ""},
		"azure, no subscription":       {node("azure:///subscriptions//resourceGroups/b/providers/Microsoft.Compute/virtualMachines/c", "", "westeurope", ""), location.ReasonMalformedProviderID, ""},
		"azure, no machine":            {node("azure:///subscriptions/a/resourceGroups/b/providers/Microsoft.Compute/", "", "westeurope", ""), location.ReasonMalformedProviderID, ""},
		"azure, no path":               {node("azure://", "", "westeurope", ""), location.ReasonMalformedProviderID, ""},
		"alibaba, no instance":         {node("eu-central-1.i-", "", "", ""), location.ReasonMalformedProviderID, ""},
		"alibaba, no region":           {node(".i-gw8ihqxbmxa0kvvc3rd1", "", "eu-central-1", ""), location.ReasonMalformedProviderID, ""},
		"alibaba, scheme without form": {node("alicloud://i-gw8ihqxbmxa0kvvc3rd1", "", "eu-central-1", ""), location.ReasonMalformedProviderID, ""},

		"oci, another thing":  {node("ocid1.volume.oc1.phx.abuw4ljr", "", "phx", ""), location.ReasonMalformedProviderID, ""},
		"oci, no unique ID":   {node("oci://ocid1.instance.oc1.phx.", "", "phx", ""), location.ReasonMalformedProviderID, ""},
		"oci, no realm":       {node("ocid1.instance..phx.abuw4ljr", "", "phx", ""), location.ReasonMalformedProviderID, ""},
		"oci, upper case":     {node("ocid1.instance.oc1.PHX.abuw4ljr", "", "phx", ""), location.ReasonMalformedProviderID, ""},
		"oci, more in behind": {node("ocid1.instance.oc1.phx..abuw.4ljr", "", "phx", ""), location.ReasonMalformedProviderID, ""},
		"openstack, no UUID": {node("openstack:///0f2c", "nova", "eu-de", ""), location.ReasonMalformedProviderID,
			`the providerID "openstack:///0f2c" does not have the form openstack:///UUID or openstack://REGION/UUID`},

		"zone suffix in the ID": {node("aws:///eu-central-1-xyz-1a/"+awsID, "", "eu-central-1", ""), location.ReasonUnknownZone,
			`the providerID says "eu-central-1-xyz-1a", which is no known zone of aws`},
		"zone suffix in the label": {node("aws:////"+awsID, "eu-central-1-xyz-1a", "eu-central-1", ""), location.ReasonUnknownZone,
			`the zone label says "eu-central-1-xyz-1a", which is no known zone of aws`},
		"wavelength without a number":        {node("aws:///eu-west-3-wl1-cmn-wlz-/"+awsID, "", "eu-west-3", ""), location.ReasonUnknownZone, ""},
		"wavelength of a carrier not listed": {node("aws:///eu-central-1-wl1-xyz-wlz-1/"+awsID, "", "eu-central-1", ""), location.ReasonUnknownZone, ""},
		"istanbul without its letter":        {node("aws:///eu-central-1-ist-1/"+awsID, "", "eu-central-1", ""), location.ReasonUnknownZone, ""},
		"a region where a zone should stand": {node("aws:///eu-central-1/"+awsID, "", "eu-central-1", ""), location.ReasonUnknownZone, ""},
		"upper case zone":                    {node("aws:////"+awsID, "EU-CENTRAL-1A", "eu-central-1", ""), location.ReasonUnknownZone, ""},
		"zone with a space":                  {node("aws:////"+awsID, "eu-central-1a ", "eu-central-1", ""), location.ReasonUnknownZone, ""},
		"zone of a cloud that shares the ID": {node("aws:///cloudgouv-eu-west-1a/"+awsID, "", "", ""), location.ReasonUnknownZone, ""},
		"zone of neither": {node("aws:///eu-west-9a/"+outscaleID, "", "", ""), location.ReasonUnknownZone,
			`the providerID says "eu-west-9a", which is no known zone of aws or outscale`},
		"zone not of the instance type's provider": {node("aws:///eu-central-1a/"+outscaleID, "", "", "tinav5.c4r8p1"), location.ReasonUnknownZone,
			`the providerID says "eu-central-1a", which is no known zone of outscale (so the instance type "tinav5.c4r8p1")`},
		"gcp zone without a dash":        {node("gce://shop/europe-west3a/name", "", "", ""), location.ReasonUnknownZone, ""},
		"gcp zone of another cloud":      {node("gce://shop/eu-west-1a/name", "", "", ""), location.ReasonUnknownZone, ""},
		"azure zone with a letter":       {node(azureVM, "westeurope-a", "westeurope", ""), location.ReasonUnknownZone, ""},
		"azure zone without a region":    {node(azureVM, "-1", "westeurope", ""), location.ReasonUnknownZone, ""},
		"a fault domain is azure's only": {node("gce://shop/europe-west3-a/name", "0", "europe-west3", ""), location.ReasonUnknownZone, ""},
		"no provider, unknown zone":      {node("", "eu-central-1-xyz-1a", "eu-central-1", ""), location.ReasonUnknownZone, `the zone label says "eu-central-1-xyz-1a", which is no known zone of any provider`},
		"no provider, a number":          {node("", "1", "westeurope", ""), location.ReasonUnknownZone, ""},

		"region label": {node(azureVM, "", "europewest", ""), location.ReasonUnknownRegion,
			`the region label says "europewest", which is no known region of azure`},
		"region in the ID":                           {node("eu-west-9.i-d7o8ihqxbmxa0kvvc3rd", "", "", ""), location.ReasonUnknownRegion, `the providerID says "eu-west-9", which is no known region of alibabacloud`},
		"upper case region":                          {node(azureVM, "", "WestEurope", ""), location.ReasonUnknownRegion, ""},
		"region with spaces":                         {node(azureVM, "", "West Europe", ""), location.ReasonUnknownRegion, ""},
		"region of another cloud":                    {node("gce://shop/europe-west3-a/name", "", "eu-central-1", ""), location.ReasonUnknownRegion, ""},
		"region of neither":                          {node(outscaleID, "", "mars-1", ""), location.ReasonUnknownRegion, ""},
		"no provider, unknown region":                {node("", "", "mars-1", ""), location.ReasonUnknownRegion, `the region label says "mars-1", which is no known region of any provider`},
		"no provider, upper case region":             {node("", "", "EU-CENTRAL-1", ""), location.ReasonUnknownRegion, ""},
		"no provider, zone known but not the region": {node("", "eu-central-1a", "mars-1", ""), location.ReasonUnknownRegion, ""},

		"short ID, eu-west-2": {node("aws:///eu-west-2a/"+outscaleID, "eu-west-2a", "eu-west-2", "m4.large"), location.ReasonAmbiguousProvider,
			"aws and outscale write such a providerID, and the providerID says eu-west-2a (aws: London, GB; outscale: Paris, FR)"},
		"short ID, us-east-2":      {node("aws:///us-east-2b/"+outscaleID, "", "", ""), location.ReasonAmbiguousProvider, ""},
		"short ID, us-west-1":      {node("aws:///us-west-1a/"+outscaleID, "", "", ""), location.ReasonAmbiguousProvider, ""},
		"short ID, ap-northeast-1": {node("aws:///ap-northeast-1a/"+outscaleID, "", "", ""), location.ReasonAmbiguousProvider, ""},
		"bare short ID, labelled eu-west-2": {node(outscaleID, "", "eu-west-2", ""), location.ReasonAmbiguousProvider,
			"aws and outscale write such a providerID, and the region label says eu-west-2 (aws: London, GB; outscale: Paris, FR)"},

		"region label against the ID": {node("aws:///eu-central-1a/"+awsID, "", "eu-west-2", ""), location.ReasonConflictingWitnesses,
			"the providerID says eu-central-1a (Frankfurt, DE) and the region label says eu-west-2 (London, GB)"},
		"zone label against the ID": {node("aws:///us-east-1a/"+awsID, "eu-central-1a", "us-east-1", ""), location.ReasonConflictingWitnesses,
			"the providerID says us-east-1a (N. Virginia, US) and the zone label says eu-central-1a (Frankfurt, DE)"},
		"another zone of the region": {node("aws:///eu-central-1a/"+awsID, "eu-central-1b", "eu-central-1", ""), location.ReasonConflictingWitnesses, ""},
		"istanbul in the ID, frankfurt in the label": {node("aws:///eu-central-1-ist-1a/"+awsID, "eu-central-1a", "eu-central-1", ""), location.ReasonConflictingWitnesses,
			"the providerID says eu-central-1-ist-1a (Istanbul, TR) and the zone label says eu-central-1a (Frankfurt, DE)"},
		"istanbul with another region's label": {node("aws:///eu-central-1-ist-1a/"+awsID, "", "eu-west-1", ""), location.ReasonConflictingWitnesses,
			"the providerID says eu-central-1-ist-1a (Istanbul, TR) and the region label says eu-west-1 (IE)"},
		"the labels with each other": {node("aws:////"+awsID, "eu-central-1a", "eu-west-2", ""), location.ReasonConflictingWitnesses,
			"the zone label says eu-central-1a (Frankfurt, DE) and the region label says eu-west-2 (London, GB)"},
		"azure's labels with each other": {node(azureVM, "westeurope-1", "northeurope", ""), location.ReasonConflictingWitnesses, ""},
		"gcp":                            {node("gce://shop/europe-west3-a/name", "", "europe-west2", ""), location.ReasonConflictingWitnesses, ""},
		"alibaba's zone in another region": {node("eu-central-1.i-gw8ihqxbmxa0kvvc3rd1", "eu-west-1a", "eu-central-1", ""), location.ReasonConflictingWitnesses,
			"the providerID says eu-central-1 (Frankfurt, DE) and the zone label says eu-west-1a (London, GB)"},
		"17 digits and outscale's instance type": {node("aws:///eu-west-2a/"+awsID, "", "", "tinav5.c4r8p1"), location.ReasonConflictingWitnesses,
			`the providerID says aws and the instance type "tinav5.c4r8p1" says outscale`},
		"fargate and outscale's instance type": {node("aws:///eu-west-2a/fargate-10.0.0.1", "", "", "tinav5.c4r8p1"), location.ReasonConflictingWitnesses, ""},
		"no provider, the labels with each other": {node("", "eu-central-1a", "eu-west-2", ""), location.ReasonConflictingWitnesses,
			"the zone label says eu-central-1a (alibabacloud: Frankfurt, DE; aws: Frankfurt, DE) and " +
				"the region label says eu-west-2 (alibabacloud: Paris, FR; aws: London, GB; outscale: Paris, FR)"},
		"deprecated region label against the place": {beta(node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", ""), "", "eu-west-2"), location.ReasonConflictingWitnesses,
			"the providerID says eu-central-1a (Frankfurt, DE) and the beta region label says eu-west-2 (aws: London, GB)"},
		"deprecated zone label against the place": {beta(node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", ""), "eu-central-1b", "eu-central-1"), location.ReasonConflictingWitnesses, ""},
		"deprecated label of no place": {beta(node(azureVM, "westeurope-1", "westeurope", ""), "", "mars-1"), location.ReasonConflictingWitnesses,
			`the zone label says westeurope-1 (NL) and the beta region label says "mars-1", which is no known region of azure`},
		"deprecated label against labels": {beta(node("", "", "eu-north-1", ""), "", "eu-west-3"), location.ReasonConflictingWitnesses,
			"the region label says eu-north-1 (aws: Stockholm, SE) and the beta region label says eu-west-3 (aws: Paris, FR)"},
		"deprecated label of no place against labels": {beta(node("", "", "eu-central-1", ""), "", "mars-1"), location.ReasonConflictingWitnesses, ""},

		"no provider, istanbul labelled eu-west-1": {node("", "eu-central-1-ist-1a", "eu-west-1", ""), location.ReasonConflictingWitnesses, ""},

		"local zone on one public table": {node("aws:///eu-west-3-cmn-1a/"+awsID, "", "eu-west-3", ""), location.ReasonLowConfidence,
			"the providerID says eu-west-3-cmn-1a (Casablanca, MA), which rests on a catalogue row of low confidence"},
		"wavelength on one public table": {node("aws:///eu-west-3-wl1-dss-wlz-1/"+awsID, "", "", ""), location.ReasonLowConfidence, ""},
		"no provider, local zone":        {node("", "ap-southeast-1-han-1a", "ap-southeast-1", ""), location.ReasonLowConfidence, ""},
		"no provider, region of ksyun": {node("", "", "eu-east-1", ""), location.ReasonLowConfidence,
			"the region label says eu-east-1 (ksyun: Moscow, RU), which rests on no catalogue row of more than low confidence"},
	}
	cat := load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := location.OfNode(cat, tt.node)
			if l.Reason != tt.reason {
				t.Fatalf("reason %q (%s at %s), want %q", l.Reason, l.Detail, l.Place(), tt.reason)
			}
			if tt.detail != "" && l.Detail != tt.detail {
				t.Errorf("detail\n got %s\nwant %s", l.Detail, tt.detail)
			}
			if l.Detail == "" {
				t.Error("no detail")
			}
			// Nothing of a place may be read from what is not known.
			rest := l
			rest.Reason, rest.Detail, rest.Witnesses = "", "", nil
			if diff := cmp.Diff(location.Location{}, rest); diff != "" {
				t.Errorf("an undetermined location names a place: %s", diff)
			}
		})
	}
}

func TestOfNodeDetailIsShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é\x00\xff", 1<<16)
	cat := load(t)
	for name, n := range map[string]location.Node{
		"providerID":    node(long, "", "", ""),
		"malformed":     node("aws://"+long, "", "", ""),
		"zone":          node("aws:///"+long+"/"+awsID, "", "", ""),
		"gcp":           node("gce://"+long+"/"+long+"/"+long, "", "", ""),
		"zone label":    node("", long, long, ""),
		"region label":  node(azureVM, "", long, ""),
		"instance type": node("aws:///eu-west-2a/"+awsID, "", "", "tinav"+long),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := location.OfNode(cat, n)
			if l.Known() || len(l.Detail) > 500 || strings.Contains(l.Detail, "\x00") || strings.Contains(l.Detail, "\xff") {
				t.Errorf("known %t, detail of %d bytes: %s", l.Known(), len(l.Detail), l.Detail)
			}
		})
	}
}
