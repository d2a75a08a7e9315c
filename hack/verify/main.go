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

// Command verify checks what the linters cannot: that generated files are
// current, every go.mod is tidy, every Go file carries the licence, and no
// file names a folder of somebody's machine. It runs all checks and tells all
// that they find. `make verify` runs it after go vet and golangci-lint.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// check is one thing that must hold for the repository at root.
type check struct {
	name string
	run  func(ctx context.Context, root string) error
}

func checks() []check {
	return []check{
		{"every Go file carries the licence", checkBoilerplate},
		{"no file names a folder of a machine", checkPaths},
		{"generated files are current", checkGenerated},
		{"every go.mod is tidy", checkTidy},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	if failed := runAll(ctx, root, checks(), os.Stderr); failed > 0 {
		stop()
		os.Exit(1)
	}
}

// runAll runs every check, also after one has failed, and returns how many did.
func runAll(ctx context.Context, root string, all []check, out io.Writer) int {
	failed := 0
	for _, c := range all {
		start := time.Now()
		err := c.run(ctx, root)
		took := time.Since(start).Round(100 * time.Millisecond)
		if err == nil {
			_, _ = fmt.Fprintf(out, "ok    %s (%s)\n", c.name, took)
			continue
		}
		failed++
		_, _ = fmt.Fprintf(out, "FAIL  %s (%s)\n      %s\n", c.name, took, strings.ReplaceAll(err.Error(), "\n", "\n      "))
	}
	return failed
}

// command runs a program in a folder. What it says is in the error if it fails.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	// A make that runs below make verify must not look for its job server.
	cmd.Env = append(os.Environ(), "MAKEFLAGS=")
	said, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("running %s %s: %w\n%s", name, strings.Join(args, " "), err, strings.TrimRight(string(said), "\n"))
	}
	return nil
}

// walk calls visit for every file of the repository, with its path relative to
// root. What git keeps for itself and what is built is no part of it.
func walk(root string, visit func(path string) error) error {
	return filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if entry.IsDir() && (relative == ".git" || relative == "bin") {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		return visit(relative)
	})
}

// complain turns a list of offenders into an error, or none into nil.
func complain(offenders []string) error {
	if len(offenders) == 0 {
		return nil
	}
	return errors.New(strings.Join(offenders, "\n"))
}
