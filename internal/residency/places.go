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
	for _, set := range []bool{p.Jurisdiction != nil, p.Country != nil, p.City != nil, p.Region != nil, p.Site != nil} {
		if set {
			kinds++
		}
	}
	switch {
	case kinds != 1:
		c.fault(residencyv1.ReasonInvalidPlace, field.Invalid(path, placeWords(*p), "a place names exactly one of jurisdiction, country, city, region and site"))
		return place.Nowhere()
	case p.Jurisdiction != nil:
		return c.jurisdiction(string(*p.Jurisdiction), path.Child("jurisdiction"))
	case p.Country != nil:
		country := string(*p.Country)
		if !c.country(c.cat, country, path.Child("country")) {
			return place.Nowhere()
		}
		return place.Countries(country)
	case p.City != nil:
		return c.city(string(p.City.Name), string(p.City.Country), path.Child("city"))
	case p.Site != nil:
		return c.site(string(*p.Site), path.Child("site"))
	default:
		return c.region(string(p.Region.Provider), string(p.Region.Name), path.Child("region"))
	}
}

func (c *compiler) jurisdiction(name string, path *field.Path) place.Set {
	all := c.allJurisdictions()
	j := all.byName[name]
	switch {
	case j == nil:
		c.fault(residencyv1.ReasonUnknownJurisdiction, field.Invalid(path, name, unknownJurisdiction(c.cat, all, name)))
		return place.Nowhere()
	case j.info.Fault != nil:
		c.fault(residencyv1.ReasonInvalidJurisdiction, field.Invalid(path, name,
			fmt.Sprintf("the jurisdiction %s is not valid itself: %s", name, j.info.Fault.Message())))
		return place.Nowhere()
	}
	set, made := c.sets[name]
	if !made {
		set = place.Countries(j.info.Countries...)
		c.sets[name] = set
	}
	return set
}

func (c *compiler) site(name string, path *field.Path) place.Set {
	s := c.sites.get(name)
	switch {
	case s == nil:
		c.fault(residencyv1.ReasonUnknownSite, field.Invalid(path, name, "there is no Site "+name+thereAre(c.sites.names())))
		return place.Nowhere()
	case s.checked.Fault != nil:
		c.fault(residencyv1.ReasonInvalidSite, field.Invalid(path, name,
			fmt.Sprintf("the Site %s is not valid itself: %s", name, s.checked.Fault.Message())))
		return place.Nowhere()
	}
	return place.Site(name, s.home())
}

func (c *compiler) city(name, country string, path *field.Path) place.Set {
	if !c.country(c.cat, country, path.Child("country")) {
		return place.Nowhere()
	}
	canonical := catalogue.CanonicalCity(name)
	if _, declared := c.sites.city(canonical, country); !declared && !c.cat.HasCity(name, country) {
		c.fault(residencyv1.ReasonUnknownCity, field.Invalid(path.Child("name"), name,
			fmt.Sprintf("the catalogue has no city %s in %s%s", name, country, didYouMean(c.cat.NearCities(name, country), c.citiesIn(country)))))
		return place.Nowhere()
	}
	return place.City(canonical, country)
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
	if p.Site != nil {
		words = append(words, "Site "+string(*p.Site))
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, " + ")
}
