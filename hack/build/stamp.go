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
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// stampPath is where the stamp of an artefact lies: beside it, hidden.
func (b *builder) stampPath(a artefact) string {
	dir, name := filepath.Split(filepath.Join(b.root, a.output))
	return filepath.Join(dir, "."+name+".stamp")
}

// digest is a digest of all that an artefact is made from: its module's pins,
// what is compiled or copied, the flags, the compiler and the machine's kind.
func (b *builder) digest(a artefact) (string, error) {
	sum := sha256.New()
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := hashFile(sum, filepath.Join(b.root, a.module, name)); err != nil {
			return "", err
		}
	}
	if a.pkg == "." { // It is our own, and not pinned.
		sources, err := filepath.Glob(filepath.Join(b.root, a.module, "*.go"))
		if err != nil {
			return "", fmt.Errorf("listing what %s is compiled from: %w", a.name, err)
		}
		for _, path := range sources {
			if err := hashFile(sum, path); err != nil {
				return "", err
			}
		}
	}
	// A hash writer never returns an error.
	_, _ = fmt.Fprintf(sum, "%q %q %q %q", goBuildArgs(a), a.from, strings.Join(a.folders, " "),
		[]string{runtime.Version(), runtime.GOOS, runtime.GOARCH})
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// isCurrent says whether an artefact exists as the stamp beside it describes it.
func (b *builder) isCurrent(a artefact) (bool, error) {
	want, err := b.wantStamp(a)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	got, err := os.ReadFile(b.stampPath(a))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the stamp of %s: %w", a.name, err)
	}
	return string(got) == want, nil
}

// wantStamp is what the stamp of an artefact says once it is built. The size
// is in it so that a truncated or replaced file is noticed.
func (b *builder) wantStamp(a artefact) (string, error) {
	info, err := os.Stat(filepath.Join(b.root, a.output))
	if err != nil {
		return "", fmt.Errorf("looking at %s: %w", a.output, err)
	}
	digest, err := b.digest(a)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %d\n", digest, info.Size()), nil
}

// writeStamp writes the stamp last, after the artefact is in its place: a
// build that died in between is repeated, never trusted.
func (b *builder) writeStamp(a artefact) error {
	stamp, err := b.wantStamp(a)
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.stampPath(a), []byte(stamp), 0o644); err != nil {
		return fmt.Errorf("writing the stamp of %s: %w", a.name, err)
	}
	return nil
}

func hashFile(to io.Writer, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading what is pinned: %w", err)
	}
	if _, err := fmt.Fprintf(to, "%s %d\n%s", filepath.Base(path), len(data), data); err != nil {
		return fmt.Errorf("hashing %s: %w", path, err)
	}
	return nil
}
