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
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/util/workqueue"

	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
)

// A node can be elsewhere although nothing on it has changed: by a Site, or by another
// catalogue. Pods that can reach it are touched as well as those on it.
func TestWhomAChangeOfANodeTouches(t *testing.T) {
	on, reaching := Request{Kind: podsOnNode, Name: "room-1"}, Request{Kind: podsWithoutNode}
	for name, tc := range map[string]struct {
		change facts.NodeChange
		want   []Request
	}{
		"elsewhere":           {facts.NodeChange{Name: "room-1", Location: true}, []Request{on, reaching}},
		"other labels":        {facts.NodeChange{Name: "room-1", Labels: true}, []Request{reaching}},
		"a new node":          {facts.NodeChange{Name: "room-1", Location: true, Labels: true}, []Request{on, reaching}},
		"only another stamp":  {facts.NodeChange{Name: "room-1", Stamp: true}, nil},
		"only for its Site's": {facts.NodeChange{Name: "room-1", Sites: []string{"paris-room"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Reconciler{Woken: &wake.Source[Request]{}}
			q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[Request]())
			t.Cleanup(q.ShutDown)
			if err := r.Woken.Start(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			r.nodeChanged(tc.change)
			// What is asked for at last comes last.
			end := Request{Kind: everything}
			r.Woken.WakeAfter(2*wake.Batch, end)
			var got []Request
			for next, _ := q.Get(); next != end; next, _ = q.Get() {
				got = append(got, next)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
