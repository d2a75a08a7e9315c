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

func TestExitCodesOfPlaces(t *testing.T) {
	site := `
---
apiVersion: residency.domicile.dev/v1alpha1
kind: Site
metadata: {name: cellar}
spec:
  nodeNames: [cellar-1]
  country: DE
  basis: {reference: "inventory", verifiedAt: "2026-10-01"}
`
	read := []string{"locations", "-f", "-"}
	tests := map[string]struct {
		input string
		args  []string
		want  ExitCode
	}{
		"every node known":                  {input: nodeDE + nodeUS, args: read, want: ExitPermitted},
		"some node undetermined":            {input: nodeDE + nodeUnknown, args: read, want: ExitUndetermined},
		"the node that is named is known":   {input: nodeDE + nodeUnknown, args: append(read, "fra-1"), want: ExitPermitted},
		"a Site declares it":                {input: nodeDE + nodeUnknown + site, args: read, want: ExitPermitted},
		"no such node":                      {input: nodeDE, args: append(read, "fra-1", "fra-2"), want: ExitBroken},
		"no such node, as JSON":             {input: nodeDE, args: append(read, "fra-2", "-o", "json"), want: ExitBroken},
		"broken input, all nodes known":     {input: nodeDE + "---\na: b: c\n", args: read, want: ExitBroken},
		"broken Site":                       {input: nodeDE + strings.ReplaceAll(site, "DE", "XX"), args: read, want: ExitBroken},
		"no nodes":                          {input: datasets, args: read, want: ExitBroken},
		"code known":                        {args: []string{"resolve", "aws", "eu-west-2"}, want: ExitPermitted},
		"code known, as JSON":               {args: []string{"resolve", "aws", "eu-west-2", "-o", "json"}, want: ExitPermitted},
		"code unknown":                      {args: []string{"resolve", "aws", "eu-west-22"}, want: ExitUndetermined},
		"code unknown, as JSON":             {args: []string{"resolve", "aws", "eu-west-22", "-o", "json"}, want: ExitUndetermined},
		"code of a provider that is not":    {args: []string{"resolve", "nimbus", "eu-west-2"}, want: ExitUndetermined},
		"code of low confidence":            {args: []string{"resolve", "ksyun", "eu-east-1"}, want: ExitUndetermined},
		"code of several countries":         {args: []string{"resolve", "eu-west-2"}, want: ExitUndetermined},
		"code of several, in one country":   {args: []string{"resolve", "eu-central-1"}, want: ExitPermitted},
		"code of nobody":                    {args: []string{"resolve", "x"}, want: ExitUndetermined},
		"empty code":                        {args: []string{"resolve", "aws", ""}, want: ExitBroken},
		"empty provider":                    {args: []string{"resolve", "", "eu-west-2"}, want: ExitBroken},
		"empty code alone":                  {args: []string{"resolve", ""}, want: ExitBroken},
		"node known":                        {args: []string{"resolve", "--zone", "eu-west-3a", "--provider-id", "aws:///eu-west-3a/i-0f3a91c2d4e5b6a71"}, want: ExitPermitted},
		"node undetermined":                 {args: []string{"resolve", "--provider-id", "aws:///eu-west-2a/i-3b629324"}, want: ExitUndetermined},
		"empty node":                        {args: []string{"resolve", "--provider-id", ""}, want: ExitUndetermined},
		"nothing to resolve":                {args: []string{"resolve"}, want: ExitBroken},
		"resolve in no such format":         {args: []string{"resolve", "aws", "eu-west-2", "-o", "toml"}, want: ExitBroken},
		"rows":                              {args: []string{"catalogue", "--provider", "aws"}, want: ExitPermitted},
		"no rows":                           {args: []string{"catalogue", "--provider", "hcloud", "--country", "AQ"}, want: ExitPermitted},
		"rows of nobody":                    {args: []string{"catalogue", "--provider", "nimbus"}, want: ExitBroken},
		"rows of an empty provider":         {args: []string{"catalogue", "--provider", ""}, want: ExitBroken},
		"rows of no such confidence":        {args: []string{"catalogue", "--confidence", "sure"}, want: ExitBroken},
		"overlay that is broken":            {args: []string{"version", "--catalogue-overlay", "testdata/bad/overlay.yaml"}, want: ExitBroken},
		"overlay that is absent":            {args: []string{"version", "--catalogue-overlay", "testdata/no-such.yaml"}, want: ExitBroken},
		"overlay that corrects":             {args: []string{"version", "--catalogue-overlay", "testdata/overlay.yaml"}, want: ExitPermitted},
		"all jurisdictions":                 {args: []string{"jurisdictions"}, want: ExitPermitted},
		"jurisdiction":                      {args: []string{"jurisdictions", "EU"}, want: ExitPermitted},
		"jurisdiction in another case":      {args: []string{"jurisdictions", "Eu"}, want: ExitBroken},
		"adequacy":                          {args: []string{"jurisdictions", "eu-adequacy"}, want: ExitBroken},
		"jurisdiction that nobody has made": {args: []string{"jurisdictions", "atlantis"}, want: ExitBroken},
		"broken jurisdictions":              {args: []string{"jurisdictions", "-f", "testdata/bad/jurisdictions.yaml", "EU"}, want: ExitBroken},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := run(t, tc.input, tc.args...)
			if got.code != tc.want {
				t.Errorf("exit code %d, want %d\n%s%s", got.code, tc.want, got.out, got.errOut)
			}
			if tc.want == ExitBroken && got.errOut == "" {
				t.Error("nobody was told why")
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
