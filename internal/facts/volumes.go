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
	"slices"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/volume"
)

// StoresOnNode reports whether a rule about storage has a say in where the pod's node may be,
// because bytes of the pod come to rest there.
func (g *Gatherer) StoresOnNode(ctx context.Context, rb *residency.Rulebook, handles []residency.Handling, pod *corev1.Pod) (bool, error) {
	if !rb.RestrictsStorage(handles) {
		return false, nil
	}
	volumes, err := g.volumes(ctx, pod, false)
	in := residency.Input{Volumes: volumes}
	return in.StoresOnNode(), err
}

// volumes returns where the volumes of a pod rest. Those that rest with the node, and nowhere
// else, are one. A claim that is not there yet holds nothing: the pod cannot run before it is,
// and is judged again then. Sent is whether the pod has a node, so that its claims are bound by now.
func (g *Gatherer) volumes(ctx context.Context, pod *corev1.Pod, sent bool) ([]*residency.Volume, error) {
	w, err := g.Nodes.volumeWorld()
	if err != nil {
		return nil, err
	}
	var out []*residency.Volume
	onNode, others := -1, 0
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		rest, object, ok, err := g.ofPodVolume(ctx, w, pod, v, sent)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			continue
		case rest.WithNode && len(rest.Options) == 0 && onNode >= 0:
			others++
			continue
		case rest.WithNode && len(rest.Options) == 0:
			onNode = len(out)
		}
		out = append(out, residency.NewVolume(v.Name, object, rest))
	}
	if others > 0 {
		out[onNode] = out[onNode].Beside(others)
	}
	return out, nil
}

// ofPodVolume says where one volume of a pod rests, and what it is in people's words.
func (g *Gatherer) ofPodVolume(ctx context.Context, w volume.World, pod *corev1.Pod, v *corev1.Volume, sent bool) (rest location.Rest, object string, ok bool, err error) {
	name := ""
	switch {
	case v.PersistentVolumeClaim != nil:
		name = v.PersistentVolumeClaim.ClaimName
	case v.Ephemeral != nil && pod.Name != "":
		name = pod.Name + "-" + v.Name
	case v.Ephemeral == nil:
		rest, ok = w.Inline(v)
		return rest, inlineWords(v), ok, nil
	}
	if name != "" {
		c, err := g.Source.Claim(ctx, pod.Namespace, name)
		if err != nil {
			return rest, "", false, fmt.Errorf("reading PersistentVolumeClaim %s/%s: %w", pod.Namespace, name, err)
		}
		if c != nil {
			rest, err = g.ofClaim(ctx, w, c)
			if err == nil && rest.Awaits && sent {
				rest, err = g.ofClaimNow(ctx, w, c)
			}
			return rest, "claim " + name, true, err
		}
	}
	if v.Ephemeral == nil || v.Ephemeral.VolumeClaimTemplate == nil {
		return rest, "", false, nil
	}
	t := v.Ephemeral.VolumeClaimTemplate
	rest, err = g.ofClaim(ctx, w, &corev1.PersistentVolumeClaim{ObjectMeta: t.ObjectMeta, Spec: t.Spec})
	return rest, "a claim that is made for it", true, err
}

// ofClaimNow is ofClaim for one that was seen without a volume although its pod has a node. The
// scheduler binds a pod as soon as its claims are bound, which may not have been seen yet.
func (g *Gatherer) ofClaimNow(ctx context.Context, w volume.World, seen *corev1.PersistentVolumeClaim) (location.Rest, error) {
	c, err := g.Source.ClaimNow(ctx, seen.Namespace, seen.Name)
	switch {
	case err != nil:
		return location.Rest{}, fmt.Errorf("reading PersistentVolumeClaim %s/%s anew: %w", seen.Namespace, seen.Name, err)
	case c == nil:
		c = seen
	}
	return g.ofClaim(ctx, w, c)
}

func inlineWords(v *corev1.Volume) string {
	switch {
	case v.EmptyDir != nil:
		return "emptyDir"
	case v.HostPath != nil:
		return "hostPath"
	case v.CSI != nil:
		return "CSI driver " + v.CSI.Driver
	default:
		return "inline volume"
	}
}

// ofClaim says where the volume of a claim rests, or will.
func (g *Gatherer) ofClaim(ctx context.Context, w volume.World, c *corev1.PersistentVolumeClaim) (location.Rest, error) {
	if name := c.Spec.VolumeName; name != "" {
		pv, err := g.Source.PersistentVolume(ctx, name)
		if err != nil {
			return location.Rest{}, fmt.Errorf("reading PersistentVolume %s: %w", name, err)
		}
		if pv != nil {
			return g.ofVolumeWith(ctx, w, pv, c.Spec.VolumeAttributesClassName)
		}
	}
	attributes, err := g.attributesClass(ctx, c.Spec.VolumeAttributesClassName)
	if err != nil {
		return location.Rest{}, err
	}
	class, err := g.storageClass(ctx, c)
	if err != nil {
		return location.Rest{}, err
	}
	return w.Claim(c, class, attributes), nil
}

