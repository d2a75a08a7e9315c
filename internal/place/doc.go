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

// Package place is the algebra of places: sets of points on the map that can be
// united, intersected, subtracted and complemented, and asked whether a point lies in
// them. The answer has three values, because a point may be known only in part.
//
// A point has a country, a city, a provider's region, and sites that it is in. A Set is
// a function from points to yes or no, kept in one canonical form, so that two Sets that
// hold the same points are equal as values:
//
//	Set ─┬─ country ─┬─ area of the country: yes or no, but for some cities
//	     │           └─ area of each region in the country that differs from it
//	     └─ site ────── the same within each site that differs from its country
//
// A region lies in one country and, where the catalogue knows it, in one city; its
// area then is a single yes or no. A site lies in one country too, and often in one city
// or region: its Home. Whatever is not listed has the answer of the level
// above it, up to the Set's own, so "only the EEA", "anywhere but China", "anywhere"
// and "nowhere" are four values of one type.
//
// Sets are immutable: every operation returns a new value and shares nothing that
// anybody writes to.
package place
