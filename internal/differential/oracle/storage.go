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
	storagev1 "k8s.io/api/storage/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Spot is one place at which bytes rest. Void: nobody can say where it is.
type Spot struct {
	Word  Word
	Place Place
}

// Rest is where the bytes of a volume rest, as whoever made the volume knows.
type Rest struct {
	// Options are the ways in which it may come to rest, each at all of its places at once.
	Options [][]Spot
	// WithNode is whether it rests where the node of its pod is, within Options if there are any.
	WithNode bool
	// Awaits is whether somebody has to make the volume: nobody can say where it will rest.
	Awaits bool
	// OnNodes are the names of the nodes on all of which it rests.
	OnNodes []string
	// Home is the provider that chooses the place, one where nodes are that can be its own.
	Home string
}

// Class is a StorageClass, and where it makes volumes.
type Class struct {
	Object storagev1.StorageClass
	Makes  Rest
}

// Volume is a PersistentVolume, and where it rests by its own word.
type Volume struct {
	Object corev1.PersistentVolume
	Rest   Rest
	// MadeBy is the class that made it, if it says no place itself, and Made where it rests by
	// the word of that class, if it is still there. Empty: none did, or another of that name.
	MadeBy string
	Made   Rest
}

// resting is a Rest whose nodes and Sites have been looked up.
type resting struct {
	options  [][]located
	withNode bool
	awaits   bool
}

// lost is whether the places are limited to which a node can bring it, and nobody can say of
// any where it is.
func (r *resting) lost() bool {
	for _, option := range r.options {
		known := true
		for _, spot := range option {
			known = known && spot.word != Void
		}
		if known {
			return false
		}
	}
	return len(r.options) > 0
}

func at(spots ...located) resting { return resting{options: [][]located{spots}} }

var nowhere = located{word: Void}

// volumesOf says where the volumes of a pod rest. A claim that is not there holds nothing yet.
func (w *World) volumesOf(pod *corev1.Pod) []resting {
	var out []resting
	for _, v := range pod.Spec.Volumes {
		switch {
		case v.PersistentVolumeClaim != nil:
			if c := w.claim(pod.Namespace, v.PersistentVolumeClaim.ClaimName); c != nil {
				out = append(out, w.restsOf(c))
			}
		case v.Ephemeral != nil:
			c := w.claim(pod.Namespace, pod.Name+"-"+v.Name)
			if pod.Name == "" || c == nil {
				t := v.Ephemeral.VolumeClaimTemplate
				c = &corev1.PersistentVolumeClaim{ObjectMeta: t.ObjectMeta, Spec: t.Spec}
			}
			out = append(out, w.restsOf(c))
		case v.EmptyDir != nil:
			if v.EmptyDir.Medium != corev1.StorageMediumMemory {
				out = append(out, resting{withNode: true})
			}
		case v.HostPath != nil:
			out = append(out, resting{withNode: true})
		case v.NFS != nil, v.CSI != nil:
			out = append(out, at(nowhere)) // Of the drivers that are made here.
		}
	}
	return out
}

func (w *World) claim(namespace, name string) *corev1.PersistentVolumeClaim {
	for i := range w.Claims {
		if c := &w.Claims[i]; c.Namespace == namespace && c.Name == name {
			return c
		}
	}
	return nil
}

func (w *World) volume(name string) *Volume {
	for i := range w.Volumes {
		if w.Volumes[i].Object.Name == name {
			return &w.Volumes[i]
		}
	}
	return nil
}

// class returns the class of that name; nil asks for the default one.
func (w *World) class(name *string) *Class {
	for i := range w.Classes {
		c := &w.Classes[i]
		if name == nil && c.Object.Annotations["storageclass.kubernetes.io/is-default-class"] == "true" || name != nil && c.Object.Name == *name {
			return c
		}
	}
	return nil
}

// restsOf says where the volume of a claim rests, or will.
func (w *World) restsOf(c *corev1.PersistentVolumeClaim) resting {
	if c.Spec.VolumeName != "" {
		if v := w.volume(c.Spec.VolumeName); v != nil {
			return w.restsAt(v)
		}
		return at(nowhere)
	}
	name := c.Spec.StorageClassName
	if name != nil && *name == "" {
		return resting{awaits: true}
	}
	class := w.class(name)
	if class != nil {
		name = &class.Object.Name
	}
	if name != nil {
		if l := w.vouched("", nil, *name); l != nil {
			return at(*l)
		}
	}
	if class == nil {
		return at(nowhere)
	}
	return w.lookUp(&class.Makes, false)
}

// restsAt says where a PersistentVolume rests.
func (w *World) restsAt(v *Volume) resting {
	if l := w.vouched(v.Object.Name, v.Object.Labels, v.Object.Spec.StorageClassName); l != nil {
		return at(*l)
	}
	if v.MadeBy != "" {
		if w.class(&v.MadeBy) != nil {
			return w.lookUp(&v.Made, true)
		}
	}
	return w.lookUp(&v.Rest, false)
}

