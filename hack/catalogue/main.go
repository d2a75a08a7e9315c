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

// Command catalogue checks the data of the catalogue and writes what is made of it:
// the rows of the CSV files are put in order, and jurisdictions.json is made of
// jurisdictions.yaml. Nothing is written if anything is wrong. `make generate` runs it.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// The files that people edit, and the one that is made of one of them.
const (
	groupsYAML = "jurisdictions.yaml"
	groupsJSON = "jurisdictions.json"
)

func main() {
	flags := flag.NewFlagSet("catalogue", flag.ExitOnError)
	dir := flags.String("dir", filepath.Join("internal", "catalogue", "data"), "the folder of the data")
	// ExitOnError: it does not return an error.
	_ = flags.Parse(os.Args[1:])

	written, err := run(*dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "catalogue:", err)
		os.Exit(1)
	}
	for _, name := range written {
		fmt.Println("Wrote", filepath.Join(*dir, name))
	}
}

// run checks the data in the folder and writes the files that are not as they should
// be, of which it returns the names.
func run(dir string) (written []string, err error) {
	before := map[string]string{}
	for _, name := range append(names(), groupsYAML) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("reading the data: %w", err)
		}
		before[name] = string(text)
	}
	generated, err := groups(before[groupsYAML])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", groupsYAML, err)
	}
	// The rows are checked as they stand, so that the lines of faults are right.
	if err := check(before, generated); err != nil {
		return nil, err
	}
	// Whatever is there now, it may only be missing.
	old, err := os.ReadFile(filepath.Join(dir, groupsJSON))
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("reading the data: %w", err)
	}
	before[groupsJSON] = string(old)

	after := map[string]string{groupsJSON: generated}
	for _, t := range tables() {
		if after[t.name], err = t.sort(before[t.name]); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if after[name] == before[name] {
			continue
		}
		if err := replace(filepath.Join(dir, name), after[name]); err != nil {
			return nil, err
		}
		written = append(written, name)
	}
	return written, nil
}

// check reads the data as the programs do. Lines of what is generated help nobody, so
// faults of it are told of the file that it is made of, by their path alone.
func check(edited map[string]string, generated string) error {
	data := map[string]string{groupsJSON: generated}
	for _, name := range names() {
		data[name] = edited[name]
	}
	_, err := catalogue.Read(data)
	if err == nil {
		return nil
	}
	faults := strings.Split(err.Error(), "\n")
	for i, fault := range faults {
		rest, ok := strings.CutPrefix(fault, groupsJSON+":")
		if !ok {
			continue
		}
		faults[i] = groupsYAML + ":" + strings.TrimLeft(rest, "0123456789:")
	}
	return fmt.Errorf("checking the data:\n%s", strings.Join(faults, "\n"))
}

// replace writes the file in one step: an editor or a build that reads it at the same
// time sees either the old text or the new.
func replace(path, text string) error {
	temporary := path + ".new"
	if err := os.WriteFile(temporary, []byte(text), 0o644); err != nil {
		return fmt.Errorf("writing the data: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("writing the data: %w", err)
	}
	return nil
}
