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

package catalogue

import (
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Overlay is what became of the overlay of the catalogue. The zero value is one that
// nobody has looked at yet.
type Overlay struct {
	// Read is whether it was looked at.
	Read bool
	// Object is the ConfigMap, nil if there is none.
	Object *corev1.ObjectReference
	// Problem is why it cannot be used, empty if it can, or if there is none.
	Problem string
	// InForce is whether there is a catalogue all the same: the last good one.
	InForce bool
}

// Condition is the condition CatalogueCurrent.
func (o Overlay) Condition() metav1.Condition {
	c := metav1.Condition{Type: residencyv1.ConditionCatalogueCurrent}
	switch {
	case !o.Read:
		c.Status, c.Reason = metav1.ConditionUnknown, residencyv1.ReasonPending
		c.Message = "The catalogue is not read yet."
	case o.Problem != "":
		c.Status, c.Reason = metav1.ConditionFalse, residencyv1.ReasonOverlayInvalid
		c.Message = o.sentence()
	case o.Object == nil:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonNoOverlay
		c.Message = "Places are looked up in the catalogue that is built in."
	default:
		c.Status, c.Reason = metav1.ConditionTrue, residencyv1.ReasonOverlayValid
		c.Message = fmt.Sprintf("Places are looked up in the catalogue with the rows of ConfigMap %s/%s.", o.Object.Namespace, o.Object.Name)
	}
	return c
}

// sentence says what is wrong, and what that means.
func (o Overlay) sentence() string {
	meaning := "the last good catalogue stays in force"
	if !o.InForce {
		meaning = "there is no catalogue yet and nothing can be judged"
	}
	return fmt.Sprintf("ConfigMap %s/%s cannot be used, so %s: %s", o.Object.Namespace, o.Object.Name, meaning, o.Problem)
}

// State holds what became of the overlay, for everybody in the process. The zero value is
// ready for use.
type State struct {
	mu        sync.Mutex
	current   Overlay
	listeners []func()
}

// Current returns what became of the overlay.
func (s *State) Current() Overlay {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Subscribe has listen called after every change. It must not block.
func (s *State) Subscribe(listen func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, listen)
}

// set replaces what is held, and tells everybody who has subscribed.
func (s *State) set(o Overlay) {
	s.mu.Lock()
	s.current = o
	listeners := s.listeners
	s.mu.Unlock()
	for _, listen := range listeners {
		listen()
	}
}
