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

package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// Resolution is what `kubectl residency resolve -o json` prints. What is not known, or
// not for sure, is absent. Fields may be added; none is renamed or removed.
type Resolution struct {
	Provider string `json:"provider,omitempty"`
	// Providers are all that it may be, if the place is the same with each of them.
	Providers []string `json:"providers,omitempty"`
	Region    string   `json:"region,omitempty"`
	Zone      string   `json:"zone,omitempty"`
	City      string   `json:"city,omitempty"`
	// Area is what is known instead of a city, such as a state.
	Area    string `json:"area,omitempty"`
	Country string `json:"country,omitempty"`
	// Assurance is Claimed or Consistent, for a node.
	Assurance string `json:"assurance,omitempty"`
	// Reason and Detail say why the place is not known.
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Confidence is how far the source goes: low, medium or high.
	Confidence string `json:"confidence,omitempty"`
	// Source is the row of the catalogue that says so.
	Source string `json:"source,omitempty"`
	// CatalogueDate is the day of which the catalogue is.
	CatalogueDate string `json:"catalogueDate"`
	// Witnesses are what a node says.
	Witnesses []location.Witness `json:"witnesses,omitempty"`
	// Meanings are all that the code means.
	Meanings []Meaning `json:"meanings"`
	// Suggestions are what may be meant by a code that is not known.
	Suggestions []string `json:"suggestions,omitempty"`

	// asked is what was asked about: a code, or, ofNode, a node, whose place rests on a word.
	asked, word string
	ofNode      bool
}

// resolveAt says what a code is at a provider.
func resolveAt(cat *catalogue.Catalogue, provider, code string) *Resolution {
	r := &Resolution{asked: provider + " " + code, CatalogueDate: cat.Date(), Meanings: []Meaning{}}
	if fault := unknownProvider(cat, provider); fault != "" {
		r.Reason, r.Detail = string(location.ReasonUnknownProvider), fault
		if _, known := cat.ProviderTitle(provider); known {
			r.Reason = string(location.ReasonUnknownRegion)
		}
		r.Suggestions = providersMeant(cat, provider)
		if cat.HasProvider(code) {
			r.Detail = fmt.Sprintf("the provider comes first: resolve %s %s", code, provider)
		}
		return r
	}
	r.Meanings = meaningsAt(cat, provider, code)
	if i := slices.IndexFunc(r.Meanings, func(m Meaning) bool { return m.Kind != kindAlias }); i >= 0 {
		r.believe(&r.Meanings[i])
		return r
	}
	r.Suggestions = cat.NearRegions(provider, code)
	r.Reason = string(location.ReasonUnknownRegion)
	if len(r.Meanings) > 0 {
		r.Detail = notCarried(cat, provider, &r.Meanings[0])
		return r
	}
	r.Meanings = []Meaning{}
	r.unknown(cat, provider, code)
	return r
}

// notCarried says what nodes carry instead of another name of their region.
func notCarried(cat *catalogue.Catalogue, provider string, m *Meaning) string {
	region, ok := cat.Region(provider, m.Region)
	if !ok || len(region.Labels) == 0 {
		return "nodes do not carry it, and what they carry instead is not known"
	}
	return "nodes do not carry it: their label says " + strings.Join(region.Labels, " or ")
}

// unknown says of a code that the provider does not have what can be said of it.
func (r *Resolution) unknown(cat *catalogue.Catalogue, provider, code string) {
	r.Detail = fmt.Sprintf("it is no known region or zone of %s%s", provider, didYouMean(r.Suggestions))
	if len(r.Suggestions) > 0 {
		return
	}
	if parent := parentOf(cat, provider, code); parent != "" {
		r.Reason = string(location.ReasonUnknownZone)
		r.Detail = fmt.Sprintf("it is no known zone of %s, and a zone is not read as the region that its name begins with (%s): it may lie in another country", provider, parent)
		return
	}
	if others := allMeanings(cat, code); len(others) > 0 {
		r.Detail += "; it is known of " + strings.Join(providersOf(others), ", ")
	}
}

// parentOf returns the longest name of a region that the code goes on from, empty if there is none.
func parentOf(cat *catalogue.Catalogue, provider, code string) string {
	parent := ""
	for _, region := range cat.Regions() {
		if region.Provider == provider && len(region.Name) > len(parent) && strings.HasPrefix(code, region.Name) {
			parent = region.Name
		}
	}
	return parent
}

// believe takes a place from the meaning that there is no doubt about.
func (r *Resolution) believe(m *Meaning) {
	if m.Confidence == catalogue.ConfidenceLow.String() {
		r.Reason = string(location.ReasonLowConfidence)
		r.Detail = fmt.Sprintf("%s rests on a row of low confidence, which satisfies no policy", m.place())
		return
	}
	r.Provider, r.Region, r.City, r.Area, r.Country = m.Provider, m.Region, m.City, m.Area, m.Country
	r.Confidence, r.Source = m.Confidence, m.Source
	if m.Kind != kindRegion {
		r.Zone = m.Code
	}
}

