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
	"strconv"
	"strings"
)

// read adds what `go test -bench` printed for a package. Of several
// repetitions of a benchmark the least time and the most allocations count.
func read(all results, pkg, out string, procs int) {
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		r, ok := readFigures(fields[2:])
		if !ok {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if procs > 1 {
			name = strings.TrimSuffix(name, "-"+strconv.Itoa(procs))
		}
		k := key(pkg, name)
		if before, ok := all[k]; ok {
			r = result{nanos: min(r.nanos, before.nanos), allocs: max(r.allocs, before.allocs)}
		}
		all[k] = r
	}
}

// readFigures reads pairs of a number and its unit. Without a time there is
// no figure.
func readFigures(fields []string) (result, bool) {
	var r result
	found := false
	for i := 0; i+1 < len(fields); i += 2 {
		number, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return result{}, false
		}
		switch fields[i+1] {
		case "ns/op":
			r.nanos, found = number, true
		case "allocs/op":
			r.allocs = number
		}
	}
	return r, found
}
