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
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestMirrorPods(t *testing.T) {
	for name, tc := range map[string]struct {
		on     string
		user   string
		groups []string
		plain  bool // without the annotation
		world  func(*world)
		code   int32
		warns  []string
		marked []string
	}{
		"where it may be": {on: "fra-1", user: "system:node:fra-1", groups: []string{"system:nodes"}, marked: []string{"crm"}},
		"where it may not be": {
			on: "ldn-1", user: "system:node:ldn-1", groups: []string{"system:nodes"}, marked: []string{"crm"},
			warns: []string{"pod crm/profiles is a static pod, which runs whatever admission says: it is admitted, and flagged", "London, GB"},
		},
		"when it cannot be judged": {
			on: "ldn-1", user: "system:node:ldn-1", groups: []string{"system:nodes"}, world: func(w *world) { w.lookup = errors.New("no way to read") },
			warns: []string{"it is a static pod", "no way to read"},
		},
		"an ordinary pod of a kubelet":     {on: "ldn-1", user: "system:node:ldn-1", groups: []string{"system:nodes"}, plain: true, code: 403},
		"by somebody else":                 {on: "ldn-1", user: "dev", groups: []string{"system:authenticated"}, code: 403},
		"by somebody of a kubelet's name":  {on: "ldn-1", user: "system:node:ldn-1", code: 403},
		"by somebody of a kubelet's group": {on: "ldn-1", user: "dev", groups: []string{"system:nodes"}, code: 403},
	} {
		for _, path := range []string{PathPods, PathGovernedPods} {
			t.Run(name+path, func(t *testing.T) {
				w := newWorld(t)
				if tc.world != nil {
					tc.world(w)
				}
				p := pod("customers", tc.on)
				if !tc.plain {
					p.Annotations[corev1.MirrorPodAnnotationKey] = "1"
				}
				_, got := w.post(t, path, reviewOf(t, "pods", "", p, nil, as(tc.user, tc.groups...)))
				if code(got) != tc.code {
					t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
				}
				said := strings.Join(got.Warnings, " ")
				for _, words := range tc.warns {
					if !strings.Contains(said, words) {
						t.Errorf("the warnings do not say %q: %q", words, got.Warnings)
					}
				}
				if tc.warns == nil && len(got.Warnings) > 0 {
					t.Errorf("it is warned of: %q", got.Warnings)
				}
				if diff := cmp.Diff(tc.marked, w.marked); diff != "" {
					t.Errorf("marked (-want +got):\n%s", diff)
				}
			})
		}
	}
}
