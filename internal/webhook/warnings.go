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

package webhook

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/domicile-dev/domicile/internal/residency"
)

// The API server shortens warnings of more than 256 characters, and all of them once
// they are more than 4096 together
// (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response).
const (
	maxWarning  = 256
	maxWarnings = 4096
	// maxParts is how many warnings one finding may take.
	maxParts = 4
	// restWarning is how long the warning that counts the rest may be.
	restWarning = 40
)

// ellipsis stands where a text was divided or cut.
const ellipsis = "..."

// warningsOf returns the findings that warn, to be fitted, after others if there are any. A
// finding is told whole, in one warning or in several, or counted at the end.
func warningsOf(v *residency.Verdict, before ...string) [][]string {
	told := oneEach(before)
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Effect != residency.Warn || (!f.Outcome.Flagged() && f.Reason != residency.ReasonUndeclaredProcessor) {
			continue
		}
		parts := []string{f.Sentence(v.Subject)}
		if utf8.RuneCountInString(parts[0]) > maxWarning {
			parts = []string{f.Problem(v.Subject), f.Remedy()}
		}
		told = append(told, parts)
	}
	return told
}

// fit divides texts, each given by its sentences, into warnings that the API server
// leaves as they are. A sentence that was already told, such as the remedy of several
// findings, is not told again: the API server would drop it.
func fit(texts [][]string) []string {
	var out []string
	used := 0
	for i, text := range texts {
		var parts []string
		size := 0
		for _, sentence := range text {
			for _, part := range divide(printable(sentence)) {
				if part == "" || slices.Contains(out, part) {
					continue
				}
				parts = append(parts, part)
				size += utf8.RuneCountInString(part)
			}
		}
		if used+size > maxWarnings-restWarning {
			return append(out, fmt.Sprintf("and %d more", len(texts)-i))
		}
		out = append(out, parts...)
		used += size
	}
	return out
}

// divide divides a text into parts of at most maxWarning characters, between words as
// far as it has any. A text of more than maxParts is cut.
func divide(text string) []string {
	var parts []string
	for utf8.RuneCountInString(text) > maxWarning {
		if len(parts) == maxParts-1 {
			return append(parts, cutRunes(text, maxWarning))
		}
		head := string([]rune(text)[:maxWarning-len(" "+ellipsis)])
		// A word that would leave less than half of the part is broken.
		if at := strings.LastIndexByte(head, ' '); at > len(head)/2 {
			head = head[:at]
		}
		parts = append(parts, head+" "+ellipsis)
		text = ellipsis + " " + strings.TrimPrefix(text[len(head):], " ")
	}
	return append(parts, text)
}

// cutRunes cuts a text to a number of characters.
func cutRunes(text string, limit int) string {
	return string([]rune(text)[:limit-len(ellipsis)]) + ellipsis
}

// cut cuts a text to a number of bytes, between characters.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// printable replaces what a warning may not have in it, since the API server would drop
// it as a whole: control characters and what is not UTF-8.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
}
