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

package catalogue

import "strings"

// zoneRule says how a provider makes a zone's name from the region's. The forms
// are the ones that the providers' node controllers write as
// topology.kubernetes.io/zone; a provider without a rule has no zones here.
type zoneRule uint8

const (
	// zoneLetter is region and letter: "eu-west-1" + "a".
	zoneLetter zoneRule = 1 << iota
	// zoneDashLetter is region, dash and letter: "europe-west3" + "-" + "a".
	zoneDashLetter
	// zoneDashNumber is region, dash and number: "westeurope" + "-" + "1". Without
	// availability zones Azure writes a fault domain, a bare number, which says nothing.
	zoneDashNumber
)

// zoneRuleOf returns the provider's rule. Sources: kubernetes/cloud-provider-aws
// pkg/providers/v1, outscale/cloud-provider-osc ccm/cloud/vm.go,
// kubernetes/cloud-provider-gcp providers/gce, kubernetes-sigs/cloud-provider-azure
// pkg/provider/azure_zones.go, kubernetes/cloud-provider-alibaba-cloud.
func zoneRuleOf(provider string) zoneRule {
	switch provider {
	case "aws", "outscale":
		return zoneLetter
	case "alibabacloud":
		return zoneLetter | zoneDashLetter
	case "gcp":
		return zoneDashLetter
	case "azure":
		return zoneDashNumber
	default:
		return 0
	}
}

// wavelengthInfix stands between the prefix and the number of a Wavelength Zone.
const wavelengthInfix = "-wlz-"

// Zone returns what exactly that zone is at the provider. A zone of zones.csv
// wins over the region that its name begins with. A name that follows none of
// the provider's rules is not found: it is never read as its region, which may
// be in another country. It does not allocate.
func (c *Catalogue) Zone(provider, zone string) (Match, bool) {
	p, ok := c.byProvider[provider]
	if !ok {
		return Match{}, false
	}
	if z, ok := p.exceptional(zone); ok {
		return Match{Zone: z}, true
	}
	if r, ok := p.plain(zone); ok {
		return Match{Region: r}, true
	}
	return Match{}, false
}

// exceptional finds a zone of zones.csv.
func (p *provider) exceptional(zone string) (*Zone, bool) {
	prefix, ok := cutLetter(zone)
	kind := KindLocalZone
	if !ok {
		prefix, ok = cutNumber(zone)
		if ok {
			prefix, ok = strings.CutSuffix(prefix, wavelengthInfix)
		}
		kind = KindWavelengthZone
	}
	if !ok {
		return nil, false
	}
	z, ok := p.zones[prefix]
	return z, ok && z.Kind == kind
}

// plain finds the region whose zone it is by the provider's rule.
func (p *provider) plain(zone string) (*Region, bool) {
	if prefix, ok := cutLetter(zone); ok {
		if p.rule&zoneLetter != 0 {
			if r, ok := p.names[prefix]; ok {
				return r, true
			}
		}
		if p.rule&zoneDashLetter != 0 {
			return p.named(strings.CutSuffix(prefix, "-"))
		}
		return nil, false
	}
	if p.rule&zoneDashNumber != 0 {
		if prefix, ok := cutNumber(zone); ok {
			return p.named(strings.CutSuffix(prefix, "-"))
		}
	}
	return nil, false
}

// named finds the region by its name, if there is a name at all.
func (p *provider) named(name string, ok bool) (*Region, bool) {
	if !ok {
		return nil, false
	}
	r, ok := p.names[name]
	return r, ok
}

// cutLetter returns zone without its last byte, if that is a letter a to z.
func cutLetter(zone string) (string, bool) {
	last := len(zone) - 1
	if last < 0 || zone[last] < 'a' || zone[last] > 'z' {
		return "", false
	}
	return zone[:last], true
}

// cutNumber returns zone without the number at its end. Providers count from 1:
// the number has no leading zero.
func cutNumber(zone string) (string, bool) {
	start := len(zone)
	for start > 0 && zone[start-1] >= '0' && zone[start-1] <= '9' {
		start--
	}
	if start == len(zone) || zone[start] == '0' {
		return "", false
	}
	return zone[:start], true
}
