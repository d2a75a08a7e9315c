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

package steer_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/stamp"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

func load(tb testing.TB) *catalogue.Catalogue {
	tb.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return cat
}

// nodeNames are those of the nodes of the tests.
var nodeNames = []residencyv1.NodeName{"n0", "n1", "n2", "n3", "n4", "n5"}

const (
	labelled   = "example.com/room"
	restricted = "example.node-restriction.kubernetes.io/room"
)

// ground are the rows of the catalogue of which the tests draw: codes that several providers
// have, in one country or in several, cities that are known and cities that are not.
func ground(cat *catalogue.Catalogue) []*catalogue.Region {
	var out []*catalogue.Region
	for _, r := range cat.Regions() {
		if slices.Contains([]string{"DE", "GB", "US", "SG"}, r.Country) {
			out = append(out, r)
		}
	}
	return out
}

// shared are the rows whose code another provider has in the same country.
func shared(rows []*catalogue.Region) []*catalogue.Region {
	var out []*catalogue.Region
	for _, r := range rows {
		if slices.ContainsFunc(rows, func(o *catalogue.Region) bool { return o != r && o.Name == r.Name && o.Country == r.Country }) {
			out = append(out, r)
		}
	}
	return out
}

// drawRow draws a row, a shared one as often as any other.
func drawRow(t *rapid.T, cat *catalogue.Catalogue, what string) *catalogue.Region {
	rows := ground(cat)
	if rapid.Bool().Draw(t, what+" is shared") {
		rows = shared(rows)
	}
	return rapid.SampledFrom(rows).Draw(t, what)
}

func drawSite(t *rapid.T, cat *catalogue.Catalogue, name string) residencyv1.Site {
	row := drawRow(t, cat, "ground of "+name)
	spec := residencyv1.SiteSpec{
		Country: residencyv1.CountryCode(row.Country),
		Basis:   residencyv1.Basis{Reference: "lease 12", VerifiedAt: "2026-10-01"},
	}
	if rapid.Bool().Draw(t, "provider of "+name) {
		spec.Provider = residencyv1.ProviderName(row.Provider)
		if rapid.Bool().Draw(t, "region of "+name) {
			spec.Region = residencyv1.RegionName(row.Name)
		}
	}
	if rapid.Bool().Draw(t, "city of "+name) {
		spec.City = residencyv1.CityName(catalogue.DisplayCity(row.City))
	}
	switch key := rapid.SampledFrom([]string{"", labelled, restricted}).Draw(t, "key of "+name); key {
	case "":
		spec.NodeNames = rapid.SliceOfNDistinct(rapid.SampledFrom(nodeNames), 1, 3, rapid.ID).Draw(t, "nodes of "+name)
	default:
		spec.NodeSelector = &metav1.LabelSelector{MatchLabels: map[string]string{key: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "value of "+name)}}
	}
	return residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID("uid-" + name)}, Spec: spec}
}

func drawWorld(t *rapid.T, cat *catalogue.Catalogue) residency.World {
	w := residency.World{Catalogue: cat}
	for i := range rapid.IntRange(0, 4).Draw(t, "sites") {
		w.Sites = append(w.Sites, drawSite(t, cat, fmt.Sprintf("site-%d", i)))
	}
	return w
}

func drawPlace(t *rapid.T, w residency.World, what string) residencyv1.Place {
	kind := rapid.IntRange(0, 5).Draw(t, "kind of "+what)
	row := drawRow(t, w.Catalogue, what)
	country := residencyv1.CountryCode(row.Country)
	switch {
	case kind == 0:
		return residencyv1.Place{Jurisdiction: new(residencyv1.JurisdictionName("EEA"))}
	case kind == 1:
		return residencyv1.Place{Country: &country}
	case kind == 2 && row.City != "":
		return residencyv1.Place{City: &residencyv1.CityPlace{Name: residencyv1.CityName(catalogue.DisplayCity(row.City)), Country: country}}
	case kind == 3 && len(w.Sites) > 0:
		return residencyv1.Place{Site: new(residencyv1.ObjectName(rapid.SampledFrom(w.Sites).Draw(t, "site of "+what).Name))}
	default:
		return residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: residencyv1.ProviderName(row.Provider), Name: residencyv1.RegionName(row.Name)}}
	}
}

