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

package index

import (
	"slices"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/volume"
)

// The indexes of claims.
const (
	// ClaimVolume finds the claims that name a PersistentVolume.
	ClaimVolume = "spec.volumeName"
	// ClaimSource finds the claims that are made of a claim or a snapshot, by the value that Source
	// returns.
	ClaimSource = "source"
	// ClaimClass finds the claims without a volume that a StorageClass will make, or with the value
	// Default that which is the default. What has made a volume says nothing about it.
	ClaimClass = "class"
	// ClaimAttributes finds the claims that have a VolumeAttributesClass.
	ClaimAttributes = "spec.volumeAttributesClassName"
)

// The indexes of PersistentVolumes, besides facts.VolumeHandle.
const (
	// VolumeClaim finds the volumes that are bound to a claim, or meant for it, by the value that
	// Qualified returns.
	VolumeClaim = "spec.claimRef"
	// VolumeClass finds the volumes that a StorageClass has made.
	VolumeClass = "class"
	// VolumeAttributes finds the volumes that have a VolumeAttributesClass.
	VolumeAttributes = "spec.volumeAttributesClassName"
	// VolumeHost finds the volumes that rest on the node with a value of the label
	// kubernetes.io/hostname, or with the value Any on nodes that are not named by it.
	VolumeHost = "host"
)

// The indexes of snapshots and their contents, which Late makes, besides facts.SnapshotHandle.
const (
	// SnapshotClaim finds the snapshots of a claim in their namespace.
	SnapshotClaim = "spec.source.persistentVolumeClaimName"
	// SnapshotContent finds the snapshot of a content.
	SnapshotContent = "content"
	// SnapshotClass finds the snapshots without a content that a VolumeSnapshotClass will make, or
	// with the value Default that which is the default.
	SnapshotClass = "class"
	// ContentSnapshot finds the contents of a snapshot, by the value that Qualified returns.
	ContentSnapshot = "spec.volumeSnapshotRef"
	// ContentVolume finds the contents that were taken of a volume, by the value of
	// facts.HandleKey.
	ContentVolume = "volumeHandle"
	// ContentClass finds the contents that were made by a VolumeSnapshotClass.
	ContentClass = "class"
)

// No class and no node has such a name.
const (
	// Default is what claims and snapshots are found by that name no class.
	Default = "(default)"
	// Any is what volumes are found by that rest on nodes which are not named.
	Any = "(any)"
)

// Qualified is the value for an object in a namespace.
func Qualified(namespace, name string) string { return namespace + "/" + name }

// Source is the value of ClaimSource for a claim or a snapshot.
func Source(kind, namespace, name string) string { return kind + " " + Qualified(namespace, name) }

// storage are the indexes of claims and volumes.
func storage() []one {
	claim, pv := &corev1.PersistentVolumeClaim{}, &corev1.PersistentVolume{}
	return []one{
		{claim, CarrierKeyed, keyed},
		{claim, ClaimVolume, of(func(c *corev1.PersistentVolumeClaim) []string { return named(c.Spec.VolumeName) })},
		{claim, ClaimSource, of(claimSource)},
		{claim, ClaimClass, of(claimClass)},
		{claim, ClaimAttributes, of(func(c *corev1.PersistentVolumeClaim) []string { return pointed(c.Spec.VolumeAttributesClassName) })},
		{pv, facts.VolumeHandle, of(volumeHandle)},
		{pv, VolumeClaim, of(volumeClaim)},
		{pv, VolumeClass, of(func(v *corev1.PersistentVolume) []string { return named(volume.ClassOfVolume(v)) })},
		{pv, VolumeAttributes, of(func(v *corev1.PersistentVolume) []string { return pointed(v.Spec.VolumeAttributesClassName) })},
		{pv, VolumeHost, of(volumeHost)},
	}
}

