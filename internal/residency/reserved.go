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
	"fmt"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// noAdequacy is why nobody can name the countries with an adequacy decision (GDPR Art. 45).
const noAdequacy = "an adequacy decision is no jurisdiction: it is about transfers, it may cover only some recipients in a country, and it may end; name the countries that you mean"

// reservedName is why a Jurisdiction cannot have that name, nil if it can.
func reservedName(cat *catalogue.Catalogue, name string) *Fault {
	var why string
	for _, built := range cat.Jurisdictions() {
		if strings.EqualFold(name, built.Name) {
			why = fmt.Sprintf("%s is built in and cannot be made or changed", built.Name)
		}
	}
	if why == "" && isAdequacy(cat, name) {
		why = noAdequacy
	}
	if why == "" {
		return nil
	}
	return &Fault{
		Reason: residencyv1.ReasonReservedName,
		Errors: field.ErrorList{field.Invalid(field.NewPath("metadata", "name"), name, why)},
	}
}

// isAdequacy reports whether the name speaks of adequacy decisions, or is that of a group
// of the catalogue that rests on them.
func isAdequacy(cat *catalogue.Catalogue, name string) bool {
	name = lettersOf(name)
	if strings.Contains(name, "adequa") {
		return true
	}
	for _, g := range cat.Groups() {
		if len(g.Decisions) > 0 && lettersOf(g.Name) == name {
			return true
		}
	}
	return false
}

// lettersOf is a name without what joins its words, and without case.
func lettersOf(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// unknownJurisdiction says that there is no jurisdiction of that name, and what could have been meant.
func unknownJurisdiction(cat *catalogue.Catalogue, all *jurisdictions, name string) string {
	if isAdequacy(cat, name) {
		return fmt.Sprintf("there is no jurisdiction %s: %s", name, noAdequacy)
	}
	near := cat.NearJurisdictions(name)
	if lower := strings.ToLower(name); all.byName[lower] != nil && lower != name {
		near = append([]string{lower}, near...)
	}
	return fmt.Sprintf("there is no jurisdiction %s%s", name, didYouMean(near, thereAre(all.names)))
}
