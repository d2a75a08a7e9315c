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

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v2"
)

// groups returns the groups of countries as the JSON that is embedded: YAML of this
// size takes longer to read than all the rest of the catalogue. Keys stay in their
// order, what is null is left out, and a list of simple values stays on one line.
func groups(text string) (string, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	// A MapSlice keeps the order. Keys that are there twice stay there twice, and whoever
	// reads the JSON refuses them.
	var document yaml.MapSlice
	if err := decoder.Decode(&document); err != nil {
		return "", fmt.Errorf("reading YAML: %w", err)
	}
	if err := decoder.Decode(new(yaml.MapSlice)); !errors.Is(err, io.EOF) {
		return "", errors.New("reading YAML: there is more than one document")
	}
	var b strings.Builder
	if err := write(&b, document, ""); err != nil {
		return "", err
	}
	b.WriteString("\n")
	return b.String(), nil
}

// write writes a value, of which the first line is indented already.
func write(b *strings.Builder, value any, indent string) error {
	switch value := value.(type) {
	case yaml.MapSlice:
		items := slices.DeleteFunc(slices.Clone(value), func(item yaml.MapItem) bool { return item.Value == nil })
		return writeAll(b, "{", "}", len(items), indent, func(i int) error {
			key, ok := items[i].Key.(string)
			if !ok {
				return fmt.Errorf("the key %v is no text: it needs quotes", items[i].Key)
			}
			if err := writeSimple(b, key); err != nil {
				return err
			}
			b.WriteString(": ")
			return write(b, items[i].Value, indent+"  ")
		})
	case []any:
		if !slices.ContainsFunc(value, isNested) {
			return writeLine(b, value)
		}
		return writeAll(b, "[", "]", len(value), indent, func(i int) error { return write(b, value[i], indent+"  ") })
	default:
		return writeSimple(b, value)
	}
}

// writeAll writes n things between two brackets, each on a line of its own.
func writeAll(b *strings.Builder, opening, closing string, n int, indent string, thing func(i int) error) error {
	b.WriteString(opening)
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n" + indent + "  ")
		if err := thing(i); err != nil {
			return err
		}
	}
	if n > 0 {
		b.WriteString("\n" + indent)
	}
	b.WriteString(closing)
	return nil
}

// writeLine writes a list of simple values.
func writeLine(b *strings.Builder, values []any) error {
	b.WriteString("[")
	for i, value := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		if err := writeSimple(b, value); err != nil {
			return err
		}
	}
	b.WriteString("]")
	return nil
}

func isNested(value any) bool {
	switch value.(type) {
	case yaml.MapSlice, []any:
		return true
	default:
		return false
	}
}

// writeSimple writes a text, a whole number or a boolean. People read the texts, so no
// letter is escaped that need not be.
func writeSimple(b *strings.Builder, value any) error {
	switch value.(type) {
	case string, int, bool:
	default:
		return fmt.Errorf("%v is neither a text nor a whole number nor true or false: a text needs quotes", value)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	b.WriteString(strings.TrimSuffix(text.String(), "\n"))
	return nil
}
