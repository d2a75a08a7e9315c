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
	storagev1 "k8s.io/api/storage/v1"
	csitranslation "k8s.io/csi-translation-lib"

	"github.com/domicile-dev/domicile/internal/location"
)

// translated returns a PersistentVolume of an in-tree source as the CSI driver sees it that
// serves it today; false if it is none of those, an error if its fields are malformed.
func translated(pv *corev1.PersistentVolume) (csi *corev1.PersistentVolume, served bool, err error) {
	t := csitranslation.New()
	if !t.IsPVMigratable(pv) {
		return nil, false, nil
	}
	if csi, err = t.TranslateInTreePVToCSI(logr.Discard(), pv); err != nil {
		return nil, false, err
	}
	return csi, csi.Spec.CSI != nil, nil
}

// untranslated is the answer to an in-tree source whose fields are malformed.
func untranslated(err error) location.Rest {
	return unknown(location.ReasonNoVolumeWitness, "its source cannot be read: "+location.Quote(err.Error()))
}

// translatedClass returns a class of an in-tree provisioner as the CSI driver sees it; false
// if it is none of those.
func translatedClass(class *storagev1.StorageClass) (*storagev1.StorageClass, bool) {
	t := csitranslation.New()
	name, err := t.GetCSINameFromInTreeName(class.Provisioner)
	if err != nil {
		return nil, false
	}
	csi, err := t.TranslateInTreeStorageClassToCSI(logr.Discard(), class.Provisioner, class)
	if err != nil || csi == nil {
		return nil, false
	}
	if csi == class {
		csi = class.DeepCopy()
	}
	csi.Provisioner = name
	return csi, true
}

// inTree names the in-tree source of a PersistentVolume for people, empty if it has none.
func inTree(s *corev1.PersistentVolumeSource) string {
	switch {
	case s.NFS != nil:
		return "the NFS server " + location.Quote(s.NFS.Server)
	case s.ISCSI != nil:
		return "the iSCSI target " + location.Quote(s.ISCSI.TargetPortal)
	case s.FC != nil:
		return "a Fibre Channel target"
	case s.FlexVolume != nil:
		return "what the FlexVolume driver " + location.Quote(s.FlexVolume.Driver) + " mounts"
	case s.CephFS != nil, s.RBD != nil:
		return "a Ceph cluster"
	case s.Glusterfs != nil:
		return "a GlusterFS cluster"
	case s.PortworxVolume != nil:
		return "a Portworx cluster"
	default:
		return ""
	}
}

// elsewhere is the answer to a volume that is mounted from something of which nothing says
// where it stands.
func elsewhere(what string) location.Rest {
	if what == "" {
		return unknown(location.ReasonUnknownDriver, "its source is none that is understood")
	}
	return unknown(location.ReasonUnknownServer, "it is kept by "+what+", and nothing says where that stands; a Site can")
}
