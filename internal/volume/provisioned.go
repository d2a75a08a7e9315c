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

// provisionedBy is the annotation that names the provisioner that made a PersistentVolume
// (sigs.k8s.io/sig-storage-lib-external-provisioner v13 controller/controller.go,
// annDynamicallyProvisioned). Whoever may write the volume may write it.
const provisionedBy = "pv.kubernetes.io/provisioned-by"

// ByClass reports whether a PersistentVolume says that a class made it, so that it is worth to
// look for that class.
func ByClass(pv *corev1.PersistentVolume) bool {
	return pv.Annotations[provisionedBy] != "" && ClassOfVolume(pv) != ""
}

// madeBy reports whether the class made the volume. The parameters of a class cannot be
// changed, so one that is as old as the volume has today those by which it was made; a class that
// is younger is another one of the same name.
func madeBy(pv *corev1.PersistentVolume, class *storagev1.StorageClass) bool {
	if class == nil || !ByClass(pv) || class.Name != ClassOfVolume(pv) || class.Provisioner != pv.Annotations[provisionedBy] {
		return false
	}
	driver := class.Provisioner
	if csi, ok := translatedClass(class); ok {
		driver = csi.Provisioner
	}
	switch {
	case pv.Spec.CSI == nil || pv.Spec.CSI.Driver != driver:
		return false
	case pv.CreationTimestamp.IsZero():
		return true
	default:
		return !class.CreationTimestamp.IsZero() && !pv.CreationTimestamp.Before(&class.CreationTimestamp)
	}
}

// maker is what the class says that made a volume.
type maker struct {
	said
	// class is its name, empty if no class is known to have made the volume.
	class string
}

// makerOf reads the parameters of the class, and not its allowedTopologies: these can be changed,
// and may have been others when the volume was made.
func (w *World) makerOf(d *driver, class *storagev1.StorageClass, changed map[string]string) maker {
	m := maker{class: class.Name}
	if csi, ok := translatedClass(class); ok {
		class = csi
	}
	if d.class != nil {
		m.said = d.class(w, d.read(location.WitnessParameter, class.Parameters, changed))
	}
	return m
}

// with adds the copies that are made by the word of the class.
func (s said) with(class said) said {
	s.elsewhere = distinct(slices.Concat(s.elsewhere, class.elsewhere))
	switch own := s.copies; {
	case own == nil:
		s.copies = class.copies
	case class.copies != nil:
		s.copies = func(place *location.Location) []location.Location {
			return slices.Concat(own(place), class.copies(place))
		}
	}
	return s
}

// silentAll reports whether no place of a volume is named.
func silentAll(places [][]location.Code) bool {
	return !slices.ContainsFunc(places, func(codes []location.Code) bool { return slices.ContainsFunc(codes, speaks) })
}

func speaks(c location.Code) bool { return c.Value != "" }

// ofMaker says where a volume rests that names no place itself: where the parameters of the
// class that made it say, or the default of its driver. The place is Claimed.
func (w *World) ofMaker(d *driver, s said, m maker, handle string) location.Rest {
	if m.refusal != nil {
		return location.RestsAt(*m.refusal)
	}
	codes := m.codes
	if d.made != nil {
		codes = slices.Concat(codes, d.made(handle))
	}
	if slices.ContainsFunc(codes, speaks) || d.made != nil || !d.home {
		if m.silence != nil {
			s.silence = m.silence
		}
		places := w.locations(d, s, [][]location.Code{codes})
		if slices.ContainsFunc(codes, speaks) {
			places[0] = m.witnessed(places[0])
		}
		return location.RestsAt(places...)
	}
	var rest location.Rest
	for _, place := range w.homes(d) {
		all := []location.Location{m.witnessed(place)}
		if s.copies != nil {
			all = append(all, s.copies(&place)...)
		}
		rest.Options = append(rest.Options, location.RestOption{Places: distinct(append(all, s.elsewhere...))})
	}
	return rest
}

// homes returns the regions of the cluster's nodes at which the driver may make a volume that has no
// place by its class.
func (w *World) homes(d *driver) []location.Location {
	var all []location.Location
	for _, place := range w.places(nil) {
		if d.serves(&place) {
			all = append(all, w.regionOf(place))
		}
	}
	if len(all) == 0 {
		return []location.Location{location.Undetermined(location.ReasonUnknownNode,
			"it was made in the region of the cluster, and no node is known that the driver can serve")}
	}
	return distinct(all)
}

// regionOf returns the region of a node, as a place that the provider chose by itself. Where a
// Site says where the node is, its place is kept.
func (w *World) regionOf(node location.Location) location.Location {
	region := node.Region
	if m, ok := w.Catalogue.Zone(node.Provider, node.Zone); ok && m.Zone != nil {
		region = m.Zone.RegionLabel
	}
	if !node.Known() || node.Provider == "" || region == "" {
		node.Assurance = min(node.Assurance, location.Claimed)
		return node
	}
	return location.OfVolume(w.Catalogue, location.Testimony{
		Providers: []string{node.Provider},
		Codes:     []location.Code{{Kind: location.WitnessDefault, Value: region}},
	})
}

// witnessed adds to a place that the class says so.
func (m *maker) witnessed(place location.Location) location.Location {
	place.Witnesses = append(slices.Clip(place.Witnesses), location.Witness{Kind: location.WitnessMaker, Value: location.Shorten(m.class)})
	return place
}
