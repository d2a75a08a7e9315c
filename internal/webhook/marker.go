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

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/facts"
)

// NamespaceMarker marks namespaces in which something handles a dataset.
type NamespaceMarker interface {
	// Mark marks a namespace, unless it has the mark.
	Mark(ctx context.Context, namespace string) error
}

// NewNamespaceMarker returns a NamespaceMarker that looks for the mark in the cache and
// writes it to the API server.
func NewNamespaceMarker(cache client.Reader, writer client.Writer) NamespaceMarker {
	return &namespaceMarker{cache: cache, writer: writer}
}

type namespaceMarker struct {
	cache  client.Reader
	writer client.Writer
}

func (m *namespaceMarker) Mark(ctx context.Context, namespace string) error {
	ns := facts.NewNamespaceMetadata()
	err := m.cache.Get(ctx, types.NamespacedName{Name: namespace}, ns)
	if err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	if err == nil && facts.HasGovernedMark(ns) {
		return nil
	}
	ns = facts.NewNamespaceMetadata()
	ns.Name = namespace
	return m.writer.Patch(ctx, ns, facts.GovernedMark())
}
