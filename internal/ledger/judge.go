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

package ledger

import (
	"time"

	"github.com/domicile-dev/domicile/internal/residency"
)

// Judged is what has become of a thing that was judged.
type Judged struct {
	Change   Change
	Input    *residency.Input
	Verdict  residency.Verdict
	Rulebook *residency.Rulebook
}

// Judge has a thing judged by the rulebook that is in force, and records what was found. The
// facts are gathered anew if another one comes into force meanwhile.
func (l *Ledger) Judge(thing Thing, now time.Time, gather func(*residency.Rulebook) (*residency.Input, error)) (*Judged, error) {
	for {
		j := &Judged{Rulebook: l.Rulebook()}
		var err error
		if j.Input, err = gather(j.Rulebook); err != nil {
			return nil, err
		}
		j.Verdict = residency.Evaluate(j.Rulebook, j.Input)
		var taken bool
		if j.Change, taken = l.Record(thing, j.Input, &j.Verdict, j.Rulebook, now); taken {
			return j, nil
		}
	}
}
