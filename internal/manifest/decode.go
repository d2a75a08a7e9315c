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
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
)

// decodeStrict decodes as the API server does when it is asked to be strict. It returns
// every unknown and every duplicate field, and the first field of a wrong type. What can
// be decoded is decoded all the same.
func decodeStrict(data []byte, into any) field.ErrorList {
	strict, err := kjson.UnmarshalStrict(data, into)
	var errs field.ErrorList
	for _, s := range strict {
		errs = append(errs, strictError(s))
	}
	if err != nil {
		errs = append(errs, decodeError(nil, err))
	}
	return errs
}

// strictError returns an error about a field that is unknown or stands there twice.
func strictError(err error) *field.Error {
	path := ""
	if f, ok := errors.AsType[kjson.FieldError](err); ok {
		path = f.FieldPath()
	}
	if strings.HasPrefix(err.Error(), "duplicate field") {
		return &field.Error{Type: field.ErrorTypeDuplicate, Field: path, BadValue: lastOf(path)}
	}
	return unknown(path)
}

func unknown(path string) *field.Error {
	return &field.Error{Type: field.ErrorTypeForbidden, Field: path, Detail: unknownField}
}

func lastOf(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// decodeError returns an error of a decoder with the field that it is about.
func decodeError(below *field.Path, err error) *field.Error {
	t, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return &field.Error{Type: field.ErrorTypeInvalid, Field: below.String(), BadValue: field.OmitValueType{}, Detail: err.Error()}
	}
	path := t.Field
	switch {
	case below == nil:
	case path == "":
		path = below.String()
	default:
		path = below.String() + "." + path
	}
	return &field.Error{
		Type: field.ErrorTypeTypeInvalid, Field: path, BadValue: field.OmitValueType{},
		Detail: "must be " + typeWord(t.Type) + ", not " + valueWord(t.Value),
	}
}

func isTypeError(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// typeWord says what a Go type is in JSON.
func typeWord(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "an object"
	case reflect.Pointer:
		return typeWord(t.Elem())
	default:
		return "a number"
	}
}

// valueWord says what a decoder found.
func valueWord(value string) string {
	switch {
	case value == "string":
		return "text"
	case value == "bool":
		return "true or false (quote it)"
	case value == "array":
		return "a list"
	case value == "object":
		return "an object"
	case strings.HasPrefix(value, "number"):
		return "a number (quote it if it is text)"
	default:
		return value
	}
}
