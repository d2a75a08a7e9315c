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

	rbacv1 "k8s.io/api/rbac/v1"
)

// word says what became of an act.
type word string

// The words that can be expected. testdata/expected.txt says what they mean.
const (
	wordRefused     word = "refused"
	wordCallFailed  word = "call failed"
	wordPodsRefused word = "pods refused"
	wordNothingRuns word = "nothing runs"
	wordSteered     word = "steered"
	wordPending     word = "pending"
	wordFlagged     word = "admitted and flagged"
)

func words() []word {
	return []word{wordRefused, wordCallFailed, wordPodsRefused, wordNothingRuns, wordSteered, wordPending, wordFlagged}
}

// The states, in the order of the columns.
const (
	stateUp        = "up"
	stateRestarted = "restarted"
	stateDown      = "down"
	stateChanged   = "policy changed"
)

func states() []string { return []string{stateUp, stateRestarted, stateDown, stateChanged} }

// kubelet stands for the identity of a node, which needs no RBAC.
const kubelet = "kubelet"

// expectation is a line of testdata/expected.txt.
type expectation struct {
	row    int
	suffix string // A letter that tells the ways of one row apart.
	way    string
	may    string            // What its actor may do.
	words  map[string][]word // By state.
}

func readExpectations() ([]expectation, error) {
	const path = "testdata/expected.txt"
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading what is expected: %w", err)
	}
	all, err := parseExpectations(string(content))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return all, nil
}

func parseExpectations(text string) ([]expectation, error) {
	var all []expectation
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		e, err := parseExpectation(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if slices.ContainsFunc(all, func(other expectation) bool { return other.way == e.way }) {
			return nil, fmt.Errorf("line %d: %q is there twice", i+1, e.way)
		}
		if last := len(all) - 1; last >= 0 && all[last].row == e.row {
			e.suffix = string(all[last].suffix[0] + 1)
		}
		all = append(all, e)
	}
	return all, nil
}

func parseExpectation(line string) (expectation, error) {
	fields := strings.Split(line, "|")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	const before = 3 // Columns before the states.
	if want := before + len(states()); len(fields) != want {
		return expectation{}, fmt.Errorf("it has %d columns, not %d", len(fields), want)
	}
	row, err := strconv.Atoi(fields[0])
	if err != nil {
		return expectation{}, fmt.Errorf("reading the number of the row: %w", err)
	}
	e := expectation{row: row, suffix: "a", way: fields[1], may: fields[2], words: map[string][]word{}}
	if _, err := rulesOf(e.may); err != nil {
		return expectation{}, err
	}
	for i, state := range states() {
		for _, one := range strings.Split(fields[before+i], " or ") {
			if !slices.Contains(words(), word(one)) {
				return expectation{}, fmt.Errorf("%q cannot be expected", one)
			}
			e.words[state] = append(e.words[state], word(one))
		}
	}
	return e, nil
}

// rulesOf reads what an actor may do: "verb,verb resource; verb resource".
func rulesOf(actor string) ([]rbacv1.PolicyRule, error) {
	if actor == kubelet {
		return nil, nil
	}
	groups := map[string]string{
		"deployments": "apps", "statefulsets": "apps", "replicasets": "apps", "daemonsets": "apps",
		"jobs": "batch", "cronjobs": "batch", "storageclasses": "storage.k8s.io", "volumesnapshots": "snapshot.storage.k8s.io",
	}
	var rules []rbacv1.PolicyRule
	for _, part := range strings.Split(actor, ";") {
		verbs, resource, ok := strings.Cut(strings.TrimSpace(part), " ")
		if !ok {
			return nil, fmt.Errorf("%q is no permission: it needs verbs and a resource", part)
		}
		rules = append(rules, rbacv1.PolicyRule{
			Verbs: strings.Split(verbs, ","), APIGroups: []string{groups[resource]}, Resources: []string{resource},
		})
	}
	return rules, nil
}

// rows is how many ways in there are; some are tried by more than one door.
const rows = 53

func TestEveryRowIsExpected(t *testing.T) {
	all, err := readExpectations()
	if err != nil {
		t.Fatal(err)
	}
	for row := 1; row <= rows; row++ {
		if !slices.ContainsFunc(all, func(e expectation) bool { return e.row == row }) {
			t.Errorf("row %d is missing", row)
		}
	}
}

func TestWhatCannotBeExpected(t *testing.T) {
	line := func(cell string) string { return "1 | way | create pods | refused | refused | refused | " + cell }
	for name, tc := range map[string]struct{ text, want string }{
		"a word that only a failing cell has": {line("admitted and not flagged"), "cannot be expected"},
		"a word that nobody knows":            {line("refused or fine"), "cannot be expected"},
		"nothing":                             {line(""), "cannot be expected"},
		"a state too few":                     {"1 | way | create pods | refused", "4 columns"},
		"an actor who may do nothing":         {strings.Replace(line("refused"), "create pods", "pods", 1), "no permission"},
		"a way twice":                         {line("refused") + "\n" + line("refused"), "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseExpectations(tc.text)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
