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
	"errors"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
)

// ReadConfigMap reads a file that holds one ConfigMap and nothing else. It is as strict
// as the API server is when it is asked to be. Errors name the file.
func ReadConfigMap(path string) (*corev1.ConfigMap, error) {
	at := Origin{File: path}
	fault := func(object Ref, field, message string) error {
		return errors.New(Problem{Origin: at, Object: object, Field: field, Message: message}.String())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault(Ref{}, "", reason(err))
	}
	// Nothing was written: closing has no error that matters.
	defer func() { _ = f.Close() }()
	data, message := readAll(f, maxFileSize)
	if message != "" {
		return nil, fault(Ref{}, "", message)
	}
	documents := split(data)
	if len(documents) != 1 {
		return nil, fault(Ref{}, "", fmt.Sprintf("must hold one ConfigMap, and holds %d objects", len(documents)))
	}
	content, message := toJSON(documents[0])
	if message != "" {
		return nil, fault(Ref{}, "", message)
	}
	var cm corev1.ConfigMap
	errs := decodeStrict(content, &cm)
	ref := Ref{Kind: cm.Kind, Namespace: cm.Namespace, Name: cm.Name}
	if cm.APIVersion != "v1" || cm.Kind != "ConfigMap" {
		return nil, fault(ref, "kind", "must be a ConfigMap, of apiVersion v1")
	}
	var faults []error
	for _, err := range errs {
		faults = append(faults, errors.New(FieldProblem(at, ref, err).String()))
	}
	return &cm, errors.Join(faults...)
}