// ofVolume says where a PersistentVolume rests, once it has the VolumeAttributesClass; nil: none
// changes it.
func (g *Gatherer) ofVolume(ctx context.Context, w volume.World, pv *corev1.PersistentVolume, attributes *storagev1.VolumeAttributesClass) (location.Rest, error) {
	classes := volume.Classes{Attributes: attributes}
	if volume.ByClass(pv) {
		var err error
		if classes.Storage, err = g.Source.StorageClass(ctx, volume.ClassOfVolume(pv)); err != nil {
			return location.Rest{}, fmt.Errorf("reading the StorageClass of PersistentVolume %s: %w", pv.Name, err)
		}
	}
	return w.PersistentVolume(pv, classes), nil
}

// ofVolumeAsItIs says where a PersistentVolume rests with the VolumeAttributesClass that it has.
func (g *Gatherer) ofVolumeAsItIs(ctx context.Context, w volume.World, pv *corev1.PersistentVolume) (location.Rest, error) {
	return g.ofVolumeWith(ctx, w, pv, nil)
}

// ofVolumeWith says where a PersistentVolume rests with the VolumeAttributesClass that it has,
// and with the one that its claim asks for, which may or may not have been applied yet.
func (g *Gatherer) ofVolumeWith(ctx context.Context, w volume.World, pv *corev1.PersistentVolume, asked *string) (location.Rest, error) {
	var rest location.Rest
	names := attributesNames(pv.Spec.VolumeAttributesClassName, asked)
	for _, name := range names {
		attributes, err := g.attributesClass(ctx, &name)
		if err != nil {
			return location.Rest{}, err
		}
		if attributes == nil {
			rest = rest.Besides(noWitness(location.ReasonUnknownAttributesClass, "there is no VolumeAttributesClass "+location.Quote(name)))
		}
		one, err := g.ofVolume(ctx, w, pv, attributes)
		if err != nil {
			return location.Rest{}, err
		}
		rest = rest.Besides(one)
	}
	if len(names) == 0 {
		return g.ofVolume(ctx, w, pv, nil)
	}
	return rest, nil
}

// attributesNames returns the names of the VolumeAttributesClasses that are named, each once.
func attributesNames(all ...*string) []string {
	var names []string
	for _, name := range all {
		if name != nil && *name != "" && !slices.Contains(names, *name) {
			names = append(names, *name)
		}
	}
	return names
}

// storageClass returns the class by which the volume of a claim is made, nil if there is none.
func (g *Gatherer) storageClass(ctx context.Context, c *corev1.PersistentVolumeClaim) (class *storagev1.StorageClass, err error) {
	switch name, named := volume.ClassOf(c); {
	case !named:
		class, err = g.Source.DefaultStorageClass(ctx)
	case name != "":
		class, err = g.Source.StorageClass(ctx, name)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the StorageClass of claim %s: %w", qualified(c.Namespace, c.Name), err)
	}
	return class, nil
}

// attributesClass returns the VolumeAttributesClass of that name, nil if none is named or if
// there is no such class.
func (g *Gatherer) attributesClass(ctx context.Context, name *string) (*storagev1.VolumeAttributesClass, error) {
	if name == nil || *name == "" {
		return nil, nil
	}
	class, err := g.Source.VolumeAttributesClass(ctx, *name)
	if err != nil {
		return nil, fmt.Errorf("reading VolumeAttributesClass %s: %w", *name, err)
	}
	return class, nil
}

// Claim gathers the facts about a claim: what it holds, and where its volume rests or will.
func (g *Gatherer) Claim(ctx context.Context, rb *residency.Rulebook, c *corev1.PersistentVolumeClaim) (*residency.Input, error) {
	ways, err := g.WaysOfClaim(ctx, c)
	if err != nil {
		return nil, err
	}
	in, err := g.stored(SubjectOf(kindClaim, c), rb, ways, func(w volume.World) (location.Rest, error) { return g.ofClaim(ctx, w, c) })
	if node := SelectedNode(c); err == nil && node != "" && in.StoresOnNode() {
		in.Node, err = g.node(ctx, node)
	}
	return in, err
}

