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
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Memory is where a node last was, by its own witnesses and by Sites that a kubelet could
// have chosen. What an administrator declares is not remembered: that is asked anew each time.
type Memory struct {
	// Provider, Providers, Region, Zone, City, Area and Country are as in Location.
	Provider                          string
	Providers                         []string
	Region, Zone, City, Area, Country string
	// Sites are the claiming Sites that the place rests on. Once each of them is gone, or says
	// another place, administrators have withdrawn the word, and another place is no move.
	Sites []SiteRef
	// Said is a digest of what the node said of itself when this was last changed, empty where
	// the place rests on Sites. Where a node that goes on saying the same is elsewhere by it, the
	// catalogue has changed, and the node has not moved.
	Said string
	// MovedTo is another place that the witnesses have named since, in people's words. Once
	// it is set it stays, whatever becomes of Sites, until somebody has the memory removed.
	MovedTo string
}

// SiteRef is the word of a Site.
type SiteRef struct {
	Name, UID string
	// Word is the same for as long as the Site says the same place.
	Word string
	// Left is set once the Site does not match the node any more: the node stands by its place
	// from then on, whatever becomes of the Site.
	Left bool
}

// remember holds what the node says now against what is remembered, and returns what is to
// be remembered from now on. A node that says another place becomes Undetermined, and stays
// so whatever it says next: going back, or saying nothing for a while, is no way out.
func (l *Locator) remember(node string, a *Answer, refs []SiteRef, m *Memory) *Memory {
	own := &a.Location
	if m != nil && m.MovedTo == "" && len(m.Sites) > 0 {
		standing, withdrawn := l.standing(m.Sites, a.Matches)
		if withdrawn {
			if !own.Known() {
				return m
			}
			m = nil
		} else {
			m = m.on(standing)
		}
	}
	switch {
	case m == nil && !own.Known():
		return nil
	case m == nil:
		return memoryOf(own, refs)
	case m.MovedTo == "" && !own.Known():
		return m
	case m.MovedTo == "" && (m.samePlace(own) && m.sameSites(refs) || m.sameWords(own, refs)):
		return m.refreshed(own, refs)
	case m.MovedTo == "" && len(refs) > 0 && len(m.Sites) == 0:
		// Nobody knows who brought the Site and the node together, and it may have been an
		// administrator who made the Site: it is not believed, and not held against the node.
		own.undetermine(ReasonConflictingWitnesses, "the node was in "+m.says()+" by its own word, and "+
			saysClaims(refs)+" that it is in "+placeAndCode(own.Place(), own.finestCode()))
		return m
	case m.MovedTo == "":
		moved := *m
		moved.MovedTo = placeAndCode(own.Place(), own.finestCode())
		m = &moved
	}
	own.undetermine(ReasonMovedNode, m.saysMoved(node))
	return m
}

// standing returns those of the Sites whose word has not been withdrawn, with those noted that
// the node has left: whether it walked out or an administrator shut it out, nobody can tell.
// Withdrawn is set if none is left to stand on. Only administrators delete or change a Site, so
// a node cannot forget by itself.
func (l *Locator) standing(refs []SiteRef, matches []SiteMatch) (standing []SiteRef, withdrawn bool) {
	for _, ref := range refs {
		site, ok := l.Sites.Get(ref.Name)
		switch {
		case ref.Left:
		case !ok || site.UID != ref.UID:
			continue
		case !slices.ContainsFunc(matches, func(m SiteMatch) bool { return m.Site == site }):
			ref.Left = true
		case site.Word != ref.Word:
			continue
		}
		standing = append(standing, ref)
	}
	return standing, len(standing) == 0
}

// on returns the memory with the Sites on which it stands.
func (m *Memory) on(sites []SiteRef) *Memory {
	if slices.Equal(m.Sites, sites) {
		return m
	}
	next := *m
	next.Sites = sites
	return &next
}

// sameSites reports whether a place that rests on Sites can be in one of those on which the
// remembered place rests: a Site is a place too.
func (m *Memory) sameSites(refs []SiteRef) bool {
	return len(refs) == 0 || len(m.Sites) == 0 || slices.ContainsFunc(m.Sites, func(ref SiteRef) bool {
		return slices.ContainsFunc(refs, func(other SiteRef) bool { return other.Name == ref.Name })
	})
}

// memoryOf remembers a place.
func memoryOf(l *Location, refs []SiteRef) *Memory {
	return &Memory{
		Provider: l.Provider, Providers: l.Providers, Region: l.Region, Zone: l.Zone,
		City: l.City, Area: l.Area, Country: l.Country, Sites: refs, Said: said(l, refs),
	}
}

