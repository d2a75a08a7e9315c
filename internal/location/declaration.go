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
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// hearDeclarations lets the Sites that declare the node's place have their way.
func (l *Locator) hearDeclarations(r *reading, a *Answer) {
	if len(a.Matches) == 0 {
		return
	}
	declared, ok := l.declare("node", a.Matches, r.witnesses, func(s *Site) string { return r.against(l, s) })
	if !ok {
		return
	}
	a.Location = declared.Location
	if declared.Disagree != nil {
		a.Disagree = declared.Disagree
	}
}

// declaration is what Sites that declare the place of a thing come to.
type declaration struct {
	Location Location
	// Disagree are the names of those that say different places, sorted.
	Disagree []string
}

// declare says where the thing is by the Sites that declare it; false if none does. witnesses
// returns the thing's own, with room for some more, and against what they say against a Site.
func (l *Locator) declare(thing string, matches []SiteMatch, witnesses func(int) []Witness, against func(*Site) string) (d declaration, ok bool) {
	current, expired := make([]*Site, 0, 4), make([]*Site, 0, 4)
	for _, m := range matches {
		switch {
		case !m.Declared:
		case m.Site.expired(l.Now):
			expired = append(expired, m.Site)
		default:
			current = append(current, m.Site)
		}
	}
	if len(current) == 0 {
		if len(expired) == 0 {
			return d, false
		}
		d.Location.Witnesses = appendSites(witnesses(len(expired)), expired)
		d.Location.undetermine(ReasonDeclarationExpired, saysExpired(expired[0], thing))
		return d, true
	}
	d.Location.Witnesses = appendSites(witnesses(len(current)), current)
	for _, s := range current {
		if s.Fault != "" {
			d.Location.undetermine(ReasonInvalidDeclaration, saysFault(s, thing))
			return d, true
		}
	}
	if names, detail := l.disagreement(current); names != nil {
		d.Disagree = names
		d.Location.undetermine(ReasonConflictingWitnesses, detail)
		return d, true
	}
	joined := join(current)
	joined.locate(&d.Location)
	d.Location.Sites = namesOf(current)
	d.Location.Assurance = Declared
	d.Location.Contradiction = against(joined)
	return d, true
}

// ofSites is a Location of which nothing is said yet, by the node's witnesses and the Sites.
func (r *reading) ofSites(sites []*Site) Location {
	return Location{Witnesses: appendSites(r.witnesses(len(sites)), sites)}
}

// appendSites adds Sites to the witnesses.
func appendSites(w []Witness, sites []*Site) []Witness {
	for _, s := range sites {
		w = append(w, Witness{Kind: WitnessSite, Value: s.Name})
	}
	return w
}

// undetermine makes a Location one that is not known, with nothing left but its witnesses.
func (l *Location) undetermine(reason Reason, detail string) {
	*l = Location{Witnesses: l.Witnesses, Reason: reason, Detail: detail}
}

// locate makes the Location the place of the Site, as far as it says.
func (s *Site) locate(l *Location) {
	l.Provider, l.Region, l.Zone = s.Provider, s.Region, s.Zone
	l.City, l.Country = catalogue.DisplayCity(s.City), s.Country
	l.Source = s.Source
}

// join makes one of Sites that agree, with the name of the first and all that any of them says.
// Of one Site it is that Site, so that it is not written to.
func join(sites []*Site) *Site {
	if len(sites) == 1 {
		return sites[0]
	}
	joined := Site{Name: sites[0].Name}
	sources := make([]string, 0, len(sites))
	for _, s := range sites {
		joined.Country = s.Country
		for _, said := range [...]struct {
			to   *string
			what string
		}{
			{&joined.Provider, s.Provider}, {&joined.Region, s.Region}, {&joined.Zone, s.Zone}, {&joined.City, s.City},
		} {
			if *said.to == "" {
				*said.to = said.what
			}
		}
		sources = append(sources, s.Source)
	}
	joined.Source = strings.Join(sources, "; ")
	return &joined
}

// disagreement returns the names of the Sites that disagree with another one, in their order,
// and what the first two of them say; nil if all agree.
func (l *Locator) disagreement(sites []*Site) (names []string, detail string) {
	if len(sites) < 2 {
		return nil, ""
	}
	for _, s := range sites {
		for _, o := range sites {
			if s == o || !l.disagree(s, o) {
				continue
			}
			if names == nil {
				detail = s.says() + " and " + o.says()
			}
			names = append(names, s.Name)
			break
		}
	}
	return names, detail
}

// disagree reports whether both Sites cannot be true of one node. What one of them leaves
// out is no disagreement.
func (l *Locator) disagree(s, o *Site) bool {
	return s.Country != o.Country ||
		differ(s.Provider, o.Provider) ||
		differ(l.regionName(s.Provider, s.Region), l.regionName(o.Provider, o.Region)) ||
		differ(s.Zone, o.Zone) ||
		differCity(s.City, o.City)
}

// regionName returns the name of a region that may be written as an alias, such as OCI's iad.
func (l *Locator) regionName(provider, region string) string {
	if row, ok := l.Catalogue.Region(provider, region); ok {
		return row.Name
	}
	return region
}

// against returns one clause on what the providerID says against the place of a Site, empty
// if it says nothing against it.
func (r *reading) against(l *Locator, s *Site) string {
	if r.written != idRead {
		return ""
	}
	candidates := r.scheme.providers
	if r.id.provider != "" {
		candidates = []string{r.id.provider}
		if differ(r.id.provider, s.Provider) {
			return "the providerID says " + r.id.provider
		}
	} else if s.Provider != "" && !r.scheme.writes(s.Provider) {
		return "the providerID says " + strings.Join(candidates, " or ")
	}
	c := r.id.code()
	if c.value == "" {
		return ""
	}
	var meanings []catalogue.ProviderMatch
	for _, provider := range candidates {
		m, ok := c.lookup(l.Catalogue, provider)
		if !ok {
			continue
		}
		if l.fits(s, provider, c, m) {
			return ""
		}
		meanings = append(meanings, catalogue.ProviderMatch{Provider: provider, Match: m})
	}
	if len(meanings) == 0 {
		return ""
	}
	return c.says(meanings)
}

// fits reports whether a node that has the code at the provider can be where the Site says.
func (l *Locator) fits(s *Site, provider string, c code, m catalogue.Match) bool {
	city, country := m.Place()
	region, zone := "", ""
	if m.Region != nil {
		region = m.Region.Name
	}
	if c.zone {
		zone = c.value
	}
	return country == s.Country && !differ(provider, s.Provider) && !differCity(city, s.City) &&
		!differ(region, l.regionName(s.Provider, s.Region)) && !differ(zone, s.Zone)
}

// says repeats what the Site says: "Site paris-room says Paris, FR".
func (s *Site) says() string {
	code := strings.TrimSpace(s.Provider + " " + cmp.Or(s.Zone, s.Region))
	return "Site " + s.Name + " says " + placeAndCode(placeOf(s.City, s.Country), code)
}

func saysExpired(s *Site, thing string) string {
	return "Site " + s.Name + " said where the " + thing + " is until " + s.ValidUntil.UTC().Format("2006-01-02T15:04:05Z") + ", and has not been renewed"
}

func saysFault(s *Site, thing string) string {
	return "Site " + s.Name + " says where the " + thing + " is and cannot be used as it is written: " + s.Fault
}

func namesOf(sites []*Site) []string {
	names := make([]string, len(sites))
	for i, s := range sites {
		names[i] = s.Name
	}
	return names
}
