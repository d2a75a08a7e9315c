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

// Package rulebook holds the rulebook that is in force, for everybody in the process
// who evaluates: the webhook on every replica, the controllers on the leader.
package rulebook

import (
	"sync"
	"sync/atomic"

	"github.com/domicile-dev/domicile/internal/residency"
)

// Holder holds the rulebook in force. The zero value holds none.
type Holder struct {
	current atomic.Pointer[residency.Rulebook]

	mu        sync.Mutex
	listeners []func(old, current *residency.Rulebook)
}

// Current returns the rulebook in force, nil before the first one was compiled.
func (h *Holder) Current() *residency.Rulebook { return h.current.Load() }

// Swap puts a rulebook in force and tells everybody who has subscribed, one rulebook
// at a time.
func (h *Holder) Swap(rb *residency.Rulebook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	old := h.current.Swap(rb)
	for _, listen := range h.listeners {
		listen(old, rb)
	}
}

// Subscribe has listen called after every Swap, with the rulebook that was in force
// before (nil at the first) and the one that is now. It must not block.
func (h *Holder) Subscribe(listen func(old, current *residency.Rulebook)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners = append(h.listeners, listen)
}
