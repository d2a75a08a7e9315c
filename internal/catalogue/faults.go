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
	"errors"
	"fmt"
)

// fault is one thing that is wrong with the data. Line and field are zero where
// the fault is the file's.
type fault struct {
	file    string
	line    int
	field   string
	problem string
}

// Error returns "file:line: field: problem".
func (f *fault) Error() string {
	where := f.file
	if f.line > 0 {
		where = fmt.Sprintf("%s:%d", where, f.line)
	}
	if f.field != "" {
		where += ": " + f.field
	}
	return where + ": " + f.problem
}

// faults collects everything that is wrong, so that whoever edits the data sees
// all of it at once.
type faults struct{ all []error }

func (f *faults) add(file string, line int, field, format string, args ...any) {
	f.all = append(f.all, &fault{file: file, line: line, field: field, problem: fmt.Sprintf(format, args...)})
}

func (f *faults) err() error { return errors.Join(f.all...) }
