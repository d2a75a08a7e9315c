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

package rulebook

import (
	"testing"

	"github.com/domicile-dev/domicile/internal/residency"
)

func TestWhoeverSubscribedHearsOfEverySwap(t *testing.T) {
	first, second := &residency.Rulebook{}, &residency.Rulebook{}
	h := &Holder{}
	if h.Current() != nil {
		t.Error("a rulebook is in force before the first")
	}
	type swap struct{ old, current *residency.Rulebook }
	var heard []swap
	h.Subscribe(func(old, current *residency.Rulebook) {
		if h.Current() != current {
			t.Error("told of a rulebook that is not in force yet")
		}
		heard = append(heard, swap{old, current})
	})
	h.Swap(first)
	h.Swap(second)
	if want := []swap{{nil, first}, {first, second}}; len(heard) != 2 || heard[0] != want[0] || heard[1] != want[1] {
		t.Errorf("heard %v", heard)
	}
	if h.Current() != second {
		t.Error("the second is not in force")
	}
}