// snapshots are the indexes of snapshots and of contents.
func snapshots() []one {
	snapshot, content := &snapshotv1.VolumeSnapshot{}, &snapshotv1.VolumeSnapshotContent{}
	return []one{
		{snapshot, CarrierKeyed, keyed},
		{snapshot, SnapshotClaim, of(func(s *snapshotv1.VolumeSnapshot) []string { return pointed(s.Spec.Source.PersistentVolumeClaimName) })},
		{snapshot, SnapshotContent, of(snapshotContent)},
		{snapshot, SnapshotClass, of(snapshotClass)},
		{content, ContentSnapshot, of(func(c *snapshotv1.VolumeSnapshotContent) []string {
			return []string{Qualified(c.Spec.VolumeSnapshotRef.Namespace, c.Spec.VolumeSnapshotRef.Name)}
		})},
		{content, ContentVolume, of(contentVolume)},
		{content, facts.SnapshotHandle, of(contentHandle)},
		{content, ContentClass, of(func(c *snapshotv1.VolumeSnapshotContent) []string { return pointed(c.Spec.VolumeSnapshotClassName) })},
	}
}

// of is an index of objects of one type.
func of[T client.Object](values func(T) []string) client.IndexerFunc {
	return func(object client.Object) []string {
		o, ok := object.(T)
		if !ok {
			return nil
		}
		return values(o)
	}
}

// named is the value for what a field names, none if it names nothing.
func named(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

func pointed(name *string) []string {
	if name == nil {
		return nil
	}
	return named(*name)
}

func claimSource(c *corev1.PersistentVolumeClaim) []string {
	kind, namespace, name := facts.MadeOf(&c.Spec, c.Namespace)
	if kind == "" {
		return nil
	}
	return []string{Source(kind, namespace, name)}
}

func claimClass(c *corev1.PersistentVolumeClaim) []string {
	if c.Spec.VolumeName != "" {
		return nil
	}
	name, isNamed := volume.ClassOf(c)
	if !isNamed {
		return []string{Default}
	}
	return named(name)
}

// volumeHandle returns all by which a PersistentVolume is looked for.
func volumeHandle(pv *corev1.PersistentVolume) []string {
	var keys []string
	for _, name := range volume.Names(pv) {
		keys = append(keys, facts.HandleKey(name.Of, name.Value))
	}
	return keys
}

func volumeClaim(pv *corev1.PersistentVolume) []string {
	if pv.Spec.ClaimRef == nil {
		return nil
	}
	return []string{Qualified(pv.Spec.ClaimRef.Namespace, pv.Spec.ClaimRef.Name)}
}

// volumeHost returns the nodes that a volume rests on, as its node affinity names them.
func volumeHost(pv *corev1.PersistentVolume) []string {
	required, ok := volume.OnNodes(pv)
	switch {
	case !ok:
		return nil
	case required == nil:
		return []string{Any}
	}
	var hosts []string
	for i := range required.NodeSelectorTerms {
		at := slices.IndexFunc(required.NodeSelectorTerms[i].MatchExpressions, func(r corev1.NodeSelectorRequirement) bool {
			return r.Key == corev1.LabelHostname && r.Operator == corev1.NodeSelectorOpIn
		})
		if at < 0 {
			return []string{Any}
		}
		hosts = append(hosts, required.NodeSelectorTerms[i].MatchExpressions[at].Values...)
	}
	return hosts
}

func snapshotContent(s *snapshotv1.VolumeSnapshot) []string {
	out := pointed(s.Spec.Source.VolumeSnapshotContentName)
	if s.Status != nil {
		out = append(out, pointed(s.Status.BoundVolumeSnapshotContentName)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func snapshotClass(s *snapshotv1.VolumeSnapshot) []string {
	if snapshotContent(s) != nil {
		return nil
	}
	if class := pointed(s.Spec.VolumeSnapshotClassName); class != nil {
		return class
	}
	return []string{Default}
}

func contentVolume(c *snapshotv1.VolumeSnapshotContent) []string {
	if handle := pointed(c.Spec.Source.VolumeHandle); handle != nil {
		return []string{facts.HandleKey(c.Spec.Driver, handle[0])}
	}
	return nil
}

func contentHandle(c *snapshotv1.VolumeSnapshotContent) []string {
	handles := facts.SnapshotHandles(c)
	for i, handle := range handles {
		handles[i] = facts.HandleKey(c.Spec.Driver, handle)
	}
	return handles
}
