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

package differential

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
)

// Labels of nodes that Sites and pods ask for: a kubelet can write the second, not the first.
const (
	restrictedRoom = "example.node-restriction.kubernetes.io/room"
	plainRoom      = "example.com/room"
	cores          = "example.com/cores"
)

// generator makes clusters. The same seed makes the same one.
type generator struct {
	*rand.Rand
	cat   *catalogue.Catalogue
	atlas oracle.Atlas
	// palette are the regions that one cluster has to do with.
	palette []*catalogue.Region
	// instants are those at which transfers begin and end.
	instants []time.Time
	w        *cluster
}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// in reports true in one of n cases.
func (g *generator) in(n int) bool { return g.IntN(n) == 0 }

// atlasOf reads what codes mean from the rows of the catalogue, one by one.
func atlasOf(cat *catalogue.Catalogue) oracle.Atlas {
	a := oracle.Atlas{Regions: map[string][]oracle.Code{}, Zones: map[string]oracle.Zone{}}
	// Which region is meant does not depend on how its code is written.
	written, meant := map[string]bool{}, map[string][]*catalogue.Region{}
	for _, r := range cat.Regions() {
		for _, code := range append([]string{r.Name}, r.Labels...) {
			written[code] = true
			key := strings.ToLower(code)
			if !slices.ContainsFunc(meant[key], func(o *catalogue.Region) bool { return o.Provider == r.Provider }) {
				meant[key] = append(meant[key], r)
			}
		}
		if zone := zoneOf(r); zone != "" {
			z := oracle.Zone{Region: r.Name}
			for _, m := range cat.ZonesByCode(zone) {
				z.Providers = append(z.Providers, m.Provider)
			}
			a.Zones[zone] = z
		}
	}
	for code := range written {
		for _, r := range meant[strings.ToLower(code)] {
			a.Regions[code] = append(a.Regions[code], oracle.Code{
				Place: placeOf(r), Low: r.Confidence == catalogue.ConfidenceLow, Area: r.LabelIsArea, Label: r.HasLabel(code),
			})
		}
	}
	for _, z := range cat.Zones() {
		if z.Kind == catalogue.KindLocalZone {
			a.Zones[z.Prefix+"a"] = oracle.Zone{
				Region: z.RegionLabel, Low: z.Confidence == catalogue.ConfidenceLow,
				Local: &oracle.Place{Provider: z.Provider, City: z.City, Country: z.Country},
			}
		}
	}
	return a
}

func placeOf(r *catalogue.Region) oracle.Place {
	return oracle.Place{Provider: r.Provider, Region: r.Name, City: r.City, Country: r.Country}
}

// zoneOf is a zone of a region, for providers whose zones are called by one rule.
func zoneOf(r *catalogue.Region) string {
	switch r.Provider {
	case "aws", "outscale":
		return r.Name + "a"
	case "gcp":
		return r.Name + "-b"
	case "azure", "scaleway":
		return r.Name + "-1"
	case "hcloud":
		return r.Name + "-dc3"
	default:
		return ""
	}
}

// cluster makes a whole one.
func (g *generator) cluster() *cluster {
	g.w = &cluster{World: oracle.World{Atlas: g.atlas}}
	g.times()
	all := g.cat.Regions()
	shared := [...]string{"eu-west-1", "eu-west-2", "eu-central-1", "us-east-1", "eu-north-1", "ap-southeast-1", "europe-west3", "westeurope", "fsn1"}
	g.palette = nil
	for range 2 + g.IntN(6) {
		r := pick(g, all)
		if !g.in(3) {
			r = pick(g, g.cat.RegionsByCode(shared[g.IntN(len(shared))]))
		}
		g.palette = append(g.palette, r)
	}
	for i := range 1 + g.IntN(7) {
		g.w.Nodes = append(g.w.Nodes, g.node(fmt.Sprintf("node-%d", i)))
	}
	for i := range g.IntN(5) {
		g.w.Sites = append(g.w.Sites, g.site(fmt.Sprintf("site-%d", i)))
	}
	g.jurisdictions()
	g.datasets()
	g.storage()
	for i := range 1 + g.IntN(4) {
		g.w.Policies = append(g.w.Policies, g.policy(fmt.Sprintf("policy-%d", i)))
	}
	switch g.IntN(10) {
	case 0:
		g.partOfSite()
	case 1, 2, 3:
		g.abroad()
	}
	g.asks()
	g.processors()
	g.namespaces()
	for i := range 1 + g.IntN(8) {
		g.w.Pods = append(g.w.Pods, g.pod(fmt.Sprintf("pod-%d", i)))
	}
	return g.w
}

