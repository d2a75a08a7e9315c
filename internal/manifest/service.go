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
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validateService checks of which host a Service is another name. All else is left to the API
// server.
func validateService(object metav1.Object) field.ErrorList {
	s, ok := object.(*corev1.Service)
	if !ok || s.Spec.Type != corev1.ServiceTypeExternalName {
		return nil
	}
	path, host := field.NewPath("spec", "externalName"), s.Spec.ExternalName
	errs := required(host, path)
	if len(errs) > 0 {
		return errs
	}
	for _, message := range validation.NameIsDNSSubdomain(strings.TrimSuffix(host, "."), false) {
		errs = append(errs, field.Invalid(path, host, message))
	}
	return errs
}
