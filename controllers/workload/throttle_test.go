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
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

func TestThrottle(t *testing.T) {
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var th throttle
	count := func(owner types.UID, now time.Time, turns int) map[decision]int {
		got := map[decision]int{}
		for range turns {
			got[th.turn(owner, now)]++
		}
		return got
	}
	for _, step := range []struct {
		name                   string
		owner                  types.UID
		after                  time.Duration
		turns                  int
		pods, owners, nobodies int
	}{
		{"up to the limit", "a", 0, 20, 20, 0, 0},
		{"beyond it", "a", time.Second, 5, 0, 1, 4},
		{"another owner", "b", time.Second, 3, 3, 0, 0},
		{"until the minute is over", "a", window - 1, 1, 0, 0, 1},
		{"from then on", "a", window, 22, 20, 1, 1},
	} {
		got := count(step.owner, start.Add(step.after), step.turns)
		if got[tellPod] != step.pods || got[tellOwner] != step.owners || got[tellNobody] != step.nobodies {
			t.Errorf("%s: %v", step.name, got)
		}
	}
}

func TestThrottleForgetsOwners(t *testing.T) {
	var th throttle
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for i := range 3 * maxOwners {
		th.turn(types.UID(fmt.Sprint(i)), now.Add(time.Duration(i/maxOwners)*window))
	}
	if len(th.owners) > maxOwners {
		t.Errorf("%d owners are kept", len(th.owners))
	}
}
