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
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// checkBoilerplate wants every Go file to begin with the licence, one empty
// line after it. Only build constraints may stand before it.
func checkBoilerplate(_ context.Context, root string) error {
	licence, err := os.ReadFile(filepath.Join(root, "hack", "boilerplate.go.txt"))
	if err != nil {
		return fmt.Errorf("reading the licence: %w", err)
	}
	want := strings.TrimSpace(string(licence)) + "\n\n"
	var offenders []string
	err = walk(root, func(path string) error {
		if filepath.Ext(path) != ".go" {
			return nil
		}
		data, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		if !strings.HasPrefix(withoutConstraints(string(data)), want) {
			offenders = append(offenders, path+": it does not begin with hack/boilerplate.go.txt and an empty line")
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the Go files: %w", err)
	}
	return complain(offenders)
}

// withoutConstraints drops build constraints and empty lines at the beginning.
func withoutConstraints(source string) string {
	for strings.HasPrefix(source, "//go:build ") || strings.HasPrefix(source, "\n") {
		_, source, _ = strings.Cut(source, "\n")
	}
	return source
}

// somebodysHome matches paths into a home folder, whoever's it is.
var somebodysHome = regexp.MustCompile(`(^|[^\w.$/-])/(root|home/[\w.-]+|Users/[\w.-]+)/`)

// checkPaths wants no file to name a folder that exists on one machine only: a
// home folder, or where this checkout happens to lie.
func checkPaths(_ context.Context, root string) error {
	var offenders []string
	checkout := checkoutPattern(root)
	err := walk(root, func(path string) error {
		data, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		if bytes.IndexByte(data, 0) >= 0 {
			return nil // not text
		}
		for i, line := range strings.Split(string(data), "\n") {
			if found := machinePath(checkout, line); found != "" {
				offenders = append(offenders, fmt.Sprintf("%s:%d: it names %q", path, i+1, found))
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the files: %w", err)
	}
	return complain(offenders)
}

// checkoutPattern matches the folder where this checkout lies. A folder right
// below / has a name that may as well be an ordinary word: nil then.
func checkoutPattern(root string) *regexp.Regexp {
	if strings.Count(filepath.ToSlash(root), "/") < 2 {
		return nil
	}
	return regexp.MustCompile(`(^|[^\w.$/-])` + regexp.QuoteMeta(root) + `\b`)
}

// machinePath returns what in the line belongs to one machine, or nothing.
func machinePath(checkout *regexp.Regexp, line string) string {
	if checkout != nil {
		if found := checkout.FindString(line); found != "" {
			return strings.TrimSpace(found)
		}
	}
	return strings.TrimSpace(somebodysHome.FindString(line))
}
