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
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/differential/oracle"
)

// volume makes a PersistentVolume, and knows where it rests.
func (g *generator) volume(name string) oracle.Volume {
	v := oracle.Volume{Object: corev1.PersistentVolume{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolume"},
		ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(born.AddDate(0, 0, 1))},
	}}
	if g.in(2) {
		v.Object.Labels = map[string]string{plainMedium: pick(g, []string{"tape", "disk"})}
	}
	if g.in(3) {
		v.Object.Spec.StorageClassName = pick(g, classNames)
	}
	if g.in(3) {
		v.Object.Spec.ClaimRef = &corev1.ObjectReference{Namespace: pick(g, namespaces), Name: pick(g, claimNames)}
	}
	switch g.IntN(10) {
	case 0:
		v.Object.Spec.HostPath, v.Rest = &corev1.HostPathVolumeSource{Path: "/data"}, oracle.Rest{WithNode: true}
	case 1:
		g.local(&v)
	case 2:
		v.Object.Spec.NFS, v.Rest = &corev1.NFSVolumeSource{Server: "10.0.0.1", Path: "/"}, alone(void)
	case 3:
		v.Object.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: "file.csi.azure.com", VolumeHandle: "g#a#" + name}
		parameters, rest := g.files()
		v.Object.Spec.CSI.VolumeAttributes, v.Rest = parameters, rest
		if rest.Home != "" {
			v.Rest = alone(void) // Nobody says that a class made it.
		}
	case 4, 5:
		g.made(&v)
	case 6:
		g.regional(&v)
	default:
		g.zoned(&v)
	}
	return v
}

func inZones(key string, zones ...string) *corev1.VolumeNodeAffinity {
	required := &corev1.NodeSelector{}
	for _, zone := range zones {
		required.NodeSelectorTerms = append(required.NodeSelectorTerms, corev1.NodeSelectorTerm{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: []string{zone}}},
		})
	}
	return &corev1.VolumeNodeAffinity{Required: required}
}

// local is on the nodes that its affinity names, of which there may be none.
func (g *generator) local(v *oracle.Volume) {
	v.Object.Spec.Local = &corev1.LocalVolumeSource{Path: "/data"}
	for range 1 + g.IntN(2) {
		if name := g.nodeName(); !slices.Contains(v.Rest.OnNodes, name) {
			v.Rest.OnNodes = append(v.Rest.OnNodes, name)
		}
	}
	v.Object.Spec.NodeAffinity = inZones(corev1.LabelHostname, v.Rest.OnNodes...)
}

// zoned is a disk with zones in its affinity, in its handle, in both, or in neither.
func (g *generator) zoned(v *oracle.Volume) {
	d := pick(g, disks)
	r := g.regionOf(d.provider)
	v.Object.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: d.driver, VolumeHandle: "vol-" + v.Object.Name}
	inHandle := true
	switch d.provider {
	case "gcp":
		v.Object.Spec.CSI.VolumeHandle = "projects/one/zones/" + zoneOf(r) + "/disks/" + v.Object.Name
	case "scaleway":
		v.Object.Spec.CSI.VolumeHandle = zoneOf(r) + "/" + v.Object.Name
	default:
		inHandle = false
	}
	switch {
	case g.in(5) && inHandle:
		v.Rest = alone(spot(r, oracle.Claimed))
	case g.in(5) && inHandle:
		// The handle and the affinity say two places.
		other := g.regionOf(d.provider)
		v.Object.Spec.NodeAffinity, v.Rest = inZones(d.key, zoneOf(other)), alone(spot(r, oracle.Consistent))
		if other.Name != r.Name {
			v.Rest = alone(void)
		}
	case inHandle:
		v.Object.Spec.NodeAffinity, v.Rest = inZones(d.key, zoneOf(r)), alone(spot(r, oracle.Consistent))
	case g.in(6):
		v.Rest = alone(void)
	case g.in(3):
		// It is reached from two zones, and rests in both.
		other := g.regionOf(d.provider)
		v.Object.Spec.NodeAffinity, v.Rest = inZones(d.key, zoneOf(r), zoneOf(other)), alone(spot(r, oracle.Claimed), spot(other, oracle.Claimed))
	default:
		v.Object.Spec.NodeAffinity, v.Rest = inZones(d.key, zoneOf(r)), alone(spot(r, oracle.Claimed))
		if g.in(4) {
			other := g.regionOf(d.provider)
			if v.Object.Labels == nil {
				v.Object.Labels = map[string]string{}
			}
			v.Object.Labels[corev1.LabelTopologyRegion] = other.Name
			if other.Name != r.Name {
				v.Rest = alone(void)
			}
		}
	}
}

// regional is a disk of Google in two zones, which may be of two regions.
func (g *generator) regional(v *oracle.Volume) {
	one, other := g.regionOf("gcp"), g.regionOf("gcp")
	v.Object.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: "pd.csi.storage.gke.io", VolumeHandle: "projects/one/zones/UNSPECIFIED/disks/" + v.Object.Name}
	v.Rest = alone(spot(one, oracle.Claimed), spot(other, oracle.Claimed))
	if g.in(2) {
		v.Object.Spec.CSI.VolumeHandle = "projects/one/regions/" + one.Name + "/disks/" + v.Object.Name
		v.Rest = alone(spot(one, oracle.Consistent), spot(other, oracle.Consistent))
		if one.Name != other.Name {
			v.Rest.Options[0][1] = void
		}
	}
	v.Object.Spec.NodeAffinity = inZones("topology.gke.io/zone", zoneOf(one), zoneOf(other))
}

// made is a volume that names no place itself, and that a class has made, or one of its name.
func (g *generator) made(v *oracle.Volume) {
	v.Object.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: "file.csi.azure.com", VolumeHandle: "g#a#" + v.Object.Name}
	v.Rest = alone(void)
	if len(g.w.Classes) == 0 {
		return
	}
	class := pick(g, g.w.Classes)
	v.Object.Spec.StorageClassName = class.Object.Name
	if strings.HasPrefix(class.Object.Provisioner, "disk.csi.azure") {
		v.Object.Spec.CSI.Driver = class.Object.Provisioner
		v.Object.Spec.NodeAffinity = inZones("topology.disk.csi.azure.com/zone", "")
	}
	v.Object.Annotations = map[string]string{"pv.kubernetes.io/provisioned-by": v.Object.Spec.CSI.Driver}
	if g.in(5) {
		v.Object.Annotations = nil
	}
	if v.Object.Annotations == nil || class.Object.Provisioner != v.Object.Spec.CSI.Driver || class.Object.CreationTimestamp.After(v.Object.CreationTimestamp.Time) {
		return
	}
	if class.Object.Provisioner == "disk.csi.azure.com" && len(class.Object.Parameters) == 0 {
		// Where its zones were allowed to be then is not known; in which region it was made is.
		v.MadeBy, v.Made = class.Object.Name, oracle.Rest{Home: "azure"}
		return
	}
	v.MadeBy, v.Made = class.Object.Name, class.Makes
}
