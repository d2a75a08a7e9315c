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
	"context"
	"errors"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// lists has Sites and Jurisdictions.
type lists struct {
	client.Reader
	site, jurisdiction string
	err                error // of listing Jurisdictions
}

func (l *lists) List(_ context.Context, into client.ObjectList, _ ...client.ListOption) error {
	switch list := into.(type) {
	case *residencyv1.SiteList:
		list.Items = []residencyv1.Site{site(l.site, "FR", "a")}
	case *residencyv1.JurisdictionList:
		list.Items = []residencyv1.Jurisdiction{jurisdiction(l.jurisdiction, nil, "EU")}
		return l.err
	}
	return nil
}

func TestPlaceReader(t *testing.T) {
	cache, live := &lists{site: "old", jurisdiction: "older"}, &lists{site: "new", jurisdiction: "newer"}
	reader := NewPlaceReader(cache, live)
	for read, want := range map[bool][2]string{false: {"old", "older"}, true: {"new", "newer"}} {
		sites, jurisdictions, err := reader.Places(t.Context(), read)
		if err != nil || len(sites) != 1 || len(jurisdictions) != 1 || sites[0].Name != want[0] || jurisdictions[0].Name != want[1] {
			t.Errorf("live %v: %v, %v, %v", read, sites, jurisdictions, err)
		}
	}
	live.err = errors.New("no")
	if sites, _, err := reader.Places(t.Context(), true); err == nil || sites != nil {
		t.Errorf("a part is no answer: %v, %v", sites, err)
	}
}
