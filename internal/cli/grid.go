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
)

// grid is a table with one line for each row, which is made to fit a terminal: there, a
// line that wraps can no longer be read.
type grid struct {
	columns []column
	rows    [][]string
}

// column is one column of a grid.
type column struct {
	header string
	// key is set of the column that names the rows. It is cut when all others have given
	// way, and never left out.
	key bool
	// gives is the column's turn to give way, the lowest first. With zero it never does.
	gives int
	// least is the number of characters that are kept of a cell that is cut. With zero a
	// cell is never cut: the column is whole or left out. The header is always whole.
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

// text returns the table: as it fits a terminal, or whole.
func (g *grid) text(wide bool, s screen) string {
	if wide || !s.terminal {
		return g.whole()
	}
	return g.fit(s.width)
}

// whole returns the table with every cell as it is.
func (g *grid) whole() string {
	l := g.layout(g.rows, g.all())
	return l.write()
}

// fit returns the table in lines of at most width characters, if there is a way. Before a
// column is left out, those that are in it are said shorter, brought closer, and cut. A
// line below the table names what is left out.
func (g *grid) fit(width int) string {
	l := g.layout(g.rows, g.all())
	if l.fits(width) {
		return l.write()
	}
	shown := slices.DeleteFunc(g.all(), g.saysNothing)
	short := g.shortened()
	for {
		for _, rows := range [][][]string{g.rows, short} {
			if l = g.layout(rows, shown); l.fits(width) {
				return l.write() + g.leftOut(shown)
			}
		}
		l.gap = 1
		turns := g.turns(shown)
		for _, k := range turns {
			l.narrow(k, width)
		}
		if len(turns) == 0 {
			for _, k := range shown {
				if g.columns[k].key {
					l.narrow(k, width)
				}
			}
		}
		if len(turns) == 0 || l.fits(width) {
			return l.write() + g.leftOut(shown)
		}
		shown = slices.DeleteFunc(shown, func(k int) bool { return k == turns[0] })
	}
}

// all returns the numbers of all columns.
func (g *grid) all() []int {
	out := make([]int, len(g.columns))
	for k := range out {
		out[k] = k
	}
	return out
}

// saysNothing reports whether a column that can give way has a dash in every row.
func (g *grid) saysNothing(k int) bool {
	return g.columns[k].gives > 0 && !slices.ContainsFunc(g.rows, func(row []string) bool { return row[k] != "-" })
}

// turns returns those columns that can give way, by their turn.
func (g *grid) turns(shown []int) []int {
	out := slices.DeleteFunc(slices.Clone(shown), func(k int) bool { return g.columns[k].gives == 0 })
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(g.columns[a].gives, g.columns[b].gives) })
	return out
}

// leftOut says which columns are not shown although they say something.
func (g *grid) leftOut(shown []int) string {
	var names []string
	for k, c := range g.columns {
		if !slices.Contains(shown, k) && !g.saysNothing(k) {
			names = append(names, c.header)
		}
	}
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("\nLeft out: %s; -o wide has it.\n", names[0])
	default:
		return fmt.Sprintf("\nLeft out: %s and %s; -o wide has them.\n", strings.Join(names[:n-1], ", "), names[n-1])
	}
}

// shortened returns the rows with every cell said in its short way.
func (g *grid) shortened() [][]string {
	rows := make([][]string, len(g.rows))
	for i, row := range g.rows {
		rows[i] = slices.Clone(row)
		for k, c := range g.columns {
			if c.short != nil {
				rows[i][k] = c.short(row)
			}
		}
	}
	return rows
}
