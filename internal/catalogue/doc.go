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

// Package catalogue knows the world: which place is behind a provider's region
// or zone code, which countries there are, and which of them form a jurisdiction.
//
// The facts are embedded (data/README.md describes the files). Every fact keeps
// the source it was read from and the confidence it deserves. Load reads and
// checks all of them; a catalogue that is broken or contradicts itself is an
// error, never a smaller catalogue. LoadWith lays an Overlay over them, which is
// checked as strictly.
//
// A code is not a place: eu-west-1 is Ireland at one provider and London at
// another. Region and Zone therefore take the provider too, and match exactly.
// RegionOfLabel is Region for what a node says: not every name is a label.
// RegionsByCode and EachZone are for the one case in which nobody has named
// the provider, and they return every meaning of the code.
//
//	regions.csv        ─┐                    ┌─▶ Region, RegionsByCode   code -> places
//	zones.csv          ─┤  parse, validate   ├─▶ Zone, EachZone          zone -> places
//	providers.csv      ─┤ ─────────────────▶ ├─▶ Scheme, ProviderTitle   providerID -> codes
//	schemes.csv        ─┤                    ├─▶ Jurisdiction, Groups    name -> countries
//	jurisdictions.json ─┤                    └─▶ Country, HasCity, Near…
//	countries.csv      ─┤
//	pairs.csv          ─┤                      Pair      region -> where copies go
//	multi_regions.csv  ─┘                      MultiRegion  name -> countries
//
// How a provider writes its providerIDs and names its zones is data too
// (schemes.csv, providers.csv), so that another provider is rows.
//
// A Catalogue is immutable. What its methods return is shared and must not be
// changed. The package is pure: it reads nothing but what is embedded or given.
package catalogue
