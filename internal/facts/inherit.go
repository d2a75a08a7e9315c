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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/volume"
)

// Data keeps its dataset. What a claim holds it handles by its own keys; if it has none, by those
// of what it was made from; and besides by those of the volume in which it rests. A snapshot
// is made from a claim, and a content from a volume.
//
// heritage follows data back to the keys that it came with. What was seen once adds nothing
// when it is met again, so a chain that ends in itself ends.
type heritage struct {
	storage Source
	seen    map[string]bool
	out     []residency.Handling
}

// newHeritage follows data for a subject in a namespace, whose own keys are known already.
func newHeritage(s Source, namespace string) *heritage {
	h := &heritage{storage: s}
	h.first(kindNamespace, "", namespace)
	return h
}

// first reports whether an object is met for the first time.
func (h *heritage) first(kind, namespace, name string) bool {
	key := kind + " " + namespace + "/" + name
	if h.seen[key] {
		return false
	}
	if h.seen == nil {
		h.seen = map[string]bool{}
	}
	h.seen[key] = true
	return true
}

// trail is what to follow next.
type trail struct {
	kind, namespace, name string
	// way and object are by which way keys that are found there are the subject's.
	way    residency.Way
	object string
	// uid is the only claim that is meant, if it is not empty.
	uid types.UID
}

// The kinds that data can be followed through.
const (
	kindClaim           = "PersistentVolumeClaim"
	kindVolume          = "PersistentVolume"
	kindSnapshot        = "VolumeSnapshot"
	kindSnapshotContent = "VolumeSnapshotContent"
	kindNamespace       = "Namespace"
	// kindData is what several volumes are of.
	kindData = "data"
)

// claim adds what a claim holds. The way and the object are those of the claim's own keys.
func (h *heritage) claim(ctx context.Context, c *corev1.PersistentVolumeClaim, label, annotation residency.Way, object string) error {
	if !h.first(kindClaim, c.Namespace, c.Name) {
		return nil
	}
	keys := metaKeys(c)
	h.out = appendKeys(h.out, keys, label, annotation, object)
	var next []trail
	if !keys.Any() {
		next = sourceOf(&c.Spec, c.Namespace)
	}
	if c.Spec.VolumeName != "" {
		next = append(next, volumeTrail(c.Spec.VolumeName))
	}
	return h.follow(ctx, next)
}

// volume adds what a PersistentVolume holds: by its keys, by those of others that hold the same
// data, and by those of the claim that it is bound to.
func (h *heritage) volume(ctx context.Context, pv *corev1.PersistentVolume) error {
	if !h.first(kindVolume, "", pv.Name) {
		return nil
	}
	next := []trail(nil)
	if ref := pv.Spec.ClaimRef; ref != nil {
		claim := same(kindClaim, ref.Namespace, ref.Name)
		claim.uid = ref.UID
		next = append(next, claim)
	}
	more, err := h.sameVolumes(ctx, pv)
	if err != nil {
		return err
	}
	return h.follow(ctx, append(next, more...))
}

// snapshot adds what a snapshot holds besides its own keys.
func (h *heritage) snapshot(ctx context.Context, s *snapshotv1.VolumeSnapshot) error {
	if !h.first(kindSnapshot, s.Namespace, s.Name) {
		return nil
	}
	return h.follow(ctx, beyondSnapshot(s))
}

// content adds what the content of a snapshot holds besides its own keys.
func (h *heritage) content(ctx context.Context, c *snapshotv1.VolumeSnapshotContent) error {
	if !h.first(kindSnapshotContent, "", c.Name) {
		return nil
	}
	next, err := h.beyondContent(ctx, c)
	if err != nil {
		return err
	}
	return h.follow(ctx, next)
}

// follow looks at each, and at what these lead to.
func (h *heritage) follow(ctx context.Context, next []trail) error {
	for len(next) > 0 {
		t := next[0]
		next = next[1:]
		if !h.first(t.kind, t.namespace, t.name) {
			continue
		}
		more, err := h.look(ctx, &t)
		if err != nil {
			return fmt.Errorf("reading %s %s: %w", t.kind, qualified(t.namespace, t.name), err)
		}
		next = append(next, more...)
	}
	return nil
}

