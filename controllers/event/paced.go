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

package event

import (
	"context"

	"k8s.io/client-go/util/flowcontrol"
)

const (
	// pace is how many Events are sent in a second, and at once after a while of none.
	pace = 50
	// maxQueued is how many Events wait, as many as client-go's own queue holds. Those
	// beyond are dropped.
	maxQueued = 1000
)

// Paced sends Events one after the other at a moderate pace. client-go writes each in a
// goroutine of its own: when thousands of verdicts turn at once, their Events would keep
// the statuses from being written.
type Paced struct {
	sender  Sender
	limiter flowcontrol.RateLimiter
	queue   chan Event
}

// NewPaced returns a Paced that hands Events on while it runs.
func NewPaced(sender Sender) *Paced {
	return &Paced{
		sender:  sender,
		limiter: flowcontrol.NewTokenBucketRateLimiter(pace, pace),
		queue:   make(chan Event, maxQueued),
	}
}

// Send has an Event sent in its turn, or drops it if too many wait. It does not block.
func (p *Paced) Send(e Event) {
	select {
	case p.queue <- e:
	default:
	}
}

// Start sends Events until the context ends. It runs on the leader.
func (p *Paced) Start(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-p.queue:
			if err := p.limiter.Wait(ctx); err != nil {
				// The context has ended: what still waits is dropped.
				return nil //nolint:nilerr // An end that was asked for is no error.
			}
			p.sender.Send(e)
		}
	}
}
