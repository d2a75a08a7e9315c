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
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// driver is what is known of one CSI driver, or of several that are alike.
type driver struct {
	// names are what the driver is called in PersistentVolumes, and as a provisioner; suffixes
	// are what the names end with of one that has another name in each cluster.
	names, suffixes []string
	// providers are those whose storage it is. None: it says nothing of a provider.
	providers []string
	// scheme is the kind of providerID whose providers they are, besides those above.
	scheme string
	// open is whether others use the driver that the catalogue does not have.
	open bool
	// zoneKeys and regionKeys are the topology keys that it puts into node affinities and takes
	// from allowedTopologies. Those of Kubernetes itself need no mention where attached is set.
	zoneKeys, regionKeys []string
	// silent reports that a value of such a key says nothing of a place; nil: each does.
	silent func(value string) bool
	// attached is set if a node can use a volume only where the node itself is, as a disk that
	// is attached to it. So its node affinity says where it is, and one that is made after its
	// pod has a node is made there.
	attached bool
	// home is set if a class that names no place makes volumes in the region of the cluster.
	home bool
	// onAnyNode is set if the bytes rest on some nodes of the cluster, and no field says on which.
	onAnyNode bool
	// inMemory is set if a volume that is written in a pod is memory of its node, where nothing
	// comes to rest.
	inMemory bool
	// onNode is set if the bytes rest on the node that its node affinity names.
	onNode bool
	// anyCase is set if the driver compares the names of parameters without case.
	anyCase bool
	// modifiable is set if what a VolumeAttributesClass can change is understood: it is read
	// like parameters that come after those of the class.
	modifiable bool
	// volume says what an existing volume's own fields say, made when it is made by a class.
	// Nil: nothing.
	volume func(w *World, v source) said
	// class says what the parameters of a class fix. Nil: nothing.
	class func(w *World, p parameters) said
	// made says what the handle says of a place, of a volume that the driver made by a class, where
	// neither the parameters nor a default decide. Nil: they do.
	made func(handle string) []location.Code
	// snapshot says where a snapshot rests that is taken. Nil: it is not known.
	snapshot func(w *World, s snapshotted) location.Rest
	// snapshotHandle says what the handle of a snapshot says of a place. Nil: nothing.
	snapshotHandle func(handle string) []location.Code
	// same names the data of a volume otherwise than by its handle, and says whether the handle
	// is a name of it too. It is told which of its names the driver has. Nil: the handle is its
	// name, and the only one.
	same func(name string, v source) (names []Identity, handleToo bool)
}

// source is what a driver is told of a volume that is there.
type source struct {
	// handle is the volumeHandle, empty for a volume that is written in a pod.
	handle string
	// attributes are the volumeAttributes.
	attributes parameters
	// mountOptions are those of the PersistentVolume.
	mountOptions []string
	// secret is set if the driver is given a Secret to mount it.
	secret bool
	// inline is set for a volume that is written in a pod.
	inline bool
}

// said is what a driver's own fields come to.
type said struct {
	// codes name the place. All of them have to agree.
	codes []location.Code
	// anywhere is set if the codes name where the data is whatever allowedTopologies, and the
	// node of the pod, say.
	anywhere bool
	// replicas is in how many of the zones that are named the volume is at once, 0 and 1: in one.
	replicas int
	// refusal is set if where it is cannot be known by its fields.
	refusal *location.Location
	// silence is the answer if no field names a place; nil: that none does.
	silence *location.Location
	// elsewhere are other places at which it rests besides.
	elsewhere []location.Location
	// copies returns where the copies of what is at a place are; nil: there are none.
	copies func(place *location.Location) []location.Location
}

// elsewhereToo reports whether it rests at more places than the one where it is made, so that
// it does not only rest with a node.
func (s *said) elsewhereToo() bool { return s.copies != nil || len(s.elsewhere) > 0 }

// refused says why a place cannot be known.
func refused(reason location.Reason, detail string) said {
	l := location.Undetermined(reason, detail)
	return said{refusal: &l}
}

// driverOf returns the driver of that name.
func driverOf(name string) (*driver, bool) {
	for _, d := range drivers() {
		if d.called(name) {
			return d, true
		}
	}
	return nil, false
}

// called reports whether it is a name of the driver.
func (d *driver) called(name string) bool {
	return slices.Contains(d.names, name) ||
		slices.ContainsFunc(d.suffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) && len(name) > len(suffix) })
}

// unknownDriver says that nothing is known of the driver.
func unknownDriver(name string) location.Rest {
	return unknown(location.ReasonUnknownDriver, "the driver "+location.Quote(name)+
		" is none that is known, so none of its fields is read; a Site can say where its volumes are")
}

// testimony is what the codes say, of a volume of the driver.
func (w *World) testimony(d *driver, codes []location.Code) location.Testimony {
	t := location.Testimony{Providers: d.providers, Open: d.open, Codes: codes}
	if d.scheme != "" {
		if row, ok := w.Catalogue.Scheme(d.scheme); ok {
			t.Providers = slices.Concat(t.Providers, row.Providers)
		}
	}
	return t
}
