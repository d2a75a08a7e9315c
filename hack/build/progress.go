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

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// How often progress is told: on a terminal one line is rewritten, elsewhere
// (a log) every word stays, so there are fewer.
const (
	everyOnTerminal = 500 * time.Millisecond
	everyInLog      = 15 * time.Second
)

// progress tells how far one build is.
type progress struct {
	out      io.Writer
	terminal bool
	label    string
	usual    time.Duration
	start    time.Time

	mu    sync.Mutex
	doing string
	total int // packages that it consists of: at most so many are compiled
	done  int // packages compiled so far
}

// begin starts telling, until the returned function is called.
func (p *progress) begin() (stop func()) {
	every := everyInLog
	if p.terminal {
		every = everyOnTerminal
		p.tell()
	} else if p.usual > 0 {
		_, _ = fmt.Fprintf(p.out, "%s: about %s the first time\n", p.label, roundly(p.usual))
	}
	ticker := time.NewTicker(every)
	ended := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				p.tell()
			}
		}
	})
	return func() {
		ticker.Stop()
		close(ended)
		telling.Wait()
	}
}

func (p *progress) phase(doing string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doing = doing
}

func (p *progress) packages(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doing, p.total = "", total
}

// compiled counts one more package. Go does not name those that it has cached,
// so the count may end below the total.
func (p *progress) compiled() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
}

func (p *progress) tell() {
	if p.terminal {
		_, _ = fmt.Fprintf(p.out, "\r\033[K%s", p.line())
		return
	}
	_, _ = fmt.Fprintln(p.out, p.line())
}

// end tells how it ended and how long it took.
func (p *progress) end(how string) {
	if p.terminal {
		_, _ = fmt.Fprint(p.out, "\r\033[K")
	}
	_, _ = fmt.Fprintf(p.out, "%s: %s in %s\n", p.label, how, time.Since(p.start).Round(100*time.Millisecond))
}

func (p *progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	words := []string{time.Since(p.start).Round(time.Second).String()}
	if p.usual > 0 {
		words[0] += " of about " + roundly(p.usual)
	}
	if p.doing != "" {
		words = append(words, p.doing)
	}
	switch {
	case p.done > 0:
		words = append(words, fmt.Sprintf("%d of %d packages compiled", p.done, p.total))
	case p.total > 0:
		words = append(words, fmt.Sprintf("%d packages", p.total))
	}
	return p.label + ": " + strings.Join(words, ", ")
}

// roundly says a duration as a person would.
func roundly(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	}
	return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
