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

package residency

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Fault is why a policy, a Site or a Jurisdiction is not accepted.
type Fault struct {
	// Reason of the condition Accepted: that of the first error.
	Reason string
	// Errors are all that is wrong with it.
	Errors field.ErrorList

	// others is whether there is an error with another reason than the first.
	others bool
}

// Message returns all errors as one sentence part.
func (f *Fault) Message() string { return f.Errors.ToAggregate().Error() }

// OnlyUnknownSites reports whether nothing is wrong but that Sites do not exist. Such a
// policy is not accepted and is admitted all the same: its Sites may be applied after it,
// and a Site that policies name may be deleted.
func (f *Fault) OnlyUnknownSites() bool {
	return f.Reason == residencyv1.ReasonUnknownSite && !f.others
}

// same reports whether both say the same is wrong; nil says that nothing is.
func (f *Fault) same(o *Fault) bool {
	if f == nil || o == nil {
		return f == o
	}
	return f.Reason == o.Reason && f.Message() == o.Message()
}

// faults gathers what is wrong with one object.
type faults struct{ found *Fault }

// fault notes an error. The first one gives the condition its reason.
func (f *faults) fault(reason string, err *field.Error) {
	if f.found == nil {
		f.found = &Fault{Reason: reason}
	}
	f.found.others = f.found.others || reason != f.found.Reason
	f.found.Errors = append(f.found.Errors, err)
}

// Checked is what checking an object against the world has found.
type Checked struct {
	// Fault is nil if the object is valid.
	Fault *Fault
	// Warnings are sentences about what is valid and surely not meant.
	Warnings []string
}
