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

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlFile is the shape of jurisdictions.yaml. The decoder refuses keys that are
// not in it, and keys given twice.
type yamlFile struct {
	Meta struct {
		AsOf    scalar `yaml:"as_of"`
		Built   scalar `yaml:"built"`
		Warning scalar `yaml:"warning"`
	} `yaml:"meta"`
	Groups map[string]*yamlGroup `yaml:"groups"`
}

// yamlGroup has the keys of all groups: of the jurisdictions, of the groups of
// adequacy, and of those in common use.
type yamlGroup struct {
	Title      scalar  `yaml:"title"`
	Count      scalar  `yaml:"count"`
	Includes   scalars `yaml:"includes"`
	Countries  scalars `yaml:"countries"`
	AsOf       scalar  `yaml:"as_of"`
	Source     scalar  `yaml:"source"`
	Confidence scalar  `yaml:"confidence"`

	CountriesFull    scalars        `yaml:"countries_full"`
	CountriesPartial scalars        `yaml:"countries_partial"`
	NonCountry       scalars        `yaml:"non_country"`
	Decisions        []yamlDecision `yaml:"decisions"`
	Entries          []yamlDecision `yaml:"entries"`

	Note          scalar `yaml:"note"`
	Use           scalar `yaml:"use"`
	CodeNote      scalar `yaml:"code_note"`
	TerritoryNote scalar `yaml:"territory_note"`
	YAMLNote      scalar `yaml:"yaml_note"`
	NumberSource  scalar `yaml:"number_source"`
	NumberWarning scalar `yaml:"number_warning"`
	NotIncluded   scalar `yaml:"not_included"`
}

// yamlDecision is one act of adequacy. The EU's are known by their number
// (decision), the UK's by the regulation that they rest on (basis).
type yamlDecision struct {
	Country    scalars `yaml:"country"`
	Name       scalar  `yaml:"name"`
	Kind       scalar  `yaml:"kind"`
	Decision   scalar  `yaml:"decision"`
	Basis      scalar  `yaml:"basis"`
	Date       scalar  `yaml:"date"`
	Published  scalar  `yaml:"published"`
	Renewed    scalar  `yaml:"renewed"`
	Expiry     scalar  `yaml:"expiry"`
	Review     scalar  `yaml:"review"`
	Partial    scalar  `yaml:"partial"`
	Scope      scalar  `yaml:"scope"`
	Litigation scalar  `yaml:"litigation"`
	Note       scalar  `yaml:"note"`
	Source     scalar  `yaml:"source"`
	Confidence scalar  `yaml:"confidence"`
}

// scalar is a single value as it is written, with its line. It is read as text,
// whatever YAML would make of it; quoted tells what was meant.
type scalar struct {
	text   string
	line   int
	quoted bool
	// nested is true if there was a list or a mapping instead of a value.
	nested bool
}

// UnmarshalYAML keeps the line for later faults, which know the field too.
func (s *scalar) UnmarshalYAML(n *yaml.Node) error {
	*s = scalar{
		text:   n.Value,
		line:   n.Line,
		quoted: n.Style != 0,
		nested: n.Kind != yaml.ScalarNode,
	}
	return nil
}

// scalars is a list of values; a single value is a list of one.
type scalars []scalar

// UnmarshalYAML reads a list or a single value.
func (s *scalars) UnmarshalYAML(n *yaml.Node) error {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	*s = make(scalars, len(items))
	for i, item := range items {
		if err := (*s)[i].UnmarshalYAML(item); err != nil {
			return err
		}
	}
	return nil
}

// decodeYAML reads exactly one document of the shape of yamlFile.
func decodeYAML(text string, bad *faults) (*yamlFile, bool) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	var file yamlFile
	err := decoder.Decode(&file)
	var shape *yaml.TypeError
	switch {
	case errors.Is(err, io.EOF):
		bad.add(jurisdictionsFile, 0, "", "is empty")
		return nil, false
	case errors.As(err, &shape):
		for _, problem := range shape.Errors {
			line, problem := cutLine(problem)
			bad.add(jurisdictionsFile, line, "", "%s", problem)
		}
		return nil, false
	case err != nil:
		line, problem := cutLine(strings.TrimPrefix(err.Error(), "yaml: "))
		bad.add(jurisdictionsFile, line, "", "%s", problem)
		return nil, false
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		bad.add(jurisdictionsFile, 0, "", "has more than one document")
		return nil, false
	}
	return &file, true
}

// cutLine takes the "line 12: " from the front of a message of the decoder.
func cutLine(message string) (int, string) {
	rest, ok := strings.CutPrefix(message, "line ")
	if !ok {
		return 0, message
	}
	number, problem, ok := strings.Cut(rest, ": ")
	if !ok {
		return 0, message
	}
	line, err := strconv.Atoi(number)
	if err != nil {
		return 0, message
	}
	return line, problem
}
