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

// Package wake wakes controllers for what happens inside the process: a new rulebook, a
// node that has moved, counts that have changed.
package wake

import (
	"context"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
)

// Batch is how long the writers of a status wait for more of the same, so that a
// thousand changes of pods are not a thousand writes.
const Batch = 100 * time.Millisecond

// Source is a source of a controller's requests. The zero value is ready for use.
//
// Who calls Wake before the controller has started is not heard: a controller that
// starts looks at everything anyway.
type Source[request comparable] struct {
	// First are the requests that the controller starts with.
	First []request

	mu    sync.Mutex
	queue workqueue.TypedRateLimitingInterface[request]
}

// Start is called by the controller.
func (s *Source[request]) Start(_ context.Context, queue workqueue.TypedRateLimitingInterface[request]) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = queue
	for _, r := range s.First {
		queue.Add(r)
	}
	return nil
}

// String names the source in logs.
func (s *Source[request]) String() string { return "wake" }

// Wake asks for requests to be dealt with. It does not block.
func (s *Source[request]) Wake(requests ...request) { s.WakeAfter(0, requests...) }

// WakeAfter asks for requests to be dealt with after a while. A request that waits
// already is not put off. It does not block.
func (s *Source[request]) WakeAfter(after time.Duration, requests ...request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue == nil {
		return
	}
	for _, r := range requests {
		s.queue.AddAfter(r, after)
	}
}
