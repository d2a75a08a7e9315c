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

package stamp

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// maxValue is how long the value of a label may be:
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
const maxValue = 63

// labels returns the labels that go with the record. A provider's codes are written with
// the provider, a city with its country, so that one value means one place. What is not
// known has no label; nor have codes that several providers may have meant. What there may be
// several of has a label for each: all Sites that the node is in, and all regions that it
// may lie in if it is not known which of them it is.
func (r *Record) labels() map[string]string {
	out := map[string]string{residencyv1.StampAssurance: strings.ToLower(r.Assurance)}
	p := r.last()
	if p == nil {
		return out
	}
	set := func(key, value string) {
		if value != "" {
			out[key] = value
		}
	}
	set(residencyv1.StampProvider, code(p.Provider))
	set(residencyv1.StampRegion, qualified(p.Provider, p.Region))
	set(residencyv1.StampZone, qualified(p.Provider, p.Zone))
	set(residencyv1.StampCity, City(p.City, p.Country))
	set(residencyv1.StampCountry, code(p.Country))
	set(residencyv1.StampSite, code(p.Site))
	for _, name := range p.Sites {
		out[SiteKey(name)] = residencyv1.StampMember
	}
	if p.Provider == "" {
		for i, provider := range p.Providers {
			region := p.Region
			if names := p.regions(); len(names) > 0 {
				region = names[i]
			}
			if region != "" {
				out[PossibleRegionKey(provider, region)] = residencyv1.StampMember
			}
		}
	}
	return out
}

// SiteKey returns the key of the label that all nodes in the Site have, and no others.
func SiteKey(site string) string { return residencyv1.StampSitePrefix + code(site) }

// PossibleRegionKey returns the key of the label of nodes that may lie in the region, where
// it is not known with which of several providers they are.
func PossibleRegionKey(provider, region string) string {
	return residencyv1.StampRegionPrefix + qualified(provider, region)
}

// Region returns the value of the label residencyv1.StampRegion for a provider's region.
func Region(provider, region string) string { return qualified(provider, region) }

// site returns the Site on which the place of a record rests that names one, of several the
// first by name, empty if it rests on none. A Site that adds nothing to a place which the node
// says itself is one that a kubelet could have chosen: its label would look as good as the place.
func (r *Record) site() string {
	if len(r.Sites) > 0 && r.Assurance == location.Declared.String() {
		return r.Sites[0]
	}
	if r.Memory == nil || r.Assurance != location.Claimed.String() {
		return ""
	}
	site := ""
	for _, ref := range r.Memory.Sites {
		if !ref.Left && (site == "" || ref.Name < site) {
			site = ref.Name
		}
	}
	return site
}

// City returns the value of the label residencyv1.StampCity for a city: the country in lower case,
// a dot, and the city without accents with a hyphen for each space: gb.london,
// br.sao-paulo. Where another name would come out the same, as for any other character
// that a label cannot have or that means something here, a hash of the name follows. It
// is empty if the city is not known.
func City(name, country string) string {
	canonical := catalogue.CanonicalCity(name)
	if canonical == "" {
		return ""
	}
	text, lost := hyphenated(canonical)
	return fitted(strings.ToLower(country)+"."+text, canonical, lost)
}

// hyphenated writes letters and digits as they are and the rest as hyphens. Lost is set
// if the text cannot be told from it any more: only a single space between others can.
func hyphenated(text string) (out string, lost bool) {
	b := []byte(text)
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c == ' ' && i > 0 && i < len(b)-1 && b[i-1] != '-':
			b[i] = '-'
		default:
			b[i] = '-'
			lost = true
		}
	}
	return string(b), lost
}

// qualified is a provider's code with the provider; empty if either is not known.
func qualified(provider, name string) string {
	if provider == "" || name == "" {
		return ""
	}
	return code(provider + "." + name)
}

// code returns a text as a label may have it: as it is, nearly always.
func code(text string) string {
	b := []byte(text)
	lost := false
	for i, c := range b {
		if !alphanumeric(c) && c != '-' && c != '_' && c != '.' {
			b[i] = '-'
			lost = true
		}
	}
	return fitted(string(b), text, lost)
}

// fitted returns a value that a label may have. If something was lost on the way to it,
// or is lost now, a hash of the original stands for that.
func fitted(value, original string, lost bool) string {
	if value == "" {
		return ""
	}
	if !lost && len(value) <= maxValue && alphanumeric(value[0]) && alphanumeric(value[len(value)-1]) {
		return value
	}
	sum := sha256.Sum256([]byte(original))
	suffix := hex.EncodeToString(sum[:4])
	if limit := maxValue - len("-") - len(suffix); len(value) > limit {
		value = value[:limit]
	}
	value = strings.TrimFunc(value, func(r rune) bool { return r > 'z' || !alphanumeric(byte(r)) })
	if value == "" {
		return suffix
	}
	return value + "-" + suffix
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
