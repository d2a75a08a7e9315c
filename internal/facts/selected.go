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

package facts

import corev1 "k8s.io/api/core/v1"

// SelectedNodeAnnotation is the annotation by which the scheduler tells for which node the volume of a claim
// is to be made (k8s.io/component-helpers v0.37.2 storage/volume/pv_helpers.go, AnnSelectedNode).
const SelectedNodeAnnotation = "volume.kubernetes.io/selected-node"

// SelectedNode returns the node for which the volume of a claim is to be made, empty if there is
// none, or if the claim has its volume.
func SelectedNode(c *corev1.PersistentVolumeClaim) string {
	if c.Spec.VolumeName != "" {
		return ""
	}
	return c.Annotations[SelectedNodeAnnotation]
}
