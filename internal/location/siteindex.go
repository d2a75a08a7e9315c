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
)

// Sites are all Sites, ready to be asked about nodes and volumes. It is immutable and safe for
// concurrent use; nil has none.
type Sites struct {
	byName map[string]*Site
	byNode map[string][]*Site
	// bySelector are those that select nodes by their labels.
	bySelector selectors
	// byVolume, byClass and byVolumeSelector are those that match volumes.
	byVolume, byClass map[string][]*Site
	byVolumeSelector  selectors
}

// NewSites makes Sites of a list in which every name occurs once. The list must not be
// changed any more.
func NewSites(list []Site) *Sites {
	s := &Sites{
		byName:   make(map[string]*Site, len(list)),
		byNode:   map[string][]*Site{},
		byVolume: map[string][]*Site{},
		byClass:  map[string][]*Site{},
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
		for _, name := range site.VolumeNames {
			s.byVolume[name] = append(s.byVolume[name], site)
		}
		for _, name := range site.StorageClassNames {
			s.byClass[name] = append(s.byClass[name], site)
		}
		s.bySelector.add(selecting{site: site, selector: site.Selector, declares: site.SelectorDeclares()})
		s.byVolumeSelector.add(selecting{site: site, selector: site.VolumeSelector, declares: true})
	}
	return s
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
	return sorted(s.bySelector.appendMatching(found, n.Labels))
}

// sorted sorts the matches by name. A Site may match by name and by labels: then the stronger
// of the two counts.
func sorted(found []SiteMatch) []SiteMatch {
	if len(found) < 2 {
		return found
	}
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
