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
	"slices"
	"strconv"
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// NodesByPlace are nodes, counted by the place where they are.
type NodesByPlace struct {
	// Total is how many nodes there are, and Permitted how many of them are permitted.
	Total     int `json:"total"`
	Permitted int `json:"permitted"`
	// Places are sorted: those that are permitted first, then by their words.
	Places []PlaceNodes `json:"places"`
}

// PlaceNodes are the nodes in one place of which the same is to be said.
type PlaceNodes struct {
	// Place in words: "London, GB"; "unknown" if it is not known.
	Place string `json:"place"`
	// Code is the provider's own name of it: "aws eu-west-2".
	Code  string   `json:"code,omitempty"`
	Sites []string `json:"sites,omitempty"`
	// Outcome there, and the reason in a word.
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	// Transfers are where the transfers go on which it rests, if it is Permitted.
	Transfers []string `json:"transfers,omitempty"`
	// Nodes are their names, sorted.
	Nodes []string `json:"nodes"`

	outcome residency.Outcome
}

// nodesFor asks the core about every node as if what handles the datasets were there, with the
// volumes that rest where the node is.
func (j *judge) nodesFor(handles []residency.Handling, volumes []*residency.Volume) *NodesByPlace {
	all := &NodesByPlace{Places: []PlaceNodes{}}
	at := map[[6]string]int{}
	for _, state := range j.gatherer.Nodes.States() {
		v := residency.Evaluate(j.rulebook, &residency.Input{At: j.at, Handles: handles, Node: state.Node, Volumes: volumes})
		p := j.placeNodes(&state.Node.Location, &v)
		all.Total++
		if v.Outcome == residency.Permitted || v.Outcome == residency.NotGoverned {
			all.Permitted++
		}
		key := [6]string{p.Place, p.Code, strings.Join(p.Sites, ","), p.Outcome, p.Reason, transferCell(p.Transfers)}
		i, seen := at[key]
		if !seen {
			i = len(all.Places)
			at[key] = i
			all.Places = append(all.Places, p)
		}
		all.Places[i].Nodes = append(all.Places[i].Nodes, state.Name)
	}
	slices.SortStableFunc(all.Places, func(a, b PlaceNodes) int {
		return cmp.Or(cmp.Compare(a.outcome, b.outcome), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Code, b.Code))
	})
	return all
}

func (j *judge) placeNodes(l *location.Location, v *residency.Verdict) PlaceNodes {
	p := PlaceNodes{Place: l.Place(), Code: l.Code(), Sites: l.Sites, Outcome: v.Outcome.String(), outcome: v.Outcome}
	if !l.Known() {
		p.Place = "unknown"
	}
	var transfers []Transfer
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Outcome == v.Outcome && p.Reason == "" {
			p.Reason = string(f.Reason)
		}
		if v.Outcome == residency.Permitted {
			transfers = append(transfers, newTransfers(f.Transfers(), j.at)...)
		}
	}
	p.Transfers = goesTo(transfers)
	return p
}

// grid returns the places as a table: all of them, or only those that are permitted.
func (n *NodesByPlace) grid(all, wide bool) *grid {
	g := &grid{columns: []column{
		{header: "PLACE", key: true, least: 12},
		{header: "CODE", gives: 4, least: 10, tail: 6},
	}}
	sited := slices.ContainsFunc(n.Places, func(p PlaceNodes) bool { return len(p.Sites) > 0 })
	if sited {
		g.columns = append(g.columns, column{header: "SITES", gives: 3, least: 8})
	}
	g.columns = append(g.columns, column{header: "NODES"})
	if all {
		g.columns = append(g.columns, column{header: "OUTCOME"}, column{header: "REASON", gives: 2})
	}
	moved := slices.ContainsFunc(n.Places, func(p PlaceNodes) bool { return len(p.Transfers) > 0 })
	if moved {
		g.columns = append(g.columns, transferColumn(3))
	}
	g.columns = append(g.columns, column{header: "NAMES", gives: 1, least: 12})
	for i := range n.Places {
		p := &n.Places[i]
		if !all && p.outcome > residency.Permitted {
			continue
		}
		cells := []string{p.Place, p.Code}
		if sited {
			cells = append(cells, strings.Join(p.Sites, ","))
		}
		cells = append(cells, strconv.Itoa(len(p.Nodes)))
		if all {
			cells = append(cells, p.Outcome, p.Reason)
		}
		if moved {
			cells = append(cells, transferCell(p.Transfers))
		}
		g.add(append(cells, p.names(wide))...)
	}
	return g
}

// fewNames is how many nodes of a place are named in a table.
const fewNames = 3

func (p *PlaceNodes) names(all bool) string {
	if all || len(p.Nodes) <= fewNames {
		return strings.Join(p.Nodes, ", ")
	}
	return strings.Join(p.Nodes[:fewNames-1], ", ") + " and " + strconv.Itoa(len(p.Nodes)-fewNames+1) + " more"
}
