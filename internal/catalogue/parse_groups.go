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
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// groupReader turns the groups of jurisdictions.yaml into facts.
type groupReader struct {
	*Catalogue
	file *yamlFile
	bad  *faults
}

// readGroups reads jurisdictions.yaml.
func (c *Catalogue) readGroups(text string, bad *faults) {
	file, ok := decodeYAML(text, bad)
	if !ok {
		return
	}
	r := groupReader{Catalogue: c, file: file, bad: bad}
	c.date = r.date("meta.built", file.Meta.Built)
	if c.date == "" {
		r.fault(0, "meta.built", "is missing")
	}
	r.required("meta.as_of", 0, file.Meta.AsOf)
	for _, name := range slices.Sorted(maps.Keys(file.Groups)) {
		g := file.Groups[name]
		if g == nil {
			r.fault(0, "groups."+name, "is empty")
			continue
		}
		if _, ok := jurisdictionName(name); ok {
			r.jurisdictions = append(r.jurisdictions, r.jurisdiction(name, g))
		} else {
			r.groups = append(r.groups, r.group(name, g))
		}
	}
	slices.SortFunc(c.jurisdictions, func(a, b *Jurisdiction) int { return cmp.Compare(a.Name, b.Name) })
	r.checkUnion()
}

func (r groupReader) fault(line int, field, format string, args ...any) {
	r.bad.add(jurisdictionsFile, line, field, format, args...)
}

// jurisdiction reads eu or eea, of which nothing may be missing.
func (r groupReader) jurisdiction(key string, g *yamlGroup) *Jurisdiction {
	path := "groups." + key
	name, _ := jurisdictionName(key)
	j := &Jurisdiction{
		Name:       name,
		Title:      r.required(path+".title", g.line(), g.Title),
		Countries:  r.countryList(path+".countries", g.Countries),
		AsOf:       r.date(path+".as_of", g.AsOf),
		Source:     r.required(path+".source", g.line(), g.Source),
		Confidence: r.confidence(path+".confidence", g.line(), g.Confidence),
		Notes:      r.notes(path, g),
	}
	if j.AsOf == "" {
		r.fault(g.line(), path+".as_of", "is missing")
	}
	if count, err := strconv.Atoi(g.Count.text); err != nil || count != len(j.Countries) {
		r.fault(cmp.Or(g.Count.line, g.line()), path+".count", "says %q, but there are %d countries", g.Count.text, len(j.Countries))
	}
	for _, include := range g.Includes {
		included, ok := r.file.Groups[include.text]
		if !ok || included == nil {
			r.fault(include.line, path+".includes", "there is no group %q", include.text)
			continue
		}
		for _, country := range included.Countries {
			if !slices.Contains(j.Countries, country.text) {
				r.fault(g.line(), path+".countries", "%s is missing, although it is in %q, which is included", country.text, include.text)
			}
		}
	}
	if g.adequacy() {
		r.fault(g.line(), path, "a jurisdiction has no decisions of adequacy")
	}
	return j
}

// group reads a group that is not a jurisdiction.
func (r groupReader) group(key string, g *yamlGroup) *Group {
	path := "groups." + key
	out := &Group{
		Name:      key,
		Title:     r.text(path+".title", g.Title),
		Countries: r.countryList(path+".countries", slices.Concat(g.Countries, g.CountriesFull)),
		AsOf:      r.text(path+".as_of", g.AsOf),
		Source:    r.text(path+".source", g.Source),
		Notes:     r.notes(path, g),
	}
	if out.AsOf == "" {
		out.AsOf = r.file.Meta.AsOf.text
	}
	if g.Count.line > 0 || len(g.Includes) > 0 {
		r.fault(cmp.Or(g.Count.line, g.line()), path, "only a jurisdiction has a count or includes")
	}
	confidence := ConfidenceHigh
	given := g.Confidence.text != ""
	if given {
		confidence = r.confidence(path+".confidence", g.line(), g.Confidence)
	}
	if g.adequacy() {
		r.adequacy(path, g, out, confidence)
		if !given {
			for _, d := range out.Decisions {
				confidence = min(confidence, d.Confidence)
			}
		}
	} else {
		r.confidence(path+".confidence", g.line(), g.Confidence)
	}
	out.Confidence = confidence
	if len(out.Countries) == 0 {
		r.fault(g.line(), path+".countries", "is empty")
	}
	if out.Source == "" && out.Confidence > ConfidenceLow {
		r.fault(g.line(), path+".source", "is missing; without one the confidence is low")
	}
	return out
}

// line returns a line of the group for faults of what is not there.
func (g *yamlGroup) line() int {
	for _, list := range []scalars{g.Countries, g.CountriesFull} {
		if len(list) > 0 {
			return list[0].line
		}
	}
	return g.Title.line
}

// notes returns the remarks in the order of the keys below.
func (r groupReader) notes(path string, g *yamlGroup) []string {
	var notes []string
	for _, n := range []struct {
		key   string
		value scalar
	}{
		{"note", g.Note},
		{"use", g.Use},
		{"code_note", g.CodeNote},
		{"territory_note", g.TerritoryNote},
		{"yaml_note", g.YAMLNote},
		{"number_source", g.NumberSource},
		{"number_warning", g.NumberWarning},
		{"not_included", g.NotIncluded},
	} {
		if text := r.text(path+"."+n.key, n.value); text != "" {
			notes = append(notes, text)
		}
	}
	return notes
}

// text returns the value, which must be a single one.
func (r groupReader) text(field string, s scalar) string {
	if s.nested {
		r.fault(s.line, field, "is not a single value")
		return ""
	}
	return strings.TrimSpace(s.text)
}

// required returns the value, which must not be empty.
func (r groupReader) required(field string, line int, s scalar) string {
	value := r.text(field, s)
	if value == "" {
		r.fault(cmp.Or(s.line, line), field, "is missing")
	}
	return value
}

// date returns the value, which must be empty or YYYY-MM-DD.
func (r groupReader) date(field string, s scalar) string {
	value := r.text(field, s)
	if value == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		r.fault(s.line, field, "%q is not a date, YYYY-MM-DD", value)
	}
	return value
}

// confidence returns the value, which must be one of the three words.
func (r groupReader) confidence(field string, line int, s scalar) Confidence {
	confidence, ok := parseConfidence(r.text(field, s))
	if !ok {
		r.fault(cmp.Or(s.line, line), field, "%q is none of low, medium, high", s.text)
	}
	return confidence
}

// countryList returns the codes, sorted.
func (r groupReader) countryList(field string, list scalars) []string {
	codes := make([]string, 0, len(list))
	for _, s := range list {
		code := r.text(field, s)
		// What other YAML parsers read as false is a trap for whoever copies the list.
		if !s.quoted && yaml11Boolean(code) {
			r.fault(s.line, field, "%s must be quoted: YAML 1.1 reads it as a boolean", code)
		}
		if problem := r.countryProblem(code); problem != "" {
			r.fault(s.line, field, "%s", problem)
		}
		if slices.Contains(codes, code) {
			r.fault(s.line, field, "%q is there twice", code)
			continue
		}
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// yaml11Boolean reports whether YAML 1.1 reads the plain word as a boolean.
func yaml11Boolean(word string) bool {
	switch strings.ToLower(word) {
	case "y", "n", "yes", "no", "on", "off", "true", "false":
		return true
	default:
		return false
	}
}
