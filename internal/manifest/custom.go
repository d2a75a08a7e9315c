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

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

const (
	datasetKind         = "Dataset"
	residencyPolicyKind = "ResidencyPolicy"
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
	case datasetKind:
		var dataset residencyv1.Dataset
		r.decode(at, ref, stored, &dataset, errs)
		dataset.Name = ref.Name
		if unique {
			r.in.Datasets = append(r.in.Datasets, dataset)
		}
	case residencyPolicyKind:
		p := Policy{Origin: at}
		errs = append(errs, r.decode(at, ref, stored, &p.Object, errs)...)
		p.Object.Name = ref.Name
		p.Errors = slices.DeleteFunc(errs, func(err *field.Error) bool { return err.Detail == rulesNotChecked })
		r.policy(p, unique)
	}
	return nil
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

// policy keeps a policy. Of two with one name nobody can say which of them counts, so
// the first stays and is not valid.
func (r *reader) policy(p Policy, unique bool) {
	if unique {
		r.in.Policies = append(r.in.Policies, p)
		return
	}
	for i := range r.in.Policies {
		if first := &r.in.Policies[i]; first.Object.Name == p.Object.Name {
			first.Errors = append(first.Errors, field.Duplicate(field.NewPath("metadata", "name"), p.Object.Name))
		}
	}
}
