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

package location_test

import (
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/domicile-dev/domicile/internal/location"
)

// FuzzOfNode holds on any bytes: no panic, a place or a reason for none, a Consistent place
// only on two words, a Declared one only by a restricted label, what is remembered only a
// place that was known, and the same answer twice.
func FuzzOfNode(f *testing.F) {
	for _, nodes := range samples(f) {
		for _, s := range nodes {
			label := func(key string) string { return s.Labels[key] }
			f.Add(s.ProviderID, label("topology.kubernetes.io/zone"), label("topology.kubernetes.io/region"),
				label("node.kubernetes.io/instance-type"), label("failure-domain.beta.kubernetes.io/zone"),
				label("failure-domain.beta.kubernetes.io/region"), "", "")
		}
	}
	cat := load(f)
	l := location.Locator{Catalogue: cat, Now: noon, Sites: location.NewSites([]location.Site{
		{Name: "declares", Provider: "outscale", Region: "eu-west-2", City: "Paris", Country: "FR", Source: "contract", Selector: selector(f, restrictedRoom+"=a")},
		{Name: "disagrees", Country: "GB", Source: "contract", Selector: selector(f, restrictedRoom+" in (a,b),!rack,"+restrictedRoom+"!=a")},
		{Name: "claims", Provider: "aws", Country: "GB", Source: "contract", Selector: selector(f, room)},
		{Name: "ended", Country: "FR", Source: "contract", ValidUntil: noon, Selector: selector(f, room+"=old")},
		{Name: "faulty", Country: "UK", Source: "contract", Fault: "no such country", Selector: selector(f, restrictedRoom+"=faulty")},
	})}
	f.Fuzz(func(t *testing.T, providerID, zone, region, instanceType, betaZone, betaRegion, restricted, claimed string) {
		n := beta(node(providerID, zone, region, instanceType), betaZone, betaRegion)
		n.Name = claimed
		own := location.OfNode(cat, n)
		if again := location.OfNode(cat, n); !reflect.DeepEqual(own, again) {
			t.Errorf("asked twice: %+v and %+v", own, again)
		}
		check(t, &own)
		if own.Assurance == location.Declared || len(own.Sites) > 0 {
			t.Errorf("declared by nobody: %+v", own)
		}
		if own.Assurance == location.Consistent && (providerID == "" || zone == "" && region == "") {
			t.Errorf("consistent on one word: %+v", own)
		}
		if own.Known() && own.Code() == "" {
			t.Errorf("no code: %+v", own)
		}
		memory := l.Locate(n, nil).Memory
		if (memory != nil) != own.Known() {
			t.Errorf("%+v is remembered of %+v", memory, own)
		}
		if restricted != "" {
			n.Labels[restrictedRoom] = restricted
		}
		if claimed != "" {
			n.Labels[room] = claimed
		}
		a := l.Locate(n, memory)
		check(t, &a.Location)
		if a.Location.Assurance == location.Declared && restricted == "" {
			t.Errorf("declared by a kubelet: %+v", a)
		}
		if restricted == "a" && a.Location.Assurance != location.Declared {
			t.Errorf("not declared: %+v", a)
		}
		if memory != nil && a.Memory == nil {
			t.Error("forgotten")
		}
	})
}

// check holds of every Location.
func check(t *testing.T, l *location.Location) {
	t.Helper()
	if l.Known() {
		if len(l.Country) != 2 || l.Assurance == location.AssuranceNone || l.Detail != "" || l.Source == "" || l.Word() == "" {
			t.Errorf("known but %+v", l)
		}
		return
	}
	if l.Detail == "" || len(l.Detail) > 1500 || !utf8.ValidString(l.Detail) ||
		l.Country != "" || l.Provider != "" || l.Assurance != location.AssuranceNone || l.Sites != nil ||
		(l.Contradiction != "" && l.Reason != location.ReasonConflictingWitnesses) {
		t.Errorf("undetermined but %+v", l)
	}
}
