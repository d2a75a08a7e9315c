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
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// sentEvents keeps the Events that are sent, without their notes.
type sentEvents struct {
	sent  []string
	notes []string
}

func (s *sentEvents) Eventf(regarding, related runtime.Object, eventtype, reason, action, note string, args ...any) {
	ref := regarding.(*corev1.ObjectReference)
	s.sent = append(s.sent, fmt.Sprintf("%s %s %s %s/%s %s", eventtype, reason, action, ref.Namespace, ref.Name, ref.UID))
	if volume, ok := related.(*corev1.ObjectReference); ok {
		s.sent[len(s.sent)-1] += " " + volume.Name
	}
	s.notes = append(s.notes, fmt.Sprintf(note, args...))
}

// A controller tries again every few seconds; the Event is sent once in a while.
func TestRefusalsAreToldOnceInAWhile(t *testing.T) {
	events, now := &sentEvents{}, time.Unix(0, 0)
	r := newRefusals(events, func() time.Time { return now })
	expect := func(what string, count int) {
		t.Helper()
		if len(events.sent) != count {
			t.Errorf("%s: %d Events, want %d: %q", what, len(events.sent), count, events.sent)
		}
	}
	data := reference("PersistentVolumeClaim", "crm", "data", "1")
	r.tell(data, nil, "no %s")
	expect("the first", 1)
	r.tell(data, nil, "no %s")
	expect("again", 1)
	r.tell(data, nil, "another "+strings.Repeat("x", 2000))
	expect("another message", 2)
	r.tell(reference("PersistentVolumeClaim", "crm", "data", "2"), nil, "no %s")
	expect("another claim of that name", 3)
	now = now.Add(refusalsEvery)
	r.tell(data, nil, "no %s")
	expect("later", 4)
	if events.notes[0] != "no %s" || len(events.notes[1]) > maxNote {
		t.Errorf("the notes are %q", events.notes[:2])
	}
	for i := range 2 * maxRefusals {
		r.tell(reference("PersistentVolumeClaim", "crm", fmt.Sprint(i), ""), nil, "no")
	}
	if len(r.told) > maxRefusals {
		t.Errorf("%d are remembered", len(r.told))
	}
	newRefusals(nil, time.Now).tell(data, nil, "no") // tells nobody, and does not panic
}
