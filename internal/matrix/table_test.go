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

package matrix

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// columns are the states in the order of the table: first the proof that the actor may do it.
func columns() []string { return append([]string{stateWithout}, states()...) }

// expected are the words that a cell may have.
func (c *cell) expected() []word {
	if c.state == stateWithout {
		return []word{wordAdmitted}
	}
	return c.words[c.state]
}

func (c *cell) differs() bool { return !slices.Contains(c.expected(), c.got) }

// writeTable writes a line per way and a column per state.
func writeTable(out io.Writer, cells []*cell) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(fields ...string) { _, _ = fmt.Fprintln(table, strings.Join(fields, "\t")) } // Flush tells the error.
	var used []string
	for _, state := range columns() {
		if slices.ContainsFunc(cells, func(c *cell) bool { return c.state == state }) {
			used = append(used, state)
		}
	}
	line(append([]string{"ROW", "WAY IN"}, upper(used)...)...)
	var ways []expectation
	got := map[string]map[string]word{}
	for _, c := range cells {
		if got[c.expectation.way] == nil {
			got[c.expectation.way] = map[string]word{}
			ways = append(ways, c.expectation)
		}
		got[c.expectation.way][c.state] = c.got
	}
	slices.SortStableFunc(ways, func(a, b expectation) int { return a.row - b.row })
	for _, e := range ways {
		fields := []string{fmt.Sprint(e.row), e.way}
		for _, state := range used {
			fields = append(fields, string(got[e.way][state]))
		}
		line(fields...)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

func upper(all []string) []string {
	out := make([]string, 0, len(all))
	for _, s := range all {
		out = append(out, strings.ToUpper(s))
	}
	return out
}

// differences says of every cell that is not as expected what it is.
func differences(cells []*cell) []string {
	var out []string
	for _, c := range cells {
		if !c.differs() {
			continue
		}
		var want []string
		for _, w := range c.expected() {
			want = append(want, string(w))
		}
		out = append(out, fmt.Sprintf("row %d, %s, %s: got %q, want %q: %s",
			c.row, c.expectation.way, c.state, c.got, strings.Join(want, " or "), c.detail))
	}
	return out
}

// slowest is the longest that anything took to be flagged.
func slowest(cells []*cell) (longest time.Duration, of *cell) {
	for _, c := range cells {
		if c.got == wordFlagged && c.flagged >= longest {
			longest, of = c.flagged, c
		}
	}
	return longest, of
}
