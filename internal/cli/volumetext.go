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

package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// notRestricted is said of an aspect of which no policy says anything.
const notRestricted = "not restricted"

// aspect is the aspect of a finding, with the volume of a pod that it speaks of.
func (f *Finding) aspect() string {
	switch v := f.Volume; {
	case v == nil || v.Name == "":
		return f.Aspect
	case v.Others > 0:
		return fmt.Sprintf("%s (%s and %d more)", f.Aspect, v.Name, v.Others)
	default:
		return f.Aspect + " (" + v.Name + ")"
	}
}

func ofStorage(f Finding) bool { return f.Aspect == string(residencyv1.AspectStorage) }

// itemsStore reports whether something in the items is about storage.
func (e *Explanation) itemsStore() bool {
	return slices.ContainsFunc(e.Items, func(item ExplainedItem) bool { return slices.ContainsFunc(item.Findings, ofStorage) })
}

// itemsHeader is that of the column with the items.
func (e *Explanation) itemsHeader() string {
	if e.itemsStore() {
		return "OBJECT"
	}
	return "WORKLOAD"
}

// keepsTitle begins the table of where the object keeps bytes.
func (e *Explanation) keepsTitle() string {
	switch {
	case len(e.Volumes) == 1 && e.Volumes[0].Name == "" && len(e.Volumes[0].Options) > 1:
		return "It will rest in one of these:\n"
	case len(e.Volumes) == 1 && e.Volumes[0].Name == "":
		return "It rests in:\n"
	default:
		return "Its volumes rest in:\n"
	}
}

// unknownRests says why it is not known where the object rests, if no finding does.
func (e *Explanation) unknownRests() []string {
	if slices.ContainsFunc(e.Findings, func(f Finding) bool { return f.Volume != nil }) {
		return nil
	}
	var out []string
	for _, v := range e.Volumes {
		if v.Awaits {
			out = append(out, "No volume is bound to it yet, and nothing makes one.")
			continue
		}
		for _, l := range v.places() {
			if l.Reason != "" {
				out = append(out, sentence("Where it rests is not known: "+l.Detail))
			}
		}
	}
	return once(out)
}

// volumesGrid says where volumes rest, and on whose word: a row for each place.
func volumesGrid(volumes []*Volume) *grid {
	g := &grid{}
	named := slices.ContainsFunc(volumes, func(v *Volume) bool { return v.Name != "" })
	if named {
		g.columns = append(g.columns, column{header: "VOLUME", key: true, least: 12, tail: 4}, column{header: "IS", gives: 4, least: 12})
	}
	g.columns = append(g.columns,
		column{header: "PLACE", key: !named, gives: min(1, len(volumes)), least: 12},
		column{header: "CODE", gives: 3, least: 10, tail: 6},
		column{header: "ASSURANCE", gives: 5},
		column{header: "WITNESSES", gives: 2, least: 16},
	)
	for _, v := range volumes {
		add := func(cells ...string) {
			if named {
				cells = slices.Insert(cells, 0, v.Name, v.kind())
			}
			g.add(cells...)
		}
		switch {
		case v.Awaits:
			add(noVolumeYet, "", "", "")
			continue
		case len(v.Options) == 0:
			add(withItsNode, "", "", "")
		}
		for i := range v.Options {
			for k, l := range v.Options[i].Places {
				words := l.Place
				switch {
				case l.Reason != "":
					words = "unknown: " + l.Reason
				case k > 0:
					words = "and " + words
				case i > 0:
					words = "or " + words
				}
				add(words, strings.TrimSpace(l.Provider+" "+cmp.Or(l.Zone, l.Region)), l.assurance(), witnessWords(l.Witnesses))
			}
		}
	}
	return g
}

// kind says what the volume of a pod is, and that others rest beside it.
func (v *Volume) kind() string {
	if v.Others > 0 {
		return v.Object + " and " + amount(v.Others, "other")
	}
	return v.Object
}

// assurance is empty where the place is not known.
func (l *Location) assurance() string {
	if l.Reason != "" {
		return ""
	}
	return l.Assurance
}

// witnessWords are the fields that speak of a place, with what they say.
func witnessWords(witnesses []location.Witness) string {
	var words []string
	for _, w := range witnesses {
		value := quoted(w.Value)
		if len(value) > maxWitness {
			value = cut(value, maxWitness, 8)
		}
		words = append(words, string(w.Kind)+" "+value)
	}
	return strings.Join(words, ", ")
}

// maxWitness is how many characters of a witness are shown: handles can be of any length.
const maxWitness = 80
