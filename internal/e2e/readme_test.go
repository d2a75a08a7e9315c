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
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// readmeCommand returns the command that stands in the README behind the comment
// "<!-- command: name -->", so that what is written there is what is tested.
func readmeCommand(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repo, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile("<!-- command: " + regexp.QuoteMeta(name) + " -->\n+```[a-z]*\n(kubectl [^\n]+)\n```").FindSubmatch(text)
	if match == nil {
		t.Fatalf("the README has no command %q", name)
	}
	return string(match[1])
}
