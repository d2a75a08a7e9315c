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

package webhook

import (
	"context"
	"sync"
	"time"
)

// limited is a context that ends some time after it was made. Unlike that of context.WithTimeout
// it sets no timer before somebody waits for its end: what is answered from the caches waits for
// nothing, and a timer for each review costs more than the verdict.
type limited struct {
	context.Context
	deadline time.Time

	mu     sync.Mutex
	timed  context.Context // nil until somebody waits
	cancel context.CancelFunc
	ended  bool
}

// limit returns a context that ends after a time, and what ends it before.
func limit(parent context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	l := &limited{Context: parent, deadline: time.Now().Add(after)}
	if earlier, ok := parent.Deadline(); ok && earlier.Before(l.deadline) {
		l.deadline = earlier
	}
	return l, l.end
}

// wait returns a context that ends by itself.
func (l *limited) wait() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timed == nil {
		l.timed, l.cancel = context.WithDeadline(l.Context, l.deadline)
		if l.ended {
			l.cancel()
		}
	}
	return l.timed
}

// end ends the context.
func (l *limited) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.timed != nil {
		l.cancel()
	}
}

// Deadline implements context.Context.
func (l *limited) Deadline() (time.Time, bool) { return l.deadline, true }

// Done implements context.Context.
func (l *limited) Done() <-chan struct{} { return l.wait().Done() }

// Err implements context.Context.
func (l *limited) Err() error { return l.wait().Err() }
