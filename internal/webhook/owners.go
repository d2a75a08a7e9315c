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

package webhook

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/residency"
)

const (
	// ownersTimeout is how long the owners of what is refused are looked for. They are told for
	// convenience, and the refusal must not wait for them.
	ownersTimeout = 500 * time.Millisecond
	// maxOwners is how many owners are told: a pod of a Knative service has six.
	maxOwners = 8
	// maxOwner is how long the name of one may be, in bytes: an owner reference is not held to
	// what a name can be.
	maxOwner = 253
)

// OwnerReader reads who made what.
type OwnerReader interface {
	// Controller returns the controller of an owner in a namespace; nil if it has none, is of a
	// kind that is not read, or is no more the one that is meant.
	Controller(ctx context.Context, namespace string, of *metav1.OwnerReference) (*metav1.OwnerReference, error)
}

type ownerReader struct{ live client.Reader }

// NewOwnerReader returns an OwnerReader that reads the metadata of the built-in kinds that others make.
func NewOwnerReader(live client.Reader) OwnerReader { return &ownerReader{live: live} }

// +kubebuilder:rbac:groups=apps,resources=deployments;replicasets;statefulsets,verbs=get
// +kubebuilder:rbac:groups=batch,resources=jobs,verbs=get

func (r *ownerReader) Controller(ctx context.Context, namespace string, of *metav1.OwnerReference) (*metav1.OwnerReference, error) {
	gvk := schema.FromAPIVersionAndKind(of.APIVersion, of.Kind)
	switch gvk.GroupKind() {
	case schema.GroupKind{Group: "apps", Kind: "ReplicaSet"}, schema.GroupKind{Group: "apps", Kind: "Deployment"},
		schema.GroupKind{Group: "apps", Kind: "StatefulSet"}, schema.GroupKind{Group: "batch", Kind: "Job"}:
	default:
		return nil, nil
	}
	object := &metav1.PartialObjectMetadata{}
	object.SetGroupVersionKind(gvk)
	if err := r.live.Get(ctx, types.NamespacedName{Namespace: namespace, Name: of.Name}, object); err != nil {
		return nil, fmt.Errorf("reading %s %s/%s: %w", of.Kind, namespace, of.Name, err)
	}
	if object.UID != of.UID {
		return nil, nil
	}
	return metav1.GetControllerOf(object), nil
}

// tellOwners says in a refusal who made what is refused, as far as that is known: whoever reads
// it may have made something else.
func (s *server) tellOwners(ctx context.Context, a *answer, v *residency.Verdict, m *metav1.ObjectMeta) {
	owner := metav1.GetControllerOf(m)
	if v == nil || v.Effect != residency.Deny || owner == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, ownersTimeout)
	defer cancel()
	words := " It is made by " + ownerWords(owner)
	for range maxOwners - 1 {
		if s.Owners == nil {
			break
		}
		next, err := s.Owners.Controller(ctx, m.Namespace, owner)
		if err != nil {
			s.Log.V(1).Info("Could not tell who made what is refused", "namespace", m.Namespace, "name", m.Name, "cause", err.Error())
		}
		if next == nil {
			break
		}
		owner = next
		words += " of " + ownerWords(owner)
	}
	a.response.Result.Message += words + "."
}

func ownerWords(o *metav1.OwnerReference) string {
	return printable(cut(o.Kind, maxOwner) + " " + cut(o.Name, maxOwner))
}
