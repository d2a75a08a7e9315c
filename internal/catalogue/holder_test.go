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

package catalogue

import "testing"

func TestHolder(t *testing.T) {
	var h Holder
	if h.Current() != nil {
		t.Fatal("there is a catalogue before the first")
	}
	first, second := load(t), load(t)
	if before := h.Swap(first); before != nil || h.Current() != first {
		t.Errorf("the first is not in force, and %p was before it", before)
	}
	if before := h.Swap(second); before != first || h.Current() != second {
		t.Errorf("the second is not in force, and %p was before it", before)
	}
}
