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

package residency

import (
	"strings"
	"time"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/place"
)

// Input is everything that a verdict rests on besides the Rulebook.
type Input struct {
	// Subject is what is judged.
	Subject Subject
	// At is the instant for which it is judged.
	At time.Time
	// Handles are the datasets that the subject handles, each once.
	Handles []Handling
	// Node is the node that the subject is on, or is being bound to; nil if it has none.
	Node *Node
	// Reach is where the subject can go while it has no node. It is not read if Node is set.
	Reach *Reach
	// Every says that a pod is put on each node within reach, as a DaemonSet does, and not on one
	// that suits: all of them have to be permitted.
	Every bool
	// Volumes are where the subject keeps bytes: what a pod mounts, or the one volume or snapshot
	// that is judged.
	Volumes []*Volume
	// Processors are the third parties that the subject calls.
	Processors []ProcessorUse
	// OnlyStores says that the subject is a volume or a snapshot: nothing is computed on it, so
	// that only storage is judged. It has neither Node nor Reach.
	OnlyStores bool
}

// Subject names what is judged.
type Subject struct {
	// Kind is the kind of the object, such as "Pod" or "Deployment".
	Kind string
	// Namespace and Name of the object.
	Namespace, Name string
}

// String returns the subject for people: "pod crm/profiles".
func (s Subject) String() string {
	name := s.Name
	if name == "" {
		name = "(not named yet)"
	}
	if s.Namespace != "" {
		name = s.Namespace + "/" + name
	}
	return strings.ToLower(s.Kind) + " " + name
}

// either returns the words for a pod, or those for what makes pods.
func (s Subject) either(pod, maker string) string {
	if s.Kind == "Pod" {
		return pod
	}
	return maker
}

// Node is a node, or a place without one, and where it is. It is shared between goroutines
// and never changed.
type Node struct {
	// Name of the node.
	Name string
	// Location of the node.
	Location location.Location
	// point is the location as the algebra of places needs it, computed once.
	point place.Point
}

// NewNode returns a node at a location.
func NewNode(name string, l location.Location) *Node {
	return &Node{Name: name, Location: l, point: pointOf(&l)}
}

// MissingNode is a node that does not exist, so that nobody can say where it is.
func MissingNode(name string) *Node {
	return &Node{Name: name, Location: location.Location{
		Reason: location.Reason(ReasonNodeNotFound),
		Detail: "there is no node of that name",
	}}
}

func pointOf(l *location.Location) place.Point {
	p := place.Point{Country: l.Country, City: catalogue.CanonicalCity(l.City), Sites: l.Sites}
	if l.Region == "" && len(l.Regions) == 0 {
		return p
	}
	if l.Provider != "" {
		p.Regions = []place.RegionID{{Provider: l.Provider, Name: l.Region}}
	}
	for i, provider := range l.Providers {
		name := l.Region
		if len(l.Regions) > 0 {
			name = l.Regions[i]
		}
		p.Regions = append(p.Regions, place.RegionID{Provider: provider, Name: name})
	}
	return p
}

// ReachKind says what a Reach rests on.
type ReachKind uint8

const (
	// ReachNodes: the nodes that exist and that the constraints allow.
	ReachNodes ReachKind = iota
	// ReachNamed: no such node exists; the places that the constraints name by topology labels.
	ReachNamed
	// ReachOpen: no such node exists, and the constraints name no place.
	ReachOpen
)

// Reach is where a subject without a node can go, by its own node constraints. It is
// shared between goroutines and never changed.
type Reach struct {
	Kind ReachKind
	// Places are the distinct locations, in the order of their first node's name.
	Places []ReachPlace
	// Nodes is how many nodes there are in all places.
	Nodes int
}

// ReachPlace is one location within reach.
type ReachPlace struct {
	// Node is the first node there, or, for ReachNamed, the place as the constraints name it.
	Node *Node
	// Count is how many nodes are there.
	Count int
}
