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

import corev1 "k8s.io/api/core/v1"

// OnNodes reports whether a PersistentVolume rests on nodes of the cluster, so that it rests
// elsewhere when they do: on one of those that required matches, or on any if that is nil.
func OnNodes(pv *corev1.PersistentVolume) (required *corev1.NodeSelector, ok bool) {
	s := &pv.Spec.PersistentVolumeSource
	required = requiredOf(pv.Spec.NodeAffinity)
	switch {
	case s.Local != nil:
		return required, true
	case s.HostPath != nil:
		return required, required != nil
	case s.CSI != nil:
		d, known := driverOf(s.CSI.Driver)
		switch {
		case !known:
			return nil, false
		case d.onNode:
			return required, true
		default:
			return nil, d.onAnyNode
		}
	default:
		return nil, false
	}
}
