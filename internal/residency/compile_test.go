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
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestCompileSelectsDatasets(t *testing.T) {
	cat := load(t)
	datasets := []residencyv1.Dataset{
		customers(),
		datasetOf("orders", map[string]string{"sensitivity": "personal", "team": "shop"}),
		datasetOf("weather", map[string]string{"sensitivity": "public"}),
		datasetOf("unlabelled", nil),
	}
	requirement := func(key string, op metav1.LabelSelectorOperator, values ...string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: op, Values: values}}}
	}
	for name, tc := range map[string]struct {
		selector *metav1.LabelSelector
		names    []residencyv1.ObjectName
		want     []string
	}{
		"by a label":              {&metav1.LabelSelector{MatchLabels: map[string]string{"sensitivity": "personal"}}, nil, []string{"customers", "orders"}},
		"by two labels":           {&metav1.LabelSelector{MatchLabels: map[string]string{"sensitivity": "personal", "team": "shop"}}, nil, []string{"orders"}},
		"by several values":       {requirement("sensitivity", metav1.LabelSelectorOpIn, "public", "personal"), nil, []string{"customers", "orders", "weather"}},
		"by existence":            {requirement("team", metav1.LabelSelectorOpExists), nil, []string{"orders"}},
		"by absence":              {requirement("sensitivity", metav1.LabelSelectorOpDoesNotExist), nil, []string{"unlabelled"}},
		"by another value":        {requirement("sensitivity", metav1.LabelSelectorOpNotIn, "personal"), nil, []string{"unlabelled", "weather"}},
		"by name":                 {nil, []residencyv1.ObjectName{"weather"}, []string{"weather"}},
		"by name and label":       {requirement("team", metav1.LabelSelectorOpExists), []residencyv1.ObjectName{"weather", "orders"}, []string{"orders", "weather"}},
		"a name that is not yet":  {nil, []residencyv1.ObjectName{"later"}, nil},
		"a label that is not yet": {requirement("later", metav1.LabelSelectorOpExists), nil, nil},
		"a selector that cannot be read governs everything": {requirement("a", "Near"), nil, []string{"customers", "orders", "unlabelled", "weather"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := with(personal("p", places(jurisdiction("EEA"))), func(s *residencyv1.ResidencyPolicySpec) {
				s.DatasetSelector, s.Datasets = tc.selector, tc.names
			})
			rb := Compile(World{Catalogue: cat}, datasets, []residencyv1.ResidencyPolicy{p}, Options{})
			info, ok := rb.Policy("p")
			if !ok {
				t.Fatal("the rulebook does not have the policy")
			}
			if diff := cmp.Diff(tc.want, info.Datasets); diff != "" {
				t.Errorf("datasets (-want +got):\n%s", diff)
			}
			for _, d := range datasets {
				di, _ := rb.Dataset(d.Name)
				if governed := slices.Contains(tc.want, d.Name); governed != (len(di.Policies) == 1) {
					t.Errorf("dataset %s: governed %v, policies %v", d.Name, governed, di.Policies)
				}
			}
		})
	}
}

// The index of labels is a shortcut: it must find what asking every dataset would find.
func TestIndexFindsWhatAskingEveryDatasetFinds(t *testing.T) {
	cat := load(t)
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.SampledFrom([]string{"1", "2", "3"}), 0, 3)
		var datasets []residencyv1.Dataset
		for i := range rapid.IntRange(0, 8).Draw(t, "datasets") {
			datasets = append(datasets, datasetOf(fmt.Sprintf("d%d", i), labels.Draw(t, "labels")))
		}
		selector := &metav1.LabelSelector{MatchLabels: labels.Draw(t, "matchLabels")}
		for range rapid.IntRange(0, 2).Draw(t, "expressions") {
			e := metav1.LabelSelectorRequirement{
				Key:      rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"),
				Operator: rapid.SampledFrom([]metav1.LabelSelectorOperator{metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist}).Draw(t, "operator"),
			}
			if e.Operator == metav1.LabelSelectorOpIn || e.Operator == metav1.LabelSelectorOpNotIn {
				e.Values = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3"}), 1, 3, rapid.ID[string]).Draw(t, "values")
			}
			selector.MatchExpressions = append(selector.MatchExpressions, e)
		}
		c := newCompiler(World{Catalogue: cat})
		s := c.scope(&residencyv1.ResidencyPolicySpec{DatasetSelector: selector}, nil)
		var want []int
		for i := range datasets {
			if s.selector.Matches(labelsOf(datasets[i].Labels)) {
				want = append(want, i)
			}
		}
		if got := newDatasetIndex(datasets).governed(s); !slices.Equal(got, want) {
			t.Fatalf("selector %s: got %v, want %v", s.selector, got, want)
		}
	})
}

