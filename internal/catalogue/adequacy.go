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

import (
	"slices"
	"time"
)

// Adequacy returns the group of adequacy decisions that hold for data from all of the countries:
// the EU's for data from the EEA, the UK's for data from GB; nil if the catalogue has none.
func (c *Catalogue) Adequacy(origin []string) *Group {
	name := ""
	eea, _ := c.Jurisdiction("EEA")
	switch {
	case len(origin) == 0:
		return nil
	case !slices.ContainsFunc(origin, func(country string) bool { return country != "GB" }):
		name = "uk_adequacy"
	case eea != nil && !slices.ContainsFunc(origin, func(country string) bool { return !slices.Contains(eea.Countries, country) }):
		name = "eu_adequacy"
	}
	for _, g := range c.groups {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// DecisionOn returns the decision on a country, nil if the group has none that can be relied
// upon: a fact of low confidence must not satisfy a policy.
func (g *Group) DecisionOn(country string) *Decision {
	for i := range g.Decisions {
		if d := &g.Decisions[i]; d.Confidence > ConfidenceLow && slices.Contains(d.Countries, country) {
			return d
		}
	}
	return nil
}

// Start is the first instant of the day of the act, UTC; zero if the data does not have it.
func (d *Decision) Start() time.Time {
	start, err := time.Parse(time.DateOnly, d.Date)
	if err != nil {
		// The parser has refused what is no date: there is none.
		return time.Time{}
	}
	return start
}

// End is the first instant after the last day of the act, UTC; zero if it names no end.
func (d *Decision) End() time.Time {
	last, err := time.Parse(time.DateOnly, d.Expiry)
	if err != nil {
		return time.Time{}
	}
	return last.AddDate(0, 0, 1)
}
