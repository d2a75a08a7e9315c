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
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/domicile-dev/domicile/internal/location"
)

func TestGrid(t *testing.T) {
	build := func() *grid {
		g := &grid{columns: []column{
			{header: "NAME", key: true, least: 6, tail: 2},
			{header: "CODE", gives: 1, least: 8, short: func(row []string) string { return strings.TrimPrefix(row[1], "region/") }},
			{header: "N"},
		}}
		g.add("worker-17", "region/eu-west-2", "1")
		g.add("w", "", "")
		return g
	}
	tests := map[string]struct {
		width int
		want  []string
	}{
		"there is room": {width: 30, want: []string{
			"NAME       CODE              N",
			"worker-17  region/eu-west-2  1",
			"w          -                 -",
		}},
		"said shorter": {width: 24, want: []string{
			"NAME       CODE       N",
			"worker-17  eu-west-2  1",
			"w          -          -",
		}},
		"closer": {width: 21, want: []string{
			"NAME      CODE      N",
			"worker-17 eu-west-2 1",
			"w         -         -",
		}},
		"cut": {width: 20, want: []string{
			"NAME      CODE     N",
			"worker-17 eu-west… 1",
			"w         -        -",
		}},
		"a column is left out": {width: 19, want: []string{
			"NAME       N",
			"worker-17  1",
			"w          -",
			"",
			"Left out: CODE; -o wide has it.",
		}},
		"the key is cut, before the tail": {width: 9, want: []string{
			"NAME    N",
			"work…17 1",
			"w       -",
			"",
			"Left out: CODE; -o wide has it.",
		}},
		"there is no room at all": {width: 3, want: []string{
			"NAME   N",
			"wor…17 1",
			"w      -",
			"",
			"Left out: CODE; -o wide has it.",
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Join(tc.want, "\n")+"\n", build().fit(tc.width)); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
		})
	}
	if whole := build().whole(); whole != build().fit(1000) {
		t.Errorf("a table that is whole lacks something:\n%s", whole)
	}
	if pipe := build().text(false, screen{width: 3}); pipe != build().whole() {
		t.Errorf("what is no terminal does not get all:\n%s", pipe)
	}
}

func TestColumnThatSaysNothingGoesFirst(t *testing.T) {
	g := &grid{columns: []column{{header: "NAME", key: true, least: 4}, {header: "CODE", gives: 1}, {header: "KIND", gives: 2}}}
	g.add("worker-17", "eu-west-2", "")
	want := "NAME       CODE\nworker-17  eu-west-2\n"
	if diff := cmp.Diff(want, g.fit(22)); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// TestNoTwoRowsReadTheSame cuts names that differ in one place: a name that could be
// another's is never shown, even if a line has to wrap.
func TestNoTwoRowsReadTheSame(t *testing.T) {
	names := []string{
		"ip-10-0-1-17.eu-central-1.compute.internal", "ip-10-0-1-17.eu-west-2.compute.internal",
		"ip-10-0-1-17.eu-west-3.compute.internal", "ip-10-0-1-18.eu-west-3.compute.internal",
		"ip-10…rnal",
		strings.Repeat("a", 90) + "1" + strings.Repeat("z", 90), strings.Repeat("a", 90) + "2" + strings.Repeat("z", 90),
	}
	l := &locations{}
	for _, name := range names {
		l.items = append(l.items, NodeLocation{Node: name, Country: "DE", Reason: string(location.ReasonConflictingWitnesses)})
	}
	for _, width := range []int{10, 40, 60, usualWidth, 132} {
		for of := 1; of <= len(names); of++ {
			some := &locations{items: l.items[:of]}
			seen := map[string]bool{}
			lines := strings.Split(some.grid(false).fit(width), "\n")[1 : of+1]
			for _, line := range lines {
				if name, _, _ := strings.Cut(line, " "); seen[name] {
					t.Errorf("in %d columns, two of %d nodes are called %s", width, of, name)
				} else {
					seen[name] = true
				}
				if !strings.HasSuffix(line, string(location.ReasonConflictingWitnesses)) {
					t.Errorf("the reason is cut: %s", line)
				}
			}
		}
	}
}

// TestTablesFit makes every table of whatever is longest: none has a line that wraps.
func TestTablesFit(t *testing.T) {
	long := strings.Repeat("very-long.", 25)
	node := NodeLocation{
		Node: long, Provider: long, Region: long, Zone: long, City: long, Country: "DE",
		Assurance: location.Consistent.String(), Reason: string(location.ReasonConflictingWitnesses),
	}
	tests := map[string]*grid{
		"locations": (&locations{items: []NodeLocation{node}}).grid(false),
		"meanings": meaningsGrid([]Meaning{{
			Provider: long, Code: long, Kind: "wavelength-zone", City: long, Country: "DE", Confidence: "medium",
		}}, false),
		"jurisdictions": jurisdictionsGrid([]Jurisdiction{{Name: long, Title: long, AsOf: "2026-10-01", Source: long}}, false),
	}
	for name, g := range tests {
		t.Run(name, func(t *testing.T) {
			for line := range strings.Lines(g.text(false, screen{terminal: true, width: usualWidth})) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > usualWidth {
					t.Errorf("a line has %d characters: %s", n, line)
				}
			}
		})
	}
}

func TestCellsStayOnTheirLine(t *testing.T) {
	g := &grid{columns: []column{{header: "A"}, {header: "B"}}}
	g.add("x\ny", "\x1b[2J")
	if got, want := g.whole(), "A       B\n\"x\\ny\"  \"\\x1b[2J\"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFewSentencesBelowATable(t *testing.T) {
	l := &locations{}
	for i := range mostSentences + 3 {
		l.items = append(l.items, NodeLocation{Node: fmt.Sprintf("n-%02d", i), Reason: "NoWitness", Detail: "nothing speaks"})
	}
	terminal, pipe := screen{terminal: true, width: usualWidth}, screen{width: usualWidth}
	if got := strings.Count(l.text(false, terminal), "nothing speaks."); got != mostSentences {
		t.Errorf("%d nodes are spoken of, want %d", got, mostSentences)
	}
	if !strings.Contains(l.text(false, terminal), "3 nodes more") {
		t.Error("nobody is told that there are more")
	}
	if got := strings.Count(l.text(true, terminal), "nothing speaks."); got != mostSentences+3 {
		t.Errorf("-o wide speaks of %d nodes, want all", got)
	}
	if got := strings.Count(l.text(false, pipe), "nothing speaks."); got != mostSentences+3 {
		t.Errorf("a pipe is told of %d nodes, want all", got)
	}
}

func TestMeter(t *testing.T) {
	var out strings.Builder
	m := newMeter(&out, "nodes")
	m.advance(500, 700)
	m.stop()
	if out.Len() > 0 {
		t.Errorf("what is no terminal was told %q", out.String())
	}
	m.show()
	m.advance(500, 200)
	m.stop()
	m.stop()
	want := eraseLine + "Reading nodes: 500 of 1200" + eraseLine + "Reading nodes: 1000 of 1200" + eraseLine
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("terminal (-want +got):\n%s", diff)
	}
}
