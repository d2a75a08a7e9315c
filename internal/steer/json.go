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

package steer

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// text is JSON that is being written. Every method returns it, to go on.
type text []byte

func (b *text) raw(s string) *text {
	*b = append(*b, s...)
	return b
}

// operation begins an operation of a JSON patch. Its value comes next, and a brace.
func (b *text) operation(op, path string) *text {
	return b.raw(`{"op":"` + op + `","path":"` + path + `","value":`)
}

func (b *text) nodeAffinity(p *Plan, terms []corev1.NodeSelectorTerm, requires, prefers bool) *text {
	b.raw("{")
	if requires {
		b.raw(`"` + required + `":`).selector(terms)
	}
	if requires && !prefers {
		b.raw(",")
	}
	if !prefers {
		b.raw(`"` + preferring + `":[`).preference(p.Preferred).raw("]")
	}
	return b.raw("}")
}

func (b *text) selector(terms []corev1.NodeSelectorTerm) *text {
	return b.raw(`{"nodeSelectorTerms":`).terms(terms).raw("}")
}

func (b *text) terms(terms []corev1.NodeSelectorTerm) *text {
	b.raw("[")
	for i := range terms {
		if i > 0 {
			b.raw(",")
		}
		b.term(&terms[i])
	}
	return b.raw("]")
}

func (b *text) term(t *corev1.NodeSelectorTerm) *text {
	b.raw("{")
	if len(t.MatchExpressions) > 0 {
		b.raw(`"matchExpressions":`).requirements(t.MatchExpressions)
	}
	if len(t.MatchExpressions) > 0 && len(t.MatchFields) > 0 {
		b.raw(",")
	}
	if len(t.MatchFields) > 0 {
		b.raw(`"matchFields":`).requirements(t.MatchFields)
	}
	return b.raw("}")
}

func (b *text) requirements(list []corev1.NodeSelectorRequirement) *text {
	b.raw("[")
	for i := range list {
		if i > 0 {
			b.raw(",")
		}
		b.raw(`{"key":`).quoted(list[i].Key).raw(`,"operator":`).quoted(string(list[i].Operator))
		for j, v := range list[i].Values {
			if j == 0 {
				b.raw(`,"values":[`)
			} else {
				b.raw(",")
			}
			b.quoted(v)
		}
		if len(list[i].Values) > 0 {
			b.raw("]")
		}
		b.raw("}")
	}
	return b.raw("]")
}

func (b *text) preference(p *corev1.PreferredSchedulingTerm) *text {
	*b = strconv.AppendInt(*b.raw(`{"weight":`), int64(p.Weight), 10)
	return b.raw(`,"preference":`).term(&p.Preference).raw("}")
}

// quoted writes a string. What the API server has sent is UTF-8.
func (b *text) quoted(s string) *text {
	const hex = "0123456789abcdef"
	b.raw(`"`)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"', c == '\\':
			*b = append(*b, '\\', c)
		case c < ' ':
			*b = append(*b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			*b = append(*b, c)
		}
	}
	return b.raw(`"`)
}
