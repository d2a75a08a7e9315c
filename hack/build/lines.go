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
	"strings"
)

// lines takes what go writes to its error output. `go build -v` names there
// each package as it compiles it, between the compiler's complaints; the two
// are told apart here.
type lines struct {
	onPackage func()
	kept      []string
	partial   string
}

// Write takes the next bytes. It never fails.
func (l *lines) Write(data []byte) (int, error) {
	l.partial += string(data)
	for {
		line, rest, found := strings.Cut(l.partial, "\n")
		if !found {
			return len(data), nil
		}
		l.partial = rest
		l.take(line)
	}
}

func (l *lines) take(line string) {
	switch {
	case l.onPackage != nil && isPackage(line):
		l.onPackage()
	case strings.HasPrefix(line, "go: downloading "):
		// Said by the progress line, and no part of any failure.
	default:
		l.kept = append(l.kept, line)
	}
}

// rest is all that was said and is not progress.
func (l *lines) rest() string {
	return strings.TrimRight(strings.Join(append(l.kept, l.partial), "\n"), "\n")
}

// isPackage tells an import path, alone on its line, from a message: messages
// begin with "#", hold a space or a colon, or are indented.
func isPackage(line string) bool {
	return line != "" && !strings.ContainsAny(line, " \t:#")
}
