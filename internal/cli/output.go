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
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/yaml"
)

// The formats besides the one for people, which is the empty one.
const (
	outputJSON = "json"
	outputYAML = "yaml"
	outputWide = "wide"
)

// outputFlag is what a command is told by -o.
type outputFlag struct {
	value string
	// hasWide is whether the command has a wide table too.
	hasWide bool
}

func (o *outputFlag) add(cmd *cobra.Command) {
	formats := "json or yaml instead of text"
	if o.hasWide {
		formats = "json or yaml instead of text, or wide for all columns, however long"
	}
	cmd.Flags().StringVarP(&o.value, "output", "o", "", formats)
}

func (o *outputFlag) check(cmd *cobra.Command) error {
	formats := "json or yaml"
	if o.hasWide {
		formats = "json, yaml or wide"
	}
	switch {
	case o.structured(), o.wide() && o.hasWide:
		return nil
	case o.value != "":
		return misuse(cmd, "there is no output %q: use %s, or leave -o out", o.value, formats)
	case cmd.Flags().Changed("output"):
		return misuse(cmd, "-o needs %s", formats)
	default:
		return nil
	}
}

// structured reports whether the output is for programs.
func (o *outputFlag) structured() bool { return o.value == outputJSON || o.value == outputYAML }

// wide reports whether the table is to be whole.
func (o *outputFlag) wide() bool { return o.value == outputWide }

// lines are the texts of what is wrong.
func lines(issues []Issue) []string {
	var out []string
	for i := range issues {
		out = append(out, issues[i].text)
	}
	return out
}

// told is what a command has found, as text and as an exit code.
type told interface {
	text(wide bool, s screen) string
	exitCode() ExitCode
}

// write writes what was found, as data or as text with what is wrong on the standard error, and
// returns the exit code as an error unless everything is permitted.
func (o *outputFlag) write(streams genericiooptions.IOStreams, s screen, found told, errors []Issue, warnings []string) error {
	var err error
	if o.structured() {
		err = encode(streams.Out, o.value, found)
	} else if err = tell(streams.ErrOut, lines(errors), warnings); err == nil {
		_, err = io.WriteString(streams.Out, found.text(o.wide(), s))
	}
	if err != nil {
		return fmt.Errorf("writing what was found: %w", err)
	}
	if code := found.exitCode(); code != ExitPermitted {
		return code
	}
	return nil
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

// tell writes what is wrong with the input, apart from what was found in the rest of it.
func tell(w io.Writer, errors, warnings []string) error {
	for _, list := range []struct {
		word  string
		texts []string
	}{{"error", errors}, {"warning", warnings}} {
		for _, text := range list.texts {
			if _, err := fmt.Fprintf(w, "%s: %s\n", list.word, oneLine(text)); err != nil {
				return err
			}
		}
	}
	return nil
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
