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

// Keys by which an object says which datasets it handles, and the mark that Domicile
// writes on the namespaces where it has to be asked.
const (
	// DatasetLabel on a Pod or Namespace names one dataset that it handles.
	DatasetLabel = "residency.domicile.dev/dataset"

	// DatasetsAnnotation on a Pod or Namespace names the datasets that it handles,
	// separated by commas. It adds to the label.
	DatasetsAnnotation = "residency.domicile.dev/datasets"

	// GovernedLabel is the mark on a Namespace in which something handles a dataset.
	// Admission of pods and bindings fails closed only where it is. It is never removed.
	GovernedLabel = "residency.domicile.dev/governed"

	// GovernedValue is the value of GovernedLabel.
	GovernedValue = "true"
)
