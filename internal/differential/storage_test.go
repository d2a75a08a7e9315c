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
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
)

// What volumes are called. Sites speak of them by these names, whether they are there or not.
var (
	volumeNames = []string{"pv-0", "pv-1", "pv-2", "pv-3", "pv-4"}
	classNames  = []string{"class-0", "class-1", "class-2", "class-3"}
	claimNames  = []string{"disk", "copy", "copy-of-copy", "pod-0-scratch", "pod-1-scratch"}
)

// plainMedium is a label that volumes have, and Sites select them by.
const plainMedium = "example.com/medium"

// disk is a driver whose volumes have zones.
type disk struct{ provider, driver, key string }

var disks = []disk{
	{"aws", "ebs.csi.aws.com", corev1.LabelTopologyZone},
	{"gcp", "pd.csi.storage.gke.io", "topology.gke.io/zone"},
	{"azure", "disk.csi.azure.com", "topology.disk.csi.azure.com/zone"},
	{"scaleway", "csi.scaleway.com", "topology.csi.scaleway.com/zone"},
}

// regionOf picks a region of a provider, one that the cluster has to do with if there is one, or
// has it to do with it.
func (g *generator) regionOf(provider string) *catalogue.Region {
	usable := func(r *catalogue.Region) bool {
		return r.Provider == provider && r.HasLabel(r.Name) && !r.LabelIsArea && zoneOf(r) != ""
	}
	var near, all []*catalogue.Region
	for _, r := range g.palette {
		if usable(r) {
			near = append(near, r)
		}
	}
	if len(near) > 0 && !g.in(3) {
		return pick(g, near)
	}
	for _, r := range g.cat.Regions() {
		if usable(r) {
			all = append(all, r)
		}
	}
	r := pick(g, all)
	g.palette = append(g.palette, r)
	return r
}

// spot is a region as the fields of a volume name it, which a catalogue may not be sure of.
func spot(r *catalogue.Region, word oracle.Word) oracle.Spot {
	if r.Confidence == catalogue.ConfidenceLow {
		word = oracle.Void
	}
	return oracle.Spot{Word: word, Place: placeOf(r)}
}

func alone(spots ...oracle.Spot) oracle.Rest { return oracle.Rest{Options: [][]oracle.Spot{spots}} }

var void = oracle.Spot{Word: oracle.Void}

// storage makes classes, volumes and claims.
func (g *generator) storage() {
	for _, name := range classNames[:g.IntN(len(classNames)+1)] {
		g.w.Classes = append(g.w.Classes, g.class(name))
	}
	if len(g.w.Classes) > 0 && g.in(2) {
		g.w.Classes[g.IntN(len(g.w.Classes))].Object.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
	}
	for _, name := range volumeNames[:g.IntN(len(volumeNames)+1)] {
		g.w.Volumes = append(g.w.Volumes, g.volume(name))
	}
	if n := len(g.w.Volumes); n > 1 && g.in(3) {
		// The last one is the first again, as a volume that was kept and claimed anew.
		last, first := &g.w.Volumes[n-1], &g.w.Volumes[0]
		last.Rest, last.MadeBy, last.Object.Annotations, last.Object.Labels = first.Rest, "", nil, maps.Clone(first.Object.Labels)
		last.Object.Spec.PersistentVolumeSource, last.Object.Spec.NodeAffinity = first.Object.Spec.PersistentVolumeSource, first.Object.Spec.NodeAffinity
	}
	for i := range g.w.Volumes {
		g.keys(&g.w.Volumes[i].Object.ObjectMeta, 4)
	}
	for _, namespace := range namespaces {
		for _, name := range claimNames {
			if !g.in(3) {
				g.w.Claims = append(g.w.Claims, g.claim(namespace, name))
			}
		}
	}
}

// born is when the first classes were made; volumes are a day younger.
var born = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// class makes a StorageClass, and knows where it makes volumes.
func (g *generator) class(name string) oracle.Class {
	c := oracle.Class{Object: storagev1.StorageClass{
		TypeMeta:          metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "StorageClass"},
		ObjectMeta:        metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(born)},
		VolumeBindingMode: new(storagev1.VolumeBindingImmediate),
	}}
	if g.in(4) {
		c.Object.CreationTimestamp = metav1.NewTime(born.AddDate(0, 0, 2))
	}
	waits := g.in(2)
	if waits {
		c.Object.VolumeBindingMode = new(storagev1.VolumeBindingWaitForFirstConsumer)
	}
	switch g.IntN(8) {
	case 0:
		c.Object.Provisioner, c.Makes = "disk.example.com", alone(void)
		if g.in(2) {
			c.Object.Provisioner, c.Makes = "kubernetes.io/no-provisioner", oracle.Rest{Awaits: true}
		}
	case 1:
		c.Object.Provisioner, c.Makes = "nfs.csi.k8s.io", alone(void)
		c.Object.Parameters = map[string]string{"server": "10.0.0.1"}
	case 2, 3:
		c.Object.Provisioner = "file.csi.azure.com"
		c.Object.Parameters, c.Makes = g.files()
	case 4:
		// A location counts before the zone of any node.
		r := g.regionOf("azure")
		c.Object.Provisioner, c.Object.Parameters = "disk.csi.azure.com", map[string]string{g.odd("location"): r.Name}
		c.Makes = alone(spot(r, oracle.Claimed))
	default:
		g.zonal(&c, waits)
	}
	return c
}

