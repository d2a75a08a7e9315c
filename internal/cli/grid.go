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

// grid is a table with one line for each row, which is made to fit: on a terminal, a
// line that wraps can no longer be read.
type grid struct {
	columns []column
	rows    [][]string
}

// column is one column of a grid.
type column struct {
	header string
	// least is the number of characters that are kept of a cell as long as any other
	// column can give way. The header is always whole.
	least int
	// tail is how many of them are kept at the end of a cell: codes often differ only there.
	tail int
	// short says a cell in fewer characters if the table does not fit as it is. Nil if
	// there is no other way to say it.
	short func(row []string) string
}

// add adds a row, with a dash for each cell that is empty.
func (g *grid) add(cells ...string) {
	row := make([]string, len(cells))
	for i, text := range cells {
		row[i] = "-"
		if text != "" {
			row[i] = quoted(text)
		}
	}
	g.rows = append(g.rows, row)
}

// whole returns the table with every cell as it is.
func (g *grid) whole() string { return g.write(g.rows, g.widths(g.rows), 2) }

// fit returns the table in lines of at most width characters. It says cells shorter
// before it closes the gaps, and closes the gaps before it cuts cells.
func (g *grid) fit(width int) string {
	rows := g.rows
	widths := g.widths(rows)
	gap := 2
	if !fitsIn(widths, gap, width) {
		rows = g.shortened()
		widths = g.widths(rows)
	}
	if !fitsIn(widths, gap, width) {
		gap = 1
	}
	for !fitsIn(widths, gap, width) && g.narrow(widths) {
	}
	return g.write(rows, widths, gap)
}

func fitsIn(widths []int, gap, width int) bool {
	total := gap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	return total <= width
}

// shortened returns the rows with every cell said in its short way.
func (g *grid) shortened() [][]string {
	rows := make([][]string, len(g.rows))
	for i, row := range g.rows {
		rows[i] = append([]string(nil), row...)
		for k, c := range g.columns {
			if c.short != nil {
				rows[i][k] = c.short(row)
			}
		}
	}
	return rows
}

func (g *grid) widths(rows [][]string) []int {
	widths := make([]int, len(g.columns))
	for k, c := range g.columns {
		widths[k] = len(c.header)
		for _, row := range rows {
			widths[k] = max(widths[k], utf8.RuneCountInString(row[k]))
		}
	}
	return widths
}

// narrow takes one character from the column that has most to spare, and reports
// whether there was one.
func (g *grid) narrow(widths []int) bool {
	widest, spare := -1, 0
	for k, c := range g.columns {
		if s := widths[k] - max(c.least, len(c.header)); s > spare {
			widest, spare = k, s
		}
	}
	if widest < 0 {
		return false
	}
	widths[widest]--
	return true
}

func (g *grid) write(rows [][]string, widths []int, gap int) string {
	var b strings.Builder
	line := func(text func(k int) string) {
		var l strings.Builder
		for k := range g.columns {
			fmt.Fprintf(&l, "%-*s", widths[k]+gap, text(k))
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	line(func(k int) string { return g.columns[k].header })
	for _, row := range rows {
		line(func(k int) string { return cut(row[k], widths[k], g.columns[k].tail) })
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