// resolveAnywhere says what a code is at all providers: where all of them agree, the
// place is known, as it is of a node that has no providerID.
func resolveAnywhere(cat *catalogue.Catalogue, code string) *Resolution {
	all := allMeanings(cat, code)
	labels := nodeFlags{zone: code}
	if len(cat.RegionsByCode(code)) > 0 {
		labels = nodeFlags{region: code}
	}
	r := resolveNode(cat, labels)
	r.asked, r.ofNode, r.Witnesses, r.Assurance = code, false, nil, ""
	r.Meanings = all
	switch {
	case len(all) == 0:
		r.Meanings = []Meaning{}
		r.Suggestions = nearAnywhere(cat, code)
		r.Reason = string(location.ReasonUnknownRegion)
		r.Detail = "no provider has such a region or zone" + didYouMean(r.Suggestions)
	case r.Reason == string(location.ReasonUnknownZone):
		// Only other names of regions are left, which no node carries.
		r.Detail = "nodes do not carry it: it is only another name of a region"
	case r.Reason == string(location.ReasonAmbiguousRegion):
		r.Detail = "it means places in different countries: name the provider"
	}
	if len(all) == 1 && r.Reason == "" {
		r.Confidence = all[0].Confidence
	}
	r.citeAliases()
	return r
}

// citeAliases adds to the source of a place those of the other names of regions that are listed
// with it, so that all that is listed is cited.
func (r *Resolution) citeAliases() {
	for i := range r.Meanings {
		if m := &r.Meanings[i]; m.Kind == kindAlias && r.Source != "" && !strings.Contains(r.Source, m.Source) {
			r.Source += "; " + m.Source
		}
	}
}

// resolveNode says where a node is that says this, and nothing else, of itself.
func resolveNode(cat *catalogue.Catalogue, n nodeFlags) *Resolution {
	labels := map[string]string{}
	for key, value := range map[string]string{
		"topology.kubernetes.io/region": n.region, "topology.kubernetes.io/zone": n.zone, "node.kubernetes.io/instance-type": n.instanceType,
	} {
		if value != "" {
			labels[key] = value
		}
	}
	l := location.Locator{Catalogue: cat}.Locate(location.Node{ProviderID: n.providerID, Labels: labels}, nil).Location
	r := &Resolution{
		Provider: l.Provider, Providers: l.Providers, Region: l.Region, Zone: l.Zone, City: l.City, Area: l.Area, Country: l.Country,
		Reason: string(l.Reason), Detail: l.Detail, Source: l.Source, Witnesses: l.Witnesses, CatalogueDate: cat.Date(),
		Meanings: []Meaning{}, asked: "such a node", word: l.Word(), ofNode: true,
	}
	if l.Known() {
		r.Assurance = l.Assurance.String()
		r.Confidence = confidenceOf(cat, &l)
		return r
	}
	if l.Reason == location.ReasonAmbiguousProvider || l.Reason == location.ReasonAmbiguousRegion {
		r.Meanings = meaningsOfNode(cat, n)
	}
	return r
}

// confidenceOf returns the confidence of the row that a location of one provider rests on.
func confidenceOf(cat *catalogue.Catalogue, l *location.Location) string {
	if m, ok := cat.Zone(l.Provider, l.Zone); ok {
		return m.Confidence().String()
	}
	if region, ok := cat.Region(l.Provider, l.Region); ok {
		return region.Confidence.String()
	}
	return ""
}

// meaningsOfNode returns what the finest code that a node says means at the providers
// that may have written its providerID.
func meaningsOfNode(cat *catalogue.Catalogue, n nodeFlags) []Meaning {
	scheme, rest, written := strings.Cut(n.providerID, "://")
	codes := []string{n.zone, n.region}
	if written {
		// The code stands somewhere in the ID; what else stands there is nobody's code.
		codes = append(strings.Split(rest, "/"), codes...)
	}
	var providers []string
	if s, ok := cat.Scheme(scheme); ok && written {
		providers = s.Providers
	}
	for _, code := range codes {
		if code == "" {
			continue
		}
		all := slices.DeleteFunc(allMeanings(cat, code), func(m Meaning) bool {
			return m.Kind == kindAlias || len(providers) > 0 && !slices.Contains(providers, m.Provider)
		})
		if len(all) > 0 {
			return all
		}
	}
	return []Meaning{}
}

// nearAnywhere returns regions of all providers that look like the code, each with its provider.
func nearAnywhere(cat *catalogue.Catalogue, code string) []string {
	const most = 5
	var out []string
	for _, provider := range cat.Providers() {
		for _, name := range cat.NearRegions(provider, code) {
			out = append(out, provider+" "+name)
		}
	}
	return out[:min(len(out), most)]
}

func providersOf(all []Meaning) []string {
	var out []string
	for i := range all {
		out = append(out, all[i].Provider)
	}
	return slices.Compact(out)
}

// place returns the place for people.
func (r *Resolution) place() string {
	if city := cmp.Or(r.City, r.Area); city != "" {
		return city + ", " + r.Country
	}
	return r.Country
}
