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

// Package late watches kinds that a cluster need not have, as soon as it has them.
package late

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/index"
)

// untilServed is how long to wait before it is asked again whether a kind that is defined is
// served: the API server does not tell.
const untilServed = 200 * time.Millisecond

// Kind is a kind that a cluster need not have.
type Kind[request comparable] struct {
	Kind   schema.GroupVersionKind
	Object client.Object
	// Indexed is set if there are indexes of it to be made.
	Indexed bool
	// Definition is the name of the definition by which the cluster gets it, empty if the API
	// server has it or has not: then it is looked for at the start.
	Definition string
	// Source is what a controller hears of it by.
	Source source.TypedSyncingSource[request]
}

// Kinds watches kinds for one controller, by one worker.
type Kinds[request comparable] struct {
	// Reader reads definitions.
	Reader client.Reader
	Mapper apimeta.RESTMapper
	// Indexes makes those of the kinds.
	Indexes *index.Late
	// Start starts a source.
	Start  func(source.TypedSource[request]) error
	Wanted []Kind[request]

	// watched says of kinds whether they are.
	watched map[string]bool
}

// Has reports whether a kind is watched, so that its indexes can be asked.
func (k *Kinds[request]) Has(kind string) bool { return k.watched[kind] }

// Watch watches the kinds that the cluster has by now, and comes back for those that are
// defined and not served yet.
func (k *Kinds[request]) Watch(ctx context.Context) (reconcile.Result, error) {
	var again reconcile.Result
	for i := range k.Wanted {
		late := &k.Wanted[i]
		name := late.Kind.Kind
		if k.watched[name] {
			continue
		}
		_, err := k.Mapper.RESTMapping(late.Kind.GroupKind(), late.Kind.Version)
		if apimeta.IsNoMatchError(err) {
			defined, err := k.defined(ctx, late.Definition)
			if err != nil {
				return again, err
			}
			if defined {
				again.RequeueAfter = untilServed
			}
			continue
		}
		if err != nil {
			return again, fmt.Errorf("asking whether there is the kind %s: %w", name, err)
		}
		if late.Indexed {
			if err := k.Indexes.Setup(ctx, late.Object); err != nil {
				return again, err
			}
		}
		if err := k.Start(named[request]{late.Source, name}); err != nil {
			return again, fmt.Errorf("watching for the kind %s: %w", name, err)
		}
		if k.watched == nil {
			k.watched = map[string]bool{}
		}
		k.watched[name] = true
	}
	return again, nil
}

// defined reports whether the cluster has a definition.
func (k *Kinds[request]) defined(ctx context.Context, definition string) (bool, error) {
	if definition == "" {
		return false, nil
	}
	err := k.Reader.Get(ctx, client.ObjectKey{Name: definition}, NewDefinitionMetadata())
	switch {
	case apimeta.IsNoMatchError(err), apierrors.IsNotFound(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("reading the definition %s: %w", definition, err)
	default:
		return true, nil
	}
}

// named is a source that says in logs of what kind it is. A controller that has started logs the
// source itself, whose functions no log can show.
type named[request comparable] struct {
	source.TypedSyncingSource[request]
	kind string
}

func (s named[request]) String() string { return "kind source: " + s.kind }

// LogValue is what a log shows of it.
func (s named[request]) LogValue() slog.Value { return slog.StringValue(s.String()) }

// NewDefinitionMetadata is an empty object to read the metadata of a definition of a kind into.
func NewDefinitionMetadata() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition"}}
}

// DefinesSnapshots lets through the definitions of snapshots.
func DefinesSnapshots() predicate.TypedPredicate[*metav1.PartialObjectMetadata] {
	return predicate.NewTypedPredicateFuncs(func(o *metav1.PartialObjectMetadata) bool {
		return strings.HasSuffix(o.Name, "."+snapshotv1.SchemeGroupVersion.Group)
	})
}
