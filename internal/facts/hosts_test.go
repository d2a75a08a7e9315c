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

package facts

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestHosts(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                      nil,
		"https://api.studio.example/v1?x=1":     {"api.studio.example"},
		"api.studio.example":                    {"api.studio.example"},
		"API.Studio.Example.":                   {"api.studio.example"},
		"api.studio.example:443":                {"api.studio.example"},
		"user:secret@api.studio.example:443/a":  {"api.studio.example"},
		"a.example,b.example;a.example":         {"a.example", "b.example"},
		"my-api.studio.example":                 {"my-api.studio.example"},
		"api.studio.example.org":                {"api.studio.example.org"},
		"notapi.studio.example":                 {"notapi.studio.example"},
		"x_api.studio.example":                  nil,
		"${HOST:-api.studio.example}":           {"api.studio.example"},
		"api..studio.example":                   nil,
		"10.0.0.1":                              nil,
		"https://[2001:db8::1]/":                nil,
		"localhost":                             nil,
		"app.jar --conf=/etc/app.conf":          {"app.jar", "app.conf"},
		"https://bücher.example/":               {"xn--bcher-kva.example"},
		"https://BÜCHER.example/":               {"xn--bcher-kva.example"},
		"https://xn--bcher-kva.example/":        {"xn--bcher-kva.example"},
		"https://api\u3002studio\u3002example/": {"api.studio.example"},
		"*.studio.example":                      {"studio.example"},
		"u=https%3A%2F%2Fapi.studio.example%2F": {"api.studio.example"},
		"%BASE%edge.studio.example":             {"edge.studio.example", "ge.studio.example"},
		"100% of %2Fapi.studio.example":         {"api.studio.example"},
		"100% of api.studio.example":            {"api.studio.example"},
		strings.Repeat("a", 64*1024):            nil,
		strings.Repeat("a.", 64*1024) + "com":   nil,
	} {
		if diff := gocmp.Diff(want, Hosts(text)); diff != "" {
			t.Errorf("of %.60q (-want +got):\n%s", text, diff)
		}
	}
}

// What a cache keeps of a pod shows the same hosts in the same fields.
func TestKeptHosts(t *testing.T) {
	pod := &corev1.Pod{}
	pod.Spec.InitContainers = []corev1.Container{{Name: "init", Command: []string{"sh", "-c", "curl https://a.example/x"}}}
	pod.Spec.Containers = []corev1.Container{
		{Name: "none", Image: "registry.example/none:1", Env: []corev1.EnvVar{{Name: "A", Value: "nothing"}}},
		{Name: "app", Env: []corev1.EnvVar{{Name: "X", Value: "x"}, {Name: "URL", Value: "https://b.example, https://c.example"}}, Args: []string{"--quiet", "--url=d.example", "--more"}},
	}
	pod.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug", Args: []string{"e.example"}}}}
	want := seenHosts(pod)
	if len(want) != 5 || want[3].path != "spec.containers[app].args[1]" || want[4].path != "spec.ephemeralContainers[debug].args[0]" {
		t.Fatalf("seen are %v", want)
	}
	keepHosts(pod)
	if !slices.Equal(want, seenHosts(pod)) {
		t.Errorf("kept are %v, want %v", seenHosts(pod), want)
	}
	if len(pod.Spec.Containers) != 1 || pod.Spec.Containers[0].Image != "" || len(pod.Spec.Containers[0].Env) != 1 {
		t.Errorf("more is kept than that: %+v", pod.Spec.Containers)
	}
}

// A host is a word of the text, and finding hosts in what was found finds the same.
func FuzzHosts(f *testing.F) {
	for _, seed := range []string{"https://api.studio.example/v1", "bücher.example", "a..b", "x_y.z", "A.B.c.", "\u3002.", "-.a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Hosts(text)
		for _, h := range found {
			if !isHost(h) || len(h) > maxHost {
				t.Errorf("%q is no host", h)
			}
		}
		if again := Hosts(strings.Join(found, " ")); !slices.Equal(again, found) {
			t.Errorf("of %q: %q, and of these %q", text, found, again)
		}
	})
}
