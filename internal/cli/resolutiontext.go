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
	"fmt"
	"strings"
)

// text returns the resolution for people: a sentence, what it rests on, and, of a code
// that means several things, a table of them.
func (r *Resolution) text(wide bool, s screen) string {
	var b strings.Builder
	b.WriteString(oneLine(r.sentence()) + "\n")
	if len(r.Meanings) > 1 || len(r.Meanings) == 1 && r.Reason != "" {
		b.WriteString("\n")
		b.WriteString(meaningsGrid(r.Meanings, wide).text(wide, s))
	}
	paragraph(&b, r.facts(wide))
	if r.Reason != "" && r.ofNode {
		paragraph(&b, []string{"A Site can say where such nodes are, on an administrator's word."})
	}
	return b.String()
}

func (r *Resolution) sentence() string {
	switch {
	case r.Reason != "":
		return sentence(fmt.Sprintf("The place of %s is not known (%s): %s", r.asked, r.Reason, r.Detail))
	case r.ofNode:
		return fmt.Sprintf("Such a node is in %s%s, by its %s (%s).", r.place(), parenthesis(r.code()), r.word, r.Assurance)
	case len(r.Meanings) == 1:
		m := &r.Meanings[0]
		s := fmt.Sprintf("%s is %s in %s.", r.asked, m.kindWord(), m.place())
		if m.RegionLabel != "" {
			s += fmt.Sprintf(" It is not in %s, whose label its nodes carry.", m.RegionLabel)
		}
		if m.unlabelled {
			s += " Nodes do not carry this code as a label."
		}
		if m.area {
			s += " A node with this label may be elsewhere: only its zone says where."
		}
		return s
	default:
		return fmt.Sprintf("%s is in %s with every provider that has it.", r.asked, r.place())
	}
}

// code returns the provider's names of the place, as far as they are known.
func (r *Resolution) code() string {
	return strings.Join(strings.Fields(strings.Join([]string{r.Provider, r.Region, r.Zone}, " ")), " ")
}

func parenthesis(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// facts returns what the answer rests on, one fact a line.
func (r *Resolution) facts(wide bool) []string {
	var out []string
	add := func(name, value string) {
		if value != "" {
			out = append(out, fmt.Sprintf("%-15s%s", name+":", value))
		}
	}
	for _, w := range r.Witnesses {
		add(string(w.Kind), w.Value)
	}
	add("source", r.Source)
	if r.Source == "" && !wide {
		for i := range r.Meanings {
			add(r.Meanings[i].Provider, r.Meanings[i].Source)
		}
	}
	add("confidence", r.Confidence)
	add("catalogue", r.CatalogueDate)
	return out
}
