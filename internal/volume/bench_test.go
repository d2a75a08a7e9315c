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

import "testing"

// BenchmarkPersistentVolume reads one volume of a driver whose handle and affinity agree.
func BenchmarkPersistentVolume(b *testing.B) {
	w := worldOf(b)
	pv := csiPV("pd.csi.storage.gke.io", "projects/p/zones/europe-west3-a/disks/d", nil, affinity("topology.gke.io/zone", []string{"europe-west3-a"}))
	b.ReportAllocs()
	for b.Loop() {
		if rest := w.PersistentVolume(pv, Classes{}); !rest.Options[0].Places[0].Known() {
			b.Fatal(rest)
		}
	}
}
