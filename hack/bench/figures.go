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
	"math"
	"time"
)

// result is what one benchmark measured: the least of its repetitions, since
// a busy machine only ever adds.
type result struct {
	nanos  float64 // per operation
	allocs float64 // per operation
	count  float64 // of what happened, where that is what was counted
}

// results maps "package Benchmark/Sub" to what was measured.
type results map[string]result

func key(pkg, benchmark string) string { return pkg + " " + benchmark }

// kind says in what a value is counted.
type kind int

const (
	nanoseconds kind = iota
	allocs
	factor
	number
)

// value is a number with what it counts.
type value struct {
	kind   kind
	number float64
}

func upTo(d time.Duration) *value     { return &value{nanoseconds, float64(d.Nanoseconds())} }
func allocations(n float64) *value    { return &value{allocs, n} }
func times(n float64) *value          { return &value{factor, n} }
func count(n float64) *value          { return &value{number, n} }
func (v value) within(max value) bool { return v.number <= max.number }

// ratio is how much of the target was used: at most 1 is good.
func (v value) ratio(target value) string {
	if target.number == 0 {
		if v.number == 0 {
			return "0.00"
		}
		return "over"
	}
	return fmt.Sprintf("%.2f", v.number/target.number)
}

func (v value) String() string {
	switch v.kind {
	case allocs:
		return fmt.Sprintf("%.0f allocs", v.number)
	case factor:
		return fmt.Sprintf("%.2fx", v.number)
	case number:
		return fmt.Sprintf("%.0f", v.number)
	}
	switch size := math.Abs(v.number); {
	case size < 1e3:
		return fmt.Sprintf("%.1f ns", v.number)
	case size < 1e6:
		return fmt.Sprintf("%.2f µs", v.number/1e3)
	case size < 1e9:
		return fmt.Sprintf("%.2f ms", v.number/1e6)
	}
	return fmt.Sprintf("%.2f s", v.number/1e9)
}

// timeOf is the time of one operation.
func timeOf(pkg, benchmark string) func(results) (value, bool) {
	return func(all results) (value, bool) {
		r, ok := all[key(pkg, benchmark)]
		return value{nanoseconds, r.nanos}, ok
	}
}

// allocsOf is how often one operation allocates.
func allocsOf(pkg, benchmark string) func(results) (value, bool) {
	return func(all results) (value, bool) {
		r, ok := all[key(pkg, benchmark)]
		return value{allocs, r.allocs}, ok
	}
}

// countOf is how often something happened.
func countOf(pkg, benchmark string) func(results) (value, bool) {
	return func(all results) (value, bool) {
		r, ok := all[key(pkg, benchmark)]
		return value{number, r.count}, ok
	}
}

// ratioOf is how many times as long one benchmark takes as another.
func ratioOf(pkg, benchmark, over string) func(results) (value, bool) {
	return func(all results) (value, bool) {
		a, okA := all[key(pkg, benchmark)]
		b, okB := all[key(pkg, over)]
		if !okA || !okB || b.nanos == 0 {
			return value{kind: factor}, false
		}
		return value{factor, a.nanos / b.nanos}, true
	}
}

// differenceOf is how much longer one benchmark takes than another.
func differenceOf(pkg, benchmark, minus string) func(results) (value, bool) {
	return func(all results) (value, bool) {
		a, okA := all[key(pkg, benchmark)]
		b, okB := all[key(pkg, minus)]
		return value{nanoseconds, a.nanos - b.nanos}, okA && okB
	}
}
