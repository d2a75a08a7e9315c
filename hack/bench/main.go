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

// Command bench runs the benchmarks that have a target and prints a table of
// what was measured against what was promised. It exits 1 when a target is
// missed or a benchmark is gone. `make bench`, `make bench-cluster` and
// `make bench-admission` run it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	rounds := flags.Int("rounds", 3, "how often each benchmark is repeated; the least counts")
	benchtime := flags.String("benchtime", "1s", "how long each repetition takes, as for go test")
	cluster := flags.Bool("cluster", false, "measure a cluster of 5,000 nodes on a real API server, and nothing else")
	referring := flags.Bool("carriers", false, "measure a cluster of many pods that refer to Secrets on a real API server, and nothing else")
	pods := flags.Int("pods", 10000, "how many pods -carriers makes")
	admission := flags.Bool("admission", false, "measure what admission adds to the creation of pods on a real API server, and nothing else")
	plain := flags.Bool(plainFlag, false, "be the handler that -admission compares with; it starts it itself")
	var admit admissionOptions
	flags.IntVar(&admit.rounds, "admission-rounds", 4, "how often -admission measures each setting, in turns")
	flags.IntVar(&admit.requests, "admission-requests", 500, "how many pods -admission creates in a round, at each concurrency")
	// ExitOnError: it does not return an error.
	_ = flags.Parse(os.Args[1:])

	measure := func() error { return run(ctx, *rounds, *benchtime) }
	if *cluster {
		measure = func() error { return runFleet(ctx) }
	}
	if *referring {
		measure = func() error { return runCarriers(ctx, *pods) }
	}
	if *admission {
		measure = func() error { return runAdmission(ctx, admit) }
	}
	if *plain {
		measure = func() error { return servePlain(os.Stdin, os.Stdout) }
	}
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// run compiles each package's tests once and then runs all benchmarks round
// after round. So the repetitions of one lie apart in time, and two that are
// compared suffer the same from what else the machine does.
func run(ctx context.Context, rounds int, benchtime string) error {
	binaries, err := filepath.Abs(filepath.Join("bin", "bench"))
	if err != nil {
		return fmt.Errorf("finding the folder of the test binaries: %w", err)
	}
	for _, s := range suites() {
		_, _ = fmt.Fprintf(os.Stderr, "Compiling the benchmarks of %s ...\n", s.pkg)
		if _, err := command(ctx, ".", "go", "test", "-c", "-o", s.binary(binaries), s.pkg); err != nil {
			return err
		}
	}
	all := results{}
	for round := 1; round <= rounds; round++ {
		for _, s := range suites() {
			_, _ = fmt.Fprintf(os.Stderr, "Round %d of %d: %s ...\n", round, rounds, s.pkg)
			out, err := command(ctx, s.pkg, s.binary(binaries), "-test.run", "^$", "-test.benchmem",
				"-test.bench", "^Benchmark("+strings.Join(s.benchmarks, "|")+")$", "-test.benchtime", benchtime)
			if err != nil {
				return err
			}
			read(all, s.pkg, out, runtime.GOMAXPROCS(0))
		}
	}
	return report(os.Stdout, rows(), all)
}

// runFleet measures what needs a cluster, once: it takes minutes.
func runFleet(ctx context.Context) error {
	all := results{}
	if err := measureFleet(ctx, all); err != nil {
		return err
	}
	return report(os.Stdout, fleetRows(), all)
}

// command runs a program in a folder and returns what it prints.
func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("running %s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// report prints the table. Its error says how many targets were missed.
func report(to io.Writer, table []row, all results) error {
	out := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	_, _ = fmt.Fprintln(out, "FIGURE\tMEASURED\tTARGET\tRATIO\t")
	missed := 0
	for _, r := range table {
		measured, target, ratio, note := "no benchmark", "", "", ""
		got, ok := r.measure(all)
		if ok {
			measured = got.String()
		}
		if r.atMost != nil {
			target = "<= " + r.atMost.String()
			if ok {
				ratio = got.ratio(*r.atMost)
			}
		}
		if !ok || r.atMost != nil && !got.within(*r.atMost) {
			missed++
			note = "MISSED"
		}
		_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", r.figure, measured, target, ratio, note)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	if missed > 0 {
		return errors.New(strconv.Itoa(missed) + " of " + strconv.Itoa(len(table)) + " figures are not what they have to be")
	}
	return nil
}
