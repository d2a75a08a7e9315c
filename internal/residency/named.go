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
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// named returns the names of the Sites and jurisdictions that a rule names, sorted, each once.
func named(rule *residencyv1.PlacesRule) (sites, jurisdictions []string) {
	for _, list := range [][]residencyv1.Place{rule.Allowed, rule.Denied} {
		for i := range list {
			if list[i].Site != nil {
				sites = append(sites, string(*list[i].Site))
			}
			if list[i].Jurisdiction != nil {
				jurisdictions = append(jurisdictions, string(*list[i].Jurisdiction))
			}
		}
	}
	return sortedOnce(sites), sortedOnce(jurisdictions)
}

// addWorld keeps what the rulebook is asked about the Sites and jurisdictions that it was
// compiled of.
func (rb *Rulebook) addWorld(c *compiler) {
	rb.jurisdictions = c.allJurisdictions()
	rb.sites = make(map[string]SiteInfo, len(c.sites.byName))
	for name, s := range c.sites.byName {
		rb.sites[name] = SiteInfo{UID: s.UID, Generation: s.Generation, Fault: c.sites.get(name).checked.Fault}
	}
}

// indexNamed finds the policies by what they name.
func (rb *Rulebook) indexNamed() {
	rb.bySite, rb.byJurisdiction = map[string][]string{}, map[string][]string{}
	for _, name := range rb.Policies() {
		p := rb.policies[name]
		for _, site := range p.sites {
			rb.bySite[site] = append(rb.bySite[site], name)
		}
		for _, j := range p.jurisdictions {
			rb.byJurisdiction[j] = append(rb.byJurisdiction[j], name)
		}
	}
}

// SiteInfo is what a rulebook holds of a Site.
type SiteInfo struct {
	// UID and Generation of the Site that was compiled.
	UID        types.UID
	Generation int64
	// Fault is why it is not accepted, nil if it is.
	Fault *Fault
	// Policies are the names of those that name it, sorted.
	Policies []string
}

// Site returns what the rulebook holds of a Site.
func (rb *Rulebook) Site(name string) (SiteInfo, bool) {
	info, ok := rb.sites[name]
	if !ok {
		return SiteInfo{}, false
	}
	info.Policies = rb.PoliciesOfSite(name)
	return info, true
}

// Sites returns the names of all Sites, sorted.
func (rb *Rulebook) Sites() []string { return slices.Sorted(maps.Keys(rb.sites)) }

// Jurisdictions returns the names of all jurisdictions, the built-in ones too, sorted.
func (rb *Rulebook) Jurisdictions() []string {
	return slices.Sorted(maps.Keys(rb.jurisdictions.byName))
}

// Jurisdiction returns what the rulebook holds of a jurisdiction.
func (rb *Rulebook) Jurisdiction(name string) (JurisdictionInfo, bool) {
	j := rb.jurisdictions.byName[name]
	if j == nil {
		return JurisdictionInfo{}, false
	}
	info := j.info
	info.Countries = slices.Clone(info.Countries)
	return info, true
}

// PoliciesOfSite returns the names of the policies that name a Site, sorted. The Site need not exist.
func (rb *Rulebook) PoliciesOfSite(name string) []string { return slices.Clone(rb.bySite[name]) }

// PoliciesOfJurisdiction returns the names of the policies that name a jurisdiction, or one
// that includes it, sorted. The jurisdiction need not exist.
func (rb *Rulebook) PoliciesOfJurisdiction(name string) []string {
	var out []string
	for _, including := range rb.jurisdictions.including(name) {
		out = append(out, rb.byJurisdiction[including]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
