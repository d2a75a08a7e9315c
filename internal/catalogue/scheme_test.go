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

const uuid = "6b5ef2a1-4a1b-4c6f-8e46-9c7d5f1f0a11"

func TestSchemeParse(t *testing.T) {
	c := load(t)
	for name, tc := range map[string]struct {
		scheme, rest string
		want         string // "zone Z", "region R", "-" for neither; empty: no form fits
	}{
		"a zone in the middle":                  {"gce", "project/europe-west3-a/node-1", "zone europe-west3-a"},
		"a project with a domain":               {"gce", "example.com:project/europe-west3-a/node-1", "zone europe-west3-a"},
		"no project":                            {"gce", "/europe-west3-a/node-1", ""},
		"no zone":                               {"gce", "project//node-1", ""},
		"no name":                               {"gce", "project/europe-west3-a/", ""},
		"a segment too few":                     {"gce", "project/europe-west3-a", ""},
		"a segment too many":                    {"gce", "project/europe-west3-a/node-1/", ""},
		"nothing":                               {"gce", "", ""},
		"a zone and a UUID":                     {"scaleway", "instance/fr-par-1/" + uuid, "zone fr-par-1"},
		"a UUID in upper case":                  {"vultr", strings.ToUpper(uuid), "-"},
		"a UUID with a letter that is none":     {"vultr", strings.Replace(uuid, "6", "g", 1), ""},
		"a UUID without dashes":                 {"vultr", strings.ReplaceAll(uuid, "-", ""), ""},
		"a UUID with a dash elsewhere":          {"vultr", strings.Replace(uuid, "1-", "-1", 1), ""},
		"a UUID and more":                       {"vultr", uuid + "0", ""},
		"a number":                              {"hcloud", "1234567", "-"},
		"the second form":                       {"hcloud", "bm-1234567", "-"},
		"a number that is none":                 {"hcloud", "123x", ""},
		"a prefix and nothing":                  {"hcloud", "bm-", ""},
		"a sign":                                {"hcloud", "+1", ""},
		"a digit that is not ASCII":             {"hcloud", "１", ""},
		"two empty segments":                    {"upcloud", "//" + uuid, "-"},
		"one empty segment too few":             {"upcloud", "/" + uuid, ""},
		"empty segments in the middle":          {"ibm", "account///cluster/worker", "-"},
		"something in them":                     {"ibm", "account//x/cluster/worker", ""},
		"the form without a region":             {"openstack", "/" + uuid, "-"},
		"the form with one":                     {"openstack", "GRA11/" + uuid, "region GRA11"},
		"a zone that is a number says nothing":  {"qcloud", "/100003/ins-abc", "-"},
		"a zone that is none":                   {"qcloud", "/ap-guangzhou-3/ins-abc", "zone ap-guangzhou-3"},
		"another prefix":                        {"qcloud", "/100003/eks-abc", ""},
		"the region of a control plane is none": {"eks-hybrid", "/eu-central-1/cluster/node", "-"},
		"kind":                                  {"kind", "docker/cluster/node", "-"},
		"bytes that are no text":                {"k3s", "\xff\x00", "-"},
		"words are no form":                     {"aws", "/eu-west-2a/i-0123456789abcdef0", ""},
		"words of a bare ID are no form":        {"oci", "ocid1.instance.oc1.phx.abc", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, ok := c.Scheme(tc.scheme)
			if !ok {
				t.Fatalf("no scheme %q", tc.scheme)
			}
			zone, region, ok := s.Parse(tc.rest)
			got := ""
			switch {
			case zone != "" && region == "" && ok:
				got = "zone " + zone
			case zone == "" && region != "" && ok:
				got = "region " + region
			case zone == "" && region == "" && ok:
				got = "-"
			case zone != "" || region != "":
				got = "a code of an ID that is malformed"
			}
			if got != tc.want {
				t.Errorf("Parse(%q) = %q, want %q", tc.rest, got, tc.want)
			}
		})
	}
}

func TestSchemes(t *testing.T) {
	c := load(t)
	if !slices.IsSortedFunc(c.Schemes(), func(a, b *Scheme) int { return cmp.Compare(a.Name, b.Name) }) {
		t.Error("Schemes() is not sorted")
	}
	for _, s := range c.Schemes() {
		if got, ok := c.Scheme(s.Name); !ok || got != s {
			t.Errorf("Scheme(%q) is another", s.Name)
		}
		if s.Source == "" || s.Words() == "" {
			t.Errorf("%s has the source %q and the words %q", s.Name, s.Source, s.Words())
		}
		for _, p := range s.Providers {
			if title, ok := c.ProviderTitle(p); !ok || title == "" {
				t.Errorf("%s is written by %q, which has no title", s.Name, p)
			}
		}
	}
	for _, name := range []string{"AWS", "aws://", "", "nobody"} {
		if _, ok := c.Scheme(name); ok {
			t.Errorf("there is a scheme %q", name)
		}
	}
}

func TestProvidersOfSchemes(t *testing.T) {
	c := load(t)
	for name, want := range map[string]string{
		"aws": "aws outscale", "osc": "outscale", "openstack": "otc ovh stackit", "cce": "baiducloud",
		// No cloud at all.
		"kind": "", "k3s": "", "rke2": "", "kwok": "", "vsphere": "", "eks-hybrid": "",
	} {
		s, ok := c.Scheme(name)
		if !ok {
			t.Errorf("no scheme %q", name)
			continue
		}
		if got := strings.Join(s.Providers, " "); got != want {
			t.Errorf("%s is written by %q, want %q", name, got, want)
		}
	}
}

func TestWordsOfSchemes(t *testing.T) {
	c := load(t)
	for name, want := range map[string]string{
		"scaleway": "scaleway://NAME/ZONE/UUID",
		"hcloud":   "hcloud://NUMBER or hcloud://bm-NUMBER",
		"upcloud":  "upcloud:////UUID",
		"aws":      "aws:///ZONE/i-ID, with an ID of 8 or 17 hexadecimal digits",
	} {
		s, ok := c.Scheme(name)
		if !ok || s.Words() != want {
			t.Errorf("%s: %q, want %q", name, s.Words(), want)
		}
	}
}

func TestProviderTitle(t *testing.T) {
	c := load(t)
	for name, want := range map[string]string{"aws": "Amazon Web Services", "civo": "Civo", "AWS": "", "": ""} {
		if got, ok := c.ProviderTitle(name); got != want || ok != (want != "") {
			t.Errorf("ProviderTitle(%q) = %q, %t", name, got, ok)
		}
	}
	for _, p := range c.Providers() {
		if _, ok := c.ProviderTitle(p); !ok {
			t.Errorf("%q has no title", p)
		}
	}
	if diff := gocmp.Diff(false, c.HasProvider("baiducloud")); diff != "" {
		t.Error("a provider without a region has regions")
	}
}

func FuzzSchemeParse(f *testing.F) {
	c := load(f)
	f.Add("gce", "project/europe-west3-a/node-1")
	f.Add("openstack", "GRA11/"+uuid)
	f.Add("ibm", "account///cluster/worker")
	f.Fuzz(func(t *testing.T, name, rest string) {
		s, ok := c.Scheme(name)
		if !ok {
			return
		}
		zone, region, ok := s.Parse(rest)
		if !ok && zone+region != "" || !strings.Contains(rest, zone) || !strings.Contains(rest, region) || strings.Contains(zone+region, "/") {
			t.Fatalf("Parse(%q) of %s = %q, %q, %t", rest, name, zone, region, ok)
		}
	})
}
