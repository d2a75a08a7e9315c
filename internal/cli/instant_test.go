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
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

var transferFiles = []string{"-f", "testdata/story/nodes.yaml", "-f", "testdata/transfers"}

// TestAtAgreesWithWaiting asks for another time, and waits for it.
func TestAtAgreesWithWaiting(t *testing.T) {
	for _, at := range []string{
		"2021-06-27T23:59:59Z", "2026-11-27T12:00:00Z", "2027-01-15T07:59:59+01:00", "2027-01-15T08:00:00+01:00",
		"2027-03-01T00:00:00Z", "2031-12-27T23:59:59Z", "2031-12-28T00:00:00Z",
	} {
		for _, args := range [][]string{
			{"check"}, {"explain", "pod/london", "-n", "crm"}, {"explain", "deploy/anywhere", "-n", "crm"}, {"explain", "ns/crm"},
			{"explain", "dataset/customers"}, {"explain", "pv/pv-london"}, {"where", "customers"}, {"where", "tickets"},
		} {
			args := slices.Concat(args, transferFiles)
			then, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			streams, _, out, errOut := genericiooptions.NewTestIOStreams()
			code := runOn(t.Context(), streams, screenOf(&bytes.Buffer{}), then, args)
			waited := ended{code: code, out: out.String(), errOut: errOut.String()}

			asked := run(t, "", append(args, "--at", at)...)
			head := "As of " + then.UTC().Format(time.RFC3339) + ":\n"
			if !strings.HasPrefix(asked.out, head) {
				t.Errorf("%s does not say of %s for when it answers: %s", args, at, asked.out)
			}
			asked.out = strings.TrimPrefix(asked.out, head)
			if asked != waited {
				t.Errorf("%s --at %s says\n%s\nand when it has come\n%s", args, at, asked.transcript(args), waited.transcript(args))
			}
		}
	}
}

// TestAtTurnsSites asks when the word of a Site has not ended yet.
func TestAtTurnsSites(t *testing.T) {
	for _, tc := range []struct{ at, want string }{
		{"2020-12-31T23:59:59Z", "pod default/on-room-3: Prohibited"},
		{"2021-01-01T00:00:00Z", "pod default/on-room-3: Undetermined"},
	} {
		if got := run(t, "", "explain", "pod/on-room-3", "-f", "testdata/places", "--at", tc.at); !strings.Contains(got.out, tc.want) {
			t.Errorf("%s: got\n%s%s", tc.at, got.out, got.errOut)
		}
	}
}
