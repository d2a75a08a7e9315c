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

package catalogue

import "testing"

// BenchmarkLoad must stay under 5 ms: every replica, and every call of the
// plugin, loads the catalogue once.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRegion must stay under 100 ns and must not allocate.
func BenchmarkRegion(b *testing.B) {
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Region("aws", "eu-central-1"); !ok {
			b.Fatal("not found")
		}
	}
}

// BenchmarkZone must stay under 100 ns and must not allocate. A plain zone is
// looked for in zones.csv first, so it takes longest.
func BenchmarkZone(b *testing.B) {
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Zone("aws", "eu-central-1a"); !ok {
			b.Fatal("not found")
		}
	}
}

// BenchmarkZoneElsewhere is the same for a zone of zones.csv.
func BenchmarkZoneElsewhere(b *testing.B) {
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Zone("aws", "eu-west-3-wl1-cmn-wlz-1"); !ok {
			b.Fatal("not found")
		}
	}
}

// BenchmarkRegionsByCode must stay under 100 ns and must not allocate.
func BenchmarkRegionsByCode(b *testing.B) {
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		if len(c.RegionsByCode("eu-west-1")) == 0 {
			b.Fatal("not found")
		}
	}
}

// BenchmarkEachZone must stay under 200 ns and must not allocate: it is asked for every
// node that has no providerID.
func BenchmarkEachZone(b *testing.B) {
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		c.EachZone("eu-west-2a", func(ProviderMatch) { n++ })
		if n != 3 {
			b.Fatal("not found")
		}
	}
}

// BenchmarkSchemeParse must stay under 200 ns and must not allocate.
func BenchmarkSchemeParse(b *testing.B) {
	c := load(b)
	b.ReportAllocs()
	for b.Loop() {
		s, ok := c.Scheme("scaleway")
		if !ok {
			b.Fatal("not found")
		}
		if _, _, ok := s.Parse("instance/fr-par-1/6b5ef2a1-4a1b-4c6f-8e46-9c7d5f1f0a11"); !ok {
			b.Fatal("malformed")
		}
	}
}
