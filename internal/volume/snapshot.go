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

	"github.com/domicile-dev/domicile/internal/location"
)

// SnapshotClass is what is read of a VolumeSnapshotClass. It is of no version of its API, which
// this module therefore does not need.
type SnapshotClass struct {
	// Name of the class.
	Name string
	// Driver is the CSI driver whose class it is.
	Driver string
	// Parameters are passed to the driver.
	Parameters map[string]string
}

// SnapshotContent is what is read of a VolumeSnapshotContent.
type SnapshotContent struct {
	// Name of the content.
	Name string
	// Driver is the CSI driver that has the snapshot.
	Driver string
	// Handle is the snapshotHandle, of the source of one that somebody wrote or of the status of
	// one that was taken; empty if it has none yet.
	Handle string
	// Taken is set for a snapshot that was taken of a volume, rather than one whose handle
	// somebody wrote.
	Taken bool
	// ClassName is the class that it names, empty if it names none.
	ClassName string
}

// snapshotted is what a driver is told of a snapshot.
type snapshotted struct {
	// handle is the snapshotHandle, empty if there is none yet.
	handle string
	// parameters are those of its class.
	parameters parameters
	// volume is where the volume rests of which it is.
	volume location.Rest
}

// Snapshot says where a snapshot will rest that is taken by the class of a volume that rests
// at source. Nil: there is no such class.
func (w World) Snapshot(class *SnapshotClass, source location.Rest) location.Rest {
	if class == nil {
		return unknown(location.ReasonUnknownSnapshotClass, "there is no such class, and no default class of the driver")
	}
	return w.ofSnapshot(class.Driver, "", class.Parameters, source)
}

// SnapshotContent says where a snapshot rests. One that was taken is where its class makes
// them: class is the one that it names, nil if that is gone, and source where its volume rests.
// Of one whose handle somebody wrote, only the handle says anything.
func (w World) SnapshotContent(c SnapshotContent, class *SnapshotClass, source location.Rest) location.Rest {
	if c.Taken {
		switch {
		case class == nil:
			return unknown(location.ReasonUnknownSnapshotClass, "its class "+location.Quote(c.ClassName)+
				" is gone, and that is what said where the snapshot was to be")
		case class.Driver != c.Driver:
			return unknown(location.ReasonUnknownSnapshotClass, "its class "+location.Quote(c.ClassName)+" is for the driver "+
				location.Quote(class.Driver)+", so it is not the one by which it was taken")
		}
		return w.ofSnapshot(c.Driver, c.Handle, class.Parameters, source)
	}
	d, ok := driverOf(c.Driver)
	if !ok {
		return unknownDriver(c.Driver)
	}
	nowhere := unknown(location.ReasonNoVolumeWitness, "the snapshot handle "+location.Quote(c.Handle)+" names no place")
	if d.snapshotHandle == nil {
		return nowhere
	}
	codes := d.snapshotHandle(c.Handle)
	if len(codes) == 0 {
		return nowhere
	}
	return location.RestsAt(location.OfVolume(w.Catalogue, w.testimony(d, codes)))
}

// ofSnapshot says where the driver keeps a snapshot.
func (w *World) ofSnapshot(driver, handle string, parameters map[string]string, source location.Rest) location.Rest {
	d, ok := driverOf(driver)
	if !ok {
		return unknownDriver(driver)
	}
	if d.snapshot == nil {
		return unknown(location.ReasonNoVolumeWitness, "it is not known where the driver "+location.Quote(driver)+" keeps snapshots")
	}
	return d.snapshot(w, snapshotted{
		handle: handle, parameters: d.read(location.WitnessParameter, parameters), volume: source,
	})
}

// besides returns where something rests that is where the volume is, and at another place too.
func besides(volume location.Rest, other location.Location) location.Rest {
	if len(volume.Options) == 0 {
		volume = unknown(location.ReasonUnknownVolume, "its volume rests with a node, and has none yet")
	}
	var all location.Rest
	for _, o := range volume.Options {
		all.Options = append(all.Options, location.RestOption{Places: distinct(append(slices.Clone(o.Places), other))})
	}
	return all
}
