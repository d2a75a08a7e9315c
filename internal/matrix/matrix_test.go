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
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// limit is how long something may be in a prohibited place without being flagged.
const limit = time.Second

// workers is how many cells are worked on at the same time: enough to keep a small machine busy, and few enough for
// what is measured to be the operator.
const workers = 8

// ways are all ways in that are tried.
func ways() []way {
	return slices.Concat(
		inPods(), inBindings(), inRewrites(), inIdentity(), inMounts(), inNodes(), inCreates(), inEdits(),
		inFreedom(), inTemplates(), inUpdates(), inClaims(), inVolumes(), inSnapshots(), inPodVolumes(), inTransfers(), inProcessors(),
	)
}

// managerArgs are what the manager is told beyond the defaults.
func managerArgs() []string { return []string{"--exclude-namespaces=" + excludedNamespace} }

// TestMatrix tries every way in in every state. The table of what came of it goes to the standard output.
func TestMatrix(t *testing.T) {
	expected, err := readExpectations()
	if err != nil {
		t.Fatal(err)
	}
	if expected, err = only(expected, os.Getenv("ROWS")); err != nil {
		t.Fatal(err)
	}
	all := ways()
	dir, err := os.MkdirTemp("", "domicile-matrix-")
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.cluster.Stop(); err != nil {
			t.Errorf("stopping the cluster: %v", err)
		}
		if t.Failed() {
			t.Log("the logs of the cluster are in", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	r := &run{stage: w, limit: limit, patience: patience, insistEvery: insistEvery, workers: workers}
	var cells []*cell
	for _, state := range columns() {
		begin := time.Now()
		column := cellsOf(expected, all, state)
		if err := r.try(t.Context(), state, column); err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		cells = append(cells, column...)
		t.Logf("%s: %d ways in %.1f s", state, len(column), time.Since(begin).Seconds())
	}
	if err := writeTable(os.Stdout, cells); err != nil {
		t.Fatal(err)
	}
	for _, difference := range differences(cells) {
		t.Error(difference)
	}
	if took, c := slowest(cells); c != nil {
		fmt.Printf("%d cells; what was flagged last took %d ms: row %d, %s\n", len(cells), took.Milliseconds(), c.row, c.state)
	}
}

// only leaves the rows that are asked for, as "33-52" or "40"; all of them if none are.
func only(expected []expectation, asked string) ([]expectation, error) {
	if asked == "" {
		return expected, nil
	}
	from, to, isRange := strings.Cut(asked, "-")
	if !isRange {
		to = from
	}
	first, err := strconv.Atoi(from)
	if err != nil {
		return nil, fmt.Errorf("reading which rows are asked for: %w", err)
	}
	last, err := strconv.Atoi(to)
	if err != nil {
		return nil, fmt.Errorf("reading which rows are asked for: %w", err)
	}
	left := slices.DeleteFunc(expected, func(e expectation) bool { return e.row < first || e.row > last })
	if len(left) == 0 {
		return nil, fmt.Errorf("there is no row in %q", asked)
	}
	return left, nil
}

// cellsOf are the cells of one state, in the order of the expectations.
func cellsOf(expected []expectation, all []way, state string) []*cell {
	var cells []*cell
	for _, e := range expected {
		for i := range all {
			if all[i].name == e.way {
				cells = append(cells, &cell{expectation: e, way: &all[i], state: state})
			}
		}
	}
	return cells
}

func TestEveryWayIsExpectedAndTheOtherWayRound(t *testing.T) {
	expected, err := readExpectations()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, e := range expected {
		want = append(want, e.way)
	}
	for _, w := range ways() {
		got = append(got, w.name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("expected (-) and tried (+):\n%s", diff)
	}
}

func TestOnlySomeRows(t *testing.T) {
	for asked, want := range map[string][]int{"": {1, 2, 3}, "2": {2}, "2-3": {2, 3}, "9": nil, "a": nil, "1-b": nil} {
		left, err := only([]expectation{{row: 1}, {row: 2}, {row: 3}}, asked)
		var got []int
		for _, e := range left {
			got = append(got, e.row)
		}
		if !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%q: got %v, %v, want %v", asked, got, err, want)
		}
	}
}
