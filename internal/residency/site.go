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
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/place"
)

// LocationSites makes of the world's Sites what locating nodes needs. A Site that is not
// valid is among them, with its Fault: the nodes that it declares are Undetermined.
func LocationSites(w World) *location.Sites {
	list := make([]location.Site, 0, len(w.Sites))
	for i := range w.Sites {
		list = append(list, compileSite(w.Catalogue, &w.Sites[i]).site)
	}
	return location.NewSites(list)
}

// CheckSite checks a Site against the world. It has no clock: that a Site has ended is
// said by its condition Current.
func CheckSite(w World, s *residencyv1.Site) Checked {
	return compileSite(w.Catalogue, s).checked
}

// compiledSite is a Site with what the catalogue adds to it.
type compiledSite struct {
	site    location.Site
	checked Checked
}

// compileSite compiles one Site. It always returns one, also if it has a fault.
func compileSite(cat *catalogue.Catalogue, s *residencyv1.Site) *compiledSite {
	spec := &s.Spec
	c := &compiledSite{site: location.Site{
		Name: s.Name, UID: string(s.UID),
		Provider: string(spec.Provider), Region: string(spec.Region), Zone: string(spec.Zone),
		City: catalogue.DisplayCity(string(spec.City)), Country: string(spec.Country),
		Source: fmt.Sprintf("Site %s: %s (verified %s)", s.Name, spec.Basis.Reference, spec.Basis.VerifiedAt),
		Word:   location.WordOf(string(spec.Provider), string(spec.Region), string(spec.Zone), string(spec.City), string(spec.Country)),
	}}
	for _, name := range spec.NodeNames {
		c.site.NodeNames = append(c.site.NodeNames, string(name))
	}
	if spec.ValidUntil != nil {
		c.site.ValidUntil = spec.ValidUntil.Time
	}
	c.site.Selector = selectorOf(spec.NodeSelector)
	for _, name := range spec.VolumeNames {
		c.site.VolumeNames = append(c.site.VolumeNames, string(name))
	}
	for _, name := range spec.StorageClassNames {
		c.site.StorageClassNames = append(c.site.StorageClassNames, string(name))
	}
	c.site.VolumeSelector = selectorOf(spec.VolumeSelector)

	check := siteCheck{cat: cat, spec: spec}
	check.selector(&c.site)
	check.volumeSelector()
	row, ok := check.place()
	c.checked = Checked{Fault: check.found, Warnings: check.warnings}
	switch {
	case check.found != nil:
		c.site.Fault = check.found.Message()
	case ok:
		c.complete(row)
	}
	return c
}

// selectorOf is a Site's selector, nil if it selects nothing or cannot be read: nothing can have
// a label of which the key or the value is not valid.
func selectorOf(s *metav1.LabelSelector) labels.Selector {
	if s == nil {
		return nil
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil || selector.Empty() {
		return nil
	}
	return selector
}

// complete fills in what the row of the Site's zone or region says besides the Site. A row
// of low confidence is no source for anything that the Site itself has left out.
func (c *compiledSite) complete(row catalogue.Match) {
	s := &c.site
	if row.Region != nil {
		s.Region = row.Region.Name
	} else {
		// The zone lies elsewhere than the region whose label it carries.
		s.Region = ""
	}
	city, _ := row.Place()
	if city == "" || row.Confidence() == catalogue.ConfidenceLow {
		return
	}
	if s.City == "" {
		s.Source += "; its city by " + row.Source()
	}
	s.City = city
}

// home is where the Site is, as the algebra of places needs it.
func (c *compiledSite) home() place.Home {
	s := &c.site
	h := place.Home{Country: s.Country, City: catalogue.CanonicalCity(s.City)}
	if s.Provider != "" && s.Region != "" {
		h.Region = place.RegionID{Provider: s.Provider, Name: s.Region}
	}
	return h
}

// claims reports whether a kubelet can put its node into the Site, by labels that it may write.
func (c *compiledSite) claims() bool { return c.site.Selector != nil && !c.site.SelectorDeclares() }

// siteIndex finds the Sites of a world, each compiled when it is first asked for.
type siteIndex struct {
	cat      *catalogue.Catalogue
	byName   map[string]*residencyv1.Site
	compiled map[string]*compiledSite
	// cities are the names of the cities that Sites declare, by canonical name and country;
	// nil until somebody asks.
	cities map[siteCity]string
	// sorted are all names, nil until somebody asks.
	sorted []string
}

type siteCity struct{ canonical, country string }

func newSiteIndex(w World) *siteIndex {
	x := &siteIndex{cat: w.Catalogue, byName: make(map[string]*residencyv1.Site, len(w.Sites)), compiled: map[string]*compiledSite{}}
	for i := range w.Sites {
		x.byName[w.Sites[i].Name] = &w.Sites[i]
	}
	return x
}

// get returns the Site of that name, nil if there is none.
func (x *siteIndex) get(name string) *compiledSite {
	if c := x.compiled[name]; c != nil {
		return c
	}
	s := x.byName[name]
	if s == nil {
		return nil
	}
	c := compileSite(x.cat, s)
	x.compiled[name] = c
	return c
}

// names returns the names of all Sites, sorted.
func (x *siteIndex) names() []string {
	if x.sorted == nil {
		x.sorted = slices.Sorted(maps.Keys(x.byName))
	}
	return x.sorted
}

// city returns the display name of a city that a valid Site declares.
func (x *siteIndex) city(canonical, country string) (string, bool) {
	if x.cities == nil {
		x.cities = map[siteCity]string{}
		for name := range x.byName {
			c := x.get(name)
			if c.checked.Fault != nil || c.site.City == "" {
				continue
			}
			key := siteCity{catalogue.CanonicalCity(c.site.City), c.site.Country}
			// Of several spellings the first in order, not the first of the map.
			if old, ok := x.cities[key]; !ok || cmp.Less(c.site.City, old) {
				x.cities[key] = c.site.City
			}
		}
	}
	display, ok := x.cities[siteCity{canonical, country}]
	return display, ok
}
