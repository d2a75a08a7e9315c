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
	"cmp"
	"fmt"
	"testing"
	"time"

	"github.com/domicile-dev/domicile/internal/residency"
)

// BenchmarkRecord changes one of 10,000 flagged pods of one dataset and reads the status.
func BenchmarkRecord(b *testing.B) {
	l := New()
	outcomes := []residency.Outcome{residency.Undetermined, residency.Prohibited}
	set := func(i int, o residency.Outcome) {
		in, v := judged("n", finding("d", "p", o))
		l.Record(podNamed(fmt.Sprint("pod-", i%10000)), in, v, nil, start.Add(time.Duration(cmp.Compare(o, 2))*time.Second))
	}
	for i := range 10000 {
		set(i, residency.Prohibited)
	}
	b.Run("record", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			set(i, outcomes[i%2])
		}
	})
	b.Run("status", func(b *testing.B) {
		for b.Loop() {
			l.Dataset("d")
		}
	})
}
