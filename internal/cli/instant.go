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
	"errors"
	"time"

	"github.com/spf13/cobra"
)

// instantFlag is the one instant for which a run answers: now, unless --at names another.
type instantFlag struct {
	// now is when the run began.
	now time.Time
	// named is what --at names, zero if it names none.
	named time.Time
}

func (f *instantFlag) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "at", "answer for another time than now, as 2031-12-28T00:00:00Z (RFC 3339)")
}

// errNoInstant says how an instant is written. A day has none: it begins at another in every zone.
var errNoInstant = errors.New("name the day, the time and the zone, as 2031-12-28T00:00:00Z or 2031-12-28T00:00:00+01:00")

// Set reads the value of the flag.
func (f *instantFlag) Set(value string) error {
	at, err := time.Parse(time.RFC3339, value)
	// The zero time is no time at all to those who judge.
	if err != nil || at.IsZero() {
		return errNoInstant
	}
	f.named = at
	return nil
}

// String is the value of the flag, empty if it was not given.
func (f *instantFlag) String() string {
	if f.named.IsZero() {
		return ""
	}
	return instant(f.named)
}

// Type is what stands for the value in the help.
func (f *instantFlag) Type() string { return "TIME" }

// given reports whether another time was asked about than now.
func (f *instantFlag) given() bool { return !f.named.IsZero() }

// at is the instant for which the run answers.
func (f *instantFlag) at() time.Time {
	if f.given() {
		return f.named
	}
	return f.now
}

// instant writes an instant as everybody writes it here, in UTC.
func instant(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// asOf begins an answer for another time than now; it is empty for one for now.
func asOf(at string) string {
	if at == "" {
		return ""
	}
	return "As of " + at + ":\n"
}