func drawPolicy(t *rapid.T, w residency.World, name string) residencyv1.ResidencyPolicy {
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
	p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	for i := range rapid.IntRange(1, 4).Draw(t, "allowed by "+name) {
		p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, drawPlace(t, w, fmt.Sprintf("%s allowed %d", name, i)))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "denied by "+name) {
		p.Spec.Processing.Denied = append(p.Spec.Processing.Denied, drawPlace(t, w, fmt.Sprintf("%s denied %d", name, i)))
	}
	if minimum := rapid.SampledFrom([]residencyv1.Assurance{"", "", "Consistent", "Declared"}).Draw(t, "minimum of "+name); minimum != "" {
		p.Spec.Assurance = &residencyv1.AssuranceRule{Minimum: minimum}
	}
	return p
}

func drawRulebook(t *rapid.T, w residency.World) *residency.Rulebook {
	var policies []residencyv1.ResidencyPolicy
	for i := range rapid.IntRange(1, 3).Draw(t, "policies") {
		policies = append(policies, drawPolicy(t, w, fmt.Sprintf("p%d", i)))
	}
	d := residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "customers"}}
	return residency.Compile(w, []residencyv1.Dataset{d}, policies, residency.Options{})
}

// stamped is a node, where it is, and the labels that it then has.
type stamped struct {
	node   *residency.Node
	object *corev1.Node
}

// drawNode draws what a node says of itself, and stamps it.
func drawNode(t *rapid.T, w residency.World, sites *location.Sites, name string) stamped {
	row := drawRow(t, w.Catalogue, "region of "+name)
	n := location.Node{Name: name, Labels: map[string]string{}}
	if len(row.Labels) > 0 && rapid.IntRange(0, 3).Draw(t, "labels of "+name) > 0 {
		n.Labels[corev1.LabelTopologyRegion] = rapid.SampledFrom(row.Labels).Draw(t, "label of "+name)
		for _, z := range w.Catalogue.Zones() {
			if z.Provider == row.Provider && z.RegionLabel == row.Name && rapid.IntRange(0, 3).Draw(t, "zone of "+name) == 0 {
				n.Labels[corev1.LabelTopologyZone] = z.Prefix + "a"
			}
		}
	}
	if row.Provider == "aws" && n.Labels[corev1.LabelTopologyZone] == "" && rapid.Bool().Draw(t, "ID of "+name) {
		n.ProviderID = "aws:///" + row.Name + "a/i-0dbe03668241abc84"
	}
	for _, key := range []string{labelled, restricted} {
		if v := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, key+" of "+name); v != "" {
			n.Labels[key] = v
		}
	}
	l := location.Locator{Catalogue: w.Catalogue, Sites: sites, Now: noon}
	answer := l.Locate(n, nil)
	s, err := stamp.For("uid-"+name, answer, stamp.Stamp{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	labels := maps.Clone(n.Labels)
	maps.Copy(labels, s.Labels)
	return stamped{
		node:   residency.NewNode(name, answer.Location),
		object: &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}},
	}
}

func drawNodes(t *rapid.T, w residency.World) []stamped {
	sites := residency.LocationSites(w)
	var out []stamped
	for _, name := range nodeNames {
		out = append(out, drawNode(t, w, sites, string(name)))
	}
	return out
}

// reaches reports whether a node meets any of the terms.
func reaches(terms []corev1.NodeSelectorTerm, node *corev1.Node) bool {
	return match(&corev1.Pod{Spec: corev1.PodSpec{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
	}}}}, node)
}
