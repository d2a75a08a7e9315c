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
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// generatedBelow are the folders that `make generate` writes into.
var generatedBelow = []string{"api/", "config/", "internal/catalogue/data/"}

// checkGenerated generates into place and compares with what was there before,
// not with what is committed: so it also serves in the middle of a change. What
// was stale is current afterwards, and is named.
func checkGenerated(ctx context.Context, root string) error {
	before, err := snapshot(root)
	if err != nil {
		return err
	}
	if err := command(ctx, root, "make", "--no-print-directory", "generate"); err != nil {
		return err
	}
	after, err := snapshot(root)
	if err != nil {
		return err
	}
	return complain(changes(before, after))
}

// snapshot maps every file below the generated folders to a digest of it.
func snapshot(root string) (map[string]string, error) {
	digests := map[string]string{}
	err := walk(root, func(path string) error {
		below := func(folder string) bool { return strings.HasPrefix(filepath.ToSlash(path), folder) }
		if !slices.ContainsFunc(generatedBelow, below) {
			return nil
		}
		data, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		digests[path] = fmt.Sprintf("%x", sha256.Sum256(data))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the generated files: %w", err)
	}
	return digests, nil
}

// changes lists, in order, what differs between two snapshots.
func changes(before, after map[string]string) []string {
	var found []string
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		switch {
		case before[path] == after[path]:
		case before[path] == "":
			found = append(found, path+": it was missing; it is there now, commit it")
		case after[path] == "":
			found = append(found, path+": nothing generates it any more; it is gone now, commit that")
		default:
			found = append(found, path+": it was stale; it is current now, commit it")
		}
	}
	return found
}
