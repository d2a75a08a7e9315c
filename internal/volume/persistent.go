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

// Classes are what says of a PersistentVolume more than its own fields do.
type Classes struct {
	// Storage is the class that it names (ClassOfVolume); nil: there is none.
	Storage *storagev1.StorageClass
	// Attributes is the VolumeAttributesClass that it has or will have; nil: none changes it.
	Attributes *storagev1.VolumeAttributesClass
}

// PersistentVolume says where a PersistentVolume rests: where a Site declares it to be, else
// where its own fields say, or else the parameters of the class by which it was made.
func (w World) PersistentVolume(pv *corev1.PersistentVolume, classes Classes) location.Rest {
	matched := location.Volume{Name: pv.Name, Labels: pv.Labels, StorageClassName: ClassOfVolume(pv)}
	return w.locate(matched, w.ofPersistentVolume(pv, classes))
}

// ofPersistentVolume says where a PersistentVolume rests by its own word.
func (w *World) ofPersistentVolume(pv *corev1.PersistentVolume, classes Classes) location.Rest {
	s := &pv.Spec.PersistentVolumeSource
	switch {
	case s.CSI != nil:
		return w.ofCSI(pv, classes)
	case s.Local != nil:
		return location.RestsAt(w.onNodes(requiredOf(pv.Spec.NodeAffinity))...)
	case s.HostPath != nil:
		if required := requiredOf(pv.Spec.NodeAffinity); required != nil {
			return location.RestsAt(w.onNodes(required)...)
		}
		return location.Rest{WithNode: true}
	}
	if csi, served, err := translated(pv); err != nil {
		return untranslated(err)
	} else if served {
		return w.ofCSI(csi, classes)
	}
	return elsewhere(inTree(s))
}

// requiredOf returns what the node affinity requires, nil if nothing.
func requiredOf(a *corev1.VolumeNodeAffinity) *corev1.NodeSelector {
	if a == nil {
		return nil
	}
	return a.Required
}

// ofCSI says where a volume of a CSI driver rests.
func (w *World) ofCSI(pv *corev1.PersistentVolume, classes Classes) location.Rest {
	csi := pv.Spec.CSI
	d, ok := driverOf(csi.Driver)
	if !ok {
		return unknownDriver(csi.Driver)
	}
	var changed map[string]string
	if class := classes.Attributes; class != nil {
		if refusal, ok := d.modifies(class); !ok {
			return location.RestsAt(refusal)
		}
		changed = class.Parameters
	}
	if d.onNode {
		return location.RestsAt(w.onNodes(requiredOf(pv.Spec.NodeAffinity))...)
	}
	s := said{}
	if d.volume != nil {
		s = d.volume(w, source{
			handle:       csi.VolumeHandle,
			attributes:   d.read(location.WitnessVolumeAttribute, csi.VolumeAttributes, changed),
			mountOptions: pv.Spec.MountOptions,
			secret:       csi.NodeStageSecretRef != nil || csi.NodePublishSecretRef != nil,
		})
	}
	if s.refusal != nil {
		return location.RestsAt(*s.refusal)
	}
	m := maker{}
	if madeBy(pv, classes.Storage) {
		m = w.makerOf(d, classes.Storage, changed)
		s = s.with(m.said)
	}
	if d.onAnyNode {
		return w.anyNode(s)
	}
	places, ok := w.alternatives(d, location.WitnessNodeAffinity, affinityTerms(pv.Spec.NodeAffinity))
	if !ok {
		return location.RestsAt(tooMany(location.WitnessNodeAffinity))
	}
	if len(places) == 0 {
		places = [][]location.Code{nil}
	}
	labelled, zones := d.ofLabels(pv.Labels)
	if len(zones) > maxPlaces {
		return location.RestsAt(tooMany(location.WitnessVolumeLabel))
	}
	for i, codes := range places {
		places[i] = slices.Concat(s.codes, codes, labelled)
	}
	places = withZones(places, zones)
	if m.class != "" && silentAll(places) {
		return w.ofMaker(d, s, m, csi.VolumeHandle)
	}
	return location.RestsAt(w.locations(d, s, places)...)
}

// locations makes the places of what is said of each, and adds the copies.
func (w *World) locations(d *driver, s said, places [][]location.Code) []location.Location {
	var all []location.Location
	for _, codes := range places {
		place := location.OfVolume(w.Catalogue, w.testimony(d, codes))
		if len(place.Witnesses) == 0 && s.silence != nil {
			place = *s.silence
		}
		all = append(all, place)
	}
	if s.copies != nil {
		for _, place := range all {
			all = append(all, s.copies(&place)...)
		}
	}
	return distinct(append(all, s.elsewhere...))
}

// modifies says whether it is known what a VolumeAttributesClass can change.
func (d *driver) modifies(class *storagev1.VolumeAttributesClass) (location.Location, bool) {
	switch {
	case !d.called(class.DriverName):
		return location.Undetermined(location.ReasonUnknownAttributesClass, "the VolumeAttributesClass "+
			location.Quote(class.Name)+" is for the driver "+location.Quote(class.DriverName)+", which is not the volume's"), false
	case !d.modifiable && len(class.Parameters) > 0:
		return location.Undetermined(location.ReasonUnknownAttributesClass, "it is not known what the VolumeAttributesClass "+
			location.Quote(class.Name)+" changes: parameters of "+class.DriverName+" may move or copy data"), false
	default:
		return location.Location{}, true
	}
}
