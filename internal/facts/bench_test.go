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

package facts

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

func manyNodes(tb testing.TB, count int) *Nodes {
	tb.Helper()
	nodes := NewNodes(location.Locator{Catalogue: load(tb)})
	for i := range count {
		nodes.Set(awsNode(fmt.Sprintf("node-%04d", i), "eu-central-1"))
	}
	return nodes
}

func TestAHeartbeatAllocatesNothing(t *testing.T) {
	nodes := manyNodes(t, 1)
	again := awsNode("node-0000", "eu-central-1")
	again.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady}}
	if got := testing.AllocsPerRun(100, func() { nodes.Set(again) }); got != 0 {
		t.Errorf("it allocates %v times", got)
	}
}

// All nodes of a large cluster, as when a Site is made or ends.
func BenchmarkSetLocator(b *testing.B) {
	nodes := manyNodes(b, 5000)
	cat := load(b)
	for i := 0; b.Loop(); i++ {
		nodes.SetLocator(location.Locator{Catalogue: cat, Now: time.Unix(int64(i), 0)})
	}
}
