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

// drivers is the table of all drivers that are known. What each row says is beside its rules, in
// the file of the driver.
func drivers() []*driver {
	return []*driver{
		&alibabaDisk,
		&alibabaNAS,
		&alibabaOSS,
		&azureDisk,
		&azureFile,
		&ceph,
		&cinder,
		&digitalOcean,
		&ebs,
		&efs,
		&exoscale,
		&filestore,
		&fsx,
		&gcePD,
		&gcsFuse,
		&hetzner,
		&inMemory,
		&iscsi,
		&linode,
		&longhorn,
		&manila,
		&nfs,
		&onNodes,
		&s3,
		&scaleway,
		&smb,
		&vSphere,
	}
}
