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

package ledger

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/types"
)

// Kind is of what kind a thing is, as the API calls it.
type Kind string

// The kinds of things.
const (
	KindPod      Kind = "Pod"
	KindClaim    Kind = "PersistentVolumeClaim"
	KindVolume   Kind = "PersistentVolume"
	KindSnapshot Kind = "VolumeSnapshot"
	KindContent  Kind = "VolumeSnapshotContent"
)

// Part is a part of the ledger that is filled by itself.
type Part uint8

// The parts.
const (
	// Pods are the pods.
	Pods Part = iota
	// Stores are the volumes and the snapshots.
	Stores
	parts
)

// Part returns the part that things of the kind are in.
func (k Kind) Part() Part {
	if k == KindPod {
		return Pods
	}
	return Stores
}

// Ref names a thing. Its namespace is empty if it is in none.
type Ref struct {
	Kind            Kind
	Namespace, Name string
}

// Compare orders by namespace, name and kind.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(strings.Compare(r.Namespace, o.Namespace), strings.Compare(r.Name, o.Name), strings.Compare(string(r.Kind), string(o.Kind)))
}

// Thing is what the ledger keeps of a thing besides its verdict.
type Thing struct {
	Ref
	UID types.UID
	// Node that a pod is on, empty if it has none.
	Node string
	// Open is whether it is still open where it will be: a pod without a node, a claim without a
	// volume.
	Open bool
}
