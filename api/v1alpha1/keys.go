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

import "strings"

// Keys by which an object says which datasets it handles, and the mark that Domicile
// writes on the namespaces where it has to be asked.
const (
	// DatasetLabel on a Pod or Namespace names one dataset that it handles.
	DatasetLabel = "residency.domicile.dev/dataset"

	// DatasetsAnnotation on a Pod or Namespace names the datasets that it handles,
	// separated by commas. It adds to the label.
	DatasetsAnnotation = "residency.domicile.dev/datasets"

	// ProcessorsAnnotation on a Pod or Namespace names the Processors that it calls and by which of
	// their modes, separated by commas: alibaba-model-studio/global-frankfurt.
	ProcessorsAnnotation = "residency.domicile.dev/processors"

	// GovernedLabel is the mark on a Namespace in which something handles a dataset.
	// Admission of pods and bindings fails closed only where it is. It is never removed.
	GovernedLabel = "residency.domicile.dev/governed"

	// GovernedValue is the value of GovernedLabel.
	GovernedValue = "true"

	// DeclassifyVerb on a Dataset lets a person take its name off a Namespace, claim, Secret
	// or ConfigMap, and delete the last three while they carry it.
	DeclassifyVerb = "declassify"
)

// The stamp by which the manager says on a Node where it is. Kubelets cannot write labels
// with these prefixes (NodeRestriction), and nobody but the manager changes any of them.
const (
	// StampPrefix is what the labels of the stamp begin with.
	StampPrefix = "domicile.node-restriction.kubernetes.io/"

	// StampProvider is the provider, such as aws.
	StampProvider = StampPrefix + "provider"
	// StampRegion is the region with its provider, such as aws.eu-west-2.
	StampRegion = StampPrefix + "region"
	// StampZone is the zone with its provider, such as aws.eu-west-2a.
	StampZone = StampPrefix + "zone"
	// StampCity is the city with its country, such as gb.london or br.sao-paulo.
	StampCity = StampPrefix + "city"
	// StampCountry is the country's ISO 3166-1 alpha-2 code, such as GB.
	StampCountry = StampPrefix + "country"
	// StampSite is the Site that the place rests on; of several the first by name. It is
	// absent where the node says its place itself: a kubelet could have chosen the Site.
	StampSite = StampPrefix + "site"
	// StampAssurance is claimed, consistent, declared or undetermined.
	StampAssurance = StampPrefix + "assurance"

	// StampSitePrefix and the name of a Site is a label of every node in the Site.
	StampSitePrefix = "site." + StampPrefix
	// StampRegionPrefix and a value of StampRegion is a label of a node of which it is not known
	// with which of several providers it is: one for each region that it may lie in. Such a
	// node has no StampRegion.
	StampRegionPrefix = "region." + StampPrefix
	// StampMember is the value of the labels under StampSitePrefix and StampRegionPrefix.
	StampMember = "true"

	// LocationAnnotation on a Node is the whole of what is known of its place, as JSON, and
	// the memory of where it was. Removing it, which takes the verb relocate on the node,
	// lets the node have another place.
	LocationAnnotation = "residency.domicile.dev/location"

	// RelocateVerb on a node lets a person remove LocationAnnotation from it.
	RelocateVerb = "relocate"
)

// IsStamp reports whether a label's key is one of the stamp's: nobody but the manager writes
// what stands under domicile.node-restriction.kubernetes.io, or under a name below it.
func IsStamp(key string) bool {
	at := strings.Index(key, StampPrefix)
	return at == 0 || at > 0 && key[at-1] == '.' && strings.IndexByte(key, '/') == at+len(StampPrefix)-1
}
