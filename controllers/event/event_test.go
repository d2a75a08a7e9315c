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
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// sent is a Recorder that keeps what it was told.
type sent struct {
	notes   chan string
	related chan runtime.Object
}

func (s *sent) Eventf(_, related runtime.Object, _, _, _, note string, args ...any) {
	s.related <- related
	s.notes <- fmt.Sprintf(note, args...)
}

func TestANoteIsSentAsItIs(t *testing.T) {
	s := &sent{notes: make(chan string, 1), related: make(chan runtime.Object, 1)}
	Now(s).Send(Event{Note: "100%d of " + strings.Repeat("é", 1000)})
	note := <-s.notes
	if !strings.HasPrefix(note, "100%d of é") || len(note) > maxNote || !utf8.ValidString(note) {
		t.Errorf("%d bytes were sent: %.20s", len(note), note)
	}
	if related := <-s.related; related != nil {
		t.Errorf("related is %v", related)
	}
}

func TestCut(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		limit int
		want  string
	}{
		"short enough":           {"four", 4, "four"},
		"too long":               {"too long", 6, "too…"},
		"not through characters": {"aéé", 4, "a…"},
		"no room at all":         {"text", 2, "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Cut(tc.text, tc.limit); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestPacedSendsInOrderAndDropsWhatIsTooMuch(t *testing.T) {
	s := &sent{notes: make(chan string, 2*maxQueued), related: make(chan runtime.Object, 2*maxQueued)}
	p := NewPaced(Now(s))
	for i := range maxQueued + 5 {
		p.Send(Event{Regarding: corev1.ObjectReference{Name: "pod"}, Note: fmt.Sprint(i)})
	}
	if got := len(p.queue); got != maxQueued {
		t.Fatalf("%d Events wait", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Start(ctx) }()
	for i := range pace {
		if note := <-s.notes; note != fmt.Sprint(i) {
			t.Fatalf("Event %d is %s", i, note)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if rest := len(p.queue); rest < maxQueued-2*pace {
		t.Errorf("only %d Events were held back", rest)
	}
}
