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

package localcluster

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// ReadNodes reads a file of Node objects: YAML or JSON, several documents, Lists of nodes too. What kwok and the
// scheduler need is added where it is missing. An error names the file, the document and the field.
func ReadNodes(path string) ([]*corev1.Node, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the nodes: %w", err)
	}
	nodes, err := parseNodes(content)
	if err != nil {
		return nil, fmt.Errorf("reading the nodes: %s: %w", path, err)
	}
	return nodes, nil
}

// nodeReader collects nodes and remembers where each was found.
type nodeReader struct {
	nodes []*corev1.Node
	where map[string]string
}

func parseNodes(content []byte) ([]*corev1.Node, error) {
	documents, err := splitDocuments(content)
	if err != nil {
		return nil, err
	}
	reader := nodeReader{where: map[string]string{}}
	for _, document := range documents {
		if err := reader.object(document.where, document.object, ""); err != nil {
			return nil, err
		}
	}
	if len(reader.nodes) == 0 {
		return nil, errors.New("it holds no nodes")
	}
	return reader.nodes, nil
}

type document struct {
	where  string
	object map[string]any
}

// splitDocuments reads documents separated by "---", and JSON values that follow each other without it.
func splitDocuments(content []byte) ([]document, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	var documents []document
	for {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		where := fmt.Sprintf("document %d", len(documents)+1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		objects, err := decodeDocument(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		for _, object := range objects {
			documents = append(documents, document{where: fmt.Sprintf("document %d", len(documents)+1), object: object})
		}
	}
}

func decodeDocument(text []byte) ([]map[string]any, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		encoded, err := yaml.YAMLToJSONStrict(text)
		if err != nil {
			return nil, err
		}
		text = encoded
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	var objects []map[string]any
	for {
		var object map[string]any
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		if object != nil { // Nothing but comments.
			objects = append(objects, object)
		}
	}
}

// object takes a Node, or the items of a List. The kind is known for the items of a NodeList, which need not repeat it.
func (r *nodeReader) object(where string, object map[string]any, kind string) error {
	version, _ := object["apiVersion"].(string)
	if own, _ := object["kind"].(string); own != "" || kind == "" {
		kind = own
		if version != "v1" {
			return fmt.Errorf("%s: apiVersion: is %q, must be \"v1\"", where, version)
		}
	}
	switch kind {
	case "Node":
		return r.node(where, object)
	case "NodeList":
		return r.list(where, object, "Node")
	case "List":
		return r.list(where, object, "")
	default:
		return fmt.Errorf("%s: kind: is %q, must be \"Node\", \"NodeList\" or \"List\"", where, kind)
	}
}

func (r *nodeReader) list(where string, list map[string]any, kind string) error {
	items, ok := list["items"].([]any)
	if !ok {
		return fmt.Errorf("%s: items: must be a list", where)
	}
	for i, item := range items {
		at := fmt.Sprintf("%s: items[%d]", where, i)
		object, ok := item.(map[string]any)
		if !ok {
			return fmt.Errorf("%s: must be an object", at)
		}
		if err := r.object(at, object, kind); err != nil {
			return err
		}
	}
	return nil
}

func (r *nodeReader) node(where string, object map[string]any) error {
	dropObserved(object)
	if err := checkQuantities(object); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	encoded, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	node := &corev1.Node{}
	strict, err := kjson.UnmarshalStrict(encoded, node)
	if err := errors.Join(append(strict, err)...); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	if node.Name != "" {
		where += fmt.Sprintf(" (node %s)", node.Name)
	}
	if err := validateNode(node); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	if first, twice := r.where[node.Name]; twice {
		return fmt.Errorf("%s: metadata.name: was already given in %s", where, first)
	}
	r.where[node.Name] = where
	r.nodes = append(r.nodes, completeNode(node))
	return nil
}

// dropObserved removes what a cluster writes and we do not keep, so that it need not be valid for us: a node may come
// from a cluster that is newer than our types.
func dropObserved(object map[string]any) {
	if metadata, ok := object["metadata"].(map[string]any); ok {
		for _, key := range []string{
			"creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers", "generation",
			"managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid",
		} {
			delete(metadata, key)
		}
	}
	if status, ok := object["status"].(map[string]any); ok {
		maps.DeleteFunc(status, func(key string, _ any) bool {
			return key != "capacity" && key != "allocatable"
		})
	}
}

// checkQuantities names the field of a quantity that is none: the decoder's own error does not.
func checkQuantities(object map[string]any) error {
	status, ok := object["status"].(map[string]any)
	if !ok {
		return nil
	}
	for _, part := range []string{"capacity", "allocatable"} {
		amounts, ok := status[part].(map[string]any)
		if !ok {
			continue // Absent, or of a wrong type, which the decoder reports.
		}
		for _, name := range slices.Sorted(maps.Keys(amounts)) {
			if _, err := resource.ParseQuantity(fmt.Sprint(amounts[name])); err != nil {
				return fmt.Errorf("status.%s.%s: %v is no quantity: %w", part, name, amounts[name], err)
			}
		}
	}
	return nil
}

func validateNode(node *corev1.Node) error {
	metadata := field.NewPath("metadata")
	if node.Name == "" {
		return field.Required(metadata.Child("name"), "every node needs one")
	}
	var problems field.ErrorList
	for _, message := range apivalidation.NameIsDNSSubdomain(node.Name, false) {
		problems = append(problems, field.Invalid(metadata.Child("name"), node.Name, message))
	}
	problems = append(problems, metav1validation.ValidateLabels(node.Labels, metadata.Child("labels"))...)
	return aggregate(problems)
}

// aggregate keeps a nil list a nil error: an interface that holds a nil Aggregate is none.
func aggregate(problems field.ErrorList) error {
	if len(problems) == 0 {
		return nil
	}
	return problems.ToAggregate()
}
