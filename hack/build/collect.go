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
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// collect writes the YAML that ships in a module into one file of several
// documents. It is read from the module's folder, which Go has checked against
// go.sum; nothing is copied into the repository.
func (b *builder) collect(ctx context.Context, a artefact, to string) error {
	folder, err := b.moduleFolder(ctx, a)
	if err != nil {
		return err
	}
	var all bytes.Buffer
	for _, sub := range a.folders {
		documents, err := readDocuments(folder, sub)
		if err != nil {
			return err
		}
		all.Write(documents)
	}
	if err := os.WriteFile(to, all.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing the documents: %w", err)
	}
	return nil
}

func (b *builder) moduleFolder(ctx context.Context, a artefact) (string, error) {
	answer, err := b.golang(ctx, a.module, nil, "mod", "download", "-json", a.from)
	if err != nil {
		return "", err
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(answer, &module); err != nil {
		return "", fmt.Errorf("reading where %s is: %w", a.from, err)
	}
	return module.Dir, nil
}

// readDocuments reads every *.yaml of a folder of a module, in the order of
// their names, each after a separator and a comment that says whence it is.
// A folder without any is an error: the module has moved them.
func readDocuments(module, folder string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(module, filepath.FromSlash(folder), "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("looking into %s: %w", folder, err)
	}
	var all bytes.Buffer
	for _, file := range files {
		if filepath.Base(file) == "kustomization.yaml" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading a document: %w", err)
		}
		text := strings.TrimPrefix(string(data), "---\n")
		fmt.Fprintf(&all, "---\n# %s/%s of %s\n%s\n", folder, filepath.Base(file), filepath.Base(module), strings.TrimRight(text, "\n"))
	}
	if all.Len() == 0 {
		return nil, fmt.Errorf("looking into %s of %s: no YAML is there", folder, module)
	}
	return all.Bytes(), nil
}
