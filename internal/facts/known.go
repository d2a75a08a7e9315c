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
	"maps"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// knownNode is one node and what is said of it. It is never changed.
type knownNode struct {
	uid, providerID string
	// object has the name and the labels only: what node constraints look at.
	object *corev1.Node
	// present is the stamp that the node carries.
	present stamp.Stamp
	// located is set if the answer is one: without a catalogue there is none.
	located bool
	answer  location.Answer
	node    *residency.Node
}

// sees reports whether the object has nothing that is not known already.
func (k *knownNode) sees(object *corev1.Node) bool {
	return k != nil && k.uid == string(object.UID) && k.providerID == object.Spec.ProviderID &&
		k.present.Annotation == object.Annotations[residencyv1.LocationAnnotation] && maps.Equal(k.object.Labels, object.Labels)
}

// know says of an object what is to be known; old is what was known under its name, nil if nothing.
func know(l location.Locator, object *corev1.Node, old *knownNode) *knownNode {
	k := &knownNode{
		uid:        string(object.UID),
		providerID: object.Spec.ProviderID,
		object:     &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: object.Name, Labels: maps.Clone(object.Labels)}},
		present:    stamp.Of(object.Labels, object.Annotations),
	}
	k.locate(l, memoryOf(old, k), old)
	return k
}

// relocated says of a known node what another Locator says.
func relocated(l location.Locator, old *knownNode) *knownNode {
	k := &knownNode{uid: old.uid, providerID: old.providerID, object: old.object, present: old.present}
	k.locate(l, old.answer.Memory, old)
	return k
}

func (k *knownNode) locate(l location.Locator, m *location.Memory, old *knownNode) {
	k.located = l.Catalogue != nil
	if k.located {
		k.answer = l.Locate(location.Node{Name: k.object.Name, ProviderID: k.providerID, Labels: k.object.Labels}, m)
	} else {
		k.answer = location.Answer{Memory: m, Location: location.Location{
			Reason: location.ReasonNoWitness, Detail: "the catalogue of places has not been read yet",
		}}
	}
	if old != nil && reflect.DeepEqual(old.answer.Location, k.answer.Location) {
		k.node = old.node
		return
	}
	k.node = residency.NewNode(k.object.Name, k.answer.Location)
}

// memoryOf returns where a node was. Its stamp says that, if it is the node's own, and
// whoever writes the stamp has the last word; until it is written this process remembers.
// Once the annotation has been removed, which only few may do, nothing is remembered.
func memoryOf(old, k *knownNode) *location.Memory {
	record, err := stamp.Decode(k.uid, k.present.Annotation)
	if old == nil || old.uid != k.uid {
		if err != nil {
			return nil
		}
		return record.Remembered()
	}
	here := old.answer.Memory
	switch {
	case k.present.Annotation == old.present.Annotation:
		return here
	case k.present.Annotation == "":
		return nil
	case err != nil:
		return here
	}
	return newer(here, old.remembered(), record.Remembered())
}

// remembered returns the memory that the stamp has, nil if there is none to be believed.
func (k *knownNode) remembered() *location.Memory {
	record, err := stamp.Decode(k.uid, k.present.Annotation)
	if err != nil {
		return nil
	}
	return record.Remembered()
}

// newer returns what is to be remembered when the stamp changes from one memory to
// another. A stamp that was on its way does not undo what was found here meanwhile and is
// not written yet: a first place, and that the node has moved from the place. Where the
// stamp had that already and has it no more, it was taken away on purpose.
func newer(here, before, written *location.Memory) *location.Memory {
	if here == nil || written == nil {
		if before == nil && written == nil {
			return here
		}
		return written
	}
	if written.MovedTo != "" || (before != nil && before.MovedTo != "") || !refines(here, written) {
		return written
	}
	return here
}

// refines reports whether a memory is of the same place as another one, and says no less of
// it: it has grown from it, or is the same.
func refines(m, of *location.Memory) bool {
	for _, field := range [...]struct{ fine, coarse string }{
		{m.Provider, of.Provider}, {m.Region, of.Region}, {m.Zone, of.Zone}, {m.City, of.City}, {m.Country, of.Country},
	} {
		if field.coarse != "" && field.coarse != field.fine {
			return false
		}
	}
	return m.Provider != "" || slices.Equal(m.Providers, of.Providers)
}

// changeOf says what it means that a node is now k and was old; nil is no node.
func changeOf(old, k *knownNode) NodeChange {
	var c NodeChange
	switch {
	case old == nil:
		c = NodeChange{Name: k.object.Name, Location: true, Labels: true, Stamp: true}
	case k == nil:
		c = NodeChange{Name: old.object.Name, Location: true, Labels: true}
	default:
		c = NodeChange{
			Name:     k.object.Name,
			Location: old.uid != k.uid || !sameLocation(&old.answer.Location, &k.answer.Location),
			Labels:   !maps.Equal(old.object.Labels, k.object.Labels),
			Stamp: old.uid != k.uid || old.node != k.node || !old.present.Equal(k.present) ||
				!reflect.DeepEqual(old.answer.Memory, k.answer.Memory),
		}
	}
	c.Sites = touchedSites(old, k)
	for _, node := range []*knownNode{old, k} {
		if node != nil && node.object.Labels[corev1.LabelHostname] != "" {
			c.Hosts = append(c.Hosts, node.object.Labels[corev1.LabelHostname])
		}
	}
	slices.Sort(c.Hosts)
	c.Hosts = slices.Compact(c.Hosts)
	return c
}

// sameLocation reports whether no verdict can tell two locations apart.
func sameLocation(a, b *location.Location) bool {
	return a.Provider == b.Provider && a.Region == b.Region && a.Zone == b.Zone && a.City == b.City && a.Area == b.Area &&
		a.Country == b.Country && a.Assurance == b.Assurance && a.Reason == b.Reason && a.Detail == b.Detail &&
		slices.Equal(a.Providers, b.Providers) && slices.Equal(a.Regions, b.Regions) && slices.Equal(a.Sites, b.Sites)
}
