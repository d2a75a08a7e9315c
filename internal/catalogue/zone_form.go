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

// zoneForm is one way in which a provider makes a zone's name: a base, something
// that never changes, and an ending.
type zoneForm struct {
	base   zoneBase
	infix  string
	ending ending
}

// zoneForms are the forms of one provider.
type zoneForms struct {
	// common are the forms of all regions that have none of their own.
	common []zoneForm
	// own are the forms of single regions, by name. No zone is known of a region that
	// has none here.
	own map[string][]zoneForm
}

// of returns the forms of the region's zones.
func (f zoneForms) of(region string) []zoneForm {
	if own, ok := f.own[region]; ok {
		return own
	}
	return f.common
}

// zoneBase is what a zone's name begins with.
type zoneBase uint8

const (
	// baseNothing is not made of the region's name.
	baseNothing zoneBase = iota
	// baseRegion is the region's name: REGION.
	baseRegion
	// baseUpper is the region's name in upper case: UPPER.
	baseUpper
)

// ending is how a zone's name ends.
type ending uint8

const (
	// endsWhole has no ending: there is one zone of the form.
	endsWhole ending = iota
	// endsLetter ends with one letter a to z: LETTER.
	endsLetter
	// endsNumber ends with a number that has no leading zero: NUMBER.
	endsNumber
	// endsDigits ends with digits: DIGITS.
	endsDigits
	// endings is how many of them there are.
	endings
)

// sample returns an ending of the kind. Whether two zones can be confused does not
// depend on which one it is.
func (e ending) sample() string {
	switch e {
	case endsLetter:
		return "a"
	case endsNumber, endsDigits:
		return "1"
	default:
		return ""
	}
}

// stem returns what the form's zones of the region have before their ending.
func (f zoneForm) stem(region string) string {
	switch f.base {
	case baseRegion:
		return region + f.infix
	case baseUpper:
		return strings.ToUpper(region) + f.infix
	default:
		return f.infix
	}
}

// zoneForms returns the field, forms separated by ";". One that begins with the name
// of a region and "=" is that region's own; nothing after that is no form.
func (r record) zoneForms(field string) zoneForms {
	text := r.optional(field)
	if text == "" {
		return zoneForms{}
	}
	forms := zoneForms{own: map[string][]zoneForm{}}
	seen := map[string]bool{}
	for written := range strings.SplitSeq(text, ";") {
		region, rest, own := strings.Cut(written, "=")
		if !own {
			region, rest = "", written
		}
		form, problem := parseZoneForm(rest, own)
		switch {
		case seen[written]:
			r.fault(field, "%q is there twice", written)
		case own && rest == "":
			forms.own[region] = nil
		case problem != "":
			r.fault(field, "%q %s", written, problem)
		case own:
			forms.own[region] = append(forms.own[region], form)
		default:
			forms.common = append(forms.common, form)
		}
		seen[written] = true
	}
	return forms
}

// parseZoneForm reads one form, or returns what is wrong with it. Only the form of a
// single region need not be made of the region's name.
func parseZoneForm(written string, own bool) (form zoneForm, problem string) {
	rest := written
	if after, ok := strings.CutPrefix(rest, "REGION"); ok {
		form.base, rest = baseRegion, after
	} else if after, ok := strings.CutPrefix(rest, "UPPER"); ok {
		form.base, rest = baseUpper, after
	}
	if before, ok := strings.CutSuffix(rest, "LETTER"); ok {
		form.ending, rest = endsLetter, before
	} else if before, ok := strings.CutSuffix(rest, "NUMBER"); ok {
		form.ending, rest = endsNumber, before
	} else if before, ok := strings.CutSuffix(rest, "DIGITS"); ok {
		form.ending, rest = endsDigits, before
	}
	form.infix = rest
	switch {
	case form.base == baseNothing && !own:
		return form, "does not begin with REGION, UPPER or the name of a region and ="
	case form.base == baseNothing && form.infix == "":
		return form, "is every zone"
	case form.infix != "" && !isCode("x"+form.infix+"x"):
		return form, "has something between its tokens that is no letter, digit or dash"
	case form.base == baseRegion && form.infix != strings.ToLower(form.infix):
		// A token that is misspelled must not pass as itself.
		return form, "has upper-case letters that are no token"
	case form.ending.isNumber() && (form.infix == "" || isDigits(form.infix[len(form.infix)-1:])):
		return form, "does not say where its number begins"
	default:
		return form, ""
	}
}

func (e ending) isNumber() bool { return e == endsNumber || e == endsDigits }