// said returns the same text for the same witnesses, byte for byte, and another one for
// others; empty if the place rests on Sites, whose words are held against the memory one by one.
func said(l *Location, refs []SiteRef) string {
	if len(refs) > 0 {
		return ""
	}
	text := make([]byte, 0, 256)
	for _, w := range l.Witnesses {
		text = strconv.AppendQuote(append(text, w.Kind...), w.Value)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// sameWords reports whether the node's own words are what they were: then it is the
// catalogue that has changed.
func (m *Memory) sameWords(l *Location, refs []SiteRef) bool {
	return len(refs) == 0 && len(m.Sites) == 0 && m.Said != "" && m.Said == said(l, refs)
}

// samePlace reports whether a place that is known can be the one that is remembered. The
// finest code that both have decides: if a row of the catalogue is corrected, the code is
// elsewhere, and no node has moved.
func (m *Memory) samePlace(l *Location) bool {
	switch {
	case !sameProvider(m, l):
		return false
	case m.Zone != "" && l.Zone != "":
		return m.Zone == l.Zone
	case m.Region != "" && l.Region != "":
		return m.Region == l.Region
	case (m.Region != "" && l.Zone != "") || (m.Zone != "" && l.Region != ""):
		// A zone that is no part of a region, such as a Local Zone, and a region.
		return false
	default:
		return m.Country == l.Country && !differCity(m.City, l.City) && !differ(m.Area, l.Area)
	}
}

// sameProvider reports whether both places can be with one provider.
func sameProvider(m *Memory, l *Location) bool {
	switch {
	case m.Provider != "" && l.Provider != "":
		return m.Provider == l.Provider
	case l.Provider != "" && len(m.Providers) > 0:
		return slices.Contains(m.Providers, l.Provider)
	case m.Provider != "" && len(l.Providers) > 0:
		return slices.Contains(l.Providers, m.Provider)
	case len(m.Providers) > 0 && len(l.Providers) > 0:
		return slices.ContainsFunc(m.Providers, func(p string) bool { return slices.Contains(l.Providers, p) })
	default:
		return true
	}
}

// refreshed remembers what the same place is called now. What the node has stopped saying
// stays: a node that first drops its zone and then names another one has moved all the same.
// Nor does a place come to rest on a Site later: it could be withdrawn, and with it the memory.
func (m *Memory) refreshed(l *Location, refs []SiteRef) *Memory {
	next := Memory{
		Provider: cmp.Or(l.Provider, m.Provider),
		Region:   cmp.Or(l.Region, m.Region),
		Zone:     cmp.Or(l.Zone, m.Zone),
		City:     l.City,
		Area:     l.Area,
		Country:  l.Country,
		Said:     m.Said,
	}
	if next.Provider == "" {
		next.Providers = l.Providers
		if len(next.Providers) == 0 {
			next.Providers = m.Providers
		}
	}
	if next.City == "" && m.Country == l.Country {
		next.City = m.City
		next.Area = cmp.Or(l.Area, m.Area)
	}
	if len(refs) > 0 {
		next.Sites = m.Sites
	}
	if m.equal(&next) {
		return m
	}
	next.Said = cmp.Or(said(l, refs), m.Said)
	return new(next)
}

// equal reports whether both remember the same.
func (m *Memory) equal(o *Memory) bool {
	return m.Provider == o.Provider && m.Region == o.Region && m.Zone == o.Zone &&
		m.City == o.City && m.Area == o.Area && m.Country == o.Country && m.Said == o.Said && m.MovedTo == o.MovedTo &&
		slices.Equal(m.Providers, o.Providers) && slices.Equal(m.Sites, o.Sites)
}

// relocateCommand lets a node have another place. It removes the annotation in which the
// manager keeps the memory; the API server asks for the verb relocate on the node.
const relocateCommand = "kubectl annotate node %s residency.domicile.dev/location-"

// saysMoved says from where to where, and what to do about it.
func (m *Memory) saysMoved(node string) string {
	return "the node was in " + m.says() + " and has since said that it is in " + m.MovedTo +
		"; a node does not move, and if this one did, whoever has the verb relocate on it runs " +
		strings.Replace(relocateCommand, "%s", cmp.Or(node, "NAME"), 1)
}

// says repeats the place: "London, GB (aws eu-west-2)".
func (m *Memory) says() string {
	return placeAndCode(placeOf(cmp.Or(m.City, m.Area), m.Country), strings.TrimSpace(m.Provider+" "+cmp.Or(m.Zone, m.Region)))
}

// saysClaims names the Sites that say something of a node.
func saysClaims(refs []SiteRef) string {
	if len(refs) == 1 {
		return "Site " + refs[0].Name + " claims"
	}
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = ref.Name
	}
	return "Sites " + strings.Join(names, ", ") + " claim"
}

// placeAndCode writes a place with the code that a provider has for it: "London, GB (aws eu-west-2)".
func placeAndCode(place, code string) string {
	if code == "" {
		return place
	}
	return place + " (" + code + ")"
}
