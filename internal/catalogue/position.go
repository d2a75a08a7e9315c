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

package catalogue

import (
	"fmt"
	"strings"
)

// overlayPrefix stands before the names of the files of an overlay.
const overlayPrefix = "overlay/"

// position is where a row was read.
type position struct {
	file string
	line int
}

// overlay reports whether the row is one of an overlay.
func (p position) overlay() bool { return strings.HasPrefix(p.file, overlayPrefix) }

// replacedBy reports whether a row at p gives way to the one at first, which has
// the same key: only an overlay may have what the embedded data has too.
func (p position) replacedBy(first position) bool { return first.overlay() && !p.overlay() }

// seenFrom writes the position for whoever is at another.
func (p position) seenFrom(other position) string {
	if p.file == other.file {
		return fmt.Sprintf("line %d", p.line)
	}
	return fmt.Sprintf("line %d of %s", p.line, p.file)
}

// fault says that a field of the row is wrong.
func (p position) fault(bad *faults, field, format string, args ...any) {
	bad.add(p.file, p.line, field, format, args...)
}
