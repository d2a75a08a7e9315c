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

import "slices"

// Volume is what Sites match of a volume.
type Volume struct {
	// Name of the PersistentVolume, empty if there is none yet.
	Name string
	// Labels of the PersistentVolume.
	Labels map[string]string
	// StorageClassName is the class that the volume or the claim names, empty if it names none.
	StorageClassName string
}

// VolumeAnswer is where a volume rests, and what comes with it.
type VolumeAnswer struct {
	// Rest is where it rests.
	Rest Rest
	// Matches are the Sites that match the volume, sorted by name. All of them declare.
	Matches []SiteMatch
	// Disagree are the names of the Sites that say different places of it, sorted.
	Disagree []string
}

// MatchingVolume returns the Sites that match the volume, sorted by name. All of them declare
// where it rests.
func (s *Sites) MatchingVolume(v Volume) []SiteMatch {
	if s == nil || len(s.byName) == 0 {
		return nil
	}
	var found []SiteMatch
	for _, site := range s.byVolume[v.Name] {
		found = append(found, SiteMatch{Site: site, Declared: true})
	}
	if v.StorageClassName != "" {
		for _, site := range s.byClass[v.StorageClassName] {
			found = append(found, SiteMatch{Site: site, Declared: true})
		}
	}
	if v.Name == "" {
		// What is no volume yet has no labels that a selector could miss.
		return sorted(found)
	}
	return sorted(s.byVolumeSelector.appendMatching(found, v.Labels))
}

// LocateVolume says where a volume rests: where a Site declares it to be, else where its own
// fields say. What these say against the Site is its Contradiction.
func (l Locator) LocateVolume(v Volume, own Rest) VolumeAnswer {
	a := VolumeAnswer{Rest: own, Matches: l.Sites.MatchingVolume(v)}
	if len(a.Matches) == 0 {
		return a
	}
	d, ok := l.declare("volume", a.Matches, own.witnesses, func(s *Site) string { return own.against(&l, s) })
	if ok {
		a.Rest, a.Disagree = RestsAt(d.Location), d.Disagree
	}
	return a
}

// witnesses returns the fields of the volume that speak of any place, with room for some more.
func (r Rest) witnesses(more int) []Witness {
	var w []Witness
	for _, o := range r.Options {
		for i := range o.Places {
			for _, one := range o.Places[i].Witnesses {
				if one.Kind.ofVolume() && !slices.Contains(w, one) {
					w = append(w, one)
				}
			}
		}
	}
	return slices.Grow(w, more)
}

// against returns one clause on what the volume says against the place of a Site, empty if it
// says nothing against it.
func (r Rest) against(l *Locator, s *Site) string {
	for _, o := range r.Options {
		for i := range o.Places {
			if own := &o.Places[i]; own.Known() && !l.confirms(s, own) {
				return own.saysOwn()
			}
		}
	}
	return ""
}
