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
	"slices"
	"strings"
)

// wordsMark stands before a form that is only words for people: the scheme has rules
// that no form can express, and a parser in the program.
const wordsMark = "!"

// schemeRow is a scheme and where its first row was read.
type schemeRow struct {
	*Scheme
	position
	// onlyWords is set if the forms are only words.
	onlyWords bool
}

// readSchemes reads schemes.csv, in which a scheme has a row for each of its forms,
// in the order in which they are tried.
func (c *Catalogue) readSchemes(t table, bad *faults) {
	rows := map[string]*schemeRow{}
	t.read([]string{"scheme", "providers", "form", "source"}, bad, func(r record) {
		name := r.code("scheme")
		if name != strings.ToLower(name) {
			r.fault("scheme", "%q is not in lower case", name)
		}
		providers := r.providerList("providers", c)
		form, source := r.optional("form"), r.source("source")
		if form == "" {
			r.fault("form", "is empty")
		}
		words, onlyWords := strings.CutPrefix(form, wordsMark)
		row, seen := rows[name]
		switch {
		case !seen:
			row = &schemeRow{Scheme: &Scheme{Name: name, Providers: providers, Source: source}, position: r.position, onlyWords: onlyWords}
			rows[name] = row
			c.schemes = append(c.schemes, row.Scheme)
		case r.replacedBy(row.position):
			// What the program knows of the scheme holds whatever the data says of it.
			if onlyWords {
				row.fault(bad, "scheme", "%q has rules of its own, which rows cannot replace", name)
			}
			return
		case !slices.Equal(row.Providers, providers):
			r.fault("providers", "differ from those on %s: a scheme has one list of them", row.seenFrom(r.position))
		case row.onlyWords || onlyWords:
			r.fault("form", "a scheme with words for a form has no other form; see %s", row.seenFrom(r.position))
		case !strings.Contains(row.Source, source):
			row.Source += "; " + source
		}
		if onlyWords {
			if r.overlay() {
				r.fault("form", "%q: words need a parser in the program, which an overlay cannot bring", form)
			}
			row.words = append(row.words, words)
			return
		}
		row.addForm(form, r)
	})
	slices.SortFunc(c.schemes, func(a, b *Scheme) int { return cmp.Compare(a.Name, b.Name) })
	for _, s := range c.schemes {
		c.byScheme[s.Name] = s
	}
}

// addForm gives the scheme a form more.
func (s *schemeRow) addForm(written string, r record) {
	form, problem := parseSchemeForm(written)
	if problem != "" {
		r.fault("form", "%q %s", written, problem)
	}
	words := s.Name + "://" + written
	if slices.Contains(s.words, words) {
		r.fault("form", "%q is there already", written)
	}
	s.words = append(s.words, words)
	s.forms = append(s.forms, form)
}

// parseSchemeForm reads a form, or returns what is wrong with it.
func parseSchemeForm(written string) (form schemeForm, problem string) {
	if strings.Contains(written, "://") {
		return nil, "is what stands after ://, without the scheme"
	}
	parts := strings.Split(written, "/")
	times := map[placeholder]int{}
	for i, part := range parts {
		literal := strings.TrimRight(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		p, ok := placeholders(part[len(literal):])
		switch {
		case !ok:
			return nil, "has the placeholder " + part[len(literal):] + ", which is none of ZONE, REGION, UUID, NUMBER, NAME, REST"
		case literal != strings.ToLower(literal):
			return nil, "has something after a placeholder that is no slash"
		case p == theRest && i < len(parts)-1:
			return nil, "goes on after REST"
		}
		times[p]++
		form = append(form, segment{literal: literal, placeholder: p})
	}
	if times[aZone] > 1 || times[aRegion] > 1 {
		return nil, "names ZONE or REGION twice"
	}
	if times[noPlaceholder] == len(parts) {
		return nil, "has no placeholder: all nodes would have one ID"
	}
	return form, ""
}

// providerList returns the field, providers separated by ";" and sorted. It may be
// empty: the scheme is of no provider.
func (r record) providerList(field string, c *Catalogue) []string {
	text := r.optional(field)
	if text == "" {
		return nil
	}
	names := strings.Split(text, ";")
	for i, name := range names {
		c.namesProvider(name, field, r)
		if i > 0 && name <= names[i-1] {
			r.fault(field, "%q are not in order, each once", text)
		}
	}
	return names
}