// zonal has a class make disks in zones.
func (g *generator) zonal(c *oracle.Class, waits bool) {
	d := pick(g, disks)
	c.Object.Provisioner, c.Makes.WithNode = d.driver, waits
	if waits && g.in(2) {
		return
	}
	var zones []string
	for range 1 + g.IntN(2) {
		if g.in(5) && !slices.Contains(zones, "nowhere-1a") {
			zones = append(zones, "nowhere-1a")
			c.Makes.Options = append(c.Makes.Options, []oracle.Spot{void})
			continue
		}
		r := g.regionOf(d.provider)
		if slices.Contains(zones, zoneOf(r)) {
			continue
		}
		zones = append(zones, zoneOf(r))
		c.Makes.Options = append(c.Makes.Options, []oracle.Spot{spot(r, oracle.Claimed)})
	}
	if d.provider == "gcp" && len(zones) == 2 && g.in(2) {
		// Both zones at once.
		c.Object.Parameters = map[string]string{g.odd("replication-type"): "regional-pd"}
		c.Makes = alone(c.Makes.Options[0][0], c.Makes.Options[1][0])
	}
	c.Object.AllowedTopologies = []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: d.key, Values: zones}}}}
}

// odd writes a name in another case, as drivers of Azure and Google take it too.
func (g *generator) odd(name string) string {
	if g.in(3) {
		return strings.ToUpper(name)
	}
	return name
}

// files are the parameters of a share of Azure, and where it rests by them.
func (g *generator) files() (map[string]string, oracle.Rest) {
	parameters := map[string]string{}
	if g.in(4) {
		parameters[g.odd("storageAccount")] = "one"
		return parameters, alone(void)
	}
	if g.in(3) {
		// Any account, unless it makes one: then in the region of the cluster.
		if g.in(2) {
			return parameters, alone(void)
		}
		parameters[g.odd("createAccount")] = "true"
		return parameters, oracle.Rest{Home: "azure"}
	}
	r := g.regionOf("azure")
	parameters[g.odd("location")] = r.Name
	rest := alone(spot(r, oracle.Claimed))
	if g.in(6) {
		// Any account in that region, whether it is copied or not.
		rest.Options[0] = append(rest.Options[0], void)
		return parameters, rest
	}
	if g.in(2) {
		parameters[g.odd("skuName")] = pick(g, []string{"Standard_LRS", "premium_zrs"})
		return parameters, rest
	}
	parameters[g.odd("skuName")] = pick(g, []string{"Standard_GRS", "standard_ragzrs"})
	switch pair, ok := g.cat.Pair("azure", r.Name); {
	case rest.Options[0][0].Word == oracle.Void:
	case !ok, pair.To == nil, pair.Confidence == catalogue.ConfidenceLow:
		rest.Options[0] = append(rest.Options[0], void)
	default:
		rest.Options[0] = append(rest.Options[0], spot(pair.To, oracle.Claimed))
		g.palette = append(g.palette, pair.To)
	}
	return parameters, rest
}

// claim makes a claim with a class, a volume or neither, maybe made of another one.
func (g *generator) claim(namespace, name string) corev1.PersistentVolumeClaim {
	c := corev1.PersistentVolumeClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
	}
	g.keys(&c.ObjectMeta, 4)
	c.Spec = g.claimSpec()
	if g.in(2) {
		c.Spec.VolumeName = pick(g, volumeNames)
	}
	return c
}

func (g *generator) claimSpec() corev1.PersistentVolumeClaimSpec {
	spec := corev1.PersistentVolumeClaimSpec{AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}}
	switch {
	case g.in(4):
	case g.in(8):
		spec.StorageClassName = new("")
	default:
		spec.StorageClassName = new(pick(g, classNames))
	}
	if g.in(3) {
		spec.DataSourceRef = &corev1.TypedObjectReference{Kind: "PersistentVolumeClaim", Name: pick(g, claimNames)}
		if g.in(3) {
			spec.DataSourceRef.Namespace = new(pick(g, namespaces))
		}
	}
	return spec
}

// keep has a pod keep data, on one volume or several.
func (g *generator) keep(p *corev1.Pod) {
	add := func(source corev1.VolumeSource) {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: fmt.Sprintf("store-%d", len(p.Spec.Volumes)), VolumeSource: source})
	}
	for range max(0, g.IntN(5)-2) {
		switch g.IntN(10) {
		case 0:
			add(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}})
		case 1:
			add(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}})
		case 2:
			add(corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/data"}})
		case 3:
			add(corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{Server: "10.0.0.1", Path: "/"}})
		default:
			add(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: pick(g, claimNames)}})
		}
	}
}
