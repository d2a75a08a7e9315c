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

// onNodes are drivers whose volumes are disks of a node, which their node affinity names
// (topolvm/topolvm@83e3dcee constants.go:39; openebs/lvm-localpv@f3276f4 pkg/lvm/volume.go:50;
// rancher/local-path-provisioner v0.0.30 provisioner.go:37).
var onNodes = driver{
	names:  []string{"topolvm.io", "local.csi.openebs.io", "rancher.io/local-path"},
	onNode: true,
}
