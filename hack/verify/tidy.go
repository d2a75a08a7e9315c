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
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// checkTidy wants `go mod tidy` to change nothing in any module.
func checkTidy(ctx context.Context, root string) error {
	modules, err := findModules(root)
	if err != nil {
		return err
	}
	var offenders []string
	for _, module := range modules {
		if err := command(ctx, filepath.Join(root, module), "go", "mod", "tidy", "-diff"); err != nil {
			offenders = append(offenders, module+": "+short(err.Error()))
		}
	}
	return complain(offenders)
}

// short keeps the head of what go said: enough to see what is wrong, and to run
// go mod tidy.
func short(said string) string {
	const most = 25
	lines := slices.DeleteFunc(strings.Split(said, "\n"), func(line string) bool {
		return strings.HasPrefix(line, "go: downloading ")
	})
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("... and %d more lines; run go mod tidy there", len(lines)-most))
	}
	return strings.Join(lines, "\n")
}

// findModules lists the folders that hold a go.mod, in order. Those of test
// data are no modules of ours.
func findModules(root string) ([]string, error) {
	var modules []string
	err := walk(root, func(path string) error {
		if filepath.Base(path) == "go.mod" && !strings.Contains(filepath.ToSlash(path), "testdata/") {
			modules = append(modules, filepath.Dir(path))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for modules: %w", err)
	}
	return modules, nil
}
