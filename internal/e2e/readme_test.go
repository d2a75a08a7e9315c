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
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// readmeCommand returns the command that stands in the README behind the comment
// "<!-- command: name -->", in a block or in the line, so that what is written there is
// what is tested.
func readmeCommand(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repo, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile("<!-- command: " + regexp.QuoteMeta(name) + " -->\\s*(?:```[a-z]*\n|`)(kubectl [^\n`]+)[\n`]").FindSubmatch(text)
	if match == nil {
		t.Fatalf("the README has no command %q", name)
	}
	return string(match[1])
}

func TestTheReadmeOnWhereANodeIs(t *testing.T) {
	node := newNode(t, "node", "", map[string]string{corev1.LabelTopologyRegion: "europe-west3"})
	stamped(t, node, map[string]string{residencyv1.StampCountry: "DE", residencyv1.StampAssurance: "claimed"})
	table := kubectl(t, strings.Fields(readmeCommand(t, "map"))[1:]...)
	if !slices.ContainsFunc(strings.Split(table, "\n"), func(line string) bool {
		return strings.HasPrefix(line, node.Name+" ") && strings.HasSuffix(line, " DE")
	}) {
		t.Errorf("the map does not show the node in DE:\n%s", table)
	}

	moved := node.DeepCopy()
	moved.Labels[corev1.LabelTopologyRegion] = "us-west4"
	if err := admin.Patch(t.Context(), moved, client.MergeFrom(node)); err != nil {
		t.Fatal(err)
	}
	stamped(t, node, map[string]string{residencyv1.StampCountry: "DE", residencyv1.StampAssurance: "undetermined"})
	kubectl(t, strings.Fields(strings.Replace(readmeCommand(t, "relocate"), " NODE ", " "+node.Name+" ", 1))[1:]...)
	stamped(t, node, map[string]string{residencyv1.StampCountry: "US", residencyv1.StampAssurance: "claimed"})
}

func TestTheReadmeDoesNotOverstateTheCatalogue(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"README.md", "CHANGELOG.md"} {
		text, err := os.ReadFile(filepath.Join(repo, file))
		if err != nil {
			t.Fatal(err)
		}
		claim := regexp.MustCompile(`more than (\d+)\s+regions\s+of\s+more\s+than\s+(\d+)\s+cloud\s+providers`).FindStringSubmatch(string(text))
		if claim == nil {
			t.Fatalf("%s does not say how much the catalogue knows", file)
		}
		for i, has := range []int{len(cat.Regions()), len(cat.Providers())} {
			if says, err := strconv.Atoi(claim[i+1]); err != nil || has <= says {
				t.Errorf("%s says %q, and the catalogue has %d regions of %d providers", file, claim[0], len(cat.Regions()), len(cat.Providers()))
			}
		}
	}
}
