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

package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// reasonNotStamped is the reason of a node in a cluster that carries no stamp of its own.
const reasonNotStamped = "NotStamped"

// Locations is what `kubectl residency locations -o json` prints. Fields may be added;
// none is renamed or removed.
type Locations struct {
	// Items are all nodes that were asked for, by name.
	Items []NodeLocation `json:"items"`
}

// NodeLocation is where one node is. What is not known, or not for sure, is absent.
type NodeLocation struct {
	Node     string `json:"node"`
	Provider string `json:"provider,omitempty"`
	// Providers are all that it may be, if the place is the same with each of them.
	Providers []string `json:"providers,omitempty"`
	Region    string   `json:"region,omitempty"`
	Zone      string   `json:"zone,omitempty"`
	City      string   `json:"city,omitempty"`
	// Area is what is known instead of a city, such as a state.
	Area    string `json:"area,omitempty"`
	Country string `json:"country,omitempty"`
	// Sites are those that the node is in, or, if it is Undetermined, that match it.
	Sites []string `json:"sites,omitempty"`
	// Assurance is Claimed, Consistent or Declared.
	Assurance string `json:"assurance,omitempty"`
	// Reason and Detail say why the place is not known.
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Contradiction is what the providerID says against the Site that declares the place.
	Contradiction string `json:"contradiction,omitempty"`
	// Source is on what the place rests: a row of the catalogue, or the basis of a Site.
	Source string `json:"source,omitempty"`
	// Witnesses are the fields that speak of the place.
	Witnesses []location.Witness `json:"witnesses"`

	// word is on whose word the place rests.
	word string
}

// newNodeLocation returns what a record says. Records are what clusters hold, so what is
// read from files says the same in the same words.
func newNodeLocation(name string, r stamp.Record) NodeLocation {
	l := r.Location()
	n := NodeLocation{
		Node: name, Provider: l.Provider, Providers: l.Providers, Region: l.Region, Zone: l.Zone,
		City: l.City, Area: l.Area, Country: l.Country, Sites: l.Sites,
		Reason: string(l.Reason), Detail: l.Detail, Contradiction: l.Contradiction, Source: l.Source,
		Witnesses: l.Witnesses, word: l.Word(),
	}
	if l.Known() {
		n.Assurance = l.Assurance.String()
	}
	if n.Witnesses == nil {
		n.Witnesses = []location.Witness{}
	}
	return n
}

func notStamped(name, detail string) NodeLocation {
	return NodeLocation{Node: name, Reason: reasonNotStamped, Detail: detail, Witnesses: []location.Witness{}}
}

// locations are what a run has found.
type locations struct {
	items            []NodeLocation
	errors, warnings []string
}

// choose sorts the items by name, and keeps those that were named, if any was.
func (l *locations) choose(names []string, where string) {
	slices.SortFunc(l.items, func(a, b NodeLocation) int { return cmp.Compare(a.Node, b.Node) })
	if len(names) > 0 {
		for _, name := range names {
			if !slices.ContainsFunc(l.items, func(n NodeLocation) bool { return n.Node == name }) {
				l.errors = append(l.errors, fmt.Sprintf("there is no node %q %s", name, where))
			}
		}
		l.items = slices.DeleteFunc(l.items, func(n NodeLocation) bool { return !slices.Contains(names, n.Node) })
	}
	if l.items == nil {
		l.items = []NodeLocation{}
	}
}

func (l *locations) undetermined() int {
	count := 0
	for i := range l.items {
		if l.items[i].Reason != "" {
			count++
		}
	}
	return count
}

func (l *locations) exitCode() ExitCode {
	switch {
	case len(l.errors) > 0:
		return ExitBroken
	case l.undetermined() > 0:
		return ExitUndetermined
	default:
		return ExitPermitted
	}
}

// mostSentences is how many nodes are spoken of below a table on a terminal.
const mostSentences = 20

// text returns the locations for people: a table, and a sentence for each node that
// there is more to say about.
func (l *locations) text(wide bool, s screen) string {
	var b strings.Builder
	if len(l.items) > 0 {
		b.WriteString(l.grid(wide).text(wide, s))
	}
	sentences := l.sentences()
	if more := len(sentences) - mostSentences; more > 0 && !wide && s.terminal {
		sentences = append(sentences[:mostSentences], fmt.Sprintf("There is something to say about %s more: -o wide says it.", amount(more, "node")))
	}
	paragraph(&b, sentences)
	if l.canBeDeclared() {
		paragraph(&b, []string{"Where the words of a node do not tell, a Site can say where it is."})
	}
	undetermined := l.undetermined()
	paragraph(&b, []string{fmt.Sprintf("%s: %d known, %d undetermined", amount(len(l.items), "node"), len(l.items)-undetermined, undetermined)})
	return b.String()
}

// canBeDeclared reports whether some node's own words are all that is missing.
func (l *locations) canBeDeclared() bool {
	return slices.ContainsFunc(l.items, func(n NodeLocation) bool {
		switch location.Reason(n.Reason) {
		case location.ReasonNoWitness, location.ReasonUnknownProvider, location.ReasonUnknownRegion, location.ReasonUnknownZone,
			location.ReasonAmbiguousProvider, location.ReasonAmbiguousRegion, location.ReasonLowConfidence:
			return true
		default:
			return false
		}
	})
}

func (l *locations) sentences() []string {
	var out []string
	for i := range l.items {
		n := &l.items[i]
		switch {
		case n.Reason != "":
			out = append(out, sentence(fmt.Sprintf("%s: %s: %s", n.Node, n.Reason, n.Detail)))
		case n.Contradiction != "":
			out = append(out, sentence(fmt.Sprintf("%s: %s is believed, although %s", n.Node, n.word, n.Contradiction)))
		}
	}
	return out
}

// grid returns the table. Where it has to be narrow, of a zone only what follows the
// region is shown.
func (l *locations) grid(wide bool) *grid {
	g := &grid{columns: []column{
		{header: "NODE", key: true, least: 12, tail: 4},
		{header: "PROVIDER", gives: 3, least: 8},
		{header: "REGION", gives: 4},
		{header: "ZONE", gives: 1, short: func(row []string) string {
			// A zone that is called like its region has nothing that follows.
			if rest, ok := strings.CutPrefix(row[3], row[2]); ok && rest != "" {
				return "…" + rest
			}
			return row[3]
		}},
		{header: "PLACE", gives: 2, least: 9},
		{header: "COUNTRY"},
		{header: "ASSURANCE", gives: 5},
		{header: "REASON"},
	}}
	if wide {
		g.columns = append(g.columns, column{header: "SITES"}, column{header: "BY"}, column{header: "SOURCE"})
	}
	for i := range l.items {
		n := &l.items[i]
		cells := []string{n.Node, n.Provider, n.Region, n.Zone, cmp.Or(n.City, n.Area), n.Country, n.Assurance, n.Reason}
		if wide {
			cells = append(cells, strings.Join(n.Sites, ","), n.word, n.Source)
		}
		g.add(cells...)
	}
	return g
}
