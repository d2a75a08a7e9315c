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
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// PlaceReader reads what policies can name besides what the catalogue has. What it
// returns may be shared: it must not be changed.
type PlaceReader interface {
	// Places returns all Sites and Jurisdictions, as the cache has them or, if they are to
	// be read live, the API server.
	Places(ctx context.Context, live bool) ([]residencyv1.Site, []residencyv1.Jurisdiction, error)
}

type placeReader struct {
	cache, live client.Reader
}

// NewPlaceReader returns a PlaceReader.
func NewPlaceReader(cache, live client.Reader) PlaceReader {
	return &placeReader{cache: cache, live: live}
}

// +kubebuilder:rbac:groups=residency.domicile.dev,resources=sites;jurisdictions,verbs=get;list;watch

func (r *placeReader) Places(ctx context.Context, live bool) ([]residencyv1.Site, []residencyv1.Jurisdiction, error) {
	reader, opts := r.cache, []client.ListOption{client.UnsafeDisableDeepCopy}
	if live {
		reader, opts = r.live, nil
	}
	var sites residencyv1.SiteList
	if err := reader.List(ctx, &sites, opts...); err != nil {
		return nil, nil, fmt.Errorf("listing the Sites: %w", err)
	}
	var jurisdictions residencyv1.JurisdictionList
	if err := reader.List(ctx, &jurisdictions, opts...); err != nil {
		return nil, nil, fmt.Errorf("listing the Jurisdictions: %w", err)
	}
	return sites.Items, jurisdictions.Items, nil
}

// check checks a resource against the world as the caches have it and, if that finds a
// fault, as the API server has it: what the resource names may have been applied a moment
// ago, and no cache has seen it yet.
func (s *server) check(ctx context.Context, check func(residency.World) residency.Checked) (residency.Checked, error) {
	var checked residency.Checked
	for _, live := range []bool{false, true} {
		w := residency.World{Catalogue: s.Catalogue.Current()}
		if w.Catalogue == nil {
			return checked, errNoCatalogue
		}
		var err error
		if w.Sites, w.Jurisdictions, err = s.Places.Places(ctx, live); err != nil {
			return checked, fmt.Errorf("reading what it can name: %w", err)
		}
		if checked = check(w); checked.Fault == nil {
			break
		}
	}
	return checked, nil
}
