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

package v1alpha1

// CountryCode is an ISO 3166-1 alpha-2 code in upper case.
//
// +kubebuilder:validation:Pattern=`^[A-Z]{2}$`
// +kubebuilder:validation:MaxLength=2
// +kubebuilder:validation:XValidation:message="UK is not an ISO 3166-1 code: the United Kingdom is GB",rule="self != 'UK'"
// +kubebuilder:validation:XValidation:message="EL is not an ISO 3166-1 code: Greece is GR",rule="self != 'EL'"
type CountryCode string

// JurisdictionName names a set of countries: EU or EEA, which are built in, or a Jurisdiction.
//
// +kubebuilder:validation:Pattern=`^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type JurisdictionName string

// ProviderName is the name of a cloud provider as the catalogue has it, such as aws or alibabacloud.
//
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type ProviderName string

// RegionName is a provider's own code of one of its regions, such as eu-central-1.
// It means a place only together with the provider: eu-west-1 is Dublin on one and
// London on another.
//
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type RegionName string

// CityName is the name of a city, such as Frankfurt.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=100
type CityName string

// Place is what a policy may name. Exactly one of its fields is set.
//
// +kubebuilder:validation:XValidation:message="a place names exactly one of jurisdiction, country, city, region and site",rule="(has(self.jurisdiction) ? 1 : 0) + (has(self.country) ? 1 : 0) + (has(self.city) ? 1 : 0) + (has(self.region) ? 1 : 0) + (has(self.site) ? 1 : 0) == 1"
type Place struct {
	// jurisdiction is a named set of countries: EU or EEA, or the name of a Jurisdiction.
	// +optional
	Jurisdiction *JurisdictionName `json:"jurisdiction,omitempty"`

	// country is an ISO 3166-1 alpha-2 code in upper case.
	// +optional
	Country *CountryCode `json:"country,omitempty"`

	// city is a city in a country. A location whose city is not known is
	// Undetermined against it.
	// +optional
	City *CityPlace `json:"city,omitempty"`

	// region is one region of one provider. Zones that lie elsewhere than their
	// region, such as Local Zones in another country, are not part of it.
	// +optional
	Region *RegionPlace `json:"region,omitempty"`

	// site is the name of a Site: the nodes that it matches.
	// +optional
	Site *ObjectName `json:"site,omitempty"`
}

// ZoneName is a provider's own name of one of its zones, such as eu-central-1a.
//
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type ZoneName string

// CityPlace names a city.
type CityPlace struct {
	// name is the city's name, such as Frankfurt. Accents and case do not matter.
	// +required
	Name CityName `json:"name"`

	// country is the country that the city lies in.
	// +required
	Country CountryCode `json:"country"`
}

// RegionPlace names a region of a provider.
type RegionPlace struct {
	// provider is the cloud provider, such as aws.
	// +required
	Provider ProviderName `json:"provider"`

	// name is the provider's code of the region, such as eu-central-1.
	// +required
	Name RegionName `json:"name"`
}
