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

package oracle

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// object is one that data is followed through.
type object struct{ kind, namespace, name string }

// trace follows data back to the keys that it came with.
type trace struct {
	*World
	names []string
	queue []object
}

// held returns what a claim holds: what its own keys say or, if it has none, those of what it is
// made of; and what those of the volume say in which it rests, and of others that are the same.
// Everything that is met on the way brings what its namespace holds.
func (w *World) held(namespace string, c *corev1.PersistentVolumeClaim) []string {
	t := trace{World: w}
	t.claim(namespace, c)
	return t.follow()
}

// heldIn returns what a volume holds: besides all that, what the claim holds to which it is bound.
func (w *World) heldIn(v *Volume) []string {
	t := trace{World: w, queue: []object{{"volume", "", v.Object.Name}}}
	if ref := v.Object.Spec.ClaimRef; ref != nil {
		t.queue = append(t.queue, object{"claim", ref.Namespace, ref.Name})
	}
	return t.follow()
}

func (t *trace) claim(namespace string, c *corev1.PersistentVolumeClaim) {
	keys := keysIn(c.Labels, c.Annotations)
	t.names = append(t.names, keys...)
	if ref := c.Spec.DataSourceRef; len(keys) == 0 && ref != nil {
		if ref.Namespace != nil {
			namespace = *ref.Namespace
		}
		t.queue = append(t.queue, object{"claim", namespace, ref.Name})
	}
	if c.Spec.VolumeName != "" {
		t.queue = append(t.queue, object{"volume", "", c.Spec.VolumeName})
	}
}

func (t *trace) volume(v *Volume) {
	t.names = append(t.names, keysIn(v.Object.Labels, v.Object.Annotations)...)
	for i := range t.Volumes {
		if other := &t.Volumes[i]; same(v, other) {
			t.queue = append(t.queue, object{"volume", "", other.Object.Name})
		}
	}
}

// same reports whether two volumes hold the same data: one handle of a driver, one directory of a
// server, or one of a node.
func same(a, b *Volume) bool {
	if x, y := a.Object.Spec.CSI, b.Object.Spec.CSI; x != nil && y != nil {
		return x.Driver == y.Driver && x.VolumeHandle == y.VolumeHandle
	}
	if x, y := a.Object.Spec.NFS, b.Object.Spec.NFS; x != nil && y != nil {
		return x.Server == y.Server && x.Path == y.Path
	}
	if x, y := a.Object.Spec.Local, b.Object.Spec.Local; x != nil && y != nil && x.Path == y.Path {
		return slices.ContainsFunc(a.Rest.OnNodes, func(node string) bool { return slices.Contains(b.Rest.OnNodes, node) })
	}
	return false
}

func (t *trace) follow() []string {
	seen := map[object]bool{}
	for ; len(t.queue) > 0; t.queue = t.queue[1:] {
		o := t.queue[0]
		if seen[o] {
			continue
		}
		seen[o] = true
		if o.kind == "volume" {
			if v := t.World.volume(o.name); v != nil {
				t.volume(v)
			}
			continue
		}
		c := t.World.claim(o.namespace, o.name)
		if c == nil {
			continue
		}
		for _, ns := range t.Namespaces {
			if ns.Name == o.namespace {
				t.names = append(t.names, keysIn(ns.Labels, ns.Annotations)...)
			}
		}
		t.claim(o.namespace, c)
	}
	return t.names
}
