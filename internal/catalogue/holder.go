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

import "sync/atomic"

// Holder holds the catalogue that is in force in a process. The zero Holder has none.
// It is safe for concurrent use, and must not be copied.
type Holder struct{ current atomic.Pointer[Catalogue] }

// Current returns the catalogue in force, nil before the first.
func (h *Holder) Current() *Catalogue { return h.current.Load() }

// Swap puts the catalogue in force, and returns the one before it, nil if there was none.
func (h *Holder) Swap(c *Catalogue) (before *Catalogue) { return h.current.Swap(c) }