// node makes a node of which is known what it says, and what that is worth.
func (g *generator) node(name string) oracle.Node {
	n := oracle.Node{Object: &corev1.Node{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name), Labels: map[string]string{corev1.LabelHostname: name}},
	}}
	g.say(&n)
	for _, key := range []string{restrictedRoom, plainRoom} {
		if !g.in(3) {
			n.Object.Labels[key] = pick(g, []string{"a", "b", "c"})
		}
	}
	if g.in(2) {
		n.Object.Labels[cores] = strconv.Itoa(1 << g.IntN(6))
	}
	if g.in(8) {
		// What stands there as if it were a stamp is no witness.
		n.Object.Labels[residencyv1.StampCountry], n.Object.Labels[residencyv1.StampAssurance] = "DE", "declared"
	}
	return n
}

// say has the node say where it is, or something else.
func (g *generator) say(n *oracle.Node) {
	row := pick(g, g.palette)
	switch g.IntN(12) {
	case 0:
		g.sayLabels(n, row)
	case 1:
		g.sayTwoPlaces(n, row)
	case 2:
		g.sayNothing(n, row)
	case 3:
		g.sayLocalZone(n)
	case 4:
		g.sayOldID(n, row)
	default:
		if !g.sayID(n, row) {
			g.sayLabels(n, row)
		}
	}
}

func label(n *oracle.Node, zone, region string) {
	for key, value := range map[string]string{corev1.LabelTopologyZone: zone, corev1.LabelTopologyRegion: region} {
		if value != "" {
			n.Object.Labels[key] = value
		}
	}
}

// sayLabels has no providerID, so that whoever has the code may be meant.
func (g *generator) sayLabels(n *oracle.Node, row *catalogue.Region) {
	zone, region := zoneOf(row), row.Name
	switch g.IntN(5) {
	case 0:
		region = ""
	case 1:
		zone = ""
	case 2:
		region = pick(g, g.palette).Name
	case 3:
		zone = pick(g, []string{"", "nowhere-1a", "eu-central-1-xyz-1a"})
	}
	label(n, zone, region)
	n.Word, n.Place, n.Meanings = g.atlas.Labelled(zone, region)
}

// providerID is one as the provider of a region writes it, and whether it names the place.
func (g *generator) providerID(row *catalogue.Region, zone string) (id string, places, ok bool) {
	uuid := fmt.Sprintf("%08x-0f3a-4c2d-8e5b-6a7190ab%04x", g.Uint32(), g.IntN(1<<16))
	switch row.Provider {
	case "aws":
		return fmt.Sprintf("aws:///%s/i-%017x", zone, g.Uint32()), true, true
	case "gcp":
		return "gce://project-1/" + zone + "/machine-1", true, true
	case "azure":
		return "azure:///subscriptions/" + uuid + "/resourceGroups/one/providers/Microsoft.Compute/virtualMachines/m1", false, true
	case "scaleway":
		return "scaleway://instance/" + zone + "/" + uuid, true, true
	case "hcloud", "digitalocean", "linode":
		return row.Provider + "://" + strconv.Itoa(1+g.IntN(1e6)), false, true
	case "exoscale":
		return "exoscale://" + uuid, false, true
	case "alibabacloud":
		return fmt.Sprintf("alicloud://%s.i-%x", row.Name, g.Uint32()), true, true
	default:
		return "", false, false
	}
}

// sayID has a providerID, and labels beside it or not.
func (g *generator) sayID(n *oracle.Node, row *catalogue.Region) bool {
	zone := zoneOf(row)
	id, places, ok := g.providerID(row, zone)
	if !ok || !row.HasLabel(row.Name) || row.LabelIsArea {
		return false
	}
	n.Object.Spec.ProviderID = id
	said := 0
	if places {
		said++
	}
	if zone != "" && g.in(2) {
		label(n, zone, "")
		said++
	}
	if !g.in(3) {
		label(n, "", row.Name)
		said++
	}
	if row.Provider == "azure" && n.Object.Labels[corev1.LabelTopologyZone] == "" && g.in(2) {
		label(n, strconv.Itoa(g.IntN(3)), "") // A fault domain is no place.
	}
	n.Place = placeOf(row)
	switch {
	case said == 0:
		n.Word, n.Place = oracle.Silent, oracle.Place{Provider: row.Provider}
	case row.Confidence == catalogue.ConfidenceLow:
		n.Word = oracle.Void
	case places && said > 1:
		n.Word = oracle.Consistent
	default:
		n.Word = oracle.Claimed
	}
	return true
}

