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

import "strings"

// Country returns the usual English name of the country with that ISO 3166-1
// alpha-2 code, in upper case. UK and EL, which ISO only reserves, are not found.
// Source: iso3166.tab of the tz database (data/README.md).
func (c *Catalogue) Country(code string) (name string, ok bool) {
	name, ok = c.countries[code]
	return name, ok
}

// reservedCode returns the ISO 3166-1 alpha-2 code that is meant by a code which
// EU texts and habit use instead and ISO only reserves. Source: ISO 3166-1
// exceptional reservations; EU Interinstitutional Style Guide, 7.1.1.
func reservedCode(code string) (string, bool) {
	switch strings.ToUpper(code) {
	case "UK":
		return "GB", true
	case "EL":
		return "GR", true
	default:
		return "", false
	}
}
