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

package e2e

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func files(t *testing.T, elements ...string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(append([]string{repo, "config", "samples"}, append(elements, "*.yaml")...)...))
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no samples in %v (%v)", elements, err)
	}
	var out []string
	for _, p := range paths {
		if filepath.Base(p) != "kustomization.yaml" {
			out = append(out, p)
		}
	}
	return out
}

// They are applied at once, as their readers will: a policy comes before the Site that it
// names, and right after the Jurisdiction.
func TestSamplesAreAccepted(t *testing.T) {
	dir := filepath.Join(repo, "config", "samples")
	t.Cleanup(func() {
		if out, err := kubectlAfterwards("delete", "--ignore-not-found", "-f", dir); err != nil {
			t.Errorf("deleting: %v\n%s", err, out)
		}
	})
	out := kubectl(t, "apply", "--validate=strict", "-f", dir)
	for _, path := range files(t) {
		kind, object, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".yaml"), "_")
		t.Run(kind+" "+object, func(t *testing.T) {
			if line := kind + ".residency.domicile.dev/" + object + " created"; !strings.Contains(out, line) {
				t.Errorf("it was not applied:\n%s", out)
			}
			if kind != "dataset" {
				kubectl(t, "wait", "--for=condition=Accepted", kind+"/"+object, "--timeout=30s")
			}
		})
	}
}

// They are not applied: nobody else's test is to call one of them.
func TestSamplesOfProcessorsAreAccepted(t *testing.T) {
	for _, path := range files(t, "processors") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			kubectl(t, "create", "--dry-run=server", "--validate=strict", "-f", path)
		})
	}
}

func TestInvalidSamplesAreRefused(t *testing.T) {
	for _, by := range []string{"schema", "webhook"} {
		for _, path := range files(t, "invalid", by) {
			t.Run(by+"/"+filepath.Base(path), func(t *testing.T) {
				want := expectation(t, path)
				out, err := tryKubectl(t, "create", "--dry-run=server", "-f", path)
				if err == nil {
					t.Fatalf("it was accepted: %s", out)
				}
				if !strings.Contains(out, want) {
					t.Errorf("the error does not say %q:\n%s", want, out)
				}
			})
		}
	}
}

// What only the catalogue knows to be wrong passes the schema.
func TestWhatTheWebhookRefusesPassesTheSchema(t *testing.T) {
	withoutWebhook(t, func() {
		for _, path := range files(t, "invalid", "webhook") {
			kubectl(t, "create", "--dry-run=server", "-f", path)
		}
	})
}

// expectation reads what the first line of a sample says about its error.
func expectation(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	line, err := bufio.NewReader(file).ReadString('\n')
	want, ok := strings.CutPrefix(strings.TrimSpace(line), "# expect: ")
	if err != nil || !ok || want == "" {
		t.Fatalf("%s does not begin with what to expect", path)
	}
	return want
}
