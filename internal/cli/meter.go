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

package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

const (
	// patience is how long people wait without being told anything.
	patience = 2 * time.Second
	// eraseLine goes to the beginning of a terminal's line, and erases it.
	eraseLine = "\r\x1b[K"
)

// meter says on a terminal how far a long reading has come.
type meter struct {
	out io.Writer
	// what is read: "nodes".
	what  string
	timer *time.Timer

	mu              sync.Mutex
	shown           bool
	read, remaining int64
}

// newMeter returns a meter that says nothing before its time, and never if nobody looks.
func newMeter(out io.Writer, what string) *meter {
	m := &meter{out: out, what: what}
	if f, ok := out.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return m
	}
	m.timer = time.AfterFunc(patience, m.show)
	return m
}

// advance notes that some were read, and that others remain as far as the server says.
func (m *meter) advance(read, remaining int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read += read
	m.remaining = remaining
	if m.shown {
		m.write()
	}
}

func (m *meter) show() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shown = true
	m.write()
}

// write writes over what was written before. The lock is held.
func (m *meter) write() {
	of := ""
	if m.remaining > 0 {
		of = fmt.Sprintf(" of %d", m.read+m.remaining)
	}
	// A terminal that is gone has nobody to tell.
	_, _ = fmt.Fprintf(m.out, "%sReading %s: %d%s", eraseLine, m.what, m.read, of)
}

// stop removes what was written.
func (m *meter) stop() {
	if m.timer != nil {
		m.timer.Stop()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shown {
		_, _ = io.WriteString(m.out, eraseLine)
	}
	m.shown = false
}
