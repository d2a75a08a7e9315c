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
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadKeepsTheLeastTimeAndTheMostAllocations(t *testing.T) {
	out := `goos: linux
pkg: example.com/a
BenchmarkCompile/100-2         	     100	  10000000 ns/op	  12 B/op	       3 allocs/op
BenchmarkCompile/100-2         	     100	   9000000 ns/op	  12 B/op	       4 allocs/op
BenchmarkZone-2                	 1000000	        31.5 ns/op	       0 B/op	       0 allocs/op
BenchmarkWith/Own              	       1	        5 ns/op	 7 pods/s	       1 allocs/op
Benchmark says something else
PASS
`
	want := results{
		"./a Compile/100": {nanos: 9e6, allocs: 4},
		"./a Zone":        {nanos: 31.5},
		"./a With/Own":    {nanos: 5, allocs: 1},
	}
	got := results{}
	read(got, "./a", out, 2)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func TestReadOnOneProcessorKeepsTheWholeName(t *testing.T) {
	got := results{}
	read(got, "./a", "BenchmarkX/v-1 1 5 ns/op\n", 1)
	if _, ok := got["./a X/v-1"]; !ok {
		t.Errorf("got %v", got)
	}
}

func TestReport(t *testing.T) {
	all := results{"./a X": {nanos: 500, allocs: 1}, "./a Y": {nanos: 1500}}
	tests := map[string]struct {
		row     row
		want    string
		wantErr bool
	}{
		"met":                   {row: row{"x", timeOf("./a", "X"), upTo(time.Microsecond)}, want: "x 500.0 ns <= 1.00 µs 0.50"},
		"missed":                {row: row{"y", timeOf("./a", "Y"), upTo(time.Microsecond)}, want: "y 1.50 µs <= 1.00 µs 1.50 MISSED", wantErr: true},
		"printed only":          {row: row{"x", timeOf("./a", "X"), nil}, want: "x 500.0 ns"},
		"no benchmark":          {row: row{"z", timeOf("./a", "Z"), nil}, want: "z no benchmark MISSED", wantErr: true},
		"allocations, none":     {row: row{"y", allocsOf("./a", "Y"), allocations(0)}, want: "y 0 allocs <= 0 allocs 0.00"},
		"allocations, too many": {row: row{"x", allocsOf("./a", "X"), allocations(0)}, want: "x 1 allocs <= 0 allocs over MISSED", wantErr: true},
		"ratio":                 {row: row{"y/x", ratioOf("./a", "Y", "X"), times(2)}, want: "y/x 3.00x <= 2.00x 1.50 MISSED", wantErr: true},
		"ratio without one":     {row: row{"y/z", ratioOf("./a", "Y", "Z"), times(2)}, want: "y/z no benchmark <= 2.00x MISSED", wantErr: true},
		"difference":            {row: row{"y-x", differenceOf("./a", "Y", "X"), upTo(time.Microsecond)}, want: "y-x 1.00 µs <= 1.00 µs 1.00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out := &strings.Builder{}
			err := report(out, []row{test.row}, all)
			if (err != nil) != test.wantErr {
				t.Errorf("error %v, want one: %v", err, test.wantErr)
			}
			_, line, _ := strings.Cut(out.String(), "\n")
			if diff := cmp.Diff(test.want, strings.Join(strings.Fields(line), " ")); diff != "" {
				t.Errorf("row (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSumOfAMetric(t *testing.T) {
	text := `# HELP reconcile_total How often
reconcile_total{controller="node.stamp",result="success"} 5000
reconcile_total{controller="node.stamp",result="error"} 2
reconcile_total{controller="site.status",result="success"} 1.5e+01
reconcile_total_more 7
valid 1
`
	for name, test := range map[string]struct {
		metric, words string
		want          float64
	}{
		"all of its labels": {"reconcile_total", "", 5017},
		"some":              {"reconcile_total", `controller="node.stamp"`, 5002},
		"without labels":    {"valid", "", 1},
		"none":              {"reconcile", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sum(text, test.metric, test.words)
			if err != nil || got != test.want {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
	if _, err := sum("valid yes\n", "valid", ""); err == nil {
		t.Error("a value that is no number is taken")
	}
}

func TestAdmissionFiguresMayMissByNoiseOnlyWhereNothingIsAdded(t *testing.T) {
	limit := upTo(time.Millisecond)
	for name, test := range map[string]struct {
		got, noise       float64
		forgiven, missed bool
	}{
		"within":                    {got: 9e5},
		"beyond":                    {got: 1.2e6, noise: 1e5, missed: true},
		"beyond by noise":           {got: 1.2e6, noise: 3e5, missed: true},
		"forgiven, beyond":          {got: 1.2e6, noise: 1e5, forgiven: true, missed: true},
		"forgiven, beyond by noise": {got: 1.2e6, noise: 3e5, forgiven: true},
	} {
		t.Run(name, func(t *testing.T) {
			out := &strings.Builder{}
			err := reportAdmission(out, []admissionRow{{"x", value{nanoseconds, test.got}, limit, test.noise, test.forgiven}})
			if (err != nil) != test.missed || strings.Contains(out.String(), "MISSED") != test.missed {
				t.Errorf("error %v of\n%s", err, out)
			}
		})
	}
}

func TestWhatAdmissionAdds(t *testing.T) {
	of := func(medians ...time.Duration) *probed { return &probed{all: medians, medians: medians, cpu: medians} }
	g := &gauge{admissionOptions: admissionOptions{rounds: 3, requests: 10}, found: map[probeKey]*probed{
		{settingGate.without().name, 1}:   of(10, 20, 30),
		{settingGate.name, 1}:             of(50, 70, 60),
		{settingAllows.without().name, 1}: of(20, 20, 21),
		{settingAllows.name, 1}:           of(40, 41, 40),
	}}
	if got := median([]time.Duration{40, 10, 30, 20}); got != 25 {
		t.Errorf("the median of four is %d", got)
	}
	if got := g.added(settingGate, 1); got != 40 {
		t.Errorf("added %d", got)
	}
	if got := g.spread(settingGate, 1); got != 20 {
		t.Errorf("spread %d", got)
	}
	if got := g.addedNoise(settingGate, 1); got != 20 {
		t.Errorf("what is added lies %d apart", got)
	}
	if each, noise := g.cpu(settingGate); each != 4 || noise != 2 {
		t.Errorf("CPU %d, noise %d", each, noise)
	}
	if ratio, noise := g.ratio(settingGate, settingAllows); ratio != 2 || noise != 22./20 {
		t.Errorf("ratio %v, noise %v", ratio, noise)
	}
}
