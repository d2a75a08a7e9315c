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

package steer

import (
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/place"
	"github.com/domicile-dev/domicile/internal/residency"
)

// branch is one way to be permitted by all policies: in all of the sites, and in the set.
type branch struct {
	sites []residency.SiteConstraint // sorted by name
	set   place.Set                  // lists no site
}

// branchesOf returns all ways to be permitted by all constraints, but those in a denied Site,
// those that contradict themselves, and those that others include.
func branchesOf(constraints []residency.Constraint, denied []string) ([]branch, error) {
	all := []branch{{set: place.Everywhere()}}
	for i := range constraints {
		c := &constraints[i]
		var next []branch
		for _, b := range all {
			ways := append(make([]branch, 0, 1+len(c.Sites)), branch{sites: b.sites, set: b.set.Intersect(c.Permitted)})
			for _, site := range c.Sites {
				ways = append(ways, b.inSite(site))
			}
			for _, way := range ways {
				if way.possible(denied) {
					next = includeBranch(next, way)
				}
			}
			if len(next) > MaxTerms {
				return nil, ErrTooManyTerms
			}
		}
		all = next
	}
	return all, nil
}

// inSite is the branch within a Site as well.
func (b branch) inSite(site residency.SiteConstraint) branch {
	out := branch{sites: b.sites, set: b.set.Intersect(site.Within)}
	at, is := slices.BinarySearchFunc(b.sites, site.Name, func(s residency.SiteConstraint, name string) int {
		return strings.Compare(s.Name, name)
	})
	if !is {
		out.sites = slices.Insert(slices.Clone(b.sites), at, site)
	}
	return out
}

// possible reports whether a node can be there.
func (b branch) possible(denied []string) bool {
	ground := b.set
	for _, s := range b.sites {
		if slices.Contains(denied, s.Name) {
			return false
		}
		ground = ground.Intersect(s.Ground)
	}
	return !ground.IsEmpty()
}

// includeBranch adds a branch that none of the others includes, and drops those that it does.
func includeBranch(all []branch, b branch) []branch {
	for _, other := range all {
		if other.includes(b) {
			return all
		}
	}
	return append(slices.DeleteFunc(all, b.includes), b)
}

// includes reports whether whoever is in the other branch is in this one too.
func (b branch) includes(other branch) bool {
	for _, s := range b.sites {
		if !slices.ContainsFunc(other.sites, func(o residency.SiteConstraint) bool { return o.Name == s.Name }) {
			return false
		}
	}
	return other.set.SubsetOf(b.set)
}
