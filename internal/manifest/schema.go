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
	"errors"
	"fmt"
	"io/fs"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/domicile-dev/domicile/config/crd"
)

// kindSchema is what the API server knows of one kind of custom resource.
type kindSchema struct {
	version string
	// source is what the rest is made of, when the first object of the kind is read:
	// compiling the rules of all kinds takes longer than most checks.
	source     *apiextensionsv1.JSONSchemaProps
	structural *schema.Structural
	values     validation.SchemaValidator
	rules      *cel.Validator
}

// loadSchemas returns the schemas of the custom resources of this build, by kind.
func loadSchemas() (map[string]*kindSchema, error) {
	files, err := fs.Glob(crd.FS, "bases/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the embedded schemas: %w", err)
	}
	if len(files) == 0 {
		return nil, errors.New("listing the embedded schemas: there are none")
	}
	schemas := map[string]*kindSchema{}
	for _, file := range files {
		data, err := fs.ReadFile(crd.FS, file)
		if err != nil {
			return nil, fmt.Errorf("reading the embedded schema %s: %w", file, err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(data, &definition); err != nil {
			return nil, fmt.Errorf("decoding the embedded schema %s: %w", file, err)
		}
		for i := range definition.Spec.Versions {
			version := &definition.Spec.Versions[i]
			schemas[definition.Spec.Names.Kind] = &kindSchema{version: version.Name, source: version.Schema.OpenAPIV3Schema}
		}
	}
	return schemas, nil
}

// compile makes the schema ready for use.
func (s *kindSchema) compile() error {
	if s.structural != nil {
		return nil
	}
	var props apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(s.source, &props, nil); err != nil {
		return err
	}
	structural, err := schema.NewStructural(&props)
	if err != nil {
		return err
	}
	values, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return err
	}
	s.structural, s.values = structural, values
	s.rules = cel.NewValidator(structural, true, celconfig.PerCallLimit)
	return nil
}

// check takes an object the way through the API server that a create with strict field
// validation takes: decode, prune, default, drop the status, validate. It returns the
// object as it would be stored, nil if there is no object, and what it would be refused for.
func (s *kindSchema) check(ctx context.Context, data []byte, apiVersion, kind string) (map[string]any, field.ErrorList) {
	var object map[string]any
	strict, err := kjson.UnmarshalStrict(data, &object)
	if err != nil {
		return nil, field.ErrorList{decodeError(nil, err)}
	}
	var errs field.ErrorList
	for _, s := range strict {
		errs = append(errs, strictError(s))
	}
	object["apiVersion"], object["kind"] = apiVersion, kind

	metadata, found, unknownFields, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return object, append(errs, decodeError(field.NewPath("metadata"), err))
	}
	unknownFields = append(unknownFields, pruning.PruneWithOptions(object, s.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	defaulting.PruneNonNullableNullsWithoutDefaults(object, s.structural)
	for _, path := range unknownFields {
		errs = append(errs, unknown(path))
	}
	defaulting.Default(object, s.structural)
	delete(object, "status")
	if !found {
		return object, append(errs, field.Required(field.NewPath("metadata"), "an object needs a name"))
	}
	metadata.Namespace = ""
	if err := objectmeta.SetObjectMeta(object, metadata); err != nil {
		return object, append(errs, decodeError(field.NewPath("metadata"), err))
	}
	if metadata.Name == "" {
		return object, append(errs, field.Required(field.NewPath("metadata", "name"), "give it a name: nothing can speak of a generated one"))
	}
	errs = append(errs, apivalidation.ValidateObjectMeta(metadata, false, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))...)
	return object, append(errs, s.validate(ctx, object)...)
}

// rulesNotChecked is not about the object: it says that there may be more to find.
const rulesNotChecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"

// validate holds an object to the schema and its rules.
func (s *kindSchema) validate(ctx context.Context, object map[string]any) field.ErrorList {
	errs := validation.ValidateCustomResource(nil, object, s.values)
	errs = append(errs, objectmeta.Validate(ctx, nil, object, s.structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s.structural, object)...)
	// As in the API server: rules may rely on what the schema demands.
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return append(errs, field.Invalid(nil, field.OmitValueType{}, rulesNotChecked))
		}
	}
	broken, _ := s.rules.Validate(ctx, nil, s.structural, object, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, broken...)
}
