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
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

const residencyPolicyKind = "ResidencyPolicy"

// The kinds that problems found later than by reading are told apart by.
const (
	DatasetKind      = "Dataset"
	SiteKind         = "Site"
	JurisdictionKind = "Jurisdiction"
	ProcessorKind    = "Processor"
)

// Custom is one of our own custom resources.
type Custom[T any] struct {
	Ref
	Object T
	Origin Origin
	// Errors are what the API server would refuse it for; they are among the input's Problems.
	Errors field.ErrorList
}

// The kinds whose faults matter to what they are about.
type (
	// Dataset is a Dataset of the input.
	Dataset = Custom[residencyv1.Dataset]
	// Policy is a ResidencyPolicy of the input.
	Policy = Custom[residencyv1.ResidencyPolicy]
	// Site is a Site of the input.
	Site = Custom[residencyv1.Site]
	// Jurisdiction is a Jurisdiction of the input.
	Jurisdiction = Custom[residencyv1.Jurisdiction]
	// Processor is a Processor of the input.
	Processor = Custom[residencyv1.Processor]
)

// custom reads one of our own custom resources. One that has problems is kept as far as
// it can be read: left out, it would no longer govern what it was meant to govern.
func (r *reader) custom(ctx context.Context, at Origin, data []byte, gvk schema.GroupVersionKind, h header) error {
	if r.schemas == nil {
		schemas, err := loadSchemas()
		if err != nil {
			return err
		}
		r.schemas = schemas
	}
	ref := Ref{Kind: gvk.Kind, Name: h.Metadata.Name}
	s, known := r.schemas[gvk.Kind]
	switch {
	case !known:
		r.in.Add(Problem{Origin: at, Object: ref, Field: "kind", Message: fmt.Sprintf("%s has no kind %s; it has %s", gvk.Group, gvk.Kind, strings.Join(slices.Sorted(maps.Keys(r.schemas)), ", "))})
		return nil
	case gvk.Version != s.version:
		r.in.Add(Problem{Origin: at, Object: ref, Field: "apiVersion", Message: fmt.Sprintf("%s has no version %s; it has %s", gvk.Group, gvk.Version, s.version)})
		return nil
	}
	if err := s.compile(); err != nil {
		return fmt.Errorf("using the embedded schema of %s: %w", gvk.Kind, err)
	}
	object, errs := s.check(ctx, data, gvk.GroupVersion().String(), gvk.Kind)
	for _, err := range errs {
		r.in.Add(FieldProblem(at, ref, err))
	}
	unique := r.unique(at, ref, ref.Name)
	if ref.Name == "" || object == nil {
		return nil
	}
	stored, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("encoding %s again: %w", ref, err)
	}
	switch gvk.Kind {
	case DatasetKind:
		r.in.Datasets = keep(r.in.Datasets, decodeCustom[residencyv1.Dataset](r, at, ref, stored, errs), unique)
	case residencyPolicyKind:
		r.in.Policies = keep(r.in.Policies, decodeCustom[residencyv1.ResidencyPolicy](r, at, ref, stored, errs), unique)
	case SiteKind:
		r.in.Sites = keep(r.in.Sites, decodeCustom[residencyv1.Site](r, at, ref, stored, errs), unique)
	case JurisdictionKind:
		r.in.Jurisdictions = keep(r.in.Jurisdictions, decodeCustom[residencyv1.Jurisdiction](r, at, ref, stored, errs), unique)
	case ProcessorKind:
		r.in.Processors = keep(r.in.Processors, decodeCustom[residencyv1.Processor](r, at, ref, stored, errs), unique)
	}
	return nil
}

// decodeCustom decodes a stored object, and keeps with it what is wrong with it.
func decodeCustom[T any, P interface {
	*T
	metav1.Object
}](r *reader, at Origin, ref Ref, stored []byte, errs field.ErrorList) Custom[T] {
	c := Custom[T]{Ref: ref, Origin: at}
	errs = append(errs, r.decode(at, ref, stored, &c.Object, errs)...)
	// Metadata that cannot be decoded has no name.
	P(&c.Object).SetName(ref.Name)
	c.Errors = slices.DeleteFunc(errs, func(err *field.Error) bool { return err.Detail == rulesNotChecked })
	return c
}

// decode decodes a stored object. It can go wrong only where the schema has found
// something too, or where schema and type have come apart.
func (r *reader) decode(at Origin, ref Ref, stored []byte, into any, known field.ErrorList) field.ErrorList {
	err := kjson.UnmarshalCaseSensitivePreserveInts(stored, into)
	if err == nil || len(known) > 0 {
		return nil
	}
	found := decodeError(nil, err)
	r.in.Add(FieldProblem(at, ref, found))
	return field.ErrorList{found}
}

// keep keeps an object. Of two with one name nobody can say which of them counts, so
// the first stays and is not valid.
func keep[T any](list []Custom[T], c Custom[T], unique bool) []Custom[T] {
	if unique {
		return append(list, c)
	}
	for i := range list {
		if first := &list[i]; first.Name == c.Name {
			first.Errors = append(first.Errors, field.Duplicate(field.NewPath("metadata", "name"), c.Name))
		}
	}
	return list
}
