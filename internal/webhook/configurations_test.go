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
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"
)

func readConfiguration(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "webhook", file))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// What pods refer to is read by its metadata. A review would carry the values too, so no webhook
// may ask for a Secret or a ConfigMap, and none for a wildcard that has them in it.
func TestNoSecretIsSentToAWebhook(t *testing.T) {
	var validating admissionregistrationv1.ValidatingWebhookConfiguration
	var mutating admissionregistrationv1.MutatingWebhookConfiguration
	readConfiguration(t, "validating.yaml", &validating)
	readConfiguration(t, "mutating.yaml", &mutating)
	rules := map[string][]admissionregistrationv1.RuleWithOperations{}
	for _, w := range validating.Webhooks {
		rules["validating "+w.Name] = w.Rules
	}
	for _, w := range mutating.Webhooks {
		rules["mutating "+w.Name] = w.Rules
	}
	if want := len(validating.Webhooks) + len(mutating.Webhooks); len(rules) != want || len(validating.Webhooks) == 0 || len(mutating.Webhooks) == 0 {
		t.Fatalf("%d webhooks have rules, of %d", len(rules), want)
	}
	for name, all := range rules {
		if len(all) == 0 {
			t.Errorf("%s asks for nothing", name)
		}
		for _, rule := range all {
			for _, resource := range rule.Resources {
				switch kind, _, _ := strings.Cut(resource, "/"); kind {
				case "*", "secrets", "configmaps":
					t.Errorf("%s is sent %s", name, resource)
				}
			}
		}
	}
}

// A PersistentVolume without a key is asked about for the same changes as one with a key: the
// manager writes the key soon after, so that a cluster seldom shows the difference.
func TestVolumesAreAskedAboutAlike(t *testing.T) {
	var validating admissionregistrationv1.ValidatingWebhookConfiguration
	readConfiguration(t, "validating.yaml", &validating)
	asked := func(webhook string) []string {
		var changes []string
		for _, w := range validating.Webhooks {
			if w.Name != webhook {
				continue
			}
			condition := w.MatchConditions[len(w.MatchConditions)-1].Expression
			for _, one := range strings.Split(condition, "||") {
				if field, _, ok := strings.Cut(strings.Trim(one, "() \n"), " != oldObject."); ok {
					changes = append(changes, strings.TrimPrefix(field, "has(object.spec.claimRef) && ( "))
				}
			}
		}
		return changes
	}
	labelled, others := asked("labelled-volumes.residency.domicile.dev"), asked("other-volumes.residency.domicile.dev")
	if diff := cmp.Diff(labelled, others); diff != "" || len(labelled) == 0 {
		t.Errorf("changes (-of a volume with a key +of another one):\n%s", diff)
	}
}
