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
	"fmt"
	"strings"
	"unicode/utf8"
)

// layout is one way to show a grid.
type layout struct {
	columns []column
	rows    [][]string
	// shown are the numbers of the columns that are shown.
	shown []int
	// widths has a width for each column, shown or not.
	widths []int
	// gap is how many blanks are between two columns.
	gap int
}

// layout returns the layout in which nothing is cut.
func (g *grid) layout(rows [][]string, shown []int) *layout {
	l := &layout{columns: g.columns, rows: rows, shown: shown, widths: make([]int, len(g.columns)), gap: 2}
	for k, c := range g.columns {
		l.widths[k] = len(c.header)
		for _, row := range rows {
			l.widths[k] = max(l.widths[k], utf8.RuneCountInString(row[k]))
		}
	}
	return l
}

// excess returns by how many characters the lines are too long, less than one if they fit.
func (l *layout) excess(width int) int {
	total := l.gap * (len(l.shown) - 1)
	for _, k := range l.shown {
		total += l.widths[k]
	}
	return total - width
}

func (l *layout) fits(width int) bool { return l.excess(width) <= 0 }

// narrow takes as much from a column as is needed, and not more than it can spare: texts
// that differ go on doing so, since a name that could be another's is none.
func (l *layout) narrow(k, width int) {
	c := &l.columns[k]
	excess := l.excess(width)
	if c.least == 0 || excess <= 0 {
		return
	}
	w := min(max(l.widths[k]-excess, c.least, len(c.header)), l.widths[k])
	for w < l.widths[k] && !l.distinct(k, w) {
		w++
	}
	l.widths[k] = w
}

// distinct reports whether the texts of a column that differ also do when they are cut.
func (l *layout) distinct(k, width int) bool {
	texts := make(map[string]string, len(l.rows))
	for _, row := range l.rows {
		short := cut(row[k], width, l.columns[k].tail)
		if other, ok := texts[short]; ok && other != row[k] {
			return false
		}
		texts[short] = row[k]
	}
	return true
}

func (l *layout) write() string {
	var b strings.Builder
	line := func(text func(k int) string) {
		var line strings.Builder
		for _, k := range l.shown {
			fmt.Fprintf(&line, "%-*s", l.widths[k]+l.gap, text(k))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	line(func(k int) string { return l.columns[k].header })
	for _, row := range l.rows {
		line(func(k int) string { return cut(row[k], l.widths[k], l.columns[k].tail) })
	}
	return b.String()
}

// cut returns text in at most width characters, of which tail are its last.
func cut(text string, width, tail int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	runes := []rune(text)
	tail = min(tail, max(width-2, 0))
	return string(runes[:width-1-tail]) + "…" + string(runes[len(runes)-tail:])
}
