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

package cli

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// reasonNotReadable is the reason of what is Undetermined because somebody may not read
// what it rests on.
const reasonNotReadable = "NotReadable"

// Unknown is a right that is missing, and what is not known for want of it.
type Unknown struct {
	// Verb and Resource are the right: "list", "nodes".
	Verb     string `json:"verb"`
	Resource string `json:"resource"`
	// Namespace in which it is missing; empty for the cluster.
	Namespace string `json:"namespace,omitempty"`
	// Name of the object, if it is about one.
	Name string `json:"name,omitempty"`
	// Meaning is a clause: what is not known.
	Meaning string `json:"meaning"`

	// aside is whether the findings say themselves what it means for them. If not, there may be
	// things that nothing is found about, and the whole is Undetermined.
	aside bool
}

// right names the right: "get secrets/db in namespace crm".
func (u *Unknown) right() string {
	right := u.Verb + " " + u.Resource
	if u.Name != "" {
		right += "/" + u.Name
	}
	if u.Namespace != "" {
		right += " in namespace " + u.Namespace
	}
	return right
}

func (u *Unknown) sentence() string { return fmt.Sprintf("You may not %s: %s.", u.right(), u.Meaning) }

// asked is the Source of facts in a cluster for somebody who may not be allowed to read all
// of them. It asks for each object once.
type asked struct {
	source facts.Source
	known  map[carrierKey]answered
	// claims are those that are known.
	claims map[carrierKey]*corev1.PersistentVolumeClaim
	// objects are what else was asked for.
	objects map[objectKey]found
	// elsewhere are the Services that stand for hosts elsewhere, by the namespace that was asked for.
	elsewhere map[string]elsewhere
	// whole has the ways and namespaces of which all objects are known.
	whole map[carrierKey]bool
	// denied is what was asked for in vain since it was last taken.
	denied []Unknown
}

// carrierKey names an object whose keys matter: a namespace if it has no namespace itself.
type carrierKey struct {
	way             residency.Way
	namespace, name string
}

// answered is what became of a question.
type answered struct {
	keys    facts.Keys
	unknown *Unknown
}

func newAsked(source facts.Source) *asked {
	return &asked{
		source: source, known: map[carrierKey]answered{}, claims: map[carrierKey]*corev1.PersistentVolumeClaim{},
		objects: map[objectKey]found{}, elsewhere: map[string]elsewhere{}, whole: map[carrierKey]bool{},
	}
}

// Namespace returns the labels and annotations of a namespace: none, and a note, if they may not be read.
func (a *asked) Namespace(ctx context.Context, name string) (facts.Keys, error) {
	return a.ask(carrierKey{name: name}, func() (facts.Keys, error) { return a.source.Namespace(ctx, name) }, Unknown{
		Verb: "get", Resource: "namespaces", Name: name,
		Meaning: "which datasets all its pods handle is not known, and neither is which Datasets select them",
	})
}

// Carrier returns the keys of what a pod refers to: none, and a note, if they may not be read.
func (a *asked) Carrier(ctx context.Context, way residency.Way, namespace, name string) (facts.Keys, error) {
	return a.ask(carrierKey{way: way, namespace: namespace, name: name}, func() (facts.Keys, error) {
		return a.source.Carrier(ctx, way, namespace, name)
	}, Unknown{
		Verb: "get", Resource: resourceOf(way), Namespace: namespace, Name: name,
		Meaning: "whether it carries the key of a dataset is not known",
	})
}

// Claim returns a claim: none, and a note, if it may not be read.
func (a *asked) Claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	key := carrierKey{way: residency.ByClaim, namespace: namespace, name: name}
	_, err := a.ask(key, func() (facts.Keys, error) {
		c, err := a.source.Claim(ctx, namespace, name)
		a.claims[key] = c
		return facts.Keys{}, err
	}, Unknown{
		Verb: "get", Resource: resourceOf(residency.ByClaim), Namespace: namespace, Name: name,
		Meaning: "whether it carries the key of a dataset, and where its volume rests, is not known",
	})
	return a.claims[key], err
}

// ClaimNow returns a claim: each is read once, and just now.
func (a *asked) ClaimNow(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	return a.Claim(ctx, namespace, name)
}

// MissingNode returns nil: all nodes were listed after the pods that are on them.
func (a *asked) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, nil }

func (a *asked) ask(key carrierKey, read func() (facts.Keys, error), denied Unknown) (facts.Keys, error) {
	answer, ok := a.known[key]
	if !ok && !a.isWhole(key) {
		keys, err := read()
		switch {
		case apierrors.IsForbidden(err):
			answer.unknown = &denied
		case err != nil:
			return facts.Keys{}, err
		default:
			answer.keys = keys
		}
		a.known[key] = answer
	}
	if answer.unknown != nil {
		a.denied = append(a.denied, *answer.unknown)
	}
	return answer.keys, nil
}

func (a *asked) isWhole(key carrierKey) bool {
	return a.whole[carrierKey{way: key.way}] || a.whole[carrierKey{way: key.way, namespace: key.namespace}]
}

// take returns what was asked for in vain since the last time.
func (a *asked) take() []Unknown {
	denied := a.denied
	a.denied = nil
	return denied
}

// resourceOf is the resource of the objects of a way.
func resourceOf(way residency.Way) string {
	switch way {
	case residency.ByClaim:
		return "persistentvolumeclaims"
	case residency.BySecret:
		return "secrets"
	default:
		return "configmaps"
	}
}

var _ facts.Source = (*asked)(nil)
