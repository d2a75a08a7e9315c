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

package localcluster

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Stop ends every process and removes the state; the logs stay. It may be called again and returns the same.
func (c *Cluster) Stop() error {
	c.stopOnce.Do(func() { c.stopErr = c.stop() })
	return c.stopErr
}

func (c *Cluster) stop() error {
	c.mu.Lock()
	c.stopping = true
	children := slices.Clone(c.children)
	c.mu.Unlock()

	// Clients before their servers, so that no log ends in a storm of refused connections. The API server waits for
	// open watches when it is asked to end, and its data is thrown away: it gets little time.
	c.manager.close()
	var clients sync.WaitGroup
	for _, p := range children {
		if p.name != etcdName && p.name != apiServerName {
			clients.Go(func() { p.stop(5 * time.Second) })
		}
	}
	clients.Wait()
	for _, p := range slices.Backward(children) {
		p.stop(500 * time.Millisecond)
	}
	close(c.spawner)
	c.fail(errStopped)

	err := c.removeState()
	if closing := c.lock.Close(); closing != nil {
		err = errors.Join(err, fmt.Errorf("releasing the lock of the cluster: %w", closing))
	}
	return err
}
