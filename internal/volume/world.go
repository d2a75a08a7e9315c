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
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// World is what the places of volumes are read against. It is a value; its parts are immutable.
type World struct {
	// Catalogue of places. Required.
	Catalogue *catalogue.Catalogue
	// Sites are all Sites; nil: there are none.
	Sites *location.Sites
	// Now is the time for which is asked. Declarations end.
	Now time.Time
	// Nodes knows where nodes are; nil: there are none.
	Nodes Nodes
}

// Nodes knows where nodes are.
type Nodes interface {
	// Places returns where the nodes are that the selector matches, of every node of the cluster
	// if it is nil, in an order that does not change. Equal places may be returned once. A node of which nothing is known is a
	// Location that says so. The selector must not be changed or kept.
	Places(selector *corev1.NodeSelector) []location.Location
}

// places asks Nodes, and leaves out what is said twice.
func (w *World) places(selector *corev1.NodeSelector) []location.Location {
	if w.Nodes == nil {
		return nil
	}
	return distinct(w.Nodes.Places(selector))
}

// onNodes says where the nodes are that the node affinity of a volume wants; nil wants none.
func (w *World) onNodes(required *corev1.NodeSelector) []location.Location {
	var found []location.Location
	if required != nil {
		found = w.places(required)
	}
	if len(found) == 0 {
		return []location.Location{location.Undetermined(location.ReasonUnknownNode,
			"it rests on a node, and no node is known that its node affinity matches")}
	}
	return found
}

// anyNode says where something rests that is on some nodes of the cluster: where all of them
// are, one way or the other.
func (w *World) anyNode(s said) location.Rest {
	nodes := w.places(nil)
	if len(nodes) == 0 {
		nodes = []location.Location{location.Undetermined(location.ReasonUnknownReplica,
			"its replicas are on nodes of the cluster, and none is known")}
	}
	r := oneOf(nodes)
	for i := range r.Options {
		r.Options[i].Places = append(r.Options[i].Places, s.elsewhere...)
	}
	return r
}

// locate lets the Sites that match the volume have their way over its own word.
func (w *World) locate(v location.Volume, own location.Rest) location.Rest {
	l := location.Locator{Catalogue: w.Catalogue, Sites: w.Sites, Now: w.Now}
	return l.LocateVolume(v, own).Rest
}

// unknown is a Rest of which nothing is known.
func unknown(reason location.Reason, detail string, witnesses ...location.Witness) location.Rest {
	return location.RestsAt(location.Undetermined(reason, detail, witnesses...))
}

// oneOf is a Rest at one of the places.
func oneOf(places []location.Location) location.Rest {
	var r location.Rest
	for _, p := range places {
		r.Options = append(r.Options, location.RestOption{Places: []location.Location{p}})
	}
	return r
}

// placeKey tells Locations apart.
type placeKey struct {
	provider, region, zone, city, area, country, contradiction, detail, witnesses string
	reason                                                                        location.Reason
	assurance                                                                     location.Assurance
}

// keyOf returns what tells the Location from others.
func keyOf(l *location.Location) placeKey {
	var witnesses []byte
	for _, w := range l.Witnesses {
		witnesses = append(append(append(append(witnesses, w.Kind...), 0), w.Value...), 0)
	}
	return placeKey{
		l.Provider, l.Region, l.Zone, l.City, l.Area, l.Country, l.Contradiction, l.Detail, string(witnesses),
		l.Reason, l.Assurance,
	}
}

// distinct returns the Locations without those that are there already, in their order.
func distinct(list []location.Location) []location.Location {
	if len(list) < 2 {
		return list
	}
	seen := make(map[placeKey]bool, len(list))
	kept := make([]location.Location, 0, len(list))
	for i := range list {
		if key := keyOf(&list[i]); !seen[key] {
			seen[key] = true
			kept = append(kept, list[i])
		}
	}
	return kept
}
