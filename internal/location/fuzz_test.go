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

	"github.com/domicile-dev/domicile/internal/location"
)

// FuzzOfNode holds on any bytes: no panic, a place or a reason for none, a Consistent
// place only on two words, and the same answer twice.
func FuzzOfNode(f *testing.F) {
	for _, n := range [][4]string{
		{"aws:///eu-central-1a/" + awsID, "eu-central-1a", "eu-central-1", "m5.large"},
		{"aws:///eu-west-2a/" + outscaleID, "eu-west-2a", "eu-west-2", "tinav5.c4r8p1"},
		{"aws:///eu-west-1b/task/fargate-ip-10-0-0-1.ec2.internal", "", "", ""},
		{"osc:///eu-west-2a/" + outscaleID, "", "", ""},
		{"gce://example.com:shop/europe-west3-a/name", "europe-west3-a", "europe-west3", ""},
		{azureVM, "0", "westeurope", "Standard_D2s_v5"},
		{"eu-west-1.i-d7o8ihqxbmxa0kvvc3rd", "eu-west-1a", "", ""},
		{"alicloud://cn-hangzhou.i-bp1", "cn-hangzhou-h", "cn-hangzhou", ""},
		{"kind://docker/dev/dev-worker", "", "eu-central-1", ""},
		{"", "eu-central-1-ist-1a", "eu-central-1", ""},
		{"", "-", "a", ""},
		{"://", "\xff", "\x00", "tinav"},
		{"i-", "", "", ""}, {".i-", "", "", ""}, {"azure:///////", "1", "", ""}, {"", "", "", ""},
	} {
		f.Add(n[0], n[1], n[2], n[3])
	}
	cat := load(f)
	f.Fuzz(func(t *testing.T, providerID, zone, region, instanceType string) {
		n := node(providerID, zone, region, instanceType)
		l := location.OfNode(cat, n)
		if diff := cmp.Diff(l, location.OfNode(cat, n)); diff != "" {
			t.Errorf("asked twice: %s", diff)
		}
		if l.Known() {
			if len(l.Country) != 2 || l.Assurance == location.AssuranceNone || l.Detail != "" || l.Source == "" || l.Code() == "" {
				t.Errorf("known but %+v", l)
			}
			if l.Assurance == location.Consistent && (providerID == "" || zone == "" && region == "") {
				t.Errorf("consistent on one word: %+v", l)
			}
			return
		}
		if l.Detail == "" || len(l.Detail) > 1000 || l.Country != "" || l.Provider != "" || l.Assurance != location.AssuranceNone {
			t.Errorf("undetermined but %+v", l)
		}
	})
}

func BenchmarkOfNode(b *testing.B) {
	cat := load(b)
	for name, n := range map[string]location.Node{
		"AWS":       node("aws:///eu-central-1a/"+awsID, "eu-central-1a", "eu-central-1", "m5.large"),
		"Azure":     node(azureVM, "westeurope-1", "westeurope", "Standard_D2s_v5"),
		"Labels":    node("", "eu-central-1a", "eu-central-1", ""),
		"Conflict":  node("aws:///eu-central-1a/"+awsID, "", "eu-west-2", ""),
		"NotACloud": node("kind://docker/dev/dev-worker", "", "", ""),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = location.OfNode(cat, n)
			}
		})
	}
}
