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
	"time"

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
// They hold at that instant: a transfer may begin or end.
//
// Stores is whether bytes of the pod come to rest where its node is, so that its node has to
// be permitted for storage as well.
func (rb *Rulebook) Constraints(datasets []string, stores bool, at time.Time) []Constraint {
	return rb.constraints(datasets, stores, at, func(p *policy) bool { return p.steers })
}

// AllConstraints returns the same of all accepted policies, whether they steer or not.
func (rb *Rulebook) AllConstraints(datasets []string, stores bool, at time.Time) []Constraint {
	return rb.constraints(datasets, stores, at, func(*policy) bool { return true })
}

func (rb *Rulebook) constraints(datasets []string, stores bool, at time.Time, counts func(*policy) bool) []Constraint {
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
				out = append(out, r.at(at).period.constraint)
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

// bounds are the places of a rule, and a set for each.
type bounds struct {
	spec            *residencyv1.PlacesRule
	allowed, denied []place.Set
}

// constraintOf makes the constraint of a period.
func (r *rule) constraintOf(c *compiler, b bounds, p *period) Constraint {
	out := Constraint{Policy: r.name, Permitted: p.permitted, Minimum: r.minimum}
	covered, covering := r.coveredOutside(p.from)
	if len(r.sites) == 0 && len(covering) == 0 {
		return out
	}
	allowed := place.UnionOf(withoutSites(b.spec.Allowed, b.allowed)...)
	denied := place.UnionOf(withoutSites(b.spec.Denied, b.denied)...)
	out.Permitted = allowed.Intersect(covered).Minus(denied)
	out.DeniedSites = sitesOf(b.spec.Denied)
	named := sitesOf(b.spec.Allowed)
	for _, name := range sortedOnce(slices.Concat(named, covering)) {
		s := c.sites.get(name)
		if s == nil || slices.Contains(out.DeniedSites, name) {
			continue
		}
		// What the Site does not add to, as it does not to what is denied, holds in it as well.
		excluded := denied
		if !slices.Contains(named, name) {
			excluded = excluded.Union(allowed.Complement())
		}
		if !slices.Contains(covering, name) {
			excluded = excluded.Union(covered.Complement())
		}
		home := s.home()
		ground := home.Ground()
		if ground.Minus(excluded).SubsetOf(out.Permitted) {
			continue
		}
		site := SiteConstraint{Name: name, Ground: ground, Within: place.Everywhere()}
		if excluded.Overlaps(ground) {
			site.Within = site.Within.Minus(excluded.Intersect(place.Countries(home.Country)))
		}
		out.Sites = append(out.Sites, site)
	}
	return out
}

// coveredOutside is where data may go without a Site, as far as transfers are concerned, and the
// Sites that they name, at an instant.
func (p *policy) coveredOutside(at time.Time) (covered place.Set, sites []string) {
	if !p.hasOrigin {
		return place.Everywhere(), nil
	}
	sets := []place.Set{p.origin}
	for _, t := range p.transfers {
		switch {
		case !t.valid(at):
		case t.site != "":
			sites = append(sites, t.site)
		default:
			sets = append(sets, t.to)
		}
	}
	return place.UnionOf(sets...), sites
}

// sitesOf returns the Sites among places, sorted, each once.
func sitesOf(list []residencyv1.Place) []string {
	var out []string
	for i := range list {
		if list[i].Site != nil {
			out = append(out, string(*list[i].Site))
		}
	}
	return sortedOnce(out)
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
