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

import "fmt"

// readCountries reads countries.csv.
func (c *Catalogue) readCountries(text string, bad *faults) {
	lines := make(map[string]int, isoCountries)
	readCSV(countriesFile, text, []string{"code", "name"}, bad, func(r record) {
		code, name := r.required("code"), r.required("name")
		if iso, reserved := reservedCode(code); reserved {
			r.fault("code", "%q is only reserved in ISO 3166-1; the country's code is %s", code, iso)
		}
		if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
			r.fault("code", "%q is not two upper-case letters", code)
		}
		if first, seen := lines[code]; seen {
			r.fault("code", "%q is on line %d already", code, first)
			return
		}
		lines[code] = r.line
		c.countries[code] = name
	})
	// ISO 3166-1 had 249 codes from 2011 on; a shorter or longer list is another list.
	if len(c.countries) != isoCountries {
		bad.add(countriesFile, 0, "code", "has %d countries, ISO 3166-1 has %d", len(c.countries), isoCountries)
	}
}

// isoCountries is how many codes ISO 3166-1 alpha-2 assigns.
const isoCountries = 249

// countryProblem returns what is wrong with the code as a country's, or nothing.
func (c *Catalogue) countryProblem(code string) string {
	if _, ok := c.countries[code]; ok {
		return ""
	}
	if iso, ok := reservedCode(code); ok {
		return fmt.Sprintf("%q is not an ISO 3166-1 country; its code is %s", code, iso)
	}
	return fmt.Sprintf("%q is not an ISO 3166-1 country", code)
}
