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
	"net/http"
	"strings"
	"testing"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// misspelt has a region that no provider has, and so has this spec been stored before.
func misspelt() residencyv1.ResidencyPolicy {
	p := policy("gdpr", "personal", residencyv1.EnforcementDeny)
	p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: "aws", Name: "eu-centrl-1"}})
	return p
}

func TestPolicies(t *testing.T) {
	valid := policy("gdpr", "personal", residencyv1.EnforcementDeny)
	labelled := misspelt()
	labelled.Labels = map[string]string{"team": "crm"}
	worse := misspelt()
	worse.Spec.Processing.Denied = []residencyv1.Place{{Country: new(residencyv1.CountryCode("UK"))}}
	contradictory := policy("gdpr", "personal", residencyv1.EnforcementDeny)
	contradictory.Spec.Processing.Denied = contradictory.Spec.Processing.Allowed

	tests := map[string]struct {
		object, old any
		code        int32
		says        []string
		warns       string
	}{
		"valid": {object: valid},
		"with an unknown region": {
			object: misspelt(), code: 422,
			says: []string{`ResidencyPolicy.residency.domicile.dev "gdpr" is invalid`, "spec.processing.allowed[1].region.name", "aws has no region eu-centrl-1; did you mean eu-central-1"},
		},
		"made invalid":                     {object: misspelt(), old: valid, code: 422, says: []string{"eu-centrl-1"}},
		"made valid":                       {object: valid, old: misspelt()},
		"invalid before, only its labels":  {object: labelled, old: misspelt()},
		"invalid before, and now worse":    {object: worse, old: misspelt(), code: 422, says: []string{"eu-centrl-1", "GB"}},
		"allowed and denied the same":      {object: contradictory, warns: "denied wins"},
		"with a field that nobody honours": {object: `{"metadata":{"name":"gdpr"},"spec":{"processing":{"allowed":[{"ocean":"x"}]}}}`, code: 422, says: []string{`ResidencyPolicy "gdpr"`, "ocean", "older"}},
		"without a spec":                   {object: `{"metadata":{"name":"gdpr"}}`, code: 400, says: []string{"no spec"}},
		"with a spec that is null":         {object: `{"metadata":{"name":"gdpr"},"spec":null}`, code: 422},
		"with a spec that is a list":       {object: `{"metadata":{"name":"gdpr"},"spec":[]}`, code: 400, says: []string{"decoding the spec"}},
		"with an old one without a spec":   {object: `{"metadata":{"name":"gdpr"}}`, old: `{"metadata":{"name":"gdpr"}}`, code: 400},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			status, got := newWorld(t).post(t, PathPolicies, reviewOf(t, "residencypolicies", "", tc.object, tc.old, named("gdpr")))
			if status != http.StatusOK || code(got) != tc.code {
				t.Fatalf("status %d, code %d, want %d: %+v", status, code(got), tc.code, got.Result)
			}
			if tc.code == 422 && got.Result.Reason != "Invalid" {
				t.Errorf("reason %q", got.Result.Reason)
			}
			for _, words := range tc.says {
				if !strings.Contains(got.Result.Message, words) {
					t.Errorf("the refusal does not say %q: %s", words, got.Result.Message)
				}
			}
			if warned := strings.Join(got.Warnings, " "); tc.warns == "" && warned != "" || !strings.Contains(warned, tc.warns) {
				t.Errorf("warns %q, want %q", warned, tc.warns)
			}
		})
	}
}

func TestDatasets(t *testing.T) {
	tests := map[string]struct {
		object, old any
		code        int32
		says        string
	}{
		"new":                      {object: dataset("customers", "personal")},
		"changed":                  {object: dataset("customers", "open"), old: dataset("customers", "personal")},
		"with a spec of no object": {object: `{"metadata":{"name":"customers"},"spec":7}`, code: 400, says: "decoding the spec"},
		"with an unknown field":    {object: `{"metadata":{"name":"customers"},"spec":{"title":"C","handedTo":[]}}`, code: 422, says: "handedTo"},
		"with a selector":          {object: `{"metadata":{"name":"customers"},"spec":{"title":"C","handledBy":[{"namespaceSelector":{"matchLabels":{"team":"crm"}}}]}}`},
		"with a selector that cannot be": {
			object: `{"metadata":{"name":"customers"},"spec":{"title":"C","handledBy":[{"podSelector":{"matchLabels":{"no label":"x"}}}]}}`,
			code:   422, says: "spec.handledBy[0].podSelector",
		},
		"with one that was stored": {
			object: `{"metadata":{"name":"customers"},"spec":{"title":"C","handedTo":[]}}`, old: `{"metadata":{"name":"customers"},"spec":{"title":"C","handedTo":[]}}`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, got := newWorld(t).post(t, PathDatasets, reviewOf(t, "datasets", "", tc.object, tc.old, named("customers")))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
				t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
			}
		})
	}
}
