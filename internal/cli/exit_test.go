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
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/version"
)

const (
	nodeDE = `
---
apiVersion: v1
kind: Node
metadata: {name: fra-1, labels: {topology.kubernetes.io/region: eu-central-1}}
spec: {providerID: "aws:///eu-central-1a/i-0f3a91c2d4e5b6a71"}
`
	nodeUS = `
---
apiVersion: v1
kind: Node
metadata: {name: iad-1, labels: {topology.kubernetes.io/region: us-east-1}}
spec: {providerID: "aws:///us-east-1a/i-0f3a91c2d4e5b6a71"}
`
	nodeUnknown = `
---
apiVersion: v1
kind: Node
metadata: {name: cellar-1}
`
	datasets = `
---
apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: customers}
spec: {title: Customers}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: weather}
spec: {title: Weather}
`
)

func policy(admission string) string {
	return fmt.Sprintf(`
---
apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata: {name: germany}
spec:
  datasets: [customers]
  processing: {allowed: [{country: DE}]}
  enforcement: {admission: %s}
`, admission)
}

func pod(name, dataset, node string) string {
	return fmt.Sprintf(`
---
apiVersion: v1
kind: Pod
metadata: {name: %s, labels: {residency.domicile.dev/dataset: %s}}
spec: {nodeName: "%s"}
`, name, dataset, node)
}

func TestExitCodes(t *testing.T) {
	world := nodeDE + nodeUS + nodeUnknown + datasets + policy("Deny")
	tests := map[string]struct {
		input string
		args  []string
		want  ExitCode
	}{
		"permitted":                              {input: world + pod("a", "customers", "fra-1"), want: ExitPermitted},
		"not governed":                           {input: world + pod("a", "weather", "iad-1"), want: ExitPermitted},
		"handles nothing":                        {input: world + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {nodeName: iad-1}\n", want: ExitPermitted},
		"no workloads":                           {input: world, want: ExitPermitted},
		"prohibited":                             {input: world + pod("a", "customers", "iad-1"), want: ExitProhibited},
		"prohibited, only audited":               {input: nodeUS + datasets + policy("Audit") + pod("a", "customers", "iad-1"), want: ExitProhibited},
		"undetermined place":                     {input: world + pod("a", "customers", "cellar-1"), want: ExitUndetermined},
		"undetermined, only warned of":           {input: nodeUnknown + datasets + policy("Warn") + pod("a", "customers", "cellar-1"), want: ExitUndetermined},
		"node absent from the input":             {input: world + pod("a", "customers", "gone-1"), want: ExitUndetermined},
		"unknown dataset":                        {input: world + pod("a", "clients", "fra-1"), want: ExitUndetermined},
		"prohibited and undetermined":            {input: world + pod("a", "customers", "iad-1") + pod("b", "clients", "fra-1"), want: ExitProhibited},
		"some nodes not permitted":               {input: world + pod("a", "customers", ""), want: ExitPermitted},
		"some nodes not permitted, strict":       {input: world + pod("a", "customers", ""), args: []string{"--strict"}, want: ExitUndetermined},
		"all nodes permitted, strict":            {input: nodeDE + datasets + policy("Deny") + pod("a", "customers", ""), args: []string{"--strict"}, want: ExitPermitted},
		"prohibited elsewhere, strict":           {input: world + pod("a", "customers", "") + pod("b", "customers", "iad-1"), args: []string{"--strict"}, want: ExitProhibited},
		"no nodes":                               {input: datasets + policy("Deny") + pod("a", "customers", ""), want: ExitPermitted},
		"no nodes, strict":                       {input: datasets + policy("Deny") + pod("a", "customers", ""), args: []string{"--strict"}, want: ExitUndetermined},
		"prohibited and broken":                  {input: world + pod("a", "customers", "iad-1") + "---\na: b: c\n", want: ExitBroken},
		"permitted and broken, as JSON":          {input: world + pod("a", "customers", "fra-1") + "---\na: b: c\n", args: []string{"-o", "json"}, want: ExitBroken},
		"prohibited, as JSON":                    {input: world + pod("a", "customers", "iad-1"), args: []string{"-o", "json"}, want: ExitProhibited},
		"policy that only the catalogue refuses": {input: world + strings.ReplaceAll(strings.ReplaceAll(policy("Deny"), "DE", "XX"), "germany", "nowhere"), want: ExitBroken},
		"nothing at all":                         {input: "", want: ExitBroken},
		"unknown flag":                           {input: world, args: []string{"--colour"}, want: ExitBroken},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := run(t, tc.input, append([]string{"check", "-f", "-"}, tc.args...)...)
			if got.code != tc.want {
				t.Errorf("exit code %d, want %d\n%s%s", got.code, tc.want, got.out, got.errOut)
			}
		})
	}
}

func TestHundredsOfNames(t *testing.T) {
	names := make([]string, 200)
	for i := range names {
		names[i] = fmt.Sprintf("dataset-%03d", i)
	}
	got := run(t, fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: a, annotations: {residency.domicile.dev/datasets: "%s"}}
spec: {nodeName: fra-1}
`, strings.Join(names, ", ")), "check", "-f", "-", "-o", "json")
	if got.code != ExitUndetermined {
		t.Fatalf("exit code %d, want %d\n%s", got.code, ExitUndetermined, got.errOut)
	}
	var report Report
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatal(err)
	}
	var datasets []string
	for _, f := range report.Items[0].Findings {
		datasets = append(datasets, f.Dataset)
	}
	if diff := cmp.Diff(names, datasets); diff != "" {
		t.Errorf("datasets with a finding (-want +got):\n%s", diff)
	}
}

func TestVersion(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := Version{Version: version.String(), GoVersion: version.Go(), CatalogueDate: cat.Date()}
	got := run(t, "", "version", "-o", "json")
	var parsed Version
	if err := json.Unmarshal([]byte(got.out), &parsed); err != nil || got.code != ExitPermitted {
		t.Fatalf("exit code %d, %v: %s%s", got.code, err, got.out, got.errOut)
	}
	if diff := cmp.Diff(want, parsed); diff != "" {
		t.Errorf("version (-want +got):\n%s", diff)
	}
	text := run(t, "", "version").out
	for _, part := range []string{want.Version, want.GoVersion, want.CatalogueDate} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in %q", part, text)
		}
	}
}

func TestPrintable(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"text":             {in: "São Paulo, “BR”\nline", want: "São Paulo, “BR”\nline"},
		"escape":           {in: "\x1b[2Jgone", want: `\x1b[2Jgone`},
		"carriage return":  {in: "a\rb", want: `a\rb`},
		"right to left":    {in: "a\u202eb", want: `a\u202eb`},
		"no UTF-8 at all":  {in: "a\xffb", want: "a\uFFFDb"},
		"nothing":          {in: "", want: ""},
		"NUL and its like": {in: "\x00\x07", want: `\x00\a`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := printable(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
