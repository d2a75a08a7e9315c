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
	"strconv"
	"strings"

	"github.com/domicile-dev/domicile/internal/residency"
)

// text returns the explanation for people: the outcome, why the object handles datasets,
// what was found and on whose word, and what would be permitted.
func (e *Explanation) text(wide bool, s screen) string {
	var b strings.Builder
	o := &e.Object
	subject := residency.Subject{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
	b.WriteString(asOf(e.At))
	fmt.Fprintf(&b, "%s: %s\n", oneLine(subject.String()), e.Outcome)
	table := func(title string, g *grid) {
		if len(g.rows) == 0 {
			return
		}
		b.WriteString("\n" + title)
		b.WriteString(g.text(wide, s))
	}
	if len(e.Ways) == 0 && e.ofWorkload() {
		paragraph(&b, []string{"It handles no dataset" + e.asFarAsKnown() + "."})
	}
	table("", waysGrid(e.Ways))
	table("", e.findingsGrid())
	var messages []string
	for i := range e.Findings {
		messages = append(messages, e.Findings[i].Message)
	}
	paragraph(&b, messages)
	table("", e.processorsGrid())
	e.where(&b, table)
	table(e.keepsTitle(), volumesGrid(e.Volumes))
	paragraph(&b, e.unknownRests())
	if !e.ofWorkload() || len(e.Findings) == 0 {
		table("", placesGrid(e.Datasets))
		paragraph(&b, faults(e.Datasets))
	}
	writeTransfers(&b, table, e.Datasets, messages)
	e.Nodes.text(&b, table, false, wide)
	messages = e.items(table)
	if more := len(messages) - mostSentences; more > 0 && !wide && s.terminal {
		messages = append(messages[:mostSentences], fmt.Sprintf("There is something to say about %s more: -o wide says it.", amount(more, "finding")))
	}
	paragraph(&b, messages)
	paragraph(&b, undeclared(e.itemFindings()))
	e.last(&b)
	return b.String()
}

func (e *Explanation) ofWorkload() bool {
	return e.Object.Kind != kindNamespace && e.Object.Kind != kindDataset
}

func (e *Explanation) asFarAsKnown() string {
	if len(e.Unknown) > 0 {
		return ", as far as is known"
	}
	return ""
}

func waysGrid(ways []WayTo) *grid {
	g := &grid{columns: []column{
		{header: "DATASET", key: true, least: 12, tail: 4},
		{header: "HANDLED BY", gives: 1, least: 30, tail: 12, short: func(row []string) string {
			return strings.TrimSuffix(strings.TrimPrefix(row[1], "the key of "), ", to which it refers")
		}},
	}}
	for _, w := range ways {
		g.add(w.Dataset, w.Way)
	}
	return g
}

func (e *Explanation) findingsGrid() *grid {
	g := &grid{columns: []column{
		{header: "DATASET", key: true, least: 12, tail: 4},
		{header: "POLICY", gives: 3, least: 12, tail: 4},
		{header: "PERMITS", gives: 2, least: 10},
		{header: "OUTCOME"},
		{header: "EFFECT", gives: 1},
		{header: "REASON", gives: 4},
	}}
	storage := slices.ContainsFunc(e.Findings, ofStorage)
	if storage {
		g.columns = slices.Insert(g.columns, 2, column{header: "ASPECT"})
	}
	moved := byTransfer(e.Findings)
	if moved {
		g.columns = append(g.columns, transferColumn(5))
	}
	calls := slices.ContainsFunc(e.Findings, ofProcessor)
	if calls {
		g.columns = append(g.columns, processorColumn(5))
	}
	for i := range e.Findings {
		f := &e.Findings[i]
		cells := []string{f.Dataset, f.Policy, f.Allowed, f.Outcome, f.Effect, f.Reason}
		if storage {
			cells = slices.Insert(cells, 2, f.aspect())
		}
		if moved {
			cells = append(cells, transferCell(goesTo(f.Transfers)))
		}
		if calls {
			cells = append(cells, f.processorCell())
		}
		g.add(cells...)
	}
	return g
}

// where says where the object is, and on whose word, or where it can go.
func (e *Explanation) where(b *strings.Builder, table func(string, *grid)) {
	for i := range e.Findings {
		switch f := &e.Findings[i]; {
		case f.Volume != nil:
		case f.Location != nil:
			located(b, f, table)
			return
		case f.Reach != nil && len(f.Reach.Places) > 0:
			table(f.Reach.title(), e.reachGrid(f.Reach))
			return
		}
	}
}

func located(b *strings.Builder, f *Finding, table func(string, *grid)) {
	l := f.Location
	where := l.Place
	if code := strings.TrimSpace(l.Provider + " " + cmp.Or(l.Zone, l.Region)); code != "" {
		where += " (" + code + ")"
	}
	where += ", " + l.Assurance
	if l.Reason != "" {
		where = fmt.Sprintf("an unknown place (%s: %s)", l.Reason, l.Detail)
	}
	g := &grid{columns: []column{{header: "WITNESS"}, {header: "SAYS", key: true, least: 20, tail: 8}}}
	for _, w := range l.Witnesses {
		g.add(string(w.Kind), w.Value)
	}
	is := fmt.Sprintf("Node %s is in %s", f.Node, where)
	if len(g.rows) == 0 {
		paragraph(b, []string{is + "."})
		return
	}
	table(oneLine(is)+":\n", g)
}

// title begins the table of the places within reach.
func (r *Reach) title() string {
	if r.Kind == reachNamed {
		return "No such node exists. Its node constraints name:\n"
	}
	return fmt.Sprintf("Its node constraints allow %s:\n", amount(r.Total, "node"))
}

// reachGrid returns the places within reach, with the gravest of the outcomes there.
func (e *Explanation) reachGrid(r *Reach) *grid {
	g := &grid{columns: []column{
		{header: "PLACE", key: true, least: 12},
		{header: "NODES"},
		{header: "OUTCOME"},
		{header: "EXAMPLE", gives: 2, least: 12, tail: 4},
		{header: "WITNESSES", gives: 1, least: 12},
	}}
	var by [][]string
	for i := range r.Places {
		by = append(by, e.transfersAt(r, i))
	}
	moved := slices.ContainsFunc(by, func(to []string) bool { return len(to) > 0 })
	if moved {
		g.columns = slices.Insert(g.columns, 3, transferColumn(3))
	}
	for i := range r.Places {
		p := &r.Places[i]
		outcome := residency.NotGoverned.String()
		for k := range e.Findings {
			if other := e.Findings[k].Reach; other != nil && e.Findings[k].Volume == nil && len(other.Places) == len(r.Places) {
				outcome = graver(outcome, other.Places[i].Outcome)
			}
		}
		nodes, witnesses := "", []string{}
		if p.Nodes > 0 {
			nodes = strconv.Itoa(p.Nodes)
		}
		for _, w := range p.Location.Witnesses {
			witnesses = append(witnesses, string(w.Kind))
		}
		place := p.Location.Place
		if p.Location.Reason != "" {
			place = "unknown: " + p.Location.Reason
		}
		cells := []string{place, nodes, outcome, p.Example, strings.Join(witnesses, ", ")}
		if moved {
			cells = slices.Insert(cells, 3, transferCell(by[i]))
		}
		g.add(cells...)
	}
	return g
}

// graver returns the graver of two outcomes.
func graver(a, b string) string {
	order := []string{residency.NotGoverned.String(), residency.Permitted.String(), residency.Undetermined.String(), residency.Prohibited.String()}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// placesGrid says of datasets where they may be stored and processed, by each policy.
func placesGrid(datasets []DatasetPlaces) *grid {
	g := &grid{columns: []column{
		{header: "DATASET", key: true, least: 12, tail: 4},
		{header: "POLICY", gives: 2, least: 12, tail: 4},
		{header: "STORAGE IN", gives: 2, least: 16},
		{header: "PROCESSING IN", gives: 1, least: 16},
		{header: "ASSURANCE", gives: 3},
	}}
	for i := range datasets {
		d := &datasets[i]
		if len(d.Policies) == 0 {
			g.add(d.Dataset, "", cmp.Or(d.Storage, d.Note), cmp.Or(d.Places, d.Note), "")
		}
		for _, p := range d.Policies {
			g.add(d.Dataset, p.Policy, p.words(p.Storage), p.words(p.Places), p.Assurance)
		}
	}
	return g
}

// words says in a cell what the policy permits in an aspect.
func (p *PolicyPlaces) words(places string) string {
	switch {
	case p.Fault != "":
		return "not known"
	case places == "":
		return notRestricted
	default:
		return places
	}
}

// faults says of policies why it is not known what they permit, each once.
func faults(datasets []DatasetPlaces) []string {
	var out []string
	for i := range datasets {
		for _, p := range datasets[i].Policies {
			if p.Fault != "" {
				out = append(out, sentence(fmt.Sprintf("What policy %q permits is not known: %s", p.Policy, p.Fault)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// text writes how many nodes are permitted, and which: all of them, or only those.
func (n *NodesByPlace) text(b *strings.Builder, table func(string, *grid), all, wide bool) {
	if n == nil || n.Total == 0 {
		return
	}
	title := fmt.Sprintf("%d of %s %s permitted", n.Permitted, amount(n.Total, "node"), plural(n.Permitted, "is", "are"))
	if !all && n.Permitted == 0 {
		paragraph(b, []string{title + "."})
		return
	}
	table(title+":\n", n.grid(all, wide))
}

// items writes the pods of a workload, or what is in a namespace or handles a dataset, and
// returns what there is to act on.
func (e *Explanation) items(table func(string, *grid)) []string {
	storage, moved := e.itemsStore(), e.itemsByTransfer()
	where := 4
	if storage {
		where++
	}
	g := &grid{columns: []column{
		{header: e.itemsHeader(), key: true, least: 16, tail: 8},
		{header: "DATASET", gives: 3, least: 9, tail: 3},
		{header: "POLICY", gives: 2, least: 13, tail: 4},
		{header: "OUTCOME"},
		{header: "WHERE", gives: 4, least: 10, short: func(row []string) string {
			if _, place, ok := strings.Cut(row[where], ": "); ok {
				return place
			}
			return row[where]
		}},
		{header: "REASON", gives: 1},
	}}
	if moved {
		g.columns = append(g.columns, transferColumn(5))
	}
	if storage {
		g.columns = slices.Insert(g.columns, 1, column{header: "ASPECT"})
	}
	var messages []string
	for i := range e.Items {
		item := &e.Items[i]
		o := item.Workload
		if e.Object.Kind != kindDataset {
			o.Namespace = ""
		}
		for k := range item.Findings {
			f := &item.Findings[k]
			cells := []string{o.path(), f.Dataset, f.Policy, f.Outcome, nodeAndPlace(f), f.Reason}
			if moved {
				cells = append(cells, transferCell(goesTo(f.Transfers)))
			}
			if storage {
				cells = slices.Insert(cells, 1, f.aspect())
			}
			g.add(cells...)
			if f.Outcome == residency.Prohibited.String() || f.Outcome == residency.Undetermined.String() {
				messages = append(messages, f.Message)
			}
		}
	}
	table("", g)
	return messages
}

// last writes what is not known, what the answer rests on, and how many there are.
func (e *Explanation) last(b *strings.Builder) {
	paragraph(b, turning(e.NextTurn))
	paragraph(b, rightsMissing(e.Unknown))
	lines := slices.Clone(e.Notes)
	if e.Object.Kind == kindNamespace || e.Object.Kind == kindDataset || len(e.Items) > 0 {
		lines = append(lines, e.Summary.sentence(false))
		if n := e.Summary.HandleNothing; n > 0 {
			handles := plural(n, "handles no dataset", "handle no dataset")
			if e.Object.Kind == kindDataset {
				handles = plural(n, "does not handle it", "do not handle it")
			}
			lines = append(lines, fmt.Sprintf("%d other %s %s.", n, plural(n, "workload", "workloads"), handles))
		}
		if n := e.Summary.HoldNothing; n > 0 {
			holds := plural(n, "holds no dataset", "hold no dataset")
			if e.Object.Kind == kindDataset {
				holds = plural(n, "does not hold it", "do not hold it")
			}
			lines = append(lines, fmt.Sprintf("%d other %s %s.", n, plural(n, "claim, volume or snapshot", "claims, volumes and snapshots"), holds))
		}
	}
	paragraph(b, lines)
}

func rightsMissing(unknown []Unknown) []string {
	var out []string
	for i := range unknown {
		out = append(out, unknown[i].sentence())
	}
	return out
}
