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
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	goyaml "go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// header is what says how the rest of an object is to be read. A field of another type
// stays empty here, and is an error where the object itself is decoded.
type header struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Namespace    string `json:"namespace"`
		Name         string `json:"name"`
		GenerateName string `json:"generateName"`
	} `json:"metadata"`
}

func (h *header) ref() Ref {
	ref := Ref{Kind: h.Kind, Namespace: h.Metadata.Namespace, Name: h.Metadata.Name}
	if ref.Name == "" && h.Metadata.GenerateName != "" {
		ref.Name = h.Metadata.GenerateName + "*"
	}
	return ref
}

func (r *reader) document(ctx context.Context, at Origin, d document) error {
	data, message := toJSON(d)
	if message != "" {
		r.problem(at, Ref{}, message)
		return nil
	}
	return r.object(ctx, at, data, header{})
}

// object reads one object, or all objects of a list. What it does not say about its own
// kind is taken from the list that it stands in.
func (r *reader) object(ctx context.Context, at Origin, data []byte, list header) error {
	if !looksLikeJSON(data) {
		r.problem(at, Ref{}, "is "+jsonWord(data)+", not a Kubernetes object")
		return nil
	}
	var h header
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &h); err != nil && !isTypeError(err) {
		r.problem(at, Ref{}, err.Error())
		return nil
	}
	if h.APIVersion == "" {
		h.APIVersion = list.APIVersion
	}
	if h.Kind == "" {
		h.Kind = list.Kind
	}
	gv, err := schema.ParseGroupVersion(h.APIVersion)
	switch {
	case h.APIVersion == "" || h.Kind == "":
		missing := "apiVersion"
		if h.Kind == "" {
			missing = "kind"
		}
		r.in.Add(Problem{Origin: at, Object: h.ref(), Field: missing, Message: "is missing: a Kubernetes object says its apiVersion and its kind"})
	case err != nil:
		r.in.Add(Problem{Origin: at, Object: h.ref(), Field: "apiVersion", Message: err.Error()})
	case strings.HasSuffix(h.Kind, "List"):
		return r.list(ctx, at, data, h)
	default:
		return r.kind(ctx, at, data, gv.WithKind(h.Kind), h)
	}
	return nil
}

func (r *reader) list(ctx context.Context, at Origin, data []byte, h header) error {
	items, ok := itemsOf(data)
	if !ok {
		r.in.Add(Problem{Origin: at, Object: Ref{Kind: h.Kind}, Field: "items", Message: "must be a list"})
		return nil
	}
	var item header
	// A List holds objects of any kind; the list of one kind lends its own to its items.
	if kind := strings.TrimSuffix(h.Kind, "List"); kind != "" {
		item.APIVersion, item.Kind = h.APIVersion, kind
	}
	for i, data := range items {
		if err := r.object(ctx, at.item(i), data, item); err != nil {
			return err
		}
	}
	return nil
}

// itemsOf returns the items of a list, and whether it has a list of them.
func itemsOf(data []byte) ([]json.RawMessage, bool) {
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	err := kjson.UnmarshalCaseSensitivePreserveInts(data, &list)
	return list.Items, err == nil
}

// toJSON returns a document as JSON, or what is wrong with it.
func toJSON(d document) (data []byte, message string) {
	braces := looksLikeJSON(d.data)
	if braces && json.Valid(d.data) {
		return d.data, ""
	}
	data, err := yaml.YAMLToJSONStrict(d.data)
	if err == nil && braces {
		err = onlyDocument(d.data)
	}
	if err != nil {
		return nil, inFile(err, d.data, d.line)
	}
	return data, ""
}

// onlyDocument returns an error if something follows the first YAML value: the parser
// would drop it without a word.
func onlyDocument(data []byte) error {
	decoder := goyaml.NewDecoder(bytes.NewReader(data))
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	if err := decoder.Decode(&value); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end of the object: separate objects by ---")
	}
	return nil
}

// lineNumber is how the parser names a line.
var lineNumber = regexp.MustCompile(`\bline \d+`)

// inFile returns a parser's message on one line, with the lines counted as in the file.
func inFile(err error, data []byte, start int) string {
	message := lineNumber.ReplaceAllStringFunc(err.Error(), func(s string) string {
		n, err := strconv.Atoi(strings.TrimPrefix(s, "line "))
		if err != nil {
			return s
		}
		return fmt.Sprintf("line %d", n+start-1)
	})
	lines := strings.Split(message, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	message = strings.Join(lines, " ")
	for _, prefix := range []string{"yaml: ", "unmarshal errors: "} {
		message = strings.TrimPrefix(message, prefix)
	}
	if bytes.Contains(data, []byte("{{")) {
		message += " (is it a template that was not rendered?)"
	}
	return "cannot be parsed: " + message
}

// jsonWord says what a JSON value is.
func jsonWord(data []byte) string {
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0 || data[0] == 'n':
		return "nothing"
	case data[0] == '[':
		return "a list"
	case data[0] == '"':
		return "text"
	case data[0] == 't' || data[0] == 'f':
		return "a boolean"
	default:
		return "a number"
	}
}
