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

package webhook

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"pgregory.net/rapid"
)

func words(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }

func TestFit(t *testing.T) {
	tests := map[string]struct {
		texts [][]string
		want  []string
	}{
		"nothing": {},
		"one":     {texts: [][]string{{"a problem."}}, want: []string{"a problem."}},
		"a remedy that was told is not told again": {
			texts: [][]string{{"a problem.", "a remedy."}, {"another problem.", "a remedy."}},
			want:  []string{"a problem.", "a remedy.", "another problem."},
		},
		"an empty remedy": {texts: [][]string{{"a problem.", ""}}, want: []string{"a problem."}},
		"long ones are divided between words": {
			texts: [][]string{{words(60)}},
			want:  []string{words(50) + " ...", "... " + words(10)},
		},
		"what has no words is divided anywhere": {
			texts: [][]string{{strings.Repeat("é", 300)}},
			want:  []string{strings.Repeat("é", 252) + " ...", "... " + strings.Repeat("é", 48)},
		},
		"what is far too long is cut": {
			texts: [][]string{{strings.Repeat("x", 100_000)}},
			want: []string{
				strings.Repeat("x", 252) + " ...", "... " + strings.Repeat("x", 248) + " ...", "... " + strings.Repeat("x", 248) + " ...",
				"... " + strings.Repeat("x", 249) + "...",
			},
		},
		"control characters": {texts: [][]string{{"a\nproblem\x00."}}, want: []string{"a problem ."}},
		"not UTF-8":          {texts: [][]string{{"a \xff."}}, want: []string{"a \uFFFD."}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, fit(tc.texts)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFitCountsTheRest(t *testing.T) {
	var texts [][]string
	for i := range 200 {
		texts = append(texts, []string{fmt.Sprintf("%03d ", i) + strings.Repeat("x", 96)})
	}
	got := fit(texts)
	if len(got) != 41 || got[40] != "and 160 more" {
		t.Errorf("%d warnings, the last %q", len(got), got[len(got)-1])
	}
}

// Whatever is told, the API server leaves every warning as it is.
func TestFitKeepsTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOfN(rapid.StringN(0, 90, -1), 0, 40), func(w []string) string { return strings.Join(w, " ") })), 1, 2), 0, 30).Draw(t, "texts")
		total := 0
		for _, warning := range fit(texts) {
			n := utf8.RuneCountInString(warning)
			total += n
			if n > maxWarning {
				t.Fatalf("a warning of %d characters", n)
			}
			if _, err := utilnet.NewWarningHeader(299, "", warning); err != nil {
				t.Fatalf("the API server would drop %q: %v", warning, err)
			}
		}
		if total > maxWarnings {
			t.Fatalf("%d characters in all", total)
		}
	})
}

func TestCutKeepsCharacters(t *testing.T) {
	if got := cut(strings.Repeat("é", 10), 10); got != "ééé..." {
		t.Errorf("got %q", got)
	}
	if got := cut("short", 10); got != "short" {
		t.Errorf("got %q", got)
	}
}

// A long sentence keeps its remedy, in a warning of its own.
func TestLongFindingIsToldWhole(t *testing.T) {
	w := newWorld(t)
	p := pod("clicks", "ldn-1")
	p.Name = strings.Repeat("profiles-", 6)
	_, got := w.post(t, PathPods, reviewOf(t, "pods", "", p, nil))
	if len(got.Warnings) != 2 || !strings.HasSuffix(got.Warnings[0], "which permits EEA.") ||
		got.Warnings[1] != "Choose a node in a permitted place, or ask privacy@example.com." {
		t.Errorf("warnings: %q", got.Warnings)
	}
}
