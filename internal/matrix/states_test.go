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

package matrix

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// stage is where cells are tried: a cluster, or none where the harness itself is tested.
type stage interface {
	// prepare makes a namespace, a dataset and an actor for the cell.
	prepare(ctx context.Context, c *cell, law law) error
	// prohibit makes the policy that prohibits the act, or changes one into it.
	prohibit(ctx context.Context, c *cell) error
	// inForce waits until that policy is in force.
	inForce(ctx context.Context, c *cell) error
	// kill ends the operator, start starts it and waits until it is ready.
	kill() error
	start(ctx context.Context) error
	// uninstall takes away what asks Domicile and what guards for it, install brings it back.
	uninstall(ctx context.Context) error
	install(ctx context.Context) error
}

// law is what policy there is when a cell begins.
type law int

const (
	noLaw   law = iota
	mildLaw     // It permits the place that is prohibited later.
	fullLaw
)

// run tries cells.
type run struct {
	stage stage
	// limit is how long something may be in a prohibited place without being flagged.
	limit time.Duration
	// patience is how long anything else is waited for.
	patience time.Duration
	// insistEvery is how long it is from one try to the next of what could not be answered.
	insistEvery time.Duration
	// workers is how many cells are worked on at the same time, where nothing else is said.
	workers int
}

// try tries the cells of one state.
func (r *run) try(ctx context.Context, state string, cells []*cell) error {
	switch state {
	case stateWithout:
		return r.without(ctx, cells)
	case stateUp:
		return r.up(ctx, cells)
	case stateRestarted:
		return r.restarted(ctx, cells)
	case stateDown:
		return r.down(ctx, cells)
	case stateChanged:
		return r.changed(ctx, cells)
	default:
		return fmt.Errorf("no driver for the state %q", state)
	}
}

// each works on all cells that could be tried so far.
func (r *run) each(ctx context.Context, workers int, what string, cells []*cell, do func(context.Context, *cell) error) {
	work := make(chan *cell)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for c := range work {
				if c.got == wordBroken {
					continue
				}
				if err := do(ctx, c); err != nil {
					c.broke(what, err)
				}
			}
		})
	}
	for _, c := range cells {
		work <- c
	}
	close(work)
	group.Wait()
}

// setup makes the cells ready for their acts.
func (r *run) setup(ctx context.Context, cells []*cell, law func(*cell) law) {
	r.each(ctx, r.workers, "setup", cells, func(ctx context.Context, c *cell) error {
		ctx, cancel := context.WithTimeout(ctx, r.patience)
		defer cancel()
		if err := r.stage.prepare(ctx, c, law(c)); err != nil {
			return err
		}
		if c.way.setup == nil {
			return nil
		}
		return c.way.setup(ctx, c)
	})
}

// act does the act once.
func act(ctx context.Context, c *cell) error {
	err := c.way.act(ctx, c)
	c.tried(err, time.Now())
	return nil
}

// insist does the act until it can be answered, as a controller would.
func (r *run) insist(ctx context.Context, c *cell) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	return poll(ctx, r.insistEvery, func() (bool, error) {
		c.tried(c.way.act(ctx, c), time.Now())
		return c.got != wordCallFailed, nil
	})
}

// twins lets the permitted twins run.
func (r *run) twins(ctx context.Context, cells []*cell) {
	r.each(ctx, r.workers, "the permitted twin", cells, func(ctx context.Context, c *cell) error {
		ctx, cancel := context.WithTimeout(ctx, r.patience)
		defer cancel()
		return c.way.twin(ctx, c)
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func always(l law) func(*cell) law { return func(*cell) law { return l } }

// without lets every actor do what it does when nothing of Domicile stands in the way.
func (r *run) without(ctx context.Context, cells []*cell) error {
	if err := r.stage.uninstall(ctx); err != nil {
		return err
	}
	r.setup(ctx, cells, always(noLaw))
	r.each(ctx, r.workers, "the act", cells, act)
	return r.stage.install(ctx)
}

func (r *run) up(ctx context.Context, cells []*cell) error {
	r.setup(ctx, cells, always(fullLaw))
	r.each(ctx, r.workers, "the act", cells, func(ctx context.Context, c *cell) error {
		if err := act(ctx, c); err != nil || !c.admitted {
			return err
		}
		return r.settle(ctx, c, c.actedAt)
	})
	r.twins(ctx, cells)
	return nil
}

// atOnce is how many cells act while the operator starts: with more of them, what is measured would
// be the test on a small machine.
const atOnce = 54

// restarted starts the operator anew as often as it takes for all cells.
func (r *run) restarted(ctx context.Context, cells []*cell) error {
	for some := range slices.Chunk(cells, atOnce) {
		if err := r.restartedFor(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// restartedFor acts while the operator starts: all acts are under way before its caches are filled. Each cell is looked
// at as soon as it was admitted and the operator is ready; that others still try must not hide how late it is flagged.
func (r *run) restartedFor(ctx context.Context, cells []*cell) error {
	r.setup(ctx, cells, always(fullLaw))
	if err := r.stage.kill(); err != nil {
		return err
	}
	var ready time.Time
	var failed error
	started := make(chan struct{})
	go func() {
		defer close(started)
		failed = r.stage.start(ctx)
		ready = time.Now()
	}()
	r.each(ctx, len(cells), "the act", cells, func(ctx context.Context, c *cell) error {
		if err := r.insist(ctx, c); err != nil {
			return err
		}
		<-started
		if !c.admitted || failed != nil {
			return failed
		}
		return r.settle(ctx, c, later(ready, c.actedAt))
	})
	<-started
	if failed != nil {
		return failed
	}
	r.twins(ctx, cells)
	return nil
}

func (r *run) down(ctx context.Context, cells []*cell) error {
	r.setup(ctx, cells, always(fullLaw))
	if err := r.stage.kill(); err != nil {
		return err
	}
	r.each(ctx, r.workers, "the act", cells, act)
	if err := r.stage.start(ctx); err != nil {
		return err
	}
	ready := time.Now()
	r.each(ctx, len(cells), "what came of it", cells, func(ctx context.Context, c *cell) error {
		if !c.admitted {
			return nil
		}
		return r.settle(ctx, c, ready)
	})
	r.twins(ctx, cells)
	return nil
}

// changed begins both, the act and the change of the policy, without waiting for either.
func (r *run) changed(ctx context.Context, cells []*cell) error {
	r.setup(ctx, cells, func(c *cell) law {
		if c.way.moved {
			return mildLaw
		}
		return noLaw
	})
	r.each(ctx, r.workers, "the act", cells, func(ctx context.Context, c *cell) error {
		prohibited := make(chan error, 1)
		go func() { prohibited <- r.stage.prohibit(ctx, c) }()
		if err := act(ctx, c); err != nil {
			return err
		}
		if err := <-prohibited; err != nil {
			return err
		}
		if err := r.stage.inForce(ctx, c); err != nil {
			return err
		}
		c.forcedAt = time.Now()
		if !c.admitted {
			return nil
		}
		return r.settle(ctx, c, later(c.forcedAt, c.actedAt))
	})
	r.twins(ctx, cells)
	return nil
}