// look adds the keys of one object, and returns what it leads to.
func (h *heritage) look(ctx context.Context, t *trail) ([]trail, error) {
	switch t.kind {
	case kindClaim:
		if t = h.end(t); t == nil {
			return nil, nil
		}
		c, err := h.storage.Claim(ctx, t.namespace, t.name)
		if err != nil || c == nil || t.uid != "" && t.uid != c.UID {
			return nil, err
		}
		if err := h.namespace(ctx, c.Namespace); err != nil {
			return nil, err
		}
		var next []trail
		if !h.add(c, t) {
			next = sourceOf(&c.Spec, c.Namespace)
		}
		if c.Spec.VolumeName != "" {
			next = append(next, t.restsIn(c.Spec.VolumeName))
		}
		return next, nil
	case kindVolume:
		pv, err := h.storage.PersistentVolume(ctx, t.name)
		if err != nil || pv == nil {
			return nil, err
		}
		h.add(pv, t)
		next, err := h.sameVolumes(ctx, pv)
		return t.along(next), err
	case kindSnapshot:
		s, err := h.storage.VolumeSnapshot(ctx, t.namespace, t.name)
		if err != nil || s == nil {
			return nil, err
		}
		if err := h.namespace(ctx, s.Namespace); err != nil || h.add(s, t) {
			return nil, err
		}
		return t.along(beyondSnapshot(s)), nil
	default:
		c, err := h.storage.VolumeSnapshotContent(ctx, t.name)
		if err != nil || c == nil || h.add(c, t) {
			return nil, err
		}
		next, err := h.beyondContent(ctx, c)
		return t.along(next), err
	}
}

// chains is a Storage that knows where chains of claims end, so that a long one is not walked
// again from each of its claims.
type chains interface {
	// ChainEnd returns the claim to which a chain leads, or the claim itself. All but the last
	// are made of the next one in their namespace, and neither carry a key nor have a volume.
	ChainEnd(namespace, name string) string
}

// end is the trail to where a chain of claims ends; nil if that was met already.
func (h *heritage) end(t *trail) *trail {
	c, ok := h.storage.(chains)
	if !ok || t.way != residency.BySource || t.uid != "" {
		return t
	}
	name := c.ChainEnd(t.namespace, t.name)
	if name == t.name {
		return t
	}
	if !h.first(kindClaim, t.namespace, name) {
		return nil
	}
	end := from(kindClaim, t.namespace, name)
	return &end
}

// namespace adds the keys of a namespace: everything in it handles what they name.
func (h *heritage) namespace(ctx context.Context, name string) error {
	if !h.first(kindNamespace, "", name) {
		return nil
	}
	keys, err := h.storage.Namespace(ctx, name)
	if err != nil {
		return fmt.Errorf("reading the labels of namespace %s: %w", name, err)
	}
	h.out = appendKeys(h.out, keys, residency.BySource, residency.BySource, kindNamespace+" "+name)
	return nil
}

// add adds the keys of an object, and reports whether there are any.
func (h *heritage) add(o metav1.Object, t *trail) bool {
	keys := metaKeys(o)
	h.out = appendKeys(h.out, keys, t.way, t.way, t.object)
	return keys.Any()
}

// along is what this trail leads to: what holds the same data as what the subject's was made of is
// what it was made of too.
func (t *trail) along(next []trail) []trail {
	if t.way == residency.BySource {
		for i := range next {
			next[i].way = residency.BySource
		}
	}
	return next
}

// restsIn is the trail to the volume of a claim, by the way by which this one leads to the claim,
// if that says more than that data rests somewhere.
func (t *trail) restsIn(volume string) trail {
	next := volumeTrail(volume)
	if t.way == residency.BySource || t.way == residency.BySameData {
		next.way, next.object = t.way, kindVolume+" "+volume
	}
	return next
}

func volumeTrail(name string) trail {
	return trail{kind: kindVolume, name: name, way: residency.ByVolume, object: name}
}

