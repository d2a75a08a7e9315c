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
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// nowhere is a stage without a cluster.
type nowhere struct{}

func (nowhere) prepare(context.Context, *cell, law) error { return nil }
func (nowhere) prohibit(context.Context, *cell) error     { return nil }
func (nowhere) inForce(context.Context, *cell) error      { return nil }
func (nowhere) kill() error                               { return nil }
func (nowhere) start(context.Context) error               { return nil }
func (nowhere) uninstall(context.Context) error           { return nil }
func (nowhere) install(context.Context) error             { return nil }

const refusal = `pods "abroad" is forbidden: admission webhook "labelled-pods.residency.domicile.dev" denied the request: it is in London, GB`

// TestTheHarness tries ways whose end is known, so that it shows that a check can fail.
func TestTheHarness(t *testing.T) {
	admit := func(context.Context, *cell) error { return nil }
	refuse := func(words string) func(context.Context, *cell) error {
		return func(context.Context, *cell) error { return fmt.Errorf("creating: %s", words) }
	}
	see := func(s sight) func(context.Context, *cell) (sight, error) {
		return func(context.Context, *cell) (sight, error) { return s, nil }
	}
	abroad := sight{illegal: true}
	for name, tc := range map[string]struct {
		way     way
		limit   time.Duration
		want    word
		differs string // Words of the difference, none if there is none.
	}{
		"refused":                        {way: way{act: refuse(refusal)}, want: wordRefused},
		"refused with the words":         {way: way{act: refuse(refusal), says: "London, GB"}, want: wordRefused},
		"flagged in time":                {way: way{act: admit, seen: see(sight{word: wordFlagged})}, limit: time.Minute, want: wordFlagged},
		"never flagged":                  {way: way{act: admit, seen: see(abroad)}, want: wordFlagged, differs: "admitted and not flagged"},
		"flagged too late":               {way: way{act: admit, seen: see(sight{word: wordFlagged})}, limit: -time.Hour, want: wordFlagged, differs: "admitted and not flagged"},
		"the key is gone":                {way: way{act: admit, seen: never}, limit: time.Minute, want: wordRefused, differs: "admitted and not flagged"},
		"not flagged, and no twin":       {way: way{act: admit, seen: see(abroad), twin: refuse("it is pending")}, want: wordFlagged, differs: "admitted and not flagged"},
		"admitted where it must not be":  {way: way{act: admit, seen: see(abroad)}, want: wordRefused, differs: "admitted and not flagged"},
		"refused for another reason":     {way: way{act: refuse(refusal), says: "Dublin"}, want: wordRefused, differs: "refused by somebody else"},
		"refused by RBAC":                {way: way{act: refuse(`pods is forbidden: User "w" cannot create resource`)}, want: wordRefused, differs: "refused by somebody else"},
		"refused by somebody's webhook":  {way: way{act: refuse(`admission webhook "a.example.com" denied the request`)}, want: wordRefused, differs: "refused by somebody else"},
		"not asked":                      {way: way{act: refuse(`failed calling webhook "pods.residency.domicile.dev": refused`)}, want: wordRefused, differs: "call failed"},
		"nothing comes of it":            {way: way{act: admit, seen: see(sight{})}, want: wordFlagged, differs: "could not be tried"},
		"the twin does not run":          {way: way{act: refuse(refusal), twin: refuse("it is pending")}, want: wordRefused, differs: "the permitted twin: creating: it is pending"},
		"what it needs cannot be made":   {way: way{act: refuse(refusal), setup: refuse("no namespace")}, want: wordRefused, differs: "setup: creating: no namespace"},
		"what is seen cannot be learned": {way: way{act: admit, seen: func(context.Context, *cell) (sight, error) { return sight{}, fmt.Errorf("no answer") }}, want: wordFlagged, differs: "no answer"},
	} {
		for _, state := range []string{stateUp, stateRestarted, stateDown, stateChanged} {
			if state == stateRestarted && tc.differs == "call failed" {
				continue // There it is tried again until it is answered.
			}
			t.Run(name+" "+state, func(t *testing.T) {
				if tc.way.twin == nil {
					tc.way.twin = admit
				}
				r := &run{stage: nowhere{}, limit: tc.limit, patience: 50 * time.Millisecond, insistEvery: time.Millisecond, workers: 2}
				c := &cell{state: state, way: &tc.way, expectation: expectation{
					row: 1, way: name, words: map[string][]word{state: {tc.want}},
				}}
				if err := r.try(t.Context(), state, []*cell{c}); err != nil {
					t.Fatal(err)
				}
				found := strings.Join(differences([]*cell{c}), "\n")
				switch {
				case tc.differs == "" && found != "":
					t.Errorf("there is a difference: %s", found)
				case tc.differs != "" && !strings.Contains(found, tc.differs):
					t.Errorf("the differences are %q, want %q", found, tc.differs)
				}
				var table strings.Builder
				if err := writeTable(&table, []*cell{c}); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(table.String(), string(c.got)) {
					t.Errorf("the table lacks %q:\n%s", c.got, table.String())
				}
				if tc.differs == "" && strings.Contains(table.String(), string(wordUnflagged)) {
					t.Errorf("the table says what only a failing cell may:\n%s", table.String())
				}
			})
		}
	}
}

// A call that failed while the operator starts is tried again, and the answer counts.
func TestACallThatFailedIsTriedAgain(t *testing.T) {
	calls := 0
	w := way{
		act: func(context.Context, *cell) error {
			if calls++; calls < 3 {
				return fmt.Errorf(`failed calling webhook "labelled-pods.residency.domicile.dev": connection refused`)
			}
			return fmt.Errorf("%s", refusal)
		},
		twin: func(context.Context, *cell) error { return nil },
	}
	r := &run{stage: nowhere{}, limit: time.Second, patience: time.Minute, insistEvery: time.Millisecond, workers: 1}
	c := &cell{state: stateRestarted, way: &w}
	if err := r.try(t.Context(), stateRestarted, []*cell{c}); err != nil {
		t.Fatal(err)
	}
	if c.got != wordRefused || calls != 3 {
		t.Errorf("got %q after %d calls", c.got, calls)
	}
}
