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
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// text returns the report for people: a table, a sentence for each finding that is
// flagged, and a summary.
func text(r *Report, strict bool, s screen) string {
	var b strings.Builder
	b.WriteString(asOf(r.At))
	if len(r.Items) > 0 {
		b.WriteString(table(r, s))
	}
	if n := r.Summary.HandleNothing; n > 0 {
		fmt.Fprintf(&b, "%s %s no dataset.\n", amount(n, "workload"), plural(n, "handles", "handle"))
	}
	if n := r.Summary.HoldNothing; n > 0 {
		fmt.Fprintf(&b, "%d %s no dataset.\n", n, plural(n, "claim, volume or snapshot holds", "claims, volumes and snapshots hold"))
	}
	paragraph(&b, sentences(r, strict))
	paragraph(&b, transferSentences(r.findings()))
	paragraph(&b, undeclared(r.findings()))
	last := append(append([]string{}, r.Notes...), r.Summary.sentence(strict))
	paragraph(&b, last)
	return b.String()
}

// paragraph writes lines after an empty one.
func paragraph(b *strings.Builder, lines []string) {
	if len(lines) > 0 && b.Len() > 0 {
		b.WriteByte('\n')
	}
	for _, line := range lines {
		b.WriteString(oneLine(line) + "\n")
	}
}

// table writes one row for each finding, with as much about the place as a terminal has
// room for.
func table(r *Report, s screen) string {
	if !s.terminal {
		return rows(r, nodeAndPlace)
	}
	best := ""
	for _, where := range []func(*Finding) string{nodeAndPlace, place} {
		best = rows(r, where)
		if fits(best, s.width) {
			return best
		}
	}
	if short := rows(r, country); fits(short, s.width) {
		return short
	}
	// What fits nowhere is at least to be understood.
	return best
}

func fits(table string, width int) bool {
	for line := range strings.SplitSeq(table, "\n") {
		if utf8.RuneCountInString(line) > width {
			return false
		}
	}
	return true
}

func rows(r *Report, where func(*Finding) string) string {
	var b strings.Builder
	moved := byTransfer(r.findings())
	row := func(name, aspect, transfer string, cells ...string) {
		first := []string{name}
		if r.stores() {
			first = append(first, aspect)
		}
		if moved {
			cells = append(cells, transfer)
		}
		b.WriteString(strings.Join(append(first, cells...), "\t") + "\n")
	}
	row(r.header(), "ASPECT", "TRANSFER", "DATASET", "POLICY", "OUTCOME", "WHERE", "REASON")
	for i := range r.Items {
		item := &r.Items[i]
		name := item.Workload.path()
		for k := range item.Findings {
			f := &item.Findings[k]
			policy := f.Policy
			if policy == "" {
				policy = "<none>"
			}
			row(cell(name), cell(f.aspect()), cmp.Or(transferCell(goesTo(f.Transfers)), "-"), cell(f.Dataset), cell(policy), f.Outcome, cell(where(f)), f.Reason)
		}
	}
	var aligned strings.Builder
	w := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	// Both writers are in memory: neither has an error to return.
	_, _ = io.WriteString(w, b.String())
	_ = w.Flush()
	return aligned.String()
}

// findings are those of all items.
func (r *Report) findings() []Finding {
	var out []Finding
	for i := range r.Items {
		out = append(out, r.Items[i].Findings...)
	}
	return out
}

// maxCell is how many characters a cell shows. No valid name is longer, and neither are a
// kind, a namespace and a name together; what is longer would blow up every other row.
const maxCell = 400

// cell returns text that stays in its cell.
func cell(s string) string {
	if utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell-1]) + "…"
	}
	return quoted(s)
}

// quoted returns text that is one word of a line, however long.
func quoted(s string) string {
	if clean := oneLine(s); clean != s || s == "" || strings.TrimSpace(s) != s {
		return strconv.Quote(s)
	}
	return s
}

// sentence ends a text that may have ended already.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

func oneLine(s string) string { return strings.ReplaceAll(printable(s), "\n", " ") }

// nodeAndPlace says where a finding speaks of: "ldn-1: London, GB".
func nodeAndPlace(f *Finding) string {
	if f.Volume != nil || f.Location == nil || f.Location.Reason == string(residency.ReasonNodeNotFound) {
		return place(f)
	}
	return f.Node + ": " + place(f)
}

// place says it shorter: "London, GB", "2 of 3 nodes".
func place(f *Finding) string {
	return within(f, func(l *Location) string {
		if l.Reason != "" {
			return "unknown"
		}
		return l.Place
	})
}

// country says it shortest: "GB", "2 of 3".
func country(f *Finding) string {
	words := within(f, func(l *Location) string {
		if l.Reason != "" {
			return "unknown"
		}
		return l.Country
	})
	if f.Location == nil && f.Policy != "" && f.Processor == nil {
		for _, thing := range []string{" nodes", " node", " places"} {
			words = strings.TrimSuffix(words, thing)
		}
	}
	return words
}

// within says where a finding speaks of, with the words of the caller for one location.
func within(f *Finding, where func(*Location) string) string {
	r := f.Reach
	switch {
	case f.Processor != nil:
		return f.Processor.words()
	case f.Volume != nil && f.Location == nil && r == nil:
		return f.Volume.words(where)
	case f.Aspect == string(residencyv1.AspectStorage) && f.Location == nil && r == nil:
		return "-"
	case f.Location != nil:
		return where(f.Location)
	case r == nil || r.Kind == reachOpen:
		return "no node yet"
	case r.Kind == reachNamed && len(r.Places) == 1:
		return where(r.Places[0].Location)
	}
	thing := "node"
	if r.Kind == reachNamed {
		thing = "place"
	}
	if f.Policy == "" {
		return amount(r.Total, thing)
	}
	return fmt.Sprintf("%d of %s", r.Permitted, amount(r.Total, thing))
}

// sentences returns what there is to act on. To be strict is to act on workloads that
// can go elsewhere, too.
func sentences(r *Report, strict bool) []string {
	var out []string
	for i := range r.Items {
		item := &r.Items[i]
		for k := range item.Findings {
			f := &item.Findings[k]
			flagged := f.Outcome == residency.Prohibited.String() || f.Outcome == residency.Undetermined.String()
			partial := f.Reason == string(residency.ReasonSomeNodesNotPermitted) || f.Reason == string(residency.ReasonNoNodeYet) ||
				f.Reason == string(residency.ReasonNoVolumeYet)
			if flagged || strict && item.Partial && partial {
				out = append(out, f.Message)
			}
		}
	}
	return out
}

// sentence sums up: "12 workloads: 9 permitted, 1 prohibited, 2 undetermined".
func (s *Summary) sentence(strict bool) string {
	words := fmt.Sprintf("%s: %d permitted, %d prohibited, %d undetermined", s.things(), s.Permitted, s.Prohibited, s.Undetermined)
	if s.NotGoverned > 0 {
		words += fmt.Sprintf(", %d not governed", s.NotGoverned)
	}
	if strict && s.Partial > 0 {
		words += fmt.Sprintf("; %d of those permitted can also go elsewhere", s.Partial)
	}
	if s.Errors > 0 {
		words += fmt.Sprintf("; %s in the input", amount(s.Errors, "error"))
	}
	return words
}
