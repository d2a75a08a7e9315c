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

package facts

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Cluster is the Source of facts in a cluster.
type Cluster struct {
	// Cache is read first.
	Cache client.Reader
	// Live reads from the API server what the cache has not seen yet.
	Live client.Reader
	// Marked is set where every namespace that is asked for is known to carry the mark: a
	// cached one without it is out of date, and its keys may be too.
	Marked bool
	// Told is set where whoever asks is told of every object that comes to be: what the cache
	// does not have is not asked for live.
	Told bool
	// Late makes the indexes of a kind that may come to the cluster after the cache has started,
	// unless they are there. It is asked before each lookup by one of them. Nil: they are there.
	Late func(ctx context.Context, kind client.Object) error
}

var _ Source = (*Cluster)(nil)

// NewNamespaceMetadata returns an empty object to read a namespace's metadata into. All
// of this process reads namespaces that way, so that there is one informer for them.
func NewNamespaceMetadata() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "Namespace"},
	}
}

// GovernedMark is the patch that gives a namespace the mark and touches nothing else.
func GovernedMark() client.Patch {
	return client.RawPatch(types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"`+residencyv1.GovernedLabel+`":"`+residencyv1.GovernedValue+`"}}}`))
}

// HasGovernedMark reports whether a namespace carries the mark.
func HasGovernedMark(ns client.Object) bool {
	return ns.GetLabels()[residencyv1.GovernedLabel] == residencyv1.GovernedValue
}

// Namespace returns the labels and annotations of a namespace, read live if the cache does not
// have it as it must be by now. A namespace that the API server does not have has none;
// its pods can outlive it, and have keys of their own.
func (c *Cluster) Namespace(ctx context.Context, name string) (Keys, error) {
	ns := NewNamespaceMetadata()
	err := c.Cache.Get(ctx, types.NamespacedName{Name: name}, ns, client.UnsafeDisableDeepCopy)
	if (apierrors.IsNotFound(err) && !c.Told) || (err == nil && c.Marked && !HasGovernedMark(ns)) {
		ns = NewNamespaceMetadata()
		err = c.Live.Get(ctx, types.NamespacedName{Name: name}, ns)
	}
	return keysOf(ns, err)
}

// Carrier returns the keys of a claim, a Secret or a ConfigMap, read live if the cache has not
// seen it: it can be made in the moment before the pod that refers to it.
func (c *Cluster) Carrier(ctx context.Context, way residency.Way, namespace, name string) (Keys, error) {
	key := types.NamespacedName{Namespace: namespace, Name: name}
	object := NewMetadata(way)
	err := c.Cache.Get(ctx, key, object, client.UnsafeDisableDeepCopy)
	if apierrors.IsNotFound(err) && !c.Told {
		object = NewMetadata(way)
		err = c.Live.Get(ctx, key, object)
	}
	return keysOf(object, err)
}

// keysOf returns the keys of an object that was read: none if there is no such object.
func keysOf(object *metav1.PartialObjectMetadata, err error) (Keys, error) {
	if err != nil {
		return Keys{}, client.IgnoreNotFound(err)
	}
	return Keys{Labels: object.Labels, Annotations: object.Annotations}, nil
}

// MissingNode reads a node live.
func (c *Cluster) MissingNode(ctx context.Context, name string) (*corev1.Node, error) {
	node := &corev1.Node{}
	err := c.Live.Get(ctx, types.NamespacedName{Name: name}, node)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return node, nil
}

// ServiceElsewhere is the index of a cache by which Cluster finds the Services that stand for hosts
// elsewhere, with the value Elsewhere.
const (
	ServiceElsewhere = "elsewhere"
	Elsewhere        = "true"
)

// +kubebuilder:rbac:groups="",resources=services,verbs=get;list;watch

// ExternalNames returns the Services of a namespace that stand for hosts elsewhere, as the cache
// has them: of one that is made in the moment before a pod, detect tells.
func (c *Cluster) ExternalNames(ctx context.Context, namespace string) ([]ExternalName, error) {
	var list corev1.ServiceList
	err := c.Cache.List(ctx, &list, client.InNamespace(namespace), client.MatchingFields{ServiceElsewhere: Elsewhere}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, err
	}
	return ExternalNamesOf(list.Items), nil
}

// ExternalNamesOf returns the Services among these that stand for hosts elsewhere, sorted.
func ExternalNamesOf(services []corev1.Service) []ExternalName {
	var out []ExternalName
	for i := range services {
		if s := &services[i]; s.Spec.Type == corev1.ServiceTypeExternalName {
			out = append(out, ExternalName{Service: s.Name, Host: s.Spec.ExternalName})
		}
	}
	slices.SortFunc(out, func(a, b ExternalName) int { return strings.Compare(a.Service, b.Service) })
	return out
}
