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
	"io"
	"os"

	"golang.org/x/term"
)

// usualWidth is the width of a terminal, in columns, if nothing says better.
const usualWidth = 80

// screen is what text for people is written to.
type screen struct {
	// terminal is whether it is one. A table is made to fit a terminal; a file or a pipe
	// is read by programs too, and gets it whole.
	terminal bool
	// width is how many columns there are.
	width int
}

// screenOf looks at what the output goes to.
func screenOf(out io.Writer) screen {
	f, ok := out.(*os.File)
	if !ok {
		return screen{width: usualWidth}
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		// It is a file or a pipe.
		return screen{width: usualWidth}
	}
	return screen{terminal: true, width: max(columns, usualWidth)}
}
