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
	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	csitranslation "k8s.io/csi-translation-lib"

	"github.com/domicile-dev/domicile/internal/location"
)

// Inline says where a volume rests that is written in a pod. It is false for one that is
// judged as something else, or as nothing: a claim, generic ephemeral volumes among them; what
// is kept by the API server (Secrets, ConfigMaps, projected volumes, the downward API); images;
// and memory, where nothing comes to rest, also that on which a driver mounts secrets.
func (w World) Inline(v *corev1.Volume) (location.Rest, bool) {
	s := &v.VolumeSource
	switch {
	case s.Secret != nil, s.ConfigMap != nil, s.Projected != nil, s.DownwardAPI != nil, s.Image != nil,
		s.PersistentVolumeClaim != nil, s.Ephemeral != nil:
		return location.Rest{}, false
	case s.EmptyDir != nil:
		return location.Rest{WithNode: true}, s.EmptyDir.Medium != corev1.StorageMediumMemory
	case s.HostPath != nil, s.GitRepo != nil:
		return location.Rest{WithNode: true}, true
	case s.CSI != nil:
		return w.ofInlineCSI(s.CSI)
	}
	if pv, served, err := translatedInline(v); err != nil {
		return untranslated(err), true
	} else if served {
		return w.ofCSI(pv, Classes{}), true
	}
	return elsewhere(inTreeInline(s)), true
}

// ofInlineCSI says where a volume of a CSI driver rests that has no PersistentVolume.
func (w *World) ofInlineCSI(csi *corev1.CSIVolumeSource) (rest location.Rest, judged bool) {
	d, ok := driverOf(csi.Driver)
	switch {
	case !ok:
		return unknownDriver(csi.Driver), true
	case d.inMemory:
		return location.Rest{}, false
	case d.onNode:
		return location.Rest{WithNode: true}, true
	}
	s := said{}
	if d.volume != nil {
		s = d.volume(w, source{attributes: d.read(location.WitnessVolumeAttribute, csi.VolumeAttributes), inline: true})
	}
	if s.refusal != nil {
		return location.RestsAt(*s.refusal), true
	}
	if d.onAnyNode {
		return w.anyNode(s), true
	}
	return location.RestsAt(w.locations(d, s, [][]location.Code{s.codes})...), true
}

// translatedInline is translated for a volume that is written in a pod.
func translatedInline(v *corev1.Volume) (csi *corev1.PersistentVolume, served bool, err error) {
	t := csitranslation.New()
	if !t.IsInlineMigratable(v) {
		return nil, false, nil
	}
	if csi, err = t.TranslateInTreeInlineVolumeToCSI(logr.Discard(), v, ""); err != nil {
		return nil, false, err
	}
	return csi, csi.Spec.CSI != nil, nil
}

// inTreeInline is inTree for a volume that is written in a pod.
func inTreeInline(s *corev1.VolumeSource) string {
	pv := corev1.PersistentVolumeSource{NFS: s.NFS, FC: s.FC, PortworxVolume: s.PortworxVolume}
	switch {
	case s.ISCSI != nil:
		pv.ISCSI = &corev1.ISCSIPersistentVolumeSource{TargetPortal: s.ISCSI.TargetPortal}
	case s.FlexVolume != nil:
		pv.FlexVolume = &corev1.FlexPersistentVolumeSource{Driver: s.FlexVolume.Driver}
	case s.CephFS != nil, s.RBD != nil:
		pv.CephFS = &corev1.CephFSPersistentVolumeSource{}
	case s.Glusterfs != nil:
		pv.Glusterfs = &corev1.GlusterfsPersistentVolumeSource{}
	}
	return inTree(&pv)
}
