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

import "strings"

// The names of the providers, as in the catalogue.
const (
	providerAlibaba  = "alibabacloud"
	providerAWS      = "aws"
	providerAzure    = "azure"
	providerGCP      = "gcp"
	providerOutscale = "outscale"
)

// scheme is one kind of spec.providerID: who writes it, and what it says.
type scheme struct {
	// name is what stands before "://".
	name string
	// providers are those that write it. If there are several and neither the ID nor the
	// instance type singles one out, the codes must.
	providers []string
	// form is the form of the ID, for people.
	form string
	// parse reads what stands after "://"; false if it does not have the form.
	parse func(rest string) (identity, bool)
	// bare recognises an ID that is written without a scheme, and returns what would
	// stand after "://". Nil if there is none.
	bare func(id string) (rest string, ok bool)
	// placeless reports that a zone label of this value says nothing of a place. Nil if
	// every value does.
	placeless func(zone string) bool
	// byInstanceType returns the provider that alone has such an instance type, else
	// nothing. Nil if none can be told by it.
	byInstanceType func(instanceType string) string
}

// identity is what a well-formed providerID says.
type identity struct {
	// provider is the one of several that the ID itself singles out; empty if it leaves all.
	provider string
	// zone is the zone in the ID, region the region; empty if it names none.
	zone, region string
}

// schemes are all that are understood. An ID of any other is of an unknown provider:
// a scheme without a place (kind, k3s, vsphere, eks-hybrid, whose machines stand on the
// customer's premises) must never borrow a cloud's codes for its labels.
var schemes = [...]scheme{
	{
		name:           "aws",
		providers:      []string{providerAWS, providerOutscale},
		form:           "aws:///ZONE/i-ID, with an ID of 8 or 17 hexadecimal digits",
		parse:          parseAWS,
		bare:           bareAWS,
		byInstanceType: outscaleByInstanceType,
	},
	{
		name:      "osc",
		providers: []string{providerOutscale},
		form:      "osc:///ZONE/i-ID, with an ID of 8 hexadecimal digits",
		parse:     parseOutscale,
	},
	{
		name:      "gce",
		providers: []string{providerGCP},
		form:      "gce://PROJECT/ZONE/NAME",
		parse:     parseGCP,
	},
	{
		name:      "azure",
		providers: []string{providerAzure},
		form:      "azure:///subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Compute/...",
		parse:     parseAzure,
		placeless: isFaultDomain,
	},
	{
		name:      "alicloud",
		providers: []string{providerAlibaba},
		form:      "REGION.i-ID",
		parse:     parseAlibaba,
		bare:      bareAlibaba,
	},
}

// schemeOf finds the scheme of an ID, and returns what follows it.
func schemeOf(id string) (s *scheme, rest string, ok bool) {
	name, rest, written := strings.Cut(id, "://")
	for i := range schemes {
		s := &schemes[i]
		if written {
			if s.name == name {
				return s, rest, true
			}
			continue
		}
		if s.bare == nil {
			continue
		}
		if rest, ok := s.bare(id); ok {
			return s, rest, true
		}
	}
	return nil, "", false
}

// only reports that s is not empty and has no character but those of set.
func only(s, set string) bool {
	return s != "" && strings.Trim(s, set) == ""
}

const (
	digits       = "0123456789"
	lowerHex     = digits + "abcdef"
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
)