// from is a trail to what data was made of.
func from(kind, namespace, name string) trail {
	return trail{kind: kind, namespace: namespace, name: name, way: residency.BySource, object: kind + " " + qualified(namespace, name)}
}

// same is a trail to what holds the same data.
func same(kind, namespace, name string) trail {
	t := from(kind, namespace, name)
	t.way = residency.BySameData
	return t
}

func qualified(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// MadeOf returns what a claim in a namespace is made of: another claim or a snapshot; an empty
// kind if it is made of neither. dataSourceRef says the same as dataSource, or more.
func MadeOf(spec *corev1.PersistentVolumeClaimSpec, namespace string) (kind, in, name string) {
	switch ref := spec.DataSourceRef; {
	case ref != nil:
		kind, name = ref.Kind, ref.Name
		if ref.Namespace != nil && *ref.Namespace != "" {
			namespace = *ref.Namespace
		}
	case spec.DataSource != nil:
		kind, name = spec.DataSource.Kind, spec.DataSource.Name
	}
	if kind != kindClaim && kind != kindSnapshot || name == "" {
		return "", "", ""
	}
	return kind, namespace, name
}

// sourceOf is the trail to what a claim is made of.
func sourceOf(spec *corev1.PersistentVolumeClaimSpec, namespace string) []trail {
	kind, in, name := MadeOf(spec, namespace)
	if kind == "" {
		return nil
	}
	return []trail{from(kind, in, name)}
}

// sameVolumes returns the other PersistentVolumes that hold the same data.
func (h *heritage) sameVolumes(ctx context.Context, pv *corev1.PersistentVolume) ([]trail, error) {
	var next []trail
	for _, name := range volume.Identities(pv) {
		// Of a share there can be many volumes, and each of them leads to all the others.
		if !h.first(kindData, "", HandleKey(name.Of, name.Value)) {
			continue
		}
		all, err := h.storage.PersistentVolumes(ctx, name.Of, name.Value)
		if err != nil {
			return nil, err
		}
		for _, other := range all {
			if other.Name != pv.Name {
				next = append(next, same(kindVolume, "", other.Name))
			}
		}
	}
	return next, nil
}

// beyondSnapshot returns what a snapshot is made of.
func beyondSnapshot(s *snapshotv1.VolumeSnapshot) []trail {
	var next []trail
	if claim := s.Spec.Source.PersistentVolumeClaimName; claim != nil && *claim != "" {
		next = append(next, from(kindClaim, s.Namespace, *claim))
	}
	if content := s.Spec.Source.VolumeSnapshotContentName; content != nil && *content != "" {
		next = append(next, same(kindSnapshotContent, "", *content))
	} else if s.Status != nil && s.Status.BoundVolumeSnapshotContentName != nil {
		next = append(next, same(kindSnapshotContent, "", *s.Status.BoundVolumeSnapshotContentName))
	}
	return next
}

// beyondContent returns of what the content of a snapshot was made, and what else holds the
// same data.
func (h *heritage) beyondContent(ctx context.Context, c *snapshotv1.VolumeSnapshotContent) ([]trail, error) {
	var next []trail
	if ref := c.Spec.VolumeSnapshotRef; ref.Name != "" {
		next = append(next, same(kindSnapshot, ref.Namespace, ref.Name))
	}
	if handle := c.Spec.Source.VolumeHandle; handle != nil && *handle != "" {
		all, err := h.storage.PersistentVolumes(ctx, c.Spec.Driver, *handle)
		if err != nil {
			return nil, err
		}
		for _, pv := range all {
			next = append(next, from(kindVolume, "", pv.Name))
		}
	}
	for _, handle := range SnapshotHandles(c) {
		all, err := h.storage.VolumeSnapshotContents(ctx, c.Spec.Driver, handle)
		if err != nil {
			return nil, err
		}
		for _, other := range all {
			if other.Name != c.Name {
				next = append(next, same(kindSnapshotContent, "", other.Name))
			}
		}
	}
	return next, nil
}

func metaKeys(o metav1.Object) Keys {
	return Keys{Labels: o.GetLabels(), Annotations: o.GetAnnotations()}
}
