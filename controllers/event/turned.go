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

package event

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// ActionJudge is the action of the Events that come of a verdict.
const ActionJudge = "Judge"

// Turned tells of something whose verdict has turned: the gravest finding first.
func Turned(regarding corev1.ObjectReference, v *residency.Verdict) Event {
	e := Event{Regarding: regarding, Type: corev1.EventTypeNormal, Reason: v.Outcome.String(), Action: ActionJudge}
	if !v.Outcome.Flagged() {
		e.Note = fmt.Sprintf("%s is no longer flagged: %s.", v.Subject, noLonger(v.Outcome))
		return e
	}
	e.Type = corev1.EventTypeWarning
	var notes []string
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Outcome != v.Outcome {
			continue
		}
		if e.Related == nil {
			e.Related = related(f)
		}
		notes = append(notes, f.Sentence(v.Subject))
	}
	e.Note = strings.Join(notes, " ")
	return e
}

func noLonger(o residency.Outcome) string {
	if o == residency.Permitted {
		return "every policy that governs it permits where it is"
	}
	return "it names no dataset that a policy governs"
}

// related refers to the policy that a finding comes from, or to the dataset that it names.
func related(f *residency.Finding) *corev1.ObjectReference {
	ref := &corev1.ObjectReference{APIVersion: residencyv1.GroupVersion.String(), Kind: "ResidencyPolicy", Name: f.Policy}
	if f.Policy == "" {
		ref.Kind, ref.Name = "Dataset", f.Dataset
	}
	return ref
}
