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
	corev1 "k8s.io/api/core/v1"
)

// Identity returns by what a PersistentVolume is told to hold the same data as another one:
// its CSI driver and its handle, an in-tree source's as its driver would have them. It is false
// for a volume that has none.
func Identity(pv *corev1.PersistentVolume) (driver, handle string, ok bool) {
	if served, ok, err := translated(pv); err == nil && ok {
		pv = served
	}
	csi := pv.Spec.CSI
	if csi == nil || csi.VolumeHandle == "" {
		return "", "", false
	}
	return csi.Driver, csi.VolumeHandle, true
}
