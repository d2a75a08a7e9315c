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

// maxNames is how many names a description writes out before "and N more".
const maxNames = 12

// names is how sets of places are called: by the built-in jurisdictions, the widest
// first, and by the cities' names as the catalogue has them.
func names(cat *catalogue.Catalogue) place.Names {
	n := place.Names{Max: maxNames, City: func(canonical, country string) string {
		for _, display := range cat.Cities(country) {
			if catalogue.CanonicalCity(display) == canonical {
				return display
			}
		}
		return canonical
	}}
	for _, name := range []string{"EEA", "EU"} {
		if j, ok := cat.Jurisdiction(name); ok {
			n.Groups = append(n.Groups, place.Group{Name: j.Name, Countries: j.Countries})
		}
	}
	return n
}

// places compiles a list of places, one set for each. A place that is wrong is the empty set.
func (c *compiler) places(list []residencyv1.Place, path *field.Path) []place.Set {
	sets := make([]place.Set, len(list))
	for i := range list {
		sets[i] = c.place(&list[i], path.Index(i))
	}
	return sets
}

func (c *compiler) place(p *residencyv1.Place, path *field.Path) place.Set {
	kinds := 0
	for _, set := range []bool{p.Jurisdiction != nil, p.Country != nil, p.City != nil, p.Region != nil} {
		if set {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		c.fault(residencyv1.ReasonInvalidPlace, field.Invalid(path, placeWords(*p), "a place names exactly one of jurisdiction, country, city and region"))
		return place.Nowhere()
	case p.Jurisdiction != nil:
		return c.jurisdiction(string(*p.Jurisdiction), path.Child("jurisdiction"))
	case p.Country != nil:
		country := string(*p.Country)
		if !c.country(country, path.Child("country")) {
			return place.Nowhere()
		}
		return place.Countries(country)
	case p.City != nil:
		return c.city(string(p.City.Name), string(p.City.Country), path.Child("city"))
	default:
		return c.region(string(p.Region.Provider), string(p.Region.Name), path.Child("region"))
	}
}

func (c *compiler) jurisdiction(name string, path *field.Path) place.Set {
	if set, ok := c.jurisdictions[name]; ok {
		return set
	}
	j, ok := c.cat.Jurisdiction(name)
	if !ok {
		c.fault(residencyv1.ReasonUnknownJurisdiction, field.Invalid(path, name,
			fmt.Sprintf("there is no jurisdiction %s%s", name, didYouMean(c.cat.NearJurisdictions(name), "; there are EEA and EU"))))
		return place.Nowhere()
	}
	c.jurisdictions[name] = place.Countries(j.Countries...)
	return c.jurisdictions[name]
}

func (c *compiler) country(code string, path *field.Path) bool {
	if _, ok := c.cat.Country(code); ok {
		return true
	}
	c.fault(residencyv1.ReasonUnknownCountry, field.Invalid(path, code,
		fmt.Sprintf("ISO 3166-1 has no country %s%s", code, didYouMean(c.cat.NearCountries(code), ""))))
	return false
}

func (c *compiler) city(name, country string, path *field.Path) place.Set {
	if !c.country(country, path.Child("country")) {
		return place.Nowhere()
	}
	if !c.cat.HasCity(name, country) {
		c.fault(residencyv1.ReasonUnknownCity, field.Invalid(path.Child("name"), name,
			fmt.Sprintf("the catalogue has no city %s in %s%s", name, country, didYouMean(c.cat.NearCities(name, country), c.citiesIn(country)))))
		return place.Nowhere()
	}
	return place.City(catalogue.CanonicalCity(name), country)
}

// citiesIn names the cities that could have been meant.
func (c *compiler) citiesIn(country string) string {
	cities := c.cat.Cities(country)
	if len(cities) == 0 {
		return "; it knows none there: name the country or a region"
	}
	if len(cities) > maxNames {
		cities = cities[:maxNames]
	}
	return "; it knows " + strings.Join(cities, "; ")
}

func (c *compiler) region(provider, name string, path *field.Path) place.Set {
	if !c.cat.HasProvider(provider) {
		c.fault(residencyv1.ReasonUnknownProvider, field.Invalid(path.Child("provider"), provider,
			fmt.Sprintf("there is no provider %s%s", provider, didYouMean(c.cat.NearProviders(provider), "; there are "+strings.Join(c.cat.Providers(), ", ")))))
		return place.Nowhere()
	}
	r, ok := c.cat.Region(provider, name)
	if !ok {
		c.fault(residencyv1.ReasonUnknownRegion, field.Invalid(path.Child("name"), name,
			fmt.Sprintf("%s has no region %s%s", provider, name, didYouMean(c.cat.NearRegions(provider, name), ""))))
		return place.Nowhere()
	}
	return place.Region(place.RegionID{Provider: r.Provider, Name: r.Name}, catalogue.CanonicalCity(r.City), r.Country)
}

// didYouMean turns suggestions into the end of a sentence, or returns the alternative if there are none.
func didYouMean(near []string, otherwise string) string {
	if len(near) == 0 {
		return otherwise
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

// placeWords writes a place of a spec in people's words.
func placeWords(p residencyv1.Place) string {
	var words []string
	if p.Jurisdiction != nil {
		words = append(words, string(*p.Jurisdiction))
	}
	if p.Country != nil {
		words = append(words, string(*p.Country))
	}
	if p.City != nil {
		words = append(words, fmt.Sprintf("%s (%s)", p.City.Name, p.City.Country))
	}
	if p.Region != nil {
		words = append(words, fmt.Sprintf("%s %s", p.Region.Provider, p.Region.Name))
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, " + ")
}
