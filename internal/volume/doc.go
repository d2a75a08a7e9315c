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

// Package volume says where the bytes of volumes and snapshots rest: a PersistentVolume, a
// claim before it has one, a volume that is written in a pod, a snapshot.
//
// What the fields of an object mean is known of each CSI driver: one row in drivers, and a file
// for a driver that has rules of its own (docs/adding-a-driver.md). Codes become places in
// internal/location, as those of nodes do. Nothing is guessed: what no field says is a Location
// that is not known, with the reason why.
//
// The package is pure. Its objects come from an API server, a file or an attacker: it takes
// any bytes, and never panics.
package volume
