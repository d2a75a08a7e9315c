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

package index

import (
	"context"
	"fmt"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Late makes the indexes of snapshots and their contents, which may come to the cluster after the
// cache has started. Who needs one asks for it before the first lookup: on the leader those
// who watch the kind, and on every replica the gate. It can be used by several at once.
type Late struct {
	indexer client.FieldIndexer

	mu sync.Mutex
	// made are the indexes that there are.
	made map[string]bool
}

// NewLate returns a Late that makes indexes of that cache.
func NewLate(indexer client.FieldIndexer) *Late {
	return &Late{indexer: indexer, made: map[string]bool{}}
}

// Setup makes the indexes of the kind of the object that are not there yet. A kind that the API
// server does not have is a NoMatch error, and is asked for again the next time.
func (l *Late) Setup(ctx context.Context, object client.Object) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	kind := fmt.Sprintf("%T", object)
	for _, i := range snapshots() {
		key := kind + " " + i.field
		if fmt.Sprintf("%T", i.object) != kind || l.made[key] {
			continue
		}
		if err := setup(ctx, l.indexer, []one{i}); err != nil {
			return err
		}
		l.made[key] = true
	}
	return nil
}
