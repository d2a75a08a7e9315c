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

// readPairs reads pairs.csv.
func (c *Catalogue) readPairs(t table, bad *faults) {
	seen := map[codeKey]position{}
	t.read([]string{"provider", "region", "pair", "source", "confidence"}, bad, func(r record) {
		p := &Pair{
			Provider: r.provider("provider"), Region: r.code("region"),
			Source: r.source("source"), Confidence: r.confidence("confidence"),
		}
		key := codeKey{p.Provider, p.Region}
		if first, again := seen[key]; again {
			if !r.replacedBy(first) {
				r.fault("region", "%s %q is on %s already", p.Provider, p.Region, first.seenFrom(r.position))
			}
			return
		}
		seen[key] = r.position
		c.namedRegion(r, "region", p.Provider, p.Region)
		if to := r.optional("pair"); to != "" {
			p.To = c.namedRegion(r, "pair", p.Provider, to)
			if to == p.Region {
				r.fault("pair", "%q is the region itself", to)
			}
		}
		c.pairs[key] = p
	})
}

// namedRegion returns the region of that name, and refuses a field that names none.
func (c *Catalogue) namedRegion(r record, field, provider, name string) *Region {
	p, ok := c.byProvider[provider]
	if !ok || p.names[name] == nil {
		r.fault(field, "%s has no region %q in %s", provider, name, regionsFile)
		return nil
	}
	return p.names[name]
}

// readMultiRegions reads multi_regions.csv.
func (c *Catalogue) readMultiRegions(t table, bad *faults) {
	seen := map[codeKey]position{}
	t.read([]string{"provider", "name", "countries", "source", "confidence"}, bad, func(r record) {
		m := &MultiRegion{
			Provider: r.provider("provider"), Name: r.code("name"), Countries: r.countries("countries", c),
			Source: r.source("source"), Confidence: r.confidence("confidence"),
		}
		key := codeKey{m.Provider, m.Name}
		if first, again := seen[key]; again {
			if !r.replacedBy(first) {
				r.fault("name", "%s %q is on %s already", m.Provider, m.Name, first.seenFrom(r.position))
			}
			return
		}
		seen[key] = r.position
		if p, ok := c.byProvider[m.Provider]; !ok {
			r.fault("provider", "%q has no region in %s", m.Provider, regionsFile)
		} else if _, ok := p.region(m.Name); ok {
			r.fault("name", "%s %q is one region", m.Provider, m.Name)
		}
		c.multiRegions[key] = m
	})
}

// countries returns the field: countries in order, separated by ";".
func (r record) countries(field string, c *Catalogue) []string {
	text := r.required(field)
	all := strings.Split(text, ";")
	for i, code := range all {
		if problem := c.countryProblem(code); problem != "" {
			r.fault(field, "%s", problem)
		}
		if i > 0 && code <= all[i-1] {
			r.fault(field, "%q are not in order, each once", text)
		}
	}
	return all
}
