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
// steer, ask of a node, each policy once, sorted by name. Of what else there is to say, such
// as that a policy is not accepted, only Evaluate speaks.
func (rb *Rulebook) Constraints(datasets []string) []Constraint {
	return rb.constraints(datasets, func(p *policy) bool { return p.steers })
}

// AllConstraints returns the same of all accepted policies, whether they steer or not.
func (rb *Rulebook) AllConstraints(datasets []string) []Constraint {
	return rb.constraints(datasets, func(*policy) bool { return true })
}

func (rb *Rulebook) constraints(datasets []string, counts func(*policy) bool) []Constraint {
	var governing []*policy
	for _, name := range datasets {
		if d := rb.datasets[name]; d != nil {
			governing = append(governing, d.policies...)
		}
	}
	slices.SortFunc(governing, func(a, b *policy) int { return cmp.Compare(a.name, b.name) })
	var out []Constraint
	for _, p := range slices.Compact(governing) {
		if p.accepted() && counts(p) {
			out = append(out, p.constraint)
		}
	}
	return out
}

// constrain makes the constraint of the policy, out of the sets of its allowed and its denied
// places.
func (p *policy) constrain(c *compiler, rule *residencyv1.ProcessingRule, allowed, denied []place.Set) {
	p.constraint = Constraint{Policy: p.name, Permitted: p.permitted, Minimum: p.minimum}
	if len(p.sites) == 0 {
		return
	}
	allowedOutside := place.UnionOf(withoutSites(rule.Allowed, allowed)...)
	deniedOutside := place.UnionOf(withoutSites(rule.Denied, denied)...)
	p.constraint.Permitted = allowedOutside.Minus(deniedOutside)
	for i := range rule.Denied {
		if rule.Denied[i].Site != nil {
			p.constraint.DeniedSites = append(p.constraint.DeniedSites, string(*rule.Denied[i].Site))
		}
	}
	slices.Sort(p.constraint.DeniedSites)
	p.constraint.DeniedSites = slices.Compact(p.constraint.DeniedSites)
	seen := map[string]bool{}
	for i := range rule.Allowed {
		if rule.Allowed[i].Site == nil {
			continue
		}
		s := c.sites.get(string(*rule.Allowed[i].Site))
		if s == nil || seen[s.site.Name] || slices.Contains(p.constraint.DeniedSites, s.site.Name) {
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
		p.constraint.Sites = append(p.constraint.Sites, site)
	}
	slices.SortFunc(p.constraint.Sites, func(a, b SiteConstraint) int { return cmp.Compare(a.Name, b.Name) })
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