type labelsOf map[string]string

func (l labelsOf) Has(key string) bool                       { _, ok := l[key]; return ok }
func (l labelsOf) Get(key string) string                     { return l[key] }
func (l labelsOf) Lookup(key string) (value string, ok bool) { value, ok = l[key]; return value, ok }

func TestWhereADatasetMayBeProcessed(t *testing.T) {
	cat := load(t)
	eea := personal("eea", places(jurisdiction("EEA"), country("GB")))
	for name, tc := range map[string]struct {
		policies []residencyv1.ResidencyPolicy
		want     string
	}{
		"no policy":                   {nil, "not restricted"},
		"one":                         {[]residencyv1.ResidencyPolicy{eea}, "EEA and GB"},
		"what all permit":             {[]residencyv1.ResidencyPolicy{eea, personal("uk", places(country("GB"), country("US")))}, "GB"},
		"nothing in common":           {[]residencyv1.ResidencyPolicy{eea, personal("us", places(country("US")))}, "nowhere"},
		"one is not valid":            {[]residencyv1.ResidencyPolicy{eea, personal("bad", places(country("XX")))}, "undetermined: policy bad is not valid"},
		"denied":                      {[]residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("EU")), region("aws", "eu-south-1"))}, "EU, but not aws eu-south-1 (IT)"},
		"a jurisdiction":              {[]residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("dach")))}, "dach"},
		"built in comes first":        {[]residencyv1.ResidencyPolicy{personal("p", places(jurisdiction("dach"), jurisdiction("EU")))}, "EU and CH"},
		"a site":                      {[]residencyv1.ResidencyPolicy{personal("p", places(site("cage"), country("FR")), site("aisle"))}, "FR and site cage (DE), but not site aisle (FR)"},
		"sites in common":             {[]residencyv1.ResidencyPolicy{personal("p", places(site("cage"), site("aisle"))), personal("q", places(country("DE")))}, "site cage (DE)"},
		"a city that a site declares": {[]residencyv1.ResidencyPolicy{personal("p", places(city("BUXTEHUDE", "DE")))}, "Buxtehude (DE)"},
		"a site that is not there":    {[]residencyv1.ResidencyPolicy{personal("p", places(country("FR")), site("gone"))}, "undetermined: policy p is not valid"},
		"a city, by its name":         {[]residencyv1.ResidencyPolicy{personal("p", places(city("FRANKFURT", "DE")))}, "Frankfurt (DE)"},
	} {
		t.Run(name, func(t *testing.T) {
			info, _ := Compile(declared(cat), []residencyv1.Dataset{customers()}, tc.policies, Options{}).Dataset("customers")
			if info.Processing != tc.want {
				t.Errorf("got %q, want %q", info.Processing, tc.want)
			}
		})
	}
}

func TestHoldsDatasetsAsTheyAre(t *testing.T) {
	cat := load(t)
	rb := Compile(World{Catalogue: cat}, []residencyv1.Dataset{customers(), datasetOf("weather", nil)}, nil, Options{})
	relabelled, recreated, retitled := customers(), customers(), customers()
	relabelled.Labels = map[string]string{"sensitivity": "public"}
	recreated.UID = "another"
	retitled.Spec.Title = "Other words"
	for name, tc := range map[string]struct {
		datasets []residencyv1.Dataset
		want     bool
	}{
		"as compiled":          {[]residencyv1.Dataset{customers(), datasetOf("weather", nil)}, true},
		"one is gone":          {[]residencyv1.Dataset{customers()}, true},
		"one is new":           {[]residencyv1.Dataset{customers(), datasetOf("new", nil)}, false},
		"one has other labels": {[]residencyv1.Dataset{relabelled}, false},
		"one was made anew":    {[]residencyv1.Dataset{recreated}, false},
		"what no scope reads":  {[]residencyv1.Dataset{retitled}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := rb.Holds(tc.datasets); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
