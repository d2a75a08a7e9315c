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
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// fcLUN names a disk on Fibre Channel: by each of its worldwide identifiers, or by each of its
// ports and the number behind it
// (kubernetes/kubernetes@v1.36.2 pkg/volume/fc/fc_util.go).
func fcLUN(s *corev1.FCVolumeSource) []Identity {
	var names []Identity
	for _, id := range s.WWIDs {
		names = append(names, named(ofFC, "wwid", strings.ReplaceAll(strings.ToLower(id), " ", "_")))
	}
	if s.Lun == nil {
		return names
	}
	for _, port := range s.TargetWWNs {
		names = append(names, named(ofFC, "wwn", strings.ToLower(port), strconv.Itoa(int(*s.Lun))))
	}
	return names
}
