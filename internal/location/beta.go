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

import "github.com/domicile-dev/domicile/internal/catalogue"

// betaAgainst returns what a deprecated failure-domain label says against the place that c
// means to its users, empty if nothing does. The cloud controller manager copies these labels
// over the current ones whenever they differ (k8s.io/cloud-provider v0.37.2
// controllers/node/node_controller.go, reconcileNodeLabels), and a kubelet may write them: so
// one that differs is a lie on its way, and one that agrees proves nothing.
func (r *reading) betaAgainst(cat *catalogue.Catalogue, c code, users []catalogue.ProviderMatch) string {
	if r.betaZone != "" && r.betaZone != r.zone {
		beta := code{kind: WitnessBetaZoneLabel, zone: true, value: r.betaZone}
		if against := beta.against(cat, c, users); against != "" {
			return against
		}
	}
	if r.betaRegion != "" && r.betaRegion != r.region {
		beta := code{kind: WitnessBetaRegionLabel, value: r.betaRegion}
		return beta.against(cat, c, users)
	}
	return ""
}

// against returns what the label says, unless at one of the users it agrees with the place.
func (c code) against(cat *catalogue.Catalogue, place code, users []catalogue.ProviderMatch) string {
	others := make([]catalogue.ProviderMatch, 0, 8)
	for _, u := range users {
		m, ok := c.lookup(cat, u.Provider)
		if !ok {
			continue
		}
		if (&claim{code: place, match: u.Match}).agrees(&claim{code: c, match: m}) {
			return ""
		}
		others = append(others, catalogue.ProviderMatch{Provider: u.Provider, Match: m})
	}
	switch {
	case len(others) > 0:
		return c.says(others)
	case len(users) == 1:
		return c.unknown(users[0].Provider)
	default:
		return c.unknown("any provider that has the code")
	}
}
