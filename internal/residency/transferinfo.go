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

package residency

import (
	"slices"
	"time"
)

// TransferState is whether a transfer is valid.
type TransferState string

const (
	// TransferValid: data may go by it.
	TransferValid TransferState = "Valid"
	// TransferNotYetValid: it has not begun.
	TransferNotYetValid TransferState = "NotYetValid"
	// TransferExpired: it has ended.
	TransferExpired TransferState = "Expired"
)

// State says whether the transfer is valid at an instant.
func (t *Transfer) State(at time.Time) TransferState {
	switch {
	case t.ended(at):
		return TransferExpired
	case !t.valid(at):
		return TransferNotYetValid
	default:
		return TransferValid
	}
}

// Ending is until when the transfer is valid, for people: "the end of 2031-12-27", or the first
// instant at which it no longer is, if no day ends then in UTC; empty if it does not end.
func (t *Transfer) Ending() string {
	if t.Until.IsZero() {
		return ""
	}
	return lastDay(t.Until)
}

// Transfers returns the origin of a policy and its transfers, in the order of the policy: of one that rests
// on adequacy decisions, one for each country outside the origin. The origin is empty if the policy
// has none, or is not accepted.
func (rb *Rulebook) Transfers(policy string) (origin string, transfers []*Transfer) {
	p := rb.policies[policy]
	if p == nil || !p.accepted() {
		return "", nil
	}
	return p.originName, slices.Clone(p.transfers)
}
