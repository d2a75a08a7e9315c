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

package volume

import (
	"maps"
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// parameters are those of a class, or the attributes of a volume, under the names that the
// driver compares. Names that it takes for one may have several values: which of them the
// driver uses depends on the order of its map, so all of them count.
type parameters struct {
	kind   location.WitnessKind
	values map[string][]parameter
}

// parameter is one of them as it is written.
type parameter struct{ name, value string }

// read returns the parameters as the driver compares their names. Of the maps, later ones
// replace what earlier ones say.
func (d *driver) read(kind location.WitnessKind, all ...map[string]string) parameters {
	p := parameters{kind: kind, values: map[string][]parameter{}}
	for _, m := range all {
		replaced := map[string]bool{}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			key := name
			if d.anyCase {
				key = strings.ToLower(name)
			}
			if !replaced[key] {
				replaced[key] = true
				p.values[key] = nil
			}
			p.values[key] = append(p.values[key], parameter{name, m[name]})
		}
	}
	return p
}

// all returns the values under any of the names, less those that are empty. The names are in
// lower case for a driver that compares without case.
func (p parameters) all(names ...string) []string {
	var values []string
	for _, name := range names {
		for _, one := range p.values[name] {
			if one.value != "" {
				values = append(values, one.value)
			}
		}
	}
	return values
}

// has reports whether there is a value under any of the names.
func (p parameters) has(names ...string) bool { return len(p.all(names...)) > 0 }

// settled reports whether the driver finds a value, whichever of the names it takes: there is at
// least one, and none is empty.
func (p parameters) settled(names ...string) bool {
	found := false
	for _, name := range names {
		for _, one := range p.values[name] {
			if one.value == "" {
				return false
			}
			found = true
		}
	}
	return found
}

// is reports whether the parameter has that value, in any case.
func (p parameters) is(name, value string) bool {
	return slices.ContainsFunc(p.all(name), func(v string) bool { return strings.EqualFold(v, value) })
}

// codes are what the parameters of any of the names say of a place. change makes a code of a
// value; nil: it is the code.
func (p parameters) codes(zone bool, change func(string) string, names ...string) []location.Code {
	var codes []location.Code
	for _, name := range names {
		for _, one := range p.values[name] {
			value := one.value
			if change != nil {
				value = change(value)
			}
			if value != "" {
				codes = append(codes, location.Code{Kind: p.kind.Named(one.name), Value: value, Zone: zone})
			}
		}
	}
	return codes
}
