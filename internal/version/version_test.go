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

package version

import (
	"runtime/debug"
	"testing"
)

func TestOfBuild(t *testing.T) {
	tests := map[string]struct {
		info debug.BuildInfo
		want string
	}{
		"installed as a module": {
			info: debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}},
			want: "v0.1.0",
		},
		"built in a clean checkout": {
			info: debug.BuildInfo{
				Main:     debug.Module{Version: "(devel)"},
				Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "ab12cd3"}, {Key: "vcs.modified", Value: "false"}},
			},
			want: "ab12cd3",
		},
		"built in a changed checkout": {
			info: debug.BuildInfo{
				Settings: []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "ab12cd3"}},
			},
			want: "ab12cd3-dirty",
		},
		"built without version control": {
			info: debug.BuildInfo{Main: debug.Module{Version: "(devel)"}},
			want: "unknown",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := ofBuild(&test.info); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestStringIsNeverEmpty(t *testing.T) {
	if String() == "" {
		t.Error("the version is empty")
	}
}