// sayTwoPlaces has labels of another place than the providerID.
func (g *generator) sayTwoPlaces(n *oracle.Node, row *catalogue.Region) {
	other := pick(g, g.palette)
	id, places, ok := g.providerID(row, zoneOf(row))
	if !ok || !places || other.Name == row.Name || !row.HasLabel(row.Name) {
		g.sayLabels(n, row)
		return
	}
	n.Object.Spec.ProviderID = id
	n.Word = oracle.Void
	label(n, "", other.Name)
}

// sayNothing says what nobody understands as a place.
func (g *generator) sayNothing(n *oracle.Node, row *catalogue.Region) {
	n.Word = oracle.Silent
	switch g.IntN(5) {
	case 0:
		return
	case 1:
		n.Object.Spec.ProviderID, n.Word = "aws://"+row.Name, oracle.Void
	case 2:
		n.Object.Spec.ProviderID, n.Word = "aws:///"+row.Name+"-xyz-1a/i-00000000000000001", oracle.Void
	case 3:
		n.Object.Spec.ProviderID = "kind://docker/one/" + n.Object.Name
	default:
		n.Object.Spec.ProviderID = "acme://machine/1"
	}
	label(n, zoneOf(row), row.Name)
}

// sayLocalZone is in a zone that lies elsewhere than the region whose label it carries, in another
// country as often as there is one. Policies are to speak of that region too.
func (g *generator) sayLocalZone(n *oracle.Node) {
	var local, foreign []*catalogue.Zone
	for _, z := range g.cat.Zones() {
		if z.Provider != "aws" || z.Kind != catalogue.KindLocalZone {
			continue
		}
		local = append(local, z)
		if r, ok := g.cat.Region(z.Provider, z.RegionLabel); ok && r.Country != z.Country {
			foreign = append(foreign, z)
		}
	}
	if !g.in(4) {
		local = foreign
	}
	z := pick(g, local)
	if r, ok := g.cat.Region(z.Provider, z.RegionLabel); ok {
		g.palette = append(g.palette, r, r)
	}
	n.Object.Spec.ProviderID = fmt.Sprintf("aws:///%sa/i-%017x", z.Prefix, g.Uint32())
	n.Word, n.Place = oracle.Claimed, oracle.Place{Provider: z.Provider, City: z.City, Country: z.Country}
	if !g.in(3) {
		label(n, pick(g, []string{"", z.Prefix + "a", z.Prefix + "a"}), z.RegionLabel)
		n.Word = oracle.Consistent
	}
	if z.Confidence == catalogue.ConfidenceLow {
		n.Word = oracle.Void
	}
}

// sayOldID has an ID as both AWS and Outscale write it, and maybe a type of machine that only
// Outscale has.
func (g *generator) sayOldID(n *oracle.Node, row *catalogue.Region) {
	if g.in(2) {
		row, _ = g.cat.Region("outscale", "eu-west-2")
	}
	aws, isAWS := g.cat.Region("aws", row.Name)
	osc, isOutscale := g.cat.Region("outscale", row.Name)
	if !isAWS && !isOutscale {
		g.sayLabels(n, row)
		return
	}
	n.Object.Spec.ProviderID = fmt.Sprintf("aws:///%sa/i-%08x", row.Name, g.Uint32())
	n.Word = oracle.Claimed
	if g.in(2) {
		label(n, "", row.Name)
		n.Word = oracle.Consistent
	}
	tina := g.in(2)
	if tina {
		n.Object.Labels[corev1.LabelInstanceTypeStable] = "tinav5.c4r8p1"
	}
	of := aws
	switch {
	case tina && !isOutscale:
		n.Word = oracle.Void
		return
	case tina, !isAWS:
		of = osc
	case isOutscale:
		n.Word = oracle.Open
		for _, r := range []*catalogue.Region{aws, osc} {
			if r.Confidence != catalogue.ConfidenceLow {
				n.Meanings = append(n.Meanings, placeOf(r))
			}
		}
		return
	}
	n.Place = placeOf(of)
	if of.Confidence == catalogue.ConfidenceLow {
		n.Word = oracle.Void
	}
}
