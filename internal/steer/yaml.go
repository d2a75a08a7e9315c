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
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// YAML returns the required node affinity as people write it, to be put under an affinity. It
// ends without a line break, and is empty if nothing is asked.
func (p *Plan) YAML() string {
	if len(p.Required) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("nodeAffinity:\n  requiredDuringSchedulingIgnoredDuringExecution:\n    nodeSelectorTerms:")
	for i := range p.Required {
		writeTerm(&b, &p.Required[i])
	}
	return b.String()
}

// writeTerm writes a term. One that asks for nothing is met by no node, and is written as such.
func writeTerm(b *strings.Builder, t *corev1.NodeSelectorTerm) {
	lead := "\n    - "
	for _, part := range [...]struct {
		name string
		list []corev1.NodeSelectorRequirement
	}{{"matchExpressions:", t.MatchExpressions}, {"matchFields:", t.MatchFields}} {
		for i := range part.list {
			if i == 0 {
				b.WriteString(lead + part.name)
				lead = "\n      "
			}
			writeExpression(b, &part.list[i])
		}
	}
	if len(t.MatchExpressions)+len(t.MatchFields) == 0 {
		b.WriteString(lead + "{}")
	}
}

func writeExpression(b *strings.Builder, e *corev1.NodeSelectorRequirement) {
	b.WriteString("\n      - {key: " + word(e.Key) + ", operator: " + string(e.Operator))
	if len(e.Values) > 0 {
		b.WriteString(", values: [")
		for i, v := range e.Values {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(word(v))
		}
		b.WriteString("]")
	}
	b.WriteString("}")
}

// word writes a string so that every reader of YAML takes it for one: NO is a country here,
// and no word for false.
func word(s string) string {
	letter := s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z')
	plain := letter && (len(validation.IsValidLabelValue(s)) == 0 || len(validation.IsQualifiedName(s)) == 0)
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		plain = false
	}
	if plain {
		return s
	}
	return strconv.Quote(s)
}