// vouched is where Sites say that a volume is, nil if none speaks of it.
func (w *World) vouched(name string, labels map[string]string, class string) *located {
	var speak []Site
	expired := false
	for _, s := range w.Sites {
		spec := &s.Object.Spec
		named := name != "" && (slices.Contains(spec.VolumeNames, residencyv1.NodeName(name)) || selects(spec.VolumeSelector, labels))
		if !named && (class == "" || !slices.Contains(spec.StorageClassNames, residencyv1.NodeName(class))) {
			continue
		}
		if spec.ValidUntil != nil && !w.Now.Before(spec.ValidUntil.Time) {
			expired = true
			continue
		}
		speak = append(speak, s)
	}
	switch {
	case len(speak) == 0 && !expired:
		return nil
	case len(speak) == 0, !agree(speak):
		return &nowhere
	default:
		return &located{word: declared, place: joined(speak), sites: names(speak)}
	}
}

// lookUp looks the nodes up that a Rest is about. Made is whether the volume is there already, and
// names no place itself.
func (w *World) lookUp(r *Rest, made bool) resting {
	out := resting{withNode: r.WithNode, awaits: r.Awaits}
	for _, option := range r.Options {
		var spots []located
		for _, s := range option {
			spots = append(spots, located{word: s.Word, place: s.Place})
		}
		out.options = append(out.options, spots)
	}
	if len(r.OnNodes) > 0 {
		var spots []located
		for i := range w.Nodes {
			if slices.Contains(r.OnNodes, w.Nodes[i].Object.Name) {
				spots = append(spots, w.locate(&w.Nodes[i]))
			}
		}
		if len(spots) == 0 {
			spots = append(spots, nowhere)
		}
		out.options = append(out.options, spots)
	}
	if r.Home != "" {
		out.options = append(out.options, w.homes(r.Home, made)...)
	}
	return out
}

// homes are the places of nodes that can be a provider's. Of a volume that is there the provider
// has chosen the region, whatever the node in it says of itself.
func (w *World) homes(provider string, made bool) [][]located {
	var out [][]located
	for i := range w.Nodes {
		l := w.locate(&w.Nodes[i])
		switch {
		case l.word >= Claimed && differ(l.place.Provider, provider):
			continue
		case made && l.word >= Claimed && l.place.Region != "" && l.place.Provider != "":
			l = w.region(l.place)
		case made:
			l.word = min(l.word, Claimed)
		}
		out = append(out, []located{l})
	}
	if len(out) == 0 {
		out = [][]located{{nowhere}}
	}
	return out
}

// region is a place as a provider's region, whose name the catalogue may not be sure of.
func (w *World) region(p Place) located {
	for _, code := range w.Atlas.Regions[p.Region] {
		if code.Place.Provider == p.Provider && !code.Low {
			return located{word: Claimed, place: code.Place}
		}
	}
	return nowhere
}

// onSpots says what a policy says of where a volume rests, apart from the node of its pod.
func (w *World) onSpots(f *finding) Outcome {
	least, most := Prohibited, Permitted
	for _, option := range f.volume.options {
		o := Permitted
		for i := range option {
			o = max(o, w.onNode(f.policy, f.rule, &option[i]))
		}
		least, most = min(least, o), max(most, o)
	}
	if least != most {
		return Undetermined
	}
	return least
}

// settle judges what does not depend on a node, and reports whether that is all that there is to say.
func (w *World) settle(f *finding, bound bool) bool {
	limited := len(f.volume.options) > 0
	switch {
	case !w.accepted(f.policy):
		f.outcome = Undetermined
		return true
	case f.volume.awaits && bound:
		// It is on a node without having been bound, and nobody will ask again.
		f.outcome = Undetermined
		return true
	case f.volume.awaits:
		f.outcome = Permitted
		return true
	case limited:
		f.outcome = w.onSpots(f)
	}
	return !f.volume.withNode || limited && (f.outcome == Prohibited || f.outcome == Permitted && !bound)
}

// Claim says what has to be said of a claim. Where it rests beside a node is judged with its pod.
func (w *World) Claim(c *corev1.PersistentVolumeClaim) Verdict {
	names := w.held(c.Namespace, c)
	for _, ns := range w.Namespaces {
		if ns.Name == c.Namespace {
			names = append(names, keysIn(ns.Labels, ns.Annotations)...)
		}
	}
	return w.stored(names, w.restsOf(c))
}

// PersistentVolume says what has to be said of a volume.
func (w *World) PersistentVolume(v *Volume) Verdict {
	return w.stored(w.heldIn(v), w.restsAt(v))
}

// stored judges what holds data and is no pod.
func (w *World) stored(names []string, rests resting) Verdict {
	v := Verdict{Datasets: map[string]Outcome{}, Policies: map[string]Outcome{}}
	for _, name := range names {
		v.Datasets[name] = NotGoverned
		policies, exists := w.governing(name)
		if !exists {
			v.say(name, nil, Undetermined)
		}
		for _, p := range policies {
			if p.Spec.Storage.Allowed == nil {
				continue
			}
			f := finding{policy: p, rule: &p.Spec.Storage, volume: &rests}
			if !w.settle(&f, false) && !rests.lost() {
				f.outcome = Permitted
			}
			v.say(name, p, f.outcome)
		}
	}
	return v
}
