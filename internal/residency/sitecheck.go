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
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// siteCheck checks one Site.
type siteCheck struct {
	faults
	cat      *catalogue.Catalogue
	spec     *residencyv1.SiteSpec
	warnings []string
}

// selector checks which nodes the Site matches.
func (c *siteCheck) selector(site *location.Site) {
	spec := field.NewPath("spec")
	path := spec.Child("nodeSelector")
	if c.spec.NodeSelector == nil {
		if len(c.spec.NodeNames) == 0 && len(c.spec.VolumeNames) == 0 && c.spec.VolumeSelector == nil && len(c.spec.StorageClassNames) == 0 {
			c.fault(residencyv1.ReasonNoSelector, field.Required(spec, "a Site needs at least one of nodeNames, nodeSelector, volumeNames, volumeSelector and storageClassNames: without any it would match nothing"))
		}
		return
	}
	selector, err := metav1.LabelSelectorAsSelector(c.spec.NodeSelector)
	switch {
	case err != nil:
		c.fault(residencyv1.ReasonInvalidSelector, field.Invalid(path, field.OmitValueType{}, err.Error()))
		return
	case selector.Empty():
		c.fault(residencyv1.ReasonInvalidSelector, field.Required(path, "an empty selector would match every node: name labels"))
		return
	}
	keys := selectorKeys(c.spec.NodeSelector)
	for _, key := range keys {
		if residencyv1.IsStamp(key) {
			c.fault(residencyv1.ReasonInvalidSelector, field.Invalid(path, key,
				"labels under "+strings.TrimSuffix(residencyv1.StampPrefix, "/")+" are Domicile's own answer, which would then confirm itself"))
		}
	}
	if c.found == nil && !site.SelectorDeclares() {
		c.warnings = append(c.warnings, fmt.Sprintf("spec.nodeSelector (%s) can be met by what a kubelet says of its own node, so by it the Site only claims a place and does not declare it: "+
			"name the nodes in spec.nodeNames, or require a label under *.node-restriction.kubernetes.io", strings.Join(keys, ", ")))
	}
}

// volumeSelector checks which PersistentVolumes the Site selects.
func (c *siteCheck) volumeSelector() {
	if c.spec.VolumeSelector == nil {
		return
	}
	path := field.NewPath("spec", "volumeSelector")
	switch selector, err := metav1.LabelSelectorAsSelector(c.spec.VolumeSelector); {
	case err != nil:
		c.fault(residencyv1.ReasonInvalidSelector, field.Invalid(path, field.OmitValueType{}, err.Error()))
	case selector.Empty():
		c.fault(residencyv1.ReasonInvalidSelector, field.Required(path, "an empty selector would match every volume: name labels"))
	}
}

// selectorKeys returns the keys of a selector, sorted, each once.
func selectorKeys(s *metav1.LabelSelector) []string {
	keys := slices.Collect(maps.Keys(s.MatchLabels))
	for _, e := range s.MatchExpressions {
		keys = append(keys, e.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// place checks where the Site says that it is. It returns the catalogue's row of its zone
// or region, if it has one.
func (c *siteCheck) place() (catalogue.Match, bool) {
	spec := field.NewPath("spec")
	known := c.country(c.cat, string(c.spec.Country), spec.Child("country"))
	provider := string(c.spec.Provider)
	switch {
	case provider == "":
		if c.spec.Region != "" || c.spec.Zone != "" {
			c.fault(residencyv1.ReasonInvalidPlace, field.Required(spec.Child("provider"), "a region or zone needs its provider: the same code means different places at different providers"))
		}
	case !c.cat.HasProvider(provider):
		c.warnings = append(c.warnings, fmt.Sprintf("spec.provider: what the Site says is taken as it is written, because the catalogue has no regions of %s%s",
			provider, didYouMean(c.cat.NearProviders(provider), "")))
	default:
		if row, ok := c.row(spec); ok {
			if known {
				c.compare(row, spec)
			}
			return row, true
		}
	}
	if c.spec.City != "" && known && !c.cat.HasCity(string(c.spec.City), string(c.spec.Country)) {
		if near := c.cat.NearCities(string(c.spec.City), string(c.spec.Country)); len(near) > 0 {
			c.warnings = append(c.warnings, fmt.Sprintf("spec.city: the catalogue has no city %s in %s%s", c.spec.City, c.spec.Country, didYouMean(near, "")))
		}
	}
	return catalogue.Match{}, false
}

// row finds what the catalogue says of the zone, or else of the region.
func (c *siteCheck) row(spec *field.Path) (catalogue.Match, bool) {
	provider, region, zone := string(c.spec.Provider), string(c.spec.Region), string(c.spec.Zone)
	var inRegion catalogue.Match
	if region != "" {
		r, ok := c.cat.Region(provider, region)
		if !ok {
			c.fault(residencyv1.ReasonUnknownRegion, field.Invalid(spec.Child("region"), region,
				fmt.Sprintf("%s has no region %s%s", provider, region, didYouMean(c.cat.NearRegions(provider, region), ""))))
			return catalogue.Match{}, false
		}
		inRegion.Region = r
	}
	if zone == "" {
		return inRegion, inRegion.Region != nil
	}
	m, ok := c.cat.Zone(provider, zone)
	if !ok {
		c.fault(residencyv1.ReasonUnknownZone, field.Invalid(spec.Child("zone"), zone, fmt.Sprintf("the catalogue knows no zone %s of %s", zone, provider)))
		return catalogue.Match{}, false
	}
	if label := regionLabel(m); inRegion.Region != nil && inRegion.Region.Name != label {
		c.fault(residencyv1.ReasonContradictsCatalogue, field.Invalid(spec.Child("zone"), zone,
			fmt.Sprintf("the zone %s of %s belongs to %s, not to %s", zone, provider, label, inRegion.Region.Name)))
		return catalogue.Match{}, false
	}
	return m, true
}

// regionLabel is the region whose label nodes in the zone carry.
func regionLabel(m catalogue.Match) string {
	if m.Zone != nil {
		return m.Zone.RegionLabel
	}
	return m.Region.Name
}

// compare holds country and city against the row. An administrator's word is better than a
// row of low confidence, which gets a warning only.
func (c *siteCheck) compare(row catalogue.Match, spec *field.Path) {
	city, country := row.Place()
	at := country
	if city != "" {
		at = city + ", " + country
	}
	name := string(c.spec.Provider) + " "
	if row.Zone != nil {
		name += string(c.spec.Zone)
	} else {
		name += row.Region.Name
	}
	contradict := func(path *field.Path, value string) {
		if row.Confidence() == catalogue.ConfidenceLow {
			c.warnings = append(c.warnings, fmt.Sprintf("%s: %s is in %s by a catalogue row of low confidence, not in %s (%s)", path, name, at, value, row.Source()))
			return
		}
		c.fault(residencyv1.ReasonContradictsCatalogue, field.Invalid(path, value, fmt.Sprintf("%s is in %s (%s)", name, at, row.Source())))
	}
	switch said := string(c.spec.City); {
	case string(c.spec.Country) != country:
		contradict(spec.Child("country"), string(c.spec.Country))
	case said != "" && city != "" && catalogue.CanonicalCity(said) != catalogue.CanonicalCity(city):
		contradict(spec.Child("city"), said)
	}
}
