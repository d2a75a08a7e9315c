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

// Package version says which build of Domicile is running.
package version

import (
	"runtime"
	"runtime/debug"
)

// Version is the version of this build, such as "v0.1.0" or
// "v0.1.0-3-gab12cd3-dirty". The linker sets it (see the Makefile); it is empty
// in a build that went around make, and nothing else writes it.
var Version string

const unknown = "unknown"

// String returns the version of this build: what the linker was told, else the
// version of the module (go install) or the commit that Go recorded, else
// "unknown". It is never empty.
func String() string {
	if Version != "" {
		return Version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unknown
	}
	return ofBuild(info)
}

// Go returns the version of Go that compiled this build, such as "go1.26.8".
func Go() string {
	return runtime.Version()
}

// ofBuild reads the version that Go itself recorded.
func ofBuild(info *debug.BuildInfo) string {
	// "(devel)" is what Go writes for a checkout without version control.
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return unknown
	}
	if settings["vcs.modified"] == "true" {
		revision += "-dirty"
	}
	return revision
}
