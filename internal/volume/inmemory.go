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

// inMemory are drivers that mount secrets on memory of the node
// (kubernetes-sigs/secrets-store-csi-driver@021e6f58 pkg/secrets-store/nodeserver.go, tmpfs), as
// the kubelet does with those of the API server. They have no PersistentVolumes.
var inMemory = driver{
	names:    []string{"secrets-store.csi.k8s.io"},
	inMemory: true,
}
