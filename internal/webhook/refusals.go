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
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// The Event on a claim that stays without a volume. Who tried to bind it is a controller that tells
// nobody what it was answered.
const (
	reasonVolumeRefused = "VolumeRefused"
	actionBind          = "Bind"
)

const (
	// refusalsEvery is how long the same is not told of a claim again: binding is tried again
	// every few seconds.
	refusalsEvery = 5 * time.Minute
	// maxRefusals bounds how many are remembered.
	maxRefusals = 1024
	// maxNote is how many bytes events.k8s.io/v1 lets a note have.
	maxNote = 1024
)

// Events sends Events. events.EventRecorder of client-go does.
type Events interface {
	Eventf(regarding, related runtime.Object, eventtype, reason, action, note string, args ...any)
}

// refusals tells of claims whose binding was refused. A nil one tells nothing.
type refusals struct {
	events Events
	now    func() time.Time

	mu   sync.Mutex
	told map[refusal]time.Time
}

// refusal is what is not told twice.
type refusal struct {
	claim   types.NamespacedName
	uid     types.UID
	message string
}

func newRefusals(events Events, now func() time.Time) *refusals {
	if events == nil {
		return nil
	}
	return &refusals{events: events, now: now, told: map[refusal]time.Time{}}
}

// tell sends the Event, unless that was done lately. The recorder takes Events on a claim for one
// unless they name different volumes.
func (r *refusals) tell(claim, volume *corev1.ObjectReference, message string) {
	if r == nil || !r.due(refusal{types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}, claim.UID, message}) {
		return
	}
	var related runtime.Object
	if volume != nil {
		related = volume
	}
	r.events.Eventf(claim, related, corev1.EventTypeWarning, reasonVolumeRefused, actionBind, "%s", cut(message, maxNote))
}

func (r *refusals) due(one refusal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if last, ok := r.told[one]; ok && now.Sub(last) < refusalsEvery {
		return false
	}
	if len(r.told) >= maxRefusals {
		clear(r.told)
	}
	r.told[one] = now
	return true
}

func reference(kind, namespace, name string, uid types.UID) *corev1.ObjectReference {
	return &corev1.ObjectReference{APIVersion: corev1.SchemeGroupVersion.String(), Kind: kind, Namespace: namespace, Name: name, UID: uid}
}
