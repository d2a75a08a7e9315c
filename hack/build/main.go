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

// Command build compiles the pinned tools and the local control plane, each
// from a Go module of its own under hack/, into the ignored folder bin/.
//
//	go run ./hack/build                     everything
//	go run ./hack/build controlplane        one group: controlplane or tools
//	go run ./hack/build kustomize kubectl   single ones
//
// It does nothing when nothing changed: each artefact has a stamp beside it,
// a digest of all that it was made from.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string) error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	all, err := artefacts(root)
	if err != nil {
		return err
	}
	chosen, err := choose(all, names)
	if err != nil {
		return err
	}

	b := &builder{root: root, out: os.Stderr, terminal: isTerminal(os.Stderr)}
	// A look without the lock first: somebody else's long build must not delay
	// a make for which everything is there.
	stale, err := b.stale(chosen)
	if err != nil || len(stale) == 0 {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(root, "bin", ".build.lock"), os.Stderr)
	if err != nil {
		return err
	}
	return errors.Join(b.buildStale(ctx, chosen), unlock())
}

// findRoot walks up to the folder that holds hack/build, so that the program
// works from any folder of the checkout.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the working folder: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "hack", "build", "main.go")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("finding the repository: run this inside a checkout")
		}
		dir = parent
	}
}
