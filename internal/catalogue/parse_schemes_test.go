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

import "testing"

func TestBrokenProviders(t *testing.T) {
	const civo = "civo,Civo,name,,"
	for name, tc := range map[string]struct{ by, field, want string }{
		"no provider":                   {",Civo,name,,", "provider", "is empty"},
		"a provider in upper case":      {"Civo,Civo,name,,", "provider", `"Civo" is not in lower case`},
		"a provider twice":              {"azure,Civo,name,,", "provider", `"azure" is on line 4 already`},
		"a provider that is unnamed":    {"nobody,Nobody,name,,", "provider", `"nobody" is named by no scheme and no region`},
		"no region label":               {"civo,Civo,,,", "region_label", "is empty"},
		"an unknown region label":       {"civo,Civo,names,,", "region_label", `"names" is none of name, alias, area`},
		"no title":                      {"civo,,name,,", "title", "is empty"},
		"no token":                      {"civo,Civo,name,regionLETTER,", "zone_forms", `"regionLETTER" does not begin with REGION, UPPER or`},
		"an unknown token":              {"civo,Civo,name,REGION-NUMBR,", "zone_forms", "has upper-case letters that are no token"},
		"a token in the middle":         {"civo,Civo,name,REGION-LETTER-x,", "zone_forms", "has upper-case letters that are no token"},
		"a blank":                       {"civo,Civo,name,REGION LETTER,", "zone_forms", "no letter, digit or dash"},
		"no form after another":         {"civo,Civo,name,REGION;,", "zone_forms", `"" does not begin with`},
		"a form twice":                  {"civo,Civo,name,REGION;REGION,", "zone_forms", "is there twice"},
		"where does the number begin":   {"civo,Civo,name,REGIONNUMBER,", "zone_forms", "does not say where its number begins"},
		"where do the digits begin":     {"civo,Civo,name,REGION-1DIGITS,", "zone_forms", "does not say where its number begins"},
		"every letter":                  {"civo,Civo,name,lon1=LETTER,", "zone_forms", "is every zone"},
		"a form of a region of another": {"civo,Civo,name,eu-west-1=a,", "zone_forms", `civo has no region "eu-west-1" in regions.csv`},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			line := lineOf(t, f.providers, civo)
			change(t, &f.providers, civo, tc.by)
			refused(t, f, "providers.csv", line, tc.field, tc.want)
		})
	}
	t.Run("a region of a provider that is not there", func(t *testing.T) {
		f := embedded()
		change(t, &f.providers, "ksyun,", "ksyum,")
		refused(t, f, "regions.csv", lineOf(t, f.regions, "ksyun,"), "provider", `"ksyun" is not in providers.csv`)
	})
}

func TestZonesInTwoPlaces(t *testing.T) {
	for name, tc := range map[string]struct {
		provider, old, by string // a row of providers.csv
		region            string // a row that is added to regions.csv
		at, field, want   string
	}{
		"two forms meet": {
			"Google Cloud,name,REGION-LETTER,", "Google Cloud,name,REGION-LETTER,", "Google Cloud,name,REGION-LETTER;REGION-x-LETTER,",
			"gcp,europe-west3-x,,FR,,test,high", "gcp,europe-west3,", "region", `gcp zone "europe-west3-x-a" is also one in  FR`,
		},
		"a region is a zone": {
			"IBM Cloud,area,REGION-NUMBER,", "", "",
			"ibm,eu-de-7,,FR,,test,high", "ibm,eu-de-7,", "region", `ibm "eu-de-7" is also a zone in Frankfurt DE`,
		},
		"numbers are digits": {
			"IBM Cloud,area,REGION-NUMBER,", "IBM Cloud,area,REGION-NUMBER,", "IBM Cloud,area,REGION-NUMBER;us-south=eu-de-DIGITS,",
			"", "ibm,us-south,", "region", `ibm zone "eu-de-1" is also one in Frankfurt DE`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			if tc.by != "" {
				change(t, &f.providers, tc.old, tc.by)
			}
			if tc.region != "" {
				f.regions += tc.region + "\n"
			}
			refused(t, f, "regions.csv", lineOf(t, f.regions, tc.at), tc.field, tc.want)
		})
	}
}

func TestBrokenSchemes(t *testing.T) {
	const vultr = "vultr,vultr,UUID,"
	for name, tc := range map[string]struct{ by, field, want string }{
		"no scheme":               {",vultr,UUID,", "scheme", "is empty"},
		"a scheme in upper case":  {"Vultr,vultr,UUID,", "scheme", `"Vultr" is not in lower case`},
		"an unknown provider":     {"vultr,vulture,UUID,", "providers", `"vulture" is not in providers.csv`},
		"a provider twice":        {"vultr,vultr;vultr,UUID,", "providers", "are not in order, each once"},
		"providers in disorder":   {"vultr,vultr;aws,UUID,", "providers", "are not in order, each once"},
		"no form":                 {"vultr,vultr,,", "form", "is empty"},
		"an unknown placeholder":  {"vultr,vultr,GUID,", "form", "has the placeholder GUID, which is none of"},
		"text after it":           {"vultr,vultr,UUIDx,", "form", "has something after a placeholder"},
		"the scheme again":        {"vultr,vultr,vultr://UUID,", "form", "is what stands after ://, without the scheme"},
		"more after the rest":     {"vultr,vultr,REST/UUID,", "form", "goes on after REST"},
		"two zones":               {"vultr,vultr,ZONE/ZONE,", "form", "names ZONE or REGION twice"},
		"no placeholder":          {"vultr,vultr,id,", "form", "has no placeholder"},
		"other providers":         {"hcloud,vultr,UUID,", "providers", "differ from those on line"},
		"words beside a form":     {"hcloud,hcloud,!hcloud://anything,", "form", "a scheme with words for a form has no other form"},
		"a form beside words":     {"azure,azure,UUID,", "form", "a scheme with words for a form has no other form"},
		"a form twice":            {"hcloud,hcloud,NUMBER,", "form", "is there already"},
		"blanks around a form":    {"vultr,vultr, UUID,", "form", "has blanks around it"},
		"a scheme that is no URI": {"vultr:,vultr,UUID,", "scheme", "is not a code of letters, digits and dashes"},
	} {
		t.Run(name, func(t *testing.T) {
			f := embedded()
			line := lineOf(t, f.schemes, vultr)
			change(t, &f.schemes, vultr, tc.by)
			refused(t, f, "schemes.csv", line, tc.field, tc.want)
		})
	}
}

func TestFormsThatNoSchemeHas(t *testing.T) {
	form, problem := parseSchemeForm("v1/x-NAME/REST")
	if problem != "" {
		t.Fatal(problem)
	}
	for rest, want := range map[string]bool{
		"v1/x-a/b": true, "v1/x-a/b/c/": true, "v1/x-/b": false, "v1/y-a/b": false, "v2/x-a/b": false, "v1/x-a/": false, "v1/x-a": false,
	} {
		if _, _, ok := form.parse(rest); ok != want {
			t.Errorf("%q fits: %t, want %t", rest, ok, want)
		}
	}
}
