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
	"cmp"
	"slices"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/place"
)

// Constraint is where one policy permits a node, for those who look for one: a node in no
// DeniedSite that is in Permitted, or in one of Sites. It is shared and must not be changed.
type Constraint struct {
	// Policy is the policy's name.
	Policy string
	// Permitted are the places that need no Site. It lists none.
	Permitted place.Set
	// Sites are the Sites that permit more than that.
	Sites []SiteConstraint
	// DeniedSites are the names of the Sites in which no node is permitted, sorted.
	DeniedSites []string
	// Minimum is the least assurance that counts. It is no place.
	Minimum location.Assurance
}

// SiteConstraint is one Site that permits a node.
type SiteConstraint struct {
	// Name of the Site.
	Name string
	// Ground is where all nodes of the Site are, without the Site itself.
	Ground place.Set
	// Within is where they have to be. It lists no Site, and is everywhere if the policy denies
	// nothing that can be there.
	Within place.Set
}

// Constraints returns what the accepted policies that govern any of the datasets, and that
// steer, ask of a node, each aspect of each policy once, sorted by name. Of what else there is to say, such
// as that a policy is not accepted, only Evaluate speaks.
//
// Stores is whether bytes of the pod come to rest where its node is, so that its node has to
// be permitted for storage as well.
func (rb *Rulebook) Constraints(datasets []string, stores bool) []Constraint {
	return rb.constraints(datasets, stores, func(p *policy) bool { return p.steers })
}

// AllConstraints returns the same of all accepted policies, whether they steer or not.
func (rb *Rulebook) AllConstraints(datasets []string, stores bool) []Constraint {
	return rb.constraints(datasets, stores, func(*policy) bool { return true })
}

func (rb *Rulebook) constraints(datasets []string, stores bool, counts func(*policy) bool) []Constraint {
	var governing []*policy
	for _, name := range datasets {
		if d := rb.datasets[name]; d != nil {
			governing = append(governing, d.policies...)
		}
	}
	slices.SortFunc(governing, func(a, b *policy) int { return cmp.Compare(a.name, b.name) })
	var out []Constraint
	for _, p := range slices.Compact(governing) {
		if !p.accepted() || !counts(p) {
			continue
		}
		for _, r := range p.rules() {
			if stores || r.aspect == residencyv1.AspectProcessing {
				out = append(out, r.constraint)
			}
		}
	}
	return out
}

// RestrictsStorage reports whether a policy that governs any of the datasets says where these
// may be stored. A rulebook of nil restricts nothing.
func (rb *Rulebook) RestrictsStorage(handles []Handling) bool {
	if rb == nil {
		return false
	}
	for i := range handles {
		if d := rb.datasets[handles[i].Dataset]; d != nil && slices.ContainsFunc(d.policies, func(p *policy) bool { return p.storage != nil }) {
			return true
		}
	}
	return false
}

// constrain makes the constraint of the rule, out of the sets of its allowed and its denied
// places.
func (r *rule) constrain(c *compiler, spec *residencyv1.PlacesRule, allowed, denied []place.Set) {
	r.constraint = Constraint{Policy: r.name, Permitted: r.permitted, Minimum: r.minimum}
	if len(r.sites) == 0 {
		return
	}
	allowedOutside := place.UnionOf(withoutSites(spec.Allowed, allowed)...)
	deniedOutside := place.UnionOf(withoutSites(spec.Denied, denied)...)
	r.constraint.Permitted = allowedOutside.Minus(deniedOutside)
	for i := range spec.Denied {
		if spec.Denied[i].Site != nil {
			r.constraint.DeniedSites = append(r.constraint.DeniedSites, string(*spec.Denied[i].Site))
		}
	}
	slices.Sort(r.constraint.DeniedSites)
	r.constraint.DeniedSites = slices.Compact(r.constraint.DeniedSites)
	seen := map[string]bool{}
	for i := range spec.Allowed {
		if spec.Allowed[i].Site == nil {
			continue
		}
		s := c.sites.get(string(*spec.Allowed[i].Site))
		if s == nil || seen[s.site.Name] || slices.Contains(r.constraint.DeniedSites, s.site.Name) {
			continue
		}
		seen[s.site.Name] = true
		home := s.home()
		if allowed[i].SubsetOf(allowedOutside) || home.Ground().SubsetOf(deniedOutside) {
			continue
		}
		site := SiteConstraint{Name: s.site.Name, Ground: home.Ground(), Within: place.Everywhere()}
		if deniedOutside.Overlaps(site.Ground) {
			site.Within = site.Within.Minus(deniedOutside.Intersect(place.Countries(home.Country)))
		}
		r.constraint.Sites = append(r.constraint.Sites, site)
	}
	slices.SortFunc(r.constraint.Sites, func(a, b SiteConstraint) int { return cmp.Compare(a.Name, b.Name) })
}

// withoutSites returns the sets of the places that are no Sites.
func withoutSites(list []residencyv1.Place, sets []place.Set) []place.Set {
	var out []place.Set
	for i := range list {
		if list[i].Site == nil {
			out = append(out, sets[i])
		}
	}
	return out
}
