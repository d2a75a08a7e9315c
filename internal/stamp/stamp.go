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

package stamp

import (
	"maps"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// Stamp is what the manager leaves on a Node.
type Stamp struct {
	// Labels are all labels of which residencyv1.IsStamp says that they are the stamp's.
	Labels map[string]string
	// Annotation is the value of residencyv1.LocationAnnotation: a Record.
	Annotation string
}

// Of returns the stamp that an object carries, whoever wrote it.
func Of(labels, annotations map[string]string) Stamp {
	s := Stamp{Annotation: annotations[residencyv1.LocationAnnotation]}
	for key, value := range labels {
		if !residencyv1.IsStamp(key) {
			continue
		}
		if s.Labels == nil {
			s.Labels = map[string]string{}
		}
		s.Labels[key] = value
	}
	return s
}

// Equal reports whether two stamps are the same.
func (s Stamp) Equal(other Stamp) bool {
	return s.Annotation == other.Annotation && maps.Equal(s.Labels, other.Labels)
}

// For returns the stamp that a node should have: of its answer, and, where the answer is
// Undetermined, of the place that the present stamp still names. A stamp of another node
// (the UID is in it) is not believed. The time changes only when something else does, so
// that an answer that stays is a stamp that stays, to the byte.
func For(uid string, answer location.Answer, present Stamp, now time.Time) (Stamp, error) {
	r := recordOf(uid, answer)
	before, unbelieved := Decode(uid, present.Annotation)
	if !answer.Location.Known() {
		r.Last = lastOf(&before, unbelieved == nil, answer.Memory)
	}
	// It is compared as it would be written, with the time as it was.
	r.Time = before.Time
	annotation, err := r.encode()
	if err == nil && (unbelieved != nil || annotation != present.Annotation) {
		r.Time = metav1.NewTime(now.UTC().Truncate(time.Second))
		annotation, err = r.encode()
	}
	if err != nil {
		return Stamp{}, err
	}
	return Stamp{Labels: r.labels(), Annotation: annotation}, nil
}

// lastOf returns the place that the labels of an Undetermined node go on naming, nil if
// it never had one.
func lastOf(before *Record, believed bool, m *location.Memory) *Last {
	if believed {
		if last := before.last(); last != nil {
			return last
		}
	}
	return remembered(m)
}
