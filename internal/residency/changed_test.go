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

package residency

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

func TestChangedSince(t *testing.T) {
	cat := load(t)
	eea := personal("p", places(jurisdiction("EEA")))
	weather := datasetOf("weather", nil)
	compile := func(policies []residencyv1.ResidencyPolicy, datasets ...residencyv1.Dataset) *Rulebook {
		return Compile(World{Catalogue: cat}, datasets, policies, Options{})
	}
	newer := eea
	newer.Generation = 2
	contact := customers()
	contact.Spec.Controller.Contact = "legal@example.com"
	base := compile([]residencyv1.ResidencyPolicy{eea}, customers(), weather)
	for name, tc := range map[string]struct {
		old, current *Rulebook
		want         []string
	}{
		"the first":                {nil, base, []string{"customers", "weather"}},
		"nothing":                  {base, compile([]residencyv1.ResidencyPolicy{eea}, customers(), weather), nil},
		"a policy's generation":    {base, compile([]residencyv1.ResidencyPolicy{newer}, customers(), weather), []string{"customers"}},
		"a policy gone":            {base, compile(nil, customers(), weather), []string{"customers"}},
		"a policy more":            {base, compile([]residencyv1.ResidencyPolicy{eea, personal("q", places(country("GB")))}, customers(), weather), []string{"customers"}},
		"a dataset gone":           {base, compile([]residencyv1.ResidencyPolicy{eea}, customers()), []string{"weather"}},
		"a dataset more":           {base, compile([]residencyv1.ResidencyPolicy{eea}, customers(), weather, datasetOf("new", nil)), []string{"new"}},
		"a contact":                {base, compile([]residencyv1.ResidencyPolicy{eea}, contact, weather), []string{"customers"}},
		"a label that selects":     {base, compile([]residencyv1.ResidencyPolicy{eea}, customers(), datasetOf("weather", map[string]string{"sensitivity": "personal"})), []string{"weather"}},
		"a label that selects not": {base, compile([]residencyv1.ResidencyPolicy{eea}, customers(), datasetOf("weather", map[string]string{"season": "summer"})), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.current.ChangedSince(tc.old)); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
		})
	}
}

// The policy stays as it is written, and means something else.
func TestChangedSinceTheWorldHasChanged(t *testing.T) {
	cat := load(t)
	overlaid, err := catalogue.LoadWith(catalogue.Overlay{Files: map[string]string{
		"regions.csv": "provider,region,city,country,aliases,source,confidence\naws,eu-south-1,Rome,IT,,a test,high\n",
	}})
	if err != nil {
		t.Fatalf("loading the overlay: %v", err)
	}
	siteOn := func(i int, change func(*residencyv1.SiteSpec)) func(*World) {
		return func(w *World) { change(&w.Sites[i].Spec) }
	}
	const parisRoom, cage, shelf = 0, 2, 4
	for name, tc := range map[string]struct {
		policy residencyv1.ResidencyPolicy
		change func(*World)
		want   bool
	}{
		"nothing":                           {personal("p", places(site("cage"))), func(*World) {}, false},
		"a site that it names, its city":    {personal("p", places(site("cage"))), siteOn(cage, func(s *residencyv1.SiteSpec) { s.City = "Hamburg" }), true},
		"a site that it names, its country": {personal("p", places(site("cage"))), siteOn(cage, func(s *residencyv1.SiteSpec) { s.Country = "AT" }), true},
		"a site that it names, not valid":   {personal("p", places(site("cage"))), siteOn(cage, func(s *residencyv1.SiteSpec) { s.Country = "UK" }), true},
		"a site that it names, gone":        {personal("p", places(site("shelf"))), func(w *World) { w.Sites = w.Sites[:shelf] }, true},
		"a denied site, gone":               {personal("p", places(country("FR")), site("shelf")), func(w *World) { w.Sites = w.Sites[:shelf] }, true},
		"a site that it does not name":      {personal("p", places(site("cage"))), siteOn(parisRoom, func(s *residencyv1.SiteSpec) { s.Country = "AT" }), false},
		"the nodes of a site":               {personal("p", places(site("cage"))), siteOn(cage, func(s *residencyv1.SiteSpec) { s.NodeNames = []residencyv1.NodeName{"new"} }), false},
		"the nodes of a weak site":          {with(personal("p", places(site("shelf"))), atLeast("Declared")), siteOn(shelf, func(s *residencyv1.SiteSpec) { s.NodeNames = nil }), true},
		"whether a site is weak":            {with(personal("p", places(site("shelf"))), atLeast("Declared")), siteOn(shelf, func(s *residencyv1.SiteSpec) { s.NodeSelector = nil }), true},
		"the only site of a city":           {personal("p", places(city("Buxtehude", "DE"))), siteOn(cage, func(s *residencyv1.SiteSpec) { s.City = "" }), true},
		"the title of a site":               {personal("p", places(site("cage"))), siteOn(cage, func(s *residencyv1.SiteSpec) { s.Title = "Cage 7" }), false},
		"a jurisdiction":                    {personal("p", places(jurisdiction("dach"))), func(w *World) { ofCountries("DE", "AT")(&w.Jurisdictions[0].Spec) }, true},
		"a jurisdiction through another":    {personal("p", places(jurisdiction("most"))), func(w *World) { ofCountries("DE", "AT")(&w.Jurisdictions[0].Spec) }, true},
		"a jurisdiction that it names not":  {personal("p", places(jurisdiction("EU"))), func(w *World) { ofCountries("DE", "AT")(&w.Jurisdictions[0].Spec) }, false},
		"a jurisdiction gone":               {personal("p", places(jurisdiction("most"))), func(w *World) { w.Jurisdictions = w.Jurisdictions[:1] }, true},
		"a row of the catalogue":            {personal("p", places(region("aws", "eu-south-1"))), func(w *World) { w.Catalogue = overlaid }, true},
		"a row that it does not speak of":   {personal("p", places(region("aws", "eu-south-2"))), func(w *World) { w.Catalogue = overlaid }, false},
		"a site that is not there, and then not valid": {personal("p", places(site("new"))), func(w *World) {
			w.Sites = append(w.Sites, siteOf("new", func(s *residencyv1.SiteSpec) { s.Country = "UK" }))
		}, true},
		"the spelling of a city":             {personal("p", places(city("Buxtehude", "DE"))), siteOn(cage, func(s *residencyv1.SiteSpec) { s.City = "BUXTEHUDE" }), true},
		"another reason why it is not valid": {personal("p", places(site("gone"), country("XX"))), func(w *World) { w.Sites = append(w.Sites, siteOf("gone")) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := declared(cat), declared(cat)
			tc.change(&after)
			compile := func(w World) *Rulebook {
				return Compile(w, []residencyv1.Dataset{customers(), datasetOf("weather", nil)}, []residencyv1.ResidencyPolicy{tc.policy}, Options{})
			}
			var want []string
			if tc.want {
				want = []string{"customers"}
			}
			if diff := cmp.Diff(want, compile(after).ChangedSince(compile(before))); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
		})
	}
}
