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

// ebs is Amazon EBS (kubernetes-sigs/aws-ebs-csi-driver@429e202e pkg/driver/driver.go:52-87,
// controller.go:1214; CHANGELOG.md:2629 for the key before v1.33). The handle, "vol-…", names
// no place, and no parameter does. Its driver name is AWS, never Outscale, whose own driver
// has another one. A modification changes the type and the speed
// (pkg/driver/controller_modify_volume.go:39).
var ebs = driver{
	names:      []string{"ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"},
	providers:  []string{"aws"},
	zoneKeys:   []string{"topology.ebs.csi.aws.com/zone"},
	attached:   true,
	modifiable: true,
}
