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

package localcluster

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutStage(t *testing.T) {
	const stages = `---
# A comment before it.
kind: Stage
metadata:
  name: pod-ready
---
kind: Stage
metadata:
  name: pod-complete
`
	got, err := withoutStage([]byte(stages), completeStage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("---\nkind: Stage\nmetadata:\n  name: pod-ready\n", string(got)); diff != "" {
		t.Error(diff)
	}
	if _, err := withoutStage(got, completeStage); err == nil {
		t.Error("a stage is left out that is not there")
	}
}
