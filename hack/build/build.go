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
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// builder builds artefacts below root and tells out about it.
type builder struct {
	root     string
	out      io.Writer
	terminal bool
}

// stale returns those artefacts that have to be built.
func (b *builder) stale(chosen []artefact) ([]artefact, error) {
	var stale []artefact
	for _, a := range chosen {
		current, err := b.isCurrent(a)
		if err != nil {
			return nil, err
		}
		if !current {
			stale = append(stale, a)
		}
	}
	return stale, nil
}

// buildStale builds what has to be built, one after the other: the compiler
// uses all cores by itself. It stops at the first that fails.
func (b *builder) buildStale(ctx context.Context, chosen []artefact) error {
	// Looked at again, now that nobody else builds.
	stale, err := b.stale(chosen)
	if err != nil || len(stale) == 0 {
		return err
	}
	var usual time.Duration
	for _, a := range stale {
		usual += a.usual
	}
	_, _ = fmt.Fprintf(b.out, "Building %d of %d pinned tools from source: about %s the first time on 2 cores, seconds when Go has them cached.\n",
		len(stale), len(chosen), roundly(usual))
	for i, a := range stale {
		p := &progress{
			out: b.out, terminal: b.terminal, usual: a.usual, start: time.Now(),
			label: fmt.Sprintf("[%d/%d] %s", i+1, len(stale), a.name),
		}
		if err := b.build(ctx, a, p); err != nil {
			p.end("failed")
			return fmt.Errorf("building %s: %w", a.name, err)
		}
		p.end("done")
	}
	return nil
}

// build makes one artefact under a temporary name and renames it: a failed or
// interrupted build never leaves half a file where a whole one is expected.
func (b *builder) build(ctx context.Context, a artefact, p *progress) (err error) {
	target := filepath.Join(b.root, a.output)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("making its folder: %w", err)
	}
	dir, name := filepath.Split(target)
	temporary := filepath.Join(dir, "."+name+".new")
	defer func() {
		if e := os.Remove(temporary); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()

	stop := p.begin()
	if a.pkg != "" {
		err = b.compile(ctx, a, temporary, p)
	} else {
		err = b.collect(ctx, a, temporary)
	}
	stop()
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, target); err != nil {
		return fmt.Errorf("putting it in its place: %w", err)
	}
	return b.writeStamp(a)
}

// goBuildArgs are the arguments that decide what comes out. Spelled out, they
// also win over whatever GOFLAGS says.
func goBuildArgs(a artefact) []string {
	return []string{"build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", a.ldflags, a.pkg}
}

// compile runs go build in the artefact's module. Before, it asks for the list
// of packages, which downloads what is missing and tells how many there are.
func (b *builder) compile(ctx context.Context, a artefact, to string, p *progress) error {
	p.phase("fetching modules")
	packages, err := b.golang(ctx, a.module, nil, "list", "-mod=readonly", "-deps", "-f", "{{.ImportPath}}", a.pkg)
	if err != nil {
		return err
	}
	p.packages(bytes.Count(packages, []byte("\n")))

	args := goBuildArgs(a)
	args = append([]string{args[0], "-v", "-o", to}, args[1:]...)
	_, err = b.golang(ctx, a.module, p.compiled, args...)
	return err
}

// golang runs the go command in a module and returns what it prints. When it
// fails, the error holds all that it said. With -v, go prints each package as
// it compiles it: onPackage hears of those, and they are no part of the error.
func (b *builder) golang(ctx context.Context, module string, onPackage func(), args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = filepath.Join(b.root, module)
	// The tools need no C compiler, no workspace and no cross compilation.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var stdout bytes.Buffer
	said := &lines{onPackage: onPackage}
	cmd.Stdout, cmd.Stderr = &stdout, said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("running go %s in %s: %w\n%s", strings.Join(args, " "), module, err, said.rest())
	}
	return stdout.Bytes(), nil
}
