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

package manifest

import (
	"bytes"
	"encoding/json"
)

// document is one document of a file.
type document struct {
	// line is the line of the file, from 1, on which the document begins, without the
	// space and the comments before it.
	line int
	data []byte
}

// split returns the documents of a file that hold something. What stands between two
// YAML markers is one document, or several if it is a stream of JSON values.
func split(data []byte) []document {
	var out []document
	var current document
	begin := 0
	end := func(at int) {
		if current.line > 0 {
			current.data = data[begin:at]
			out = append(out, values(current)...)
		}
		current = document{}
	}
	for at, line := 0, 1; at < len(data); line++ {
		next := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		text := data[at:next]
		switch {
		case isMarker(text, "---"):
			end(at)
			// Content may follow on the marker's own line.
			text = text[len("---"):]
		case isMarker(text, "..."):
			end(at)
			text = nil
		}
		if current.line == 0 && holdsContent(text) {
			current.line, begin = line, next-len(text)
		}
		at = next
	}
	end(len(data))
	return out
}

// isMarker reports whether a line is a marker between documents, by the rule of YAML:
// at the very beginning of the line, and followed by space or nothing.
func isMarker(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

// holdsContent reports whether a line is more than space, a comment or a directive.
func holdsContent(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && line[0] != '#' && line[0] != '%'
}

// values returns the JSON values of a document, each as a document of its own. What is
// no JSON is left to YAML, which also has braces.
func values(d document) []document {
	if !looksLikeJSON(d.data) {
		return []document{d}
	}
	var out []document
	decoder := json.NewDecoder(bytes.NewReader(d.data))
	at := 0
	for {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			break
		}
		next := int(decoder.InputOffset())
		out = append(out, d.part(at, next))
		at = next
	}
	if rest := bytes.TrimSpace(d.data[at:]); len(rest) > 0 {
		out = append(out, d.part(at, len(d.data)))
	}
	return out
}

// part returns a part of the document, without the space before it.
func (d document) part(from, to int) document {
	data := d.data[from:to]
	from += len(data) - len(bytes.TrimLeft(data, " \t\r\n"))
	return document{line: d.line + bytes.Count(d.data[:from], []byte("\n")), data: d.data[from:to]}
}

func looksLikeJSON(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) > 0 && data[0] == '{'
}
