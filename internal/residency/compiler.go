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
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/place"
)

// compiler compiles policies, one after the other, and gathers what is wrong with each.
type compiler struct {
	faults
	cat   *catalogue.Catalogue
	sites *siteIndex
	// jurisdictions are all of them, made when the first is named.
	jurisdictions *jurisdictions
	// sets are those that policies have named, each made once.
	sets  map[string]place.Set
	world World
	names place.Names
}

func newCompiler(w World) *compiler {
	c := &compiler{cat: w.Catalogue, sites: newSiteIndex(w), sets: map[string]place.Set{}, world: w}
	c.names = place.Names{Max: maxNames, City: c.cityName}
	// The widest first.
	for _, name := range []string{"EEA", "EU"} {
		if j, ok := c.cat.Jurisdiction(name); ok {
			c.names.Groups = append(c.names.Groups, place.Group{Name: j.Name, Countries: j.Countries})
		}
	}
	return c
}

// allJurisdictions resolves the jurisdictions of the world, once.
func (c *compiler) allJurisdictions() *jurisdictions {
	if c.jurisdictions == nil {
		c.jurisdictions = resolveJurisdictions(c.world)
	}
	return c.jurisdictions
}

// cityName is a city's name for people: as the catalogue has it, or as a Site does.
func (c *compiler) cityName(canonical, country string) string {
	for _, display := range c.cat.Cities(country) {
		if catalogue.CanonicalCity(display) == canonical {
			return display
		}
	}
	if display, ok := c.sites.city(canonical, country); ok {
		return display
	}
	return canonical
}

// namesWith is how sets of places are called where some Jurisdictions are named: they keep
// their names, after those that are built in.
func (c *compiler) namesWith(jurisdictions []string) place.Names {
	n := c.names
	for _, name := range jurisdictions {
		if j := c.allJurisdictions().byName[name]; j != nil && !j.info.BuiltIn && j.info.Fault == nil {
			n.Groups = append(n.Groups[:len(n.Groups):len(n.Groups)], place.Group{Name: name, Countries: j.info.Countries})
		}
	}
	return n
}

// country notes a fault if ISO 3166-1 does not have the code.
func (f *faults) country(cat *catalogue.Catalogue, code string, path *field.Path) bool {
	if _, ok := cat.Country(code); ok {
		return true
	}
	if code == "" {
		f.fault(residencyv1.ReasonUnknownCountry, field.Required(path, "name a country by its ISO 3166-1 alpha-2 code"))
		return false
	}
	f.fault(residencyv1.ReasonUnknownCountry, field.Invalid(path, code,
		fmt.Sprintf("ISO 3166-1 has no country %s%s", code, didYouMean(cat.NearCountries(code), ""))))
	return false
}

// didYouMean turns suggestions into the end of a sentence, or returns the alternative if there are none.
func didYouMean(near []string, otherwise string) string {
	if len(near) == 0 {
		return otherwise
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

// thereAre lists what there is instead of something that is not. It looks at no more names
// than it writes: it is asked anew for every such fault.
func thereAre(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "; there is none"
	case n == 1:
		return "; there is " + names[0]
	case n > maxNames:
		return fmt.Sprintf("; there are %s and %d more", strings.Join(names[:maxNames], ", "), n-maxNames)
	default:
		return "; there are " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
