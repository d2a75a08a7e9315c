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
	"time"
)

// The words that only a cell that fails has.
const (
	wordUnflagged word = "admitted and not flagged"
	wordForeign   word = "refused by somebody else"
	wordBroken    word = "could not be tried"
)

// wordAdmitted is what every way must come to without Domicile: the actor may do it.
const wordAdmitted word = "admitted"

// stateWithout is the state in which actors prove what they may do.
const stateWithout = "without Domicile"

// way is a way in: what is there before, the act, what is seen of it when it was admitted, and the permitted
// twin, which does the same where it is permitted and returns no error once that runs.
type way struct {
	name string
	// setup makes what the act needs. Nil: nothing.
	setup func(ctx context.Context, c *cell) error
	act   func(ctx context.Context, c *cell) error
	// seen is asked until it knows the word.
	seen func(ctx context.Context, c *cell) (sight, error)
	twin func(ctx context.Context, c *cell) error
	// says are words of the refusal, beyond those that make it Domicile's.
	says string
	// moved is true for what a policy steers: when the policy changes, it was there before and permitted the place. For
	// all others there was no policy before, so nothing at all was refused.
	moved bool
	// stores is true for what is about where data rests: the policy restricts that, and nothing else.
	stores bool
	// dated is true for what is about a transfer: the policy allows the prohibited place until that ends.
	dated bool
	// attested is true for what a policy permits only as long as an attestation is valid.
	attested bool
	// tolerant is true if what cannot be known is admitted with a warning, for what would come to nothing otherwise.
	tolerant bool
	// excluded is true for what is done in the namespace that the manager excludes.
	excluded bool
}

// sight is what is seen of an act that was admitted: the word, or as long as there is none whether something is in a
// prohibited place, which has to be flagged within the limit, or lost all that it could be flagged by.
type sight struct {
	word    word
	illegal bool
	lost    bool
	detail  string
}

// cell is one way in one state.
type cell struct {
	expectation
	way   *way
	state string
	// stand is what the way works with.
	stand

	actedAt  time.Time
	forcedAt time.Time // When the policy that changed was in force.
	admitted bool
	got      word
	detail   string
	flagged  time.Duration // How long it took, if it was flagged.
}

// broke says that the cell could not be tried. What was not flagged stays the gravest that can be said of it.
func (c *cell) broke(what string, err error) {
	switch c.got {
	case wordBroken:
	case wordUnflagged:
		c.detail += fmt.Sprintf("; and %s: %v", what, err)
	default:
		c.got, c.detail = wordBroken, fmt.Sprintf("%s: %v", what, err)
	}
}

// tried says what came of the act.
func (c *cell) tried(err error, at time.Time) {
	c.actedAt = at
	c.admitted = err == nil
	if err == nil {
		c.got = wordAdmitted
		return
	}
	c.got, c.detail = classify(err.Error()), err.Error()
	if c.got == wordRefused && !strings.Contains(c.detail, c.way.says) {
		c.got = wordForeign
	}
}

// classify tells whose refusal it is, by its message.
func classify(message string) word {
	switch {
	case strings.Contains(message, "failed calling webhook") && strings.Contains(message, ".residency.domicile.dev"),
		strings.Contains(message, cannotSay):
		return wordCallFailed
	case refusedByWebhook(message), refusedByPolicy(message):
		return wordRefused
	default:
		return wordForeign
	}
}

// cannotSay is in the answer of a manager that cannot judge yet.
const cannotSay = "whether this is permitted cannot be said now"

func refusedByWebhook(message string) bool {
	return strings.Contains(message, `.residency.domicile.dev" denied the request`)
}

func refusedByPolicy(message string) bool {
	return strings.Contains(message, "ValidatingAdmissionPolicy 'domicile-")
}

// settle waits until it is known what becomes of an act that was admitted. What is in a prohibited place has to be
// flagged within the limit: counted from the given time, or if it comes there later, from then on.
func (r *run) settle(ctx context.Context, c *cell, from time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	var illegal time.Time
	since := from
	overdue := false
	err := poll(ctx, lookEvery, func() (bool, error) {
		s, err := c.way.seen(ctx, c)
		if err != nil {
			return false, err
		}
		now := time.Now()
		if illegal.IsZero() && (s.illegal || s.word == wordFlagged) {
			illegal = since
		}
		since = now
		took := now.Sub(illegal)
		overdue = !illegal.IsZero() && took > r.limit
		c.detail = s.detail
		switch {
		case s.lost:
			c.got = wordUnflagged
		case s.word == wordFlagged && overdue:
			c.got, c.detail = wordUnflagged, fmt.Sprintf("in time: only after %s", took.Round(time.Millisecond))
		case s.word == wordFlagged:
			c.got, c.flagged = s.word, max(took, 0)
		case s.word != "":
			c.got = s.word
		}
		return s.lost || s.word != "", nil
	})
	if err != nil && overdue {
		c.got = wordUnflagged
		return nil
	}
	return err
}

// Whoever looks reads from a cache, which costs the API server nothing. An act that failed is a request each time, and
// must not keep a small machine from starting the operator.
const (
	lookEvery   = 20 * time.Millisecond
	insistEvery = 250 * time.Millisecond
)

// poll asks until the answer is yes.
func poll(ctx context.Context, every time.Duration, ask func() (bool, error)) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var last error
	for {
		yes, err := ask()
		if yes && err == nil {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			if last != nil {
				return fmt.Errorf("%w (the last answer: %w)", ctx.Err(), last)
			}
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
