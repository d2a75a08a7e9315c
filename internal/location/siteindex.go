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

package location

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// Sites are all Sites, ready to be asked about nodes. It is immutable and safe for
// concurrent use; nil has none.
type Sites struct {
	byName map[string]*Site
	byNode map[string][]*Site
	// byKey holds each Site with a selector once, under one of the labels that a node must
	// have for it: so a node is held against few of many Sites.
	byKey map[string]*keyed
	// lengths has a bit for the length of each such key, by which most of a node's labels are
	// told apart from them without being looked up.
	lengths uint64
	// unkeyed are the Sites whose selector needs no label at all.
	unkeyed []selecting
}

// keyed are the Sites to try on a node that has a certain label.
type keyed struct {
	// byValue are those that want one of some values, any the others.
	byValue map[string][]selecting
	any     []selecting
}

// selecting is a Site with a selector.
type selecting struct {
	site *Site
	// declares is what SelectorDeclares says.
	declares bool
}

// NewSites makes Sites of a list in which every name occurs once. The list must not be
// changed any more.
func NewSites(list []Site) *Sites {
	s := &Sites{
		byName: make(map[string]*Site, len(list)),
		byNode: map[string][]*Site{},
		byKey:  map[string]*keyed{},
	}
	for i := range list {
		site := &list[i]
		if site.Word == "" {
			site.Word = WordOf(site.Provider, site.Region, site.Zone, site.City, site.Country)
		}
		s.byName[site.Name] = site
		for _, node := range site.NodeNames {
			s.byNode[node] = append(s.byNode[node], site)
		}
		s.addSelector(site)
	}
	return s
}

// addSelector files the Site under the label that tells most.
func (s *Sites) addSelector(site *Site) {
	if site.Selector == nil {
		return
	}
	requirements, selectable := site.Selector.Requirements()
	if !selectable || len(requirements) == 0 {
		return
	}
	entry := selecting{site: site, declares: site.SelectorDeclares()}
	best := -1
	for i, r := range requirements {
		if wantsValue(r.Operator()) {
			best = i
			break
		}
		if best < 0 && needsLabel(r.Operator()) {
			best = i
		}
	}
	if best < 0 {
		s.unkeyed = append(s.unkeyed, entry)
		return
	}
	r := requirements[best]
	k := s.byKey[r.Key()]
	if k == nil {
		k = &keyed{byValue: map[string][]selecting{}}
		s.byKey[r.Key()] = k
		s.lengths |= lengthBit(r.Key())
	}
	if !wantsValue(r.Operator()) {
		k.any = append(k.any, entry)
		return
	}
	for value := range r.Values() {
		k.byValue[value] = append(k.byValue[value], entry)
	}
}

// lengthBit is one of 64 bits for the length of a key.
func lengthBit(key string) uint64 { return 1 << (len(key) % 64) }

// wantsValue reports whether a requirement of that kind wants one of its values.
func wantsValue(op selection.Operator) bool {
	return op == selection.In || op == selection.Equals || op == selection.DoubleEquals
}

// Get returns the Site of that name.
func (s *Sites) Get(name string) (*Site, bool) {
	if s == nil {
		return nil, false
	}
	site, ok := s.byName[name]
	return site, ok
}

// NextExpiry returns the earliest ValidUntil after now; false if there is none.
func (s *Sites) NextExpiry(now time.Time) (next time.Time, ok bool) {
	if s == nil {
		return time.Time{}, false
	}
	for _, site := range s.byName {
		if until := site.ValidUntil; until.After(now) && (!ok || until.Before(next)) {
			next, ok = until, true
		}
	}
	return next, ok
}

// matching returns the Sites that match the node, sorted by name.
func (s *Sites) matching(n *Node) []SiteMatch {
	if s == nil || len(s.byName) == 0 {
		return nil
	}
	var found []SiteMatch
	for _, site := range s.byNode[n.Name] {
		found = append(found, SiteMatch{Site: site, Declared: true})
	}
	try := func(list []selecting) {
		for i := range list {
			if c := &list[i]; c.site.Selector.Matches(labels.Set(n.Labels)) {
				found = append(found, SiteMatch{Site: c.site, Declared: c.declares})
			}
		}
	}
	under := func(k *keyed, value string) {
		try(k.byValue[value])
		try(k.any)
	}
	if len(s.byKey) < len(n.Labels) {
		for key, k := range s.byKey {
			if value, ok := n.Labels[key]; ok {
				under(k, value)
			}
		}
	} else {
		for key, value := range n.Labels {
			if s.lengths&lengthBit(key) == 0 {
				continue
			}
			if k, ok := s.byKey[key]; ok {
				under(k, value)
			}
		}
	}
	try(s.unkeyed)
	if len(found) < 2 {
		return found
	}
	// A Site may match by name and by labels: then the stronger of the two counts.
	slices.SortFunc(found, func(a, b SiteMatch) int {
		if a.Site.Name == b.Site.Name && a.Declared != b.Declared {
			if a.Declared {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Site.Name, b.Site.Name)
	})
	return slices.CompactFunc(found, func(a, b SiteMatch) bool { return a.Site == b.Site })
}
