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

package residency

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/place"
)

// rule is what a policy says of one aspect: where data may be stored, or where it may be
// processed.
type rule struct {
	*policy
	aspect residencyv1.Aspect

	// permitted is what is allowed and not denied; both of these are unions of places.
	permitted, allowed, denied place.Set
	// periods are what that is in the course of time, in its order; there is at least one.
	periods []period

	// names is how places are called in people's words.
	names place.Names

	// minimum is the least assurance that counts.
	minimum location.Assurance
	// allowsSites is whether it allows any place because of the Site that it is.
	allowsSites bool
	// sites and jurisdictions are the names of those that it names, sorted. SitesMatter is whether it,
	// or a transfer of its policy, names a Site.
	sites, jurisdictions []string
	sitesMatter          bool
	// weak are allowed Sites of which not every member is as sure as minimum.
	weak []weakSite
}

// rule compiles what a policy says of one aspect, nil if it says nothing of that.
func (c *compiler) rule(p *policy, aspect residencyv1.Aspect, spec *residencyv1.PlacesRule, path *field.Path) *rule {
	if spec.Allowed == nil && spec.Denied == nil {
		return nil
	}
	r := &rule{policy: p, aspect: aspect, minimum: p.minimum}
	allowed := c.places(spec.Allowed, path.Child("allowed"))
	denied := c.places(spec.Denied, path.Child("denied"))
	if len(spec.Allowed) == 0 {
		c.fault(residencyv1.ReasonNoPlaces, field.Required(path.Child("allowed"), "name at least one place"))
	}
	r.denied = place.UnionOf(denied...)
	r.allowed = place.UnionOf(allowed...)
	r.permitted = r.allowed.Minus(r.denied)
	r.sites, r.jurisdictions = named(spec)
	r.sitesMatter = len(r.sites) > 0 || len(sitesOf(p.goesTo)) > 0
	r.allowsSites = slices.ContainsFunc(spec.Allowed, func(a residencyv1.Place) bool { return a.Site != nil })
	r.weak = c.weakSites(slices.Concat(spec.Allowed, p.goesTo), r.minimum)
	r.names = c.namesWith(r.jurisdictions)
	r.divide(c, bounds{spec, allowed, denied})
	return r
}

// same reports whether both mean the same. A policy's fault is not compared here.
func (r *rule) same(o *rule) bool {
	if r == nil || o == nil {
		return r == o
	}
	return slices.EqualFunc(r.periods, o.periods, func(a, b period) bool { return a.words == b.words && a.from.Equal(b.from) }) && r.allowed.Equal(o.allowed) && r.denied.Equal(o.denied) &&
		slices.EqualFunc(r.weak, o.weak, func(a, b weakSite) bool { return a.name == b.name && slices.Equal(a.nodes, b.nodes) })
}
