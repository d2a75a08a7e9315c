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

package wake

import (
	"testing"
	"time"

	"k8s.io/client-go/util/workqueue"
)

func TestWake(t *testing.T) {
	s := &Source[string]{First: []string{"first"}}
	s.Wake("before the start")
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	t.Cleanup(q.ShutDown)
	if err := s.Start(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	s.WakeAfter(time.Hour, "much later")
	s.Wake("a", "b")
	s.WakeAfter(time.Millisecond, "soon")
	for _, want := range []string{"first", "a", "b", "soon"} {
		if got, _ := q.Get(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if q.Len() != 0 {
		t.Errorf("%d more", q.Len())
	}
}

func TestNamed(t *testing.T) {
	if got := Named([]string{"a"}); len(got) != 1 || got[0].Name != "a" || got[0].Namespace != "" {
		t.Errorf("got %v", got)
	}
}
