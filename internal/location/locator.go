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

import (
	"time"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// Locator says where nodes are: by the catalogue, by what administrators declare, and by
// what is remembered of each node. It is a value; its parts are immutable.
type Locator struct {
	// Catalogue of places. Required.
	Catalogue *catalogue.Catalogue
	// Sites are all Sites; nil: there are none.
	Sites *Sites
	// Now is the time for which is asked. Declarations end.
	Now time.Time
}

// Answer is where a node is, and what comes with it.
type Answer struct {
	// Location is where the node is.
	Location Location
	// Memory is what is to be remembered: nil if the node never had a place by its witnesses.
	// It is the one that was passed in if there is nothing new to remember.
	Memory *Memory
	// Matches are the Sites that match the node, sorted by name.
	Matches []SiteMatch
	// Disagree are the names of the Sites that say different places of the node, sorted.
	Disagree []string
}

// Locate says where a node is. A Site that declares its place wins; else its witnesses,
// and the Sites that claim it, have to agree, and to say the place that is remembered.
// It never panics, whatever the node says of itself.
func (l Locator) Locate(n Node, remembered *Memory) Answer {
	r := read(l.Catalogue, &n)
	a := Answer{Location: r.locate(l.Catalogue), Matches: l.Sites.matching(&n)}
	refs := l.hearClaims(&r, &a)
	a.Memory = l.remember(n.Name, &a, refs, remembered)
	l.hearDeclarations(&r, &a)
	return a
}
