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
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// The names of the providers that have rules of their own, as in the catalogue.
const (
	providerAWS      = "aws"
	providerOutscale = "outscale"
)

// scheme is one kind of spec.providerID: who writes it, and how it is read.
type scheme struct {
	// providers are those that write it. None: it says no place. Several: unless the ID or the
	// instance type singles one out, the codes must.
	providers []string
	// row has the forms of the ID; nil for one without a scheme that belongs to no row.
	row *catalogue.Scheme
	// rules are what no row can express; nil if there are none.
	rules *rules
}

// rules are what is special about the IDs of one scheme, or about the labels beside them.
type rules struct {
	// scheme is what stands before "://"; empty for IDs that never have one.
	scheme string
	// parse reads what stands after it; false if it does not have the form. Nil: by the forms
	// of the catalogue.
	parse func(rest string) (identity, bool)
	// bare recognises an ID that is written without the scheme, and returns what would stand
	// after "://". Nil if there is none.
	bare func(id string) (rest string, ok bool)
	// form is the form for people of an ID that has no row in the catalogue.
	form string
	// silentZone reports that a zone label of this value says nothing of a place. Nil if
	// every value does.
	silentZone func(zone string) bool
	// byInstanceType returns the provider that alone has such an instance type, else
	// nothing. Nil if none can be told by it.
	byInstanceType func(instanceType string) string
	// open is whether providers that the catalogue does not have write such IDs too.
	open bool
}

// identity is what a well-formed providerID says.
type identity struct {
	// provider is the one whose it is, empty if it is left open which of several.
	provider string
	// zone is the zone in the ID, region the region; empty if it names none.
	zone, region string
}

// special joins the schemes of the catalogue to the rules that no row can express. A scheme
// that is not here needs none.
var special = [...]rules{
	{scheme: "aws", parse: parseAWS, bare: bareAWS, byInstanceType: outscaleByInstanceType},
	{scheme: "osc", parse: parseOutscale},
	{scheme: "azure", parse: parseAzure, silentZone: isNumber},
	{scheme: "alicloud", parse: parseAlibaba, bare: bareAlibaba},
	{scheme: "oci", parse: parseOCI, bare: bareOCI},
	{scheme: "qcloud", silentZone: isNumber},
	{scheme: "tencentcloud", silentZone: isNumber},
	{scheme: "openstack", silentZone: isNovaDefault, open: true},
	{scheme: "stackit", silentZone: isNovaDefault},
	{scheme: "huaweicloud", silentZone: isNovaDefault},
	{scheme: "kwok", bare: bareKwok},
	{parse: parseBareUUID, bare: bareUUID, form: "UUID", silentZone: isNovaDefault, open: true},
}

// schemeOf finds the scheme of an ID, and returns what follows it.
func schemeOf(cat *catalogue.Catalogue, id string) (s scheme, rest string, ok bool) {
	name, rest, written := strings.Cut(id, "://")
	if written {
		s.rules = rulesOf(name)
	} else if s.rules, rest = rulesOfBare(id); s.rules == nil {
		return scheme{}, "", false
	} else if name = s.rules.scheme; name == "" {
		s.providers = writersOfBareUUIDs(cat)
		return s, rest, true
	}
	if s.row, ok = cat.Scheme(name); !ok {
		return scheme{}, "", false
	}
	s.providers = s.row.Providers
	return s, rest, true
}

// rulesOf returns the special rules of a scheme, nil if it has none.
func rulesOf(name string) *rules {
	for i := range special {
		if r := &special[i]; r.scheme == name && name != "" {
			return r
		}
	}
	return nil
}

// rulesOfBare recognises an ID that is written without a scheme, and returns what would
// stand after it; nil if it is none that is known.
func rulesOfBare(id string) (*rules, string) {
	for i := range special {
		if r := &special[i]; r.bare != nil {
			if rest, ok := r.bare(id); ok {
				return r, rest
			}
		}
	}
	return nil, ""
}

// parse reads what stands after the scheme.
func (s *scheme) parse(rest string) (id identity, ok bool) {
	if s.rules != nil && s.rules.parse != nil {
		return s.rules.parse(rest)
	}
	id.zone, id.region, ok = s.row.Parse(rest)
	return id, ok
}

// words are the forms of the ID for people.
func (s *scheme) words() string {
	if s.row == nil {
		return s.rules.form
	}
	return s.row.Words()
}

// silent reports that a zone label of this value says nothing of a place.
func (s *scheme) silent(zone string) bool {
	return zone != "" && s.rules != nil && s.rules.silentZone != nil && s.rules.silentZone(zone)
}

// byInstanceType returns the provider that the instance type tells, if it does.
func (s *scheme) byInstanceType(instanceType string) string {
	if s.rules == nil || s.rules.byInstanceType == nil {
		return ""
	}
	return s.rules.byInstanceType(instanceType)
}

// writes reports whether nodes of the provider can have such IDs.
func (s *scheme) writes(provider string) bool {
	return slices.Contains(s.providers, provider) || s.open()
}

// open reports whether providers that the catalogue does not have write such IDs too. A code
// can then tell a provider, but the ID and a label that agree on it are no second word for it.
func (s *scheme) open() bool { return s.rules != nil && s.rules.open }

// bareKwok recognises the ID that the cluster autoscaler's test provider writes
// (kubernetes/autoscaler cluster-autoscaler/cloudprovider/kwok): one colon and no slashes.
func bareKwok(id string) (string, bool) { return strings.CutPrefix(id, "kwok:") }

// isNumber reports that a zone label is a bare number, which says nothing of a place. On Azure
// it is the fault domain that machines outside availability zones get in its place, a rack in
// any region (kubernetes-sigs/cloud-provider-azure@7b31c76c pkg/provider/azure_standard.go). On
// Tencent Cloud it is the number of a zone besides its name (kubernetes/autoscaler@55c37cd5
// cluster-autoscaler/cloudprovider/tencentcloud/tencentcloud_auto_scaling_group.go: 100003), of
// which no list is published that could be relied on.
func isNumber(zone string) bool { return only(zone, digits) }

// only reports that s is not empty and has no character but those of set.
func only(s, set string) bool {
	return s != "" && strings.Trim(s, set) == ""
}

const (
	digits       = "0123456789"
	lowerHex     = digits + "abcdef"
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
)
