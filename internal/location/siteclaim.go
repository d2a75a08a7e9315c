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
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// hearClaims holds the node's own answer against the Sites that a kubelet could have chosen
// for it. They are one more witness: they can contradict, be a member of, or, where the node
// says nothing that can be understood, say the place. It returns on which of them the place
// rests, if any.
func (l *Locator) hearClaims(r *reading, a *Answer) []SiteRef {
	if len(a.Matches) == 0 {
		return nil
	}
	claiming := make([]*Site, 0, 4)
	var void *Site
	for _, m := range a.Matches {
		switch {
		case m.Declared:
		case m.Site.Fault != "", m.Site.expired(l.Now):
			void = cmp.Or(void, m.Site)
		default:
			claiming = append(claiming, m.Site)
		}
	}
	own := &a.Location
	if len(claiming) == 0 {
		if void != nil && silent(own) {
			own.Witnesses = append(own.Witnesses, Witness{Kind: WitnessSite, Value: void.Name})
			if void.expired(l.Now) {
				own.undetermine(ReasonDeclarationExpired, saysExpired(void, "node"))
			} else {
				own.undetermine(ReasonInvalidDeclaration, saysFault(void, "node"))
			}
		}
		return nil
	}
	if names, detail := l.disagreement(claiming); names != nil {
		a.Disagree = names
		own.conflict(r, claiming, detail)
		return nil
	}
	joined := join(claiming)
	rests := false
	switch {
	case own.Known():
	case silent(own):
		if against := cmp.Or(r.against(l, joined), r.betaAgainstSite(l, joined)); against != "" {
			l.dispute(r, own, joined, claiming, against)
			return nil
		}
		*own = r.ofSites(claiming)
		joined.locate(own)
		rests = true
	case joined.Provider != "" && (own.Reason == ReasonAmbiguousProvider || own.Reason == ReasonAmbiguousRegion):
		if l.settle(r, own, joined, claiming); !own.Known() {
			return nil
		}
		rests = true
	default:
		return nil
	}
	if !l.confirms(joined, own) {
		l.dispute(r, own, joined, claiming, own.saysOwn())
		return nil
	}
	own.Sites = namesOf(claiming)
	if !rests {
		return nil
	}
	own.Assurance = Claimed
	refs := make([]SiteRef, len(claiming))
	for i, s := range claiming {
		refs[i] = SiteRef{Name: s.Name, UID: s.UID, Word: s.Word}
	}
	return refs
}

// dispute makes the Location Undetermined because the node says something else than the Sites
// that claim it, and notes if its providerID does.
func (l *Locator) dispute(r *reading, own *Location, joined *Site, claiming []*Site, says string) {
	own.conflict(r, claiming, says+" and "+joined.says())
	own.Contradiction = r.against(l, joined)
}

// conflict makes the Location Undetermined by a dispute with Sites.
func (l *Location) conflict(r *reading, sites []*Site, detail string) {
	*l = r.ofSites(sites)
	l.undetermine(ReasonConflictingWitnesses, detail)
}

// saysOwn repeats what the node says of itself: "the labels say London, GB (aws eu-west-2a)".
func (l *Location) saysOwn() string {
	word, verb := l.ownWord(), " says "
	if word == "labels" || strings.Contains(word, " and ") {
		verb = " say "
	}
	return "the " + word + verb + placeAndCode(l.Place(), l.finestCode())
}

// betaAgainstSite returns what a deprecated label says against the place of a Site, as far as
// it can be understood: by the codes of the provider that the Site names.
func (r *reading) betaAgainstSite(l *Locator, s *Site) string {
	for _, c := range [...]code{
		{kind: WitnessBetaZoneLabel, zone: true, value: r.betaZone},
		{kind: WitnessBetaRegionLabel, value: r.betaRegion},
	} {
		if m, ok := c.lookup(l.Catalogue, s.Provider); ok && !l.fits(s, s.Provider, c, m) {
			return c.says([]catalogue.ProviderMatch{{Provider: s.Provider, Match: m}})
		}
	}
	return ""
}

// silent reports whether nothing that the node says of itself can be understood as a place,
// so that there is room for another witness.
func silent(l *Location) bool {
	return l.Reason == ReasonNoWitness || l.Reason == ReasonUnknownProvider
}

// settle reads the node's codes as those of the provider that Sites name, where it was open
// whose they are.
func (l *Locator) settle(r *reading, own *Location, joined *Site, claiming []*Site) {
	if r.written == idRead && !r.scheme.writes(joined.Provider) {
		l.dispute(r, own, joined, claiming, r.against(l, joined))
		return
	}
	*own = r.at(l.Catalogue, joined.Provider)
	for _, s := range claiming {
		own.Witnesses = append(own.Witnesses, Witness{Kind: WitnessSite, Value: s.Name})
	}
}

// confirms reports whether the place that is known can be the one that the Site says.
func (l *Locator) confirms(s *Site, own *Location) bool {
	return s.Country == own.Country &&
		!differ(s.Provider, own.Provider) &&
		(s.Provider == "" || len(own.Providers) == 0 || slices.Contains(own.Providers, s.Provider)) &&
		!differ(l.regionName(s.Provider, s.Region), l.regionName(own.Provider, own.Region)) &&
		!differ(s.Zone, own.Zone) &&
		!differCity(s.City, own.City)
}
