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

package workload

import (
	"time"

	"k8s.io/apimachinery/pkg/types"
)

const (
	// maxTurns is how many turns of one owner's pods in a window get an Event each.
	maxTurns = 20
	// window is how long turns are counted together.
	window = time.Minute
	// maxOwners is how many owners are counted before those whose window is over are forgotten.
	maxOwners = 1000
)

// decision says what to tell about a turn.
type decision uint8

const (
	// tellPod: an Event on the pod.
	tellPod decision = iota
	// tellOwner: one Event on the owner, for this turn and the others to come in the window.
	tellOwner
	// tellNobody: the owner was told.
	tellNobody
)

// throttle counts the turns of each owner's pods. The zero value is ready for use.
type throttle struct {
	owners map[types.UID]*turns
}

type turns struct {
	until time.Time
	count int
}

// turn counts a turn of one of the owner's pods.
func (t *throttle) turn(owner types.UID, now time.Time) decision {
	if t.owners == nil {
		t.owners = map[types.UID]*turns{}
	}
	o := t.owners[owner]
	if o == nil || !now.Before(o.until) {
		t.forget(now)
		o = &turns{until: now.Add(window)}
		t.owners[owner] = o
	}
	o.count++
	switch {
	case o.count <= maxTurns:
		return tellPod
	case o.count == maxTurns+1:
		return tellOwner
	default:
		return tellNobody
	}
}

// forget drops the owners whose window is over, once there are many.
func (t *throttle) forget(now time.Time) {
	if len(t.owners) < maxOwners {
		return
	}
	for uid, o := range t.owners {
		if !now.Before(o.until) {
			delete(t.owners, uid)
		}
	}
}
