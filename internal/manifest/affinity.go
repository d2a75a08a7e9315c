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

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// validateNodeAffinity checks the required node affinity by the scheduler's own parser,
// all of it: the scheduler itself looks at a term only if no other term matches.
func validateNodeAffinity(affinity *corev1.Affinity, path *field.Path) field.ErrorList {
	if affinity == nil || affinity.NodeAffinity == nil || affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil
	}
	return validateNodeSelector(affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution, path.Child("requiredDuringSchedulingIgnoredDuringExecution"))
}

func validateNodeSelector(required *corev1.NodeSelector, path *field.Path) field.ErrorList {
	terms := path.Child("nodeSelectorTerms")
	if len(required.NodeSelectorTerms) == 0 {
		return field.ErrorList{field.Required(terms, "name at least one term")}
	}
	var errs field.ErrorList
	for i, term := range required.NodeSelectorTerms {
		for j, requirement := range term.MatchFields {
			if requirement.Key != metav1.ObjectNameField {
				errs = append(errs, field.NotSupported(terms.Index(i).Child("matchFields").Index(j).Child("key"), requirement.Key, []string{metav1.ObjectNameField}))
			}
		}
	}
	_, err := nodeaffinity.NewNodeSelector(required, field.WithPath(path))
	return append(errs, fieldErrors(path, err)...)
}

// fieldErrors takes apart what a parser returned as one error.
func fieldErrors(path *field.Path, err error) field.ErrorList {
	if err == nil {
		return nil
	}
	all := []error{err}
	if aggregate, ok := errors.AsType[utilerrors.Aggregate](err); ok {
		all = utilerrors.Flatten(aggregate).Errors()
	}
	var errs field.ErrorList
	for _, err := range all {
		if f, ok := errors.AsType[*field.Error](err); ok {
			errs = append(errs, f)
			continue
		}
		errs = append(errs, field.Invalid(path, field.OmitValueType{}, err.Error()))
	}
	return errs
}
