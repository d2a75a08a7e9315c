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

package location

import "slices"

// Rest is where the bytes of a volume or a snapshot rest. It is shared between goroutines
// and must not be changed once made.
type Rest struct {
	// Options are the ways in which the bytes may come to rest: it will be one of them. What
	// exists already has one. There is none only where WithNode says all that is known.
	Options []RestOption
	// WithNode says that the bytes rest where the node of the pod is that uses them: on that
	// node, as an emptyDir does, or, of a volume that is made once its pod has a node, beside
	// it. Options then are the places to which that is limited.
	WithNode bool
	// Awaits says that there is no volume yet, and nothing makes one: it will be one that is there
	// already or that somebody makes, and the bind to it says where the bytes rest. Options then
	// have the one that says why that is not known. What is made of such a Rest is not one.
	Awaits bool
}

// RestOption is one way in which bytes may come to rest.
type RestOption struct {
	// Places are where they rest then: in all of them at once, such as a disk and its copy in
	// another region. There is at least one, and any of them may be a Location that is not
	// Known and says why.
	Places []Location
}

// Besides returns where bytes rest that are at the places of both at once.
func (r Rest) Besides(other Rest) Rest {
	both := Rest{WithNode: r.WithNode || other.WithNode}
	switch {
	case len(r.Options) == 0:
		both.Options = other.Options
		return both
	case len(other.Options) == 0:
		both.Options = r.Options
		return both
	}
	for _, a := range r.Options {
		for _, b := range other.Options {
			both.Options = append(both.Options, RestOption{Places: slices.Concat(a.Places, b.Places)})
		}
	}
	return both
}

// RestsAt returns where bytes rest that are at all of the places.
func RestsAt(places ...Location) Rest {
	return Rest{Options: []RestOption{{Places: places}}}
}