// stored makes the input about a volume or a snapshot. Where it rests is asked only if that
// is restricted.
func (g *Gatherer) stored(subject residency.Subject, rb *residency.Rulebook, ways []residency.Handling, rests func(volume.World) (location.Rest, error)) (*residency.Input, error) {
	in := &residency.Input{Subject: subject, At: g.Time(), Handles: first(ways), OnlyStores: true}
	if len(in.Handles) == 0 || !rb.RestrictsStorage(in.Handles) {
		return in, nil
	}
	w, err := g.Nodes.volumeWorld()
	if err != nil {
		return nil, err
	}
	rest, err := rests(w)
	if err != nil {
		return nil, err
	}
	in.Volumes = []*residency.Volume{residency.NewVolume("", subject.String(), rest)}
	return in, nil
}

// WaysOfClaim returns by which ways a claim holds datasets, all of them.
func (g *Gatherer) WaysOfClaim(ctx context.Context, c *corev1.PersistentVolumeClaim) ([]residency.Handling, error) {
	ways, err := g.ofNamespace(ctx, c.Namespace)
	if err != nil {
		return nil, err
	}
	h := newHeritage(g.Source, c.Namespace)
	err = h.claim(ctx, c, residency.ByLabel, residency.ByAnnotation, "")
	return append(h.out, ways...), err
}

// ofNamespace returns what everything in a namespace handles by its keys.
func (g *Gatherer) ofNamespace(ctx context.Context, name string) ([]residency.Handling, error) {
	keys, err := g.Source.Namespace(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("reading the labels of namespace %s: %w", name, err)
	}
	return appendKeys(nil, keys, residency.ByNamespaceLabel, residency.ByNamespaceAnnotation, ""), nil
}

// PersistentVolume gathers the facts about a PersistentVolume.
func (g *Gatherer) PersistentVolume(ctx context.Context, rb *residency.Rulebook, pv *corev1.PersistentVolume) (*residency.Input, error) {
	ways, err := g.WaysOfVolume(ctx, pv)
	if err != nil {
		return nil, err
	}
	return g.stored(SubjectOf(kindVolume, pv), rb, ways, func(w volume.World) (location.Rest, error) { return g.ofVolumeAsItIs(ctx, w, pv) })
}

// WaysOfVolume returns by which ways a PersistentVolume holds datasets, all of them.
func (g *Gatherer) WaysOfVolume(ctx context.Context, pv *corev1.PersistentVolume) ([]residency.Handling, error) {
	h := &heritage{storage: g.Source}
	h.out = appendKeys(h.out, metaKeys(pv), residency.ByLabel, residency.ByAnnotation, "")
	err := h.volume(ctx, pv)
	return h.out, err
}

// Snapshot gathers the facts about a snapshot.
func (g *Gatherer) Snapshot(ctx context.Context, rb *residency.Rulebook, s *snapshotv1.VolumeSnapshot) (*residency.Input, error) {
	ways, err := g.WaysOfSnapshot(ctx, s)
	if err != nil {
		return nil, err
	}
	return g.stored(SubjectOf(kindSnapshot, s), rb, ways, func(w volume.World) (location.Rest, error) { return g.ofSnapshot(ctx, w, s) })
}

// WaysOfSnapshot returns by which ways a snapshot holds datasets, all of them.
func (g *Gatherer) WaysOfSnapshot(ctx context.Context, s *snapshotv1.VolumeSnapshot) ([]residency.Handling, error) {
	ways, err := g.ofNamespace(ctx, s.Namespace)
	if err != nil {
		return nil, err
	}
	h := newHeritage(g.Source, s.Namespace)
	keys := metaKeys(s)
	h.out = appendKeys(h.out, keys, residency.ByLabel, residency.ByAnnotation, "")
	if !keys.Any() {
		err = h.snapshot(ctx, s)
	}
	return append(h.out, ways...), err
}

// SnapshotContent gathers the facts about the content of a snapshot.
func (g *Gatherer) SnapshotContent(ctx context.Context, rb *residency.Rulebook, c *snapshotv1.VolumeSnapshotContent) (*residency.Input, error) {
	ways, err := g.WaysOfSnapshotContent(ctx, c)
	if err != nil {
		return nil, err
	}
	return g.stored(SubjectOf(kindSnapshotContent, c), rb, ways, func(w volume.World) (location.Rest, error) { return g.ofContent(ctx, w, c) })
}

// WaysOfSnapshotContent returns by which ways the content of a snapshot holds datasets, all of
// them.
func (g *Gatherer) WaysOfSnapshotContent(ctx context.Context, c *snapshotv1.VolumeSnapshotContent) ([]residency.Handling, error) {
	h := &heritage{storage: g.Source}
	h.out = appendKeys(h.out, metaKeys(c), residency.ByLabel, residency.ByAnnotation, "")
	err := h.content(ctx, c)
	return h.out, err
}
