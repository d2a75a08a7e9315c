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

import (
	"maps"
	"slices"
	"strings"
)

// CodeUse is one meaning of a code.
type CodeUse struct {
	Region *Region
	// Alias is true if the code is one of the region's aliases, not its name.
	Alias bool
}

// SharedCode is a code that several providers use, in lower case: a lookup that
// does not know the provider cannot tell its Uses apart.
type SharedCode struct {
	Code string
	// Uses is sorted by provider and region name.
	Uses []CodeUse
}

// Ambiguous reports whether the uses are in different countries.
func (s SharedCode) Ambiguous() bool {
	return slices.ContainsFunc(s.Uses, func(u CodeUse) bool {
		return u.Region.Country != s.Uses[0].Region.Country
	})
}

// SharedCodes returns every region name or alias that several providers use,
// compared without case and sorted by code. It is computed anew at each call.
func (c *Catalogue) SharedCodes() []SharedCode {
	uses := map[string][]CodeUse{}
	add := func(code string, use CodeUse) {
		code = strings.ToLower(code)
		uses[code] = append(uses[code], use)
	}
	for _, r := range c.regions {
		add(r.Name, CodeUse{Region: r})
		for _, a := range r.Aliases {
			add(a, CodeUse{Region: r, Alias: true})
		}
	}
	var shared []SharedCode
	for _, code := range slices.Sorted(maps.Keys(uses)) {
		several := slices.ContainsFunc(uses[code], func(u CodeUse) bool {
			return u.Region.Provider != uses[code][0].Region.Provider
		})
		if several {
			shared = append(shared, SharedCode{Code: code, Uses: uses[code]})
		}
	}
	return shared
}
