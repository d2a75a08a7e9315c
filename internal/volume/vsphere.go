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

import "github.com/domicile-dev/domicile/internal/location"

// vSphere is VMware vSphere (kubernetes-sigs/vsphere-csi-driver@bf809025
// pkg/csi/service/common/commonco/k8sorchestrator/topology.go:414). Its topology keys,
// topology.csi.vmware.com/TAG, have the values that an administrator gives them, and its classes
// name datastores and policies: none of them is a place that anybody else can read.
var vSphere = driver{
	names:  []string{"csi.vsphere.vmware.com"},
	volume: func(*World, source) said { return ownTags() },
	class:  func(*World, parameters) said { return ownTags() },
}

// ownTags says that an administrator's tags are no places.
func ownTags() said {
	return refused(location.ReasonNoVolumeWitness, "vSphere knows no places but an administrator's own tags and datastores; a Site can say where they are")
}
