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
	"cmp"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// JurisdictionInfo is a jurisdiction with all that it includes.
type JurisdictionInfo struct {
	// Name is how policies name it; Title is its name for people.
	Name, Title string
	// Countries are all members, sorted; none of a jurisdiction that has a Fault.
	Countries []string
	// AsOf is the date of which the membership is, Source is where it was read.
	AsOf, Source string
	// BuiltIn is true for those of the catalogue. They have no UID and no Generation.
	BuiltIn bool
	// UID and Generation of the Jurisdiction.
	UID        types.UID
	Generation int64
	// Fault is why it cannot be used, nil if it can.
	Fault *Fault
}

// Jurisdictions returns all jurisdictions of the world, the built-in ones too, sorted by name.
func Jurisdictions(w World) []JurisdictionInfo {
	all := resolveJurisdictions(w)
	out := make([]JurisdictionInfo, 0, len(all.byName))
	for _, name := range all.names {
		out = append(out, all.byName[name].info)
	}
	return out
}

// CheckJurisdiction checks a Jurisdiction against the world. Those of the world are the
// others: one of the same name counts as replaced.
func CheckJurisdiction(w World, j *residencyv1.Jurisdiction) Checked {
	others := slices.DeleteFunc(slices.Clone(w.Jurisdictions), func(o residencyv1.Jurisdiction) bool { return o.Name == j.Name })
	w.Jurisdictions = append(others, *j)
	if fault := reservedName(w.Catalogue, j.Name); fault != nil {
		return Checked{Fault: fault}
	}
	all := resolveJurisdictions(w)
	checked := Checked{Fault: all.byName[j.Name].info.Fault}
	if checked.Fault == nil {
		checked.Warnings = all.warnings(j)
	}
	return checked
}

// jurisdictions are all jurisdictions, resolved.
type jurisdictions struct {
	byName map[string]*resolved
	// names are the names of all, sorted.
	names []string
	// includedBy are the names of those that include the one of that name directly.
	includedBy map[string][]string
}

// resolved is one of them.
type resolved struct {
	info JurisdictionInfo
	// spec is nil for one that is built in.
	spec *residencyv1.JurisdictionSpec
	// group is the same for those that include each other. Those that are built in have none.
	group int
}

// resolveJurisdictions follows what includes what. It takes time in proportion to the
// jurisdictions and what they name.
func resolveJurisdictions(w World) *jurisdictions {
	all := &jurisdictions{byName: map[string]*resolved{}, includedBy: map[string][]string{}}
	for _, b := range w.Catalogue.Jurisdictions() {
		all.byName[b.Name] = &resolved{
			info: JurisdictionInfo{Name: b.Name, Title: b.Title, Countries: slices.Clone(b.Countries), AsOf: b.AsOf, Source: b.Source, BuiltIn: true},
		}
	}
	var made []*resolved
	for i := range w.Jurisdictions {
		j := &w.Jurisdictions[i]
		if all.byName[j.Name] != nil {
			continue // built in: it cannot be made anew
		}
		made = append(made, &resolved{spec: &j.Spec, info: JurisdictionInfo{
			Name: j.Name, Title: j.Spec.Title, AsOf: string(j.Spec.AsOf), Source: j.Spec.Source, UID: j.UID, Generation: j.Generation,
		}})
		all.byName[j.Name] = made[len(made)-1]
	}
	slices.SortFunc(made, func(a, b *resolved) int { return cmp.Compare(a.info.Name, b.info.Name) })
	for _, j := range made {
		for _, name := range j.spec.Includes {
			all.includedBy[string(name)] = append(all.includedBy[string(name)], j.info.Name)
		}
	}
	all.names = slices.Sorted(maps.Keys(all.byName))
	r := newResolver(w.Catalogue, all)
	for _, j := range made {
		if r.order[j] == 0 {
			r.visit(j)
		}
	}
	return all
}

// including returns the name and the names of all that include it, directly or through others.
func (all *jurisdictions) including(name string) []string {
	seen := map[string]bool{name: true}
	found := []string{name}
	for i := 0; i < len(found); i++ {
		for _, by := range all.includedBy[found[i]] {
			if !seen[by] {
				seen[by] = true
				found = append(found, by)
			}
		}
	}
	return found
}
