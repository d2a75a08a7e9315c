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
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"
)

// The formats besides the one for people, which is the empty one.
const (
	outputJSON = "json"
	outputYAML = "yaml"
)

func addOutputFlag(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "", "json or yaml instead of text")
}

func checkOutput(cmd *cobra.Command, output string) error {
	switch output {
	case outputJSON, outputYAML:
		return nil
	case "":
		if cmd.Flags().Changed("output") {
			return misuse(cmd, "-o needs json or yaml")
		}
		return nil
	default:
		return misuse(cmd, "there is no output %q: use json or yaml, or leave -o out", output)
	}
}

// encode writes a value as JSON or YAML.
func encode(w io.Writer, output string, value any) error {
	if output == outputYAML {
		data, err := yaml.Marshal(value)
		if err != nil {
			return fmt.Errorf("encoding YAML: %w", err)
		}
		_, err = w.Write(data)
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// printable returns text that cannot move a terminal's cursor: input is quoted in
// messages, and nobody knows who wrote it. Line ends stay.
func printable(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	clean := func(r rune) bool { return r == '\n' || unicode.IsPrint(r) }
	if strings.IndexFunc(text, func(r rune) bool { return !clean(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if clean(r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}
