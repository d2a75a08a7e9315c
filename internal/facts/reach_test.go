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

package facts

import (
	"reflect"
	"slices"
	"testing"

	"github.com/domicile-dev/domicile/internal/location"
)

// Nodes that are taken for one place are judged by one of them. So whatever a policy can ask of
// a place has to tell two nodes apart, also what comes to be asked later.
func TestWhatTellsPlacesApart(t *testing.T) {
	onlyCited := []string{"Witnesses", "Contradiction", "Source"}
	of := reflect.TypeFor[location.Location]()
	for i := range of.NumField() {
		name := of.Field(i).Name
		t.Run(name, func(t *testing.T) {
			var other location.Location
			switch f := reflect.ValueOf(&other).Elem().Field(i); f.Kind() {
			case reflect.String:
				f.SetString("other")
			case reflect.Slice:
				f.Set(reflect.MakeSlice(f.Type(), 2, 2))
			case reflect.Uint8:
				f.SetUint(1)
			default:
				t.Fatalf("nobody knows how a %s differs", f.Kind())
			}
			apart := placeOf(&other) != placeOf(&location.Location{})
			if want := !slices.Contains(onlyCited, name); apart != want {
				t.Errorf("that another %s tells two nodes apart is %v, want %v", name, apart, want)
			}
		})
	}
}

func TestRegionsOfOneZoneTellPlacesApart(t *testing.T) {
	at := func(regions ...string) *location.Location {
		return &location.Location{Providers: []string{"aws", "outscale"}, Regions: regions, Zone: "a-1", Country: "FR"}
	}
	if placeOf(at("a", "")) == placeOf(at("", "a")) {
		t.Error("it does not matter whose region it is")
	}
	if one, same := at("a", "b"), at("a", "b"); placeOf(one) != placeOf(same) {
		t.Error("one place is two")
	}
}
