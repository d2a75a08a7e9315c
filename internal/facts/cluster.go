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

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Cluster is the Source of facts in a cluster.
type Cluster struct {
	// Cache is read first.
	Cache client.Reader
	// Live reads from the API server what the cache has not seen yet.
	Live client.Reader
}

var _ Source = (*Cluster)(nil)

// NewNamespaceMetadata returns an empty object to read a namespace's metadata into. All
// of this process reads namespaces that way, so that there is one informer for them.
func NewNamespaceMetadata() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "Namespace"},
	}
}

// NamespaceKeys returns the keys of a namespace, read live if the cache does not have it.
func (c *Cluster) NamespaceKeys(ctx context.Context, name string) (Keys, error) {
	ns := NewNamespaceMetadata()
	err := c.Cache.Get(ctx, types.NamespacedName{Name: name}, ns)
	if apierrors.IsNotFound(err) {
		err = c.Live.Get(ctx, types.NamespacedName{Name: name}, ns)
	}
	if err != nil {
		return Keys{}, err
	}
	return Keys{Labels: ns.Labels, Annotations: ns.Annotations}, nil
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
