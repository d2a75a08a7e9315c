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

package cli

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

// TestSamples holds the plugin to the samples that a real API server is held to by other
// tests: what it accepts has no errors here, what it or the webhook refuses has.
func TestSamples(t *testing.T) {
	tests := map[string]struct {
		files   string
		refused bool
	}{
		"definitions":              {files: "*.yaml"},
		"workloads":                {files: "workloads/*.yaml"},
		"processors":               {files: "processors/*.yaml"},
		"refused by the schema":    {files: "invalid/schema/*.yaml", refused: true},
		"refused by the catalogue": {files: "invalid/webhook/*.yaml", refused: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", tc.files))
			if err != nil || len(files) == 0 {
				t.Fatalf("there are no samples: %v", err)
			}
			for _, file := range files {
				if filepath.Base(file) == "kustomization.yaml" {
					continue
				}
				args := []string{"check", "-f", file, "-o", "json"}
				if !tc.refused {
					// A definition may name another.
					args = append(args, "-f", filepath.Join("..", "..", "config", "samples"))
				}
				got := run(t, "", args...)
				var report Report
				if err := json.Unmarshal([]byte(got.out), &report); err != nil {
					t.Fatalf("%s: %v", file, err)
				}
				if refused := len(report.Errors) > 0; refused != tc.refused {
					t.Errorf("%s: refused is %t, want %t: %v", file, refused, tc.refused, report.Errors)
				}
			}
		})
	}
}
