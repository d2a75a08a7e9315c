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

package volume

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

// noProvisioner is the provisioner of classes whose volumes somebody makes by hand.
const noProvisioner = "kubernetes.io/no-provisioner"

// ClassOf returns the class that a claim names; false if it names none, so that it gets the
// default class. The old annotation still counts before the field
// (k8s.io/component-helpers v0.37.2 storage/volume/helpers.go, GetPersistentVolumeClaimClass).
func ClassOf(pvc *corev1.PersistentVolumeClaim) (name string, named bool) {
	if name, ok := pvc.Annotations[corev1.BetaStorageClassAnnotation]; ok {
		return name, true
	}
	if pvc.Spec.StorageClassName == nil {
		return "", false
	}
	return *pvc.Spec.StorageClassName, true
}

// ClassOfVolume returns the class that a PersistentVolume names, empty if it names none. The
// old annotation counts before the field, as with claims (GetPersistentVolumeClass).
func ClassOfVolume(pv *corev1.PersistentVolume) string {
	if name, ok := pv.Annotations[corev1.BetaStorageClassAnnotation]; ok {
		return name
	}
	return pv.Spec.StorageClassName
}

// Claim says where the volume of a claim will rest that has none yet. class is the one that
// it names (ClassOf), or the default class if it names none; nil: there is none. attributes is the
// VolumeAttributesClass that it names; nil: it is not there. Both are ignored if it names none.
func (w World) Claim(pvc *corev1.PersistentVolumeClaim, class *storagev1.StorageClass, attributes *storagev1.VolumeAttributesClass) location.Rest {
	if pvc.Spec.VolumeName != "" {
		return unknown(location.ReasonUnknownVolume, "it names the volume "+location.Quote(pvc.Spec.VolumeName)+
			", which is not there, so what its class makes says nothing")
	}
	name, named := ClassOf(pvc)
	if named && name == "" {
		return awaits("it has no class, so it gets a volume that somebody makes")
	}
	if class == nil {
		detail := "it names no class and there is no default class; it may get one later"
		if named {
			detail = "there is no class " + location.Quote(name)
		}
		return w.locate(location.Volume{StorageClassName: name}, unknown(location.ReasonUnknownStorageClass, detail))
	}
	matched := location.Volume{StorageClassName: class.Name}
	if vac := pvc.Spec.VolumeAttributesClassName; vac != nil && *vac != "" && attributes == nil {
		return w.locate(matched, unknown(location.ReasonUnknownAttributesClass, "there is no VolumeAttributesClass "+location.Quote(*vac)))
	} else if vac == nil || *vac == "" {
		attributes = nil
	}
	return w.locate(matched, w.ofClass(class, attributes))
}

// awaits is the Rest of a claim that only a bind to a volume of somebody's making gives a place. It
// says so of a claim alone: one that names a volume waits for no bind.
func awaits(detail string) location.Rest {
	r := unknown(location.ReasonUnknownVolume, detail)
	r.Awaits = true
	return r
}

// ofClass says where a class makes its volumes.
func (w *World) ofClass(class *storagev1.StorageClass, attributes *storagev1.VolumeAttributesClass) location.Rest {
	if class.Provisioner == noProvisioner {
		return awaits("the class " + location.Quote(class.Name) + " makes no volumes: it gets one that somebody makes")
	}
	if csi, ok := translatedClass(class); ok {
		class = csi
	}
	d, ok := driverOf(class.Provisioner)
	if !ok {
		return unknownDriver(class.Provisioner)
	}
	var changed map[string]string
	if attributes != nil {
		if refusal, ok := d.modifies(attributes); !ok {
			return location.RestsAt(refusal)
		}
		changed = attributes.Parameters
	}
	s := said{}
	if d.class != nil {
		s = d.class(w, d.read(location.WitnessParameter, class.Parameters, changed))
	}
	if s.refusal != nil {
		return location.RestsAt(*s.refusal)
	}
	waits := class.VolumeBindingMode != nil && *class.VolumeBindingMode == storagev1.VolumeBindingWaitForFirstConsumer
	if d.onAnyNode {
		return w.anyNode(s)
	}
	if d.onNode {
		return w.onAllowedNodes(class.AllowedTopologies, waits)
	}
	places, ok := w.alternatives(d, location.WitnessAllowedTopology, allowedTerms(class.AllowedTopologies))
	if !ok {
		return location.RestsAt(tooMany(location.WitnessAllowedTopology))
	}
	switch {
	case len(places) == 0 && len(s.codes) > 0:
		places = [][]location.Code{nil}
	case len(places) == 0:
		return w.ofDefault(d, s, waits)
	}
	for i, codes := range places {
		places[i] = append(append([]location.Code(nil), s.codes...), codes...)
	}
	if s.replicas > 1 && len(places) > 1 && len(places) <= s.replicas {
		return location.RestsAt(w.locations(d, s, places)...)
	}
	rest := location.Rest{WithNode: waits && d.attached && !s.anywhere && !s.elsewhereToo()}
	for _, place := range places {
		rest.Options = append(rest.Options, location.RestOption{Places: w.locations(d, s, [][]location.Code{place})})
	}
	return rest
}

// ofDefault says where a class makes its volumes that names no place: where the cluster's
// nodes are that the driver can serve, or beside the node of the pod if it waits for one.
func (w *World) ofDefault(d *driver, s said, waits bool) location.Rest {
	if !d.attached && !d.home {
		return location.RestsAt(w.locations(d, s, [][]location.Code{nil})...)
	}
	var nodes []location.Location
	for _, place := range w.places(nil) {
		if d.serves(&place) {
			nodes = append(nodes, place)
		}
	}
	if waits && d.attached && !s.elsewhereToo() {
		return location.Rest{WithNode: true}
	}
	var rest location.Rest
	if len(nodes) == 0 {
		nodes = []location.Location{location.Undetermined(location.ReasonUnknownNode,
			"it is made where a node of the cluster is, and none is known that the driver can serve")}
	}
	for _, place := range nodes {
		all := []location.Location{place}
		if s.copies != nil {
			all = append(all, s.copies(&place)...)
		}
		rest.Options = append(rest.Options, location.RestOption{Places: distinct(append(all, s.elsewhere...))})
	}
	return rest
}

// serves reports whether the driver may run on a node at that place.
func (d *driver) serves(place *location.Location) bool {
	if !place.Known() || place.Provider == "" || d.open {
		return true
	}
	return len(d.providers) == 0 || slices.Contains(d.providers, place.Provider)
}

// onAllowedNodes says where a class makes volumes that rest on a node.
func (w *World) onAllowedNodes(allowed []corev1.TopologySelectorTerm, waits bool) location.Rest {
	var selector *corev1.NodeSelector
	for _, t := range allowed {
		if len(t.MatchLabelExpressions) == 0 {
			continue
		}
		var term corev1.NodeSelectorTerm
		for _, r := range t.MatchLabelExpressions {
			term.MatchExpressions = append(term.MatchExpressions,
				corev1.NodeSelectorRequirement{Key: r.Key, Operator: corev1.NodeSelectorOpIn, Values: r.Values})
		}
		if selector == nil {
			selector = &corev1.NodeSelector{}
		}
		selector.NodeSelectorTerms = append(selector.NodeSelectorTerms, term)
	}
	if selector == nil && waits {
		return location.Rest{WithNode: true}
	}
	nodes := w.places(selector)
	if len(nodes) == 0 {
		nodes = []location.Location{location.Undetermined(location.ReasonUnknownNode, "it is made on a node, and none is known that its class allows")}
	}
	rest := oneOf(nodes)
	rest.WithNode = waits
	return rest
}
