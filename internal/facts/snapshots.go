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

package facts

import (
	"context"
	"fmt"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/volume"
)

// ofSnapshot says where a snapshot rests, or will: where its content does, if it has one, else
// where its class makes those of the volume of its claim.
func (g *Gatherer) ofSnapshot(ctx context.Context, w volume.World, s *snapshotv1.VolumeSnapshot) (location.Rest, error) {
	name := s.Spec.Source.VolumeSnapshotContentName
	if name == nil && s.Status != nil {
		name = s.Status.BoundVolumeSnapshotContentName
	}
	if name != nil && *name != "" {
		c, err := g.Source.VolumeSnapshotContent(ctx, *name)
		switch {
		case err != nil:
			return location.Rest{}, fmt.Errorf("reading VolumeSnapshotContent %s: %w", *name, err)
		case c == nil:
			return noWitness(location.ReasonUnknownVolume, "its content "+location.Quote(*name)+" is not there"), nil
		default:
			return g.ofContent(ctx, w, c)
		}
	}
	claim := s.Spec.Source.PersistentVolumeClaimName
	if claim == nil || *claim == "" {
		return noWitness(location.ReasonUnknownVolume, "it names neither a claim nor a content"), nil
	}
	c, err := g.Source.Claim(ctx, s.Namespace, *claim)
	switch {
	case err != nil:
		return location.Rest{}, fmt.Errorf("reading PersistentVolumeClaim %s/%s: %w", s.Namespace, *claim, err)
	case c == nil || c.Spec.VolumeName == "":
		return noWitness(location.ReasonUnknownVolume, "the claim "+location.Quote(*claim)+" of which it is to be has no volume"), nil
	}
	pv, err := g.Source.PersistentVolume(ctx, c.Spec.VolumeName)
	switch {
	case err != nil:
		return location.Rest{}, fmt.Errorf("reading PersistentVolume %s: %w", c.Spec.VolumeName, err)
	case pv == nil:
		return noWitness(location.ReasonUnknownVolume, "the volume "+location.Quote(c.Spec.VolumeName)+" of which it is to be is not there"), nil
	}
	class, err := g.snapshotClass(ctx, s, pv)
	if err != nil {
		return location.Rest{}, err
	}
	rest, err := g.ofVolumeAsItIs(ctx, w, pv)
	if err != nil {
		return location.Rest{}, err
	}
	return w.Snapshot(class, rest), nil
}

// snapshotClass returns the class by which a snapshot is made of a volume, nil if there is none.
func (g *Gatherer) snapshotClass(ctx context.Context, s *snapshotv1.VolumeSnapshot, pv *corev1.PersistentVolume) (*volume.SnapshotClass, error) {
	var class *snapshotv1.VolumeSnapshotClass
	var err error
	if name := s.Spec.VolumeSnapshotClassName; name != nil && *name != "" {
		class, err = g.Source.VolumeSnapshotClass(ctx, *name)
	} else if handle, ok := volume.Handle(pv); ok {
		class, err = g.Source.DefaultVolumeSnapshotClass(ctx, handle.Of)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the VolumeSnapshotClass of snapshot %s/%s: %w", s.Namespace, s.Name, err)
	}
	return snapshotClassOf(class), nil
}

func snapshotClassOf(c *snapshotv1.VolumeSnapshotClass) *volume.SnapshotClass {
	if c == nil {
		return nil
	}
	return &volume.SnapshotClass{Name: c.Name, Driver: c.Driver, Parameters: c.Parameters}
}

// ofContent says where the content of a snapshot rests.
func (g *Gatherer) ofContent(ctx context.Context, w volume.World, c *snapshotv1.VolumeSnapshotContent) (location.Rest, error) {
	read := volume.SnapshotContent{Name: c.Name, Driver: c.Spec.Driver}
	if c.Spec.VolumeSnapshotClassName != nil {
		read.ClassName = *c.Spec.VolumeSnapshotClassName
	}
	if handles := SnapshotHandles(c); len(handles) > 0 {
		read.Handle = handles[0]
	}
	handle := c.Spec.Source.VolumeHandle
	if handle == nil || *handle == "" {
		return w.SnapshotContent(read, nil, location.Rest{}), nil
	}
	read.Taken = true
	var class *snapshotv1.VolumeSnapshotClass
	if read.ClassName != "" {
		var err error
		if class, err = g.Source.VolumeSnapshotClass(ctx, read.ClassName); err != nil {
			return location.Rest{}, fmt.Errorf("reading VolumeSnapshotClass %s: %w", read.ClassName, err)
		}
	}
	volumes, err := g.Source.PersistentVolumes(ctx, c.Spec.Driver, *handle)
	if err != nil {
		return location.Rest{}, fmt.Errorf("looking for the volume of VolumeSnapshotContent %s: %w", c.Name, err)
	}
	var source location.Rest
	for _, pv := range volumes {
		one, err := g.ofVolumeAsItIs(ctx, w, pv)
		if err != nil {
			return location.Rest{}, err
		}
		source = source.Besides(one)
	}
	if len(volumes) == 0 {
		source = noWitness(location.ReasonUnknownVolume, "the volume "+location.Quote(*handle)+" of which it was taken is not there")
	}
	if class != nil && c.CreationTimestamp.Before(&class.CreationTimestamp) && !c.CreationTimestamp.IsZero() {
		return noWitness(location.ReasonUnknownSnapshotClass, "its class "+location.Quote(class.Name)+
			" is younger than it, so it is another one than that by which it was taken"), nil
	}
	return w.SnapshotContent(read, snapshotClassOf(class), source), nil
}

func noWitness(reason location.Reason, detail string) location.Rest {
	return location.RestsAt(location.Undetermined(reason, detail))
}
