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

import "github.com/go-logr/logr"

// Kind says which volumes and snapshots a request means.
type Kind uint8

const (
	// everything: all of them, at the start.
	everything Kind = iota
	// oneClaim, oneVolume, oneSnapshot and oneContent: the object of that name, and what it touches.
	oneClaim
	oneVolume
	oneSnapshot
	oneContent
	// sameData: what holds the data of that name, or was taken of it.
	sameData
	// inNamespace: the claims and snapshots in the namespace of that name.
	inNamespace
	// ofClass, ofAttributes and ofSnapshotClass: what the class of that name will make, has made, or
	// changes.
	ofClass
	ofAttributes
	ofSnapshotClass
	// onHost: the volumes that rest on the node of that name.
	onHost
	// open: the claims that have no volume.
	open
	// ofDataset: what holds the dataset of that name.
	ofDataset
	// storing: what was judged where its bytes rest.
	storing
	// kinds: none; kinds of objects may have come to the cluster.
	kinds
)

func (k Kind) String() string {
	switch k {
	case oneClaim:
		return "claim"
	case oneVolume:
		return "volume"
	case oneSnapshot:
		return "snapshot"
	case oneContent:
		return "content of a snapshot"
	case sameData:
		return "what holds the same data"
	case inNamespace:
		return "claims and snapshots in namespace"
	case ofClass:
		return "what is of StorageClass"
	case ofAttributes:
		return "what is of VolumeAttributesClass"
	case ofSnapshotClass:
		return "what is of VolumeSnapshotClass"
	case onHost:
		return "volumes on host"
	case open:
		return "claims without a volume"
	case ofDataset:
		return "what holds dataset"
	case storing:
		return "what rests somewhere"
	case kinds:
		return "kinds of objects"
	default:
		return "everything"
	}
}

// Request asks for volumes and snapshots to be judged.
type Request struct {
	Kind            Kind
	Namespace, Name string
}

// logger names what a request means in logs.
func logger(base logr.Logger) func(*Request) logr.Logger {
	base = base.WithValues("controller", name)
	return func(r *Request) logr.Logger {
		if r == nil {
			return base
		}
		return base.WithValues("judging", r.Kind.String(), "namespace", r.Namespace, "name", r.Name)
	}
}
