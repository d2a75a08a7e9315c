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
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Origin is where in the input something was read.
type Origin struct {
	// File as it was given, or below a directory that was given; "stdin" for "-".
	File string
	// Document counts from 1 the documents of the file that hold something; zero
	// speaks of the whole file.
	Document int
	// Line is the line of the file, from 1, on which the document begins.
	Line int
	// Item is the position in a list, such as "items[2]"; empty outside of lists.
	Item string
}

// String returns the origin for people: "policies.yaml, document 2 (line 14), items[3]".
func (o Origin) String() string {
	s := o.File
	if o.Document > 0 {
		s += fmt.Sprintf(", document %d (line %d)", o.Document, o.Line)
	}
	if o.Item != "" {
		s += ", " + o.Item
	}
	return s
}

// item returns the origin of an item of the list that is at this origin.
func (o Origin) item(i int) Origin {
	at := fmt.Sprintf("items[%d]", i)
	if o.Item != "" {
		at = o.Item + "." + at
	}
	o.Item = at
	return o
}

// Ref names an object of the input, as far as it could be read.
type Ref struct {
	Kind, Namespace, Name string
}

// String returns the object for people: "pod crm/profiles".
func (r Ref) String() string {
	name := r.Name
	if name == "" && r.Kind != "" {
		name = "(no name)"
	}
	if r.Namespace != "" {
		name = r.Namespace + "/" + name
	}
	return strings.TrimSpace(strings.ToLower(r.Kind) + " " + name)
}

// Problem is one thing that is wrong with the input.
type Problem struct {
	// Origin is where it is.
	Origin Origin
	// Object is what it is in; empty where no object could be made out.
	Object Ref
	// Field is the path of the field; empty if it is not about one.
	Field string
	// Message says what is wrong, and what would be right.
	Message string
}

// String returns the problem for people.
func (p Problem) String() string {
	parts := []string{p.Origin.String()}
	if object := p.Object.String(); object != "" {
		parts = append(parts, object)
	}
	if p.Field != "" {
		parts = append(parts, p.Field)
	}
	return strings.Join(append(parts, p.Message), ": ")
}

// unknownField is the detail of an error about a field that does not exist.
const unknownField = "unknown field"

// FieldProblem returns an error about a field as a problem of an object.
func FieldProblem(at Origin, object Ref, err *field.Error) Problem {
	p := Problem{Origin: at, Object: object, Field: err.Field, Message: err.ErrorBody()}
	// The API server's libraries write this path for the object itself.
	if p.Field == "<nil>" {
		p.Field = ""
	}
	if err.Detail == unknownField {
		p.Message = unknownField
	}
	return p
}
