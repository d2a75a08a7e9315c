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

// Package event makes Events values: whoever decides that one is due builds it, and
// one place sends it.
package event

import (
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// maxNote is how many bytes events.k8s.io/v1 lets a note have.
const maxNote = 1024

// Event is one Event to be sent.
type Event struct {
	// Regarding is what it is about.
	Regarding corev1.ObjectReference
	// Related is what else it is about, nil if nothing.
	Related *corev1.ObjectReference
	// Type is corev1.EventTypeNormal or corev1.EventTypeWarning.
	Type string
	// Reason and Action in a word.
	Reason, Action string
	// Note for people; what is too long for the API is cut off.
	Note string
}

// Recorder sends Events. events.EventRecorder of client-go is one.
type Recorder interface {
	Eventf(regarding, related runtime.Object, eventtype, reason, action, note string, args ...any)
}

// Sender takes Events to be sent. Events are a courtesy: what cannot be sent is dropped.
type Sender interface {
	Send(e Event)
}

// Now sends Events at once.
func Now(recorder Recorder) Sender { return direct{recorder} }

type direct struct{ recorder Recorder }

// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

func (d direct) Send(e Event) {
	var related runtime.Object
	if e.Related != nil {
		related = e.Related
	}
	d.recorder.Eventf(&e.Regarding, related, e.Type, e.Reason, e.Action, "%s", Cut(e.Note, maxNote))
}

// Cut shortens a text to a number of bytes without breaking a character, and shows that
// it did.
func Cut(text string, limit int) string {
	const ellipsis = "…"
	if len(text) <= limit {
		return text
	}
	limit -= len(ellipsis)
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:max(limit, 0)] + ellipsis
}
