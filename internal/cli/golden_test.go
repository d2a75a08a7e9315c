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
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

var update = flag.Bool("update", false, "write the golden files")

// ended is all that a person or a pipeline sees of a run.
type ended struct {
	code        ExitCode
	out, errOut string
}

func run(t *testing.T, stdin string, args ...string) ended {
	t.Helper()
	streams, in, out, errOut := genericiooptions.NewTestIOStreams()
	in.WriteString(stdin)
	code := Run(t.Context(), streams, args)
	return ended{code: code, out: out.String(), errOut: errOut.String()}
}

func (e ended) transcript(args []string) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "$ kubectl residency %s\n", strings.Join(args, " "))
	fmt.Fprintf(&b, "exit code %d\n", e.code)
	fmt.Fprintf(&b, "--- standard output\n%s", e.out)
	fmt.Fprintf(&b, "--- standard error\n%s", e.errOut)
	return b.String()
}

// TestTranscripts runs the plugin over the files in testdata.
func TestTranscripts(t *testing.T) {
	story := []string{"check", "-f", "story/nodes.yaml", "-f", "story/policies.yaml"}
	with := func(args ...string) []string { return append(append([]string{}, story...), args...) }
	tests := map[string]struct {
		args []string
	}{
		"story":            {args: []string{"check", "-f", "story"}},
		"story-json":       {args: []string{"check", "-f", "story", "-o", "json"}},
		"story-yaml":       {args: []string{"check", "-f", "story", "-o", "yaml"}},
		"policies-alone":   {args: []string{"check", "-f", "story/policies.yaml"}},
		"without-nodes":    {args: []string{"check", "-f", "story/policies.yaml", "-f", "odd/reach.yaml", "--strict"}},
		"reach":            {args: with("-f", "odd/reach.yaml")},
		"reach-json":       {args: with("-f", "odd/reach.yaml", "-o", "json")},
		"narrow":           {args: with("-f", "odd/narrow.yaml")},
		"narrow-strict":    {args: with("-f", "odd/narrow.yaml", "--strict")},
		"short":            {args: with("-f", "odd/short.yaml")},
		"keys":             {args: with("-f", "odd/keys.yaml")},
		"overlap":          {args: with("-f", "odd/overlap.yaml")},
		"bad-places":       {args: with("-f", "bad/places.yaml")},
		"bad-catalogue":    {args: with("-f", "bad/catalogue.yaml")},
		"bad-policies":     {args: with("-f", "bad/policies.yaml")},
		"bad-datasets":     {args: with("-f", "bad/datasets.yaml")},
		"bad-workloads":    {args: with("-f", "bad/workloads.yaml")},
		"bad-documents":    {args: with("-f", "bad/documents.yaml")},
		"bad-json":         {args: with("-f", "bad/workloads.yaml", "-o", "json")},
		"missing-file":     {args: with("-f", "no/such.yaml", "-f", "https://example.com/pod.yaml")},
		"help":             {args: []string{"--help"}},
		"help-check":       {args: []string{"check", "--help"}},
		"usage-nothing":    {args: []string{"check"}},
		"usage-argument":   {args: []string{"check", "pod.yaml"}},
		"usage-flag":       {args: []string{"check", "--file", "pod.yaml"}},
		"usage-output":     {args: []string{"check", "-f", "story", "-o", "xml"}},
		"usage-namespace":  {args: []string{"check", "-f", "story", "-n", "a/b"}},
		"usage-command":    {args: []string{"chekc"}},
		"usage-no-command": {args: []string{"explode"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			golden, err := filepath.Abs(filepath.Join("testdata", "golden", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir("testdata")
			got := run(t, "", tc.args...).transcript(tc.args)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("transcript (-want +got), -update writes it:\n%s", diff)
			}
		})
	}
}
