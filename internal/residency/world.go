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
	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// World is what policies can name: the catalogue, and what administrators have added to it.
type World struct {
	// Catalogue is the catalogue of places. Required.
	Catalogue *catalogue.Catalogue
	// Sites are all Sites.
	Sites []residencyv1.Site
	// Jurisdictions are all Jurisdictions besides those that the catalogue has built in.
	Jurisdictions []residencyv1.Jurisdiction
	// Processors are all Processors.
	Processors []residencyv1.Processor
}
