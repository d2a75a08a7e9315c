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

package volume

import (
	"context"
	"fmt"
	"strings"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	storagev1 "k8s.io/api/storage/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/changed"
	"github.com/domicile-dev/domicile/controllers/index"
)

// untilServed is how long to wait before it is asked again whether a kind that is defined is
// served: the API server does not tell.
const untilServed = 200 * time.Millisecond

// The kinds that a cluster need not have, and may get later.
const (
	kindSnapshots         = "VolumeSnapshot"
	kindContents          = "VolumeSnapshotContent"
	kindSnapshotClasses   = "VolumeSnapshotClass"
	kindAttributesClasses = "VolumeAttributesClass"
)

// lateKind is a kind that a cluster need not have.
type lateKind struct {
	kind    schema.GroupVersionKind
	object  client.Object
	indexed bool
	// definition is the name of the definition by which the cluster gets it, empty if the API
	// server has it or has not: then it is looked for at the start.
	definition string
	watch      func(cache.Cache) source.TypedSource[Request]
}

// lateKinds watches kinds that a cluster need not have as soon as it has them.
type lateKinds struct {
	cache  cache.Cache
	mapper apimeta.RESTMapper
	start  func(source.TypedSource[Request]) error
	wanted []lateKind
	// indexes makes those of the kinds.
	indexes *index.Late
	// watched says of kinds whether they are.
	watched map[string]bool
}

func newLateKinds(c cache.Cache, mapper apimeta.RESTMapper, indexes *index.Late, start func(source.TypedSource[Request]) error) lateKinds {
	snapshots := snapshotv1.SchemeGroupVersion
	return lateKinds{
		cache: c, mapper: mapper, start: start, indexes: indexes, watched: map[string]bool{},
		wanted: []lateKind{
			{
				kind: snapshots.WithKind(kindSnapshots), object: &snapshotv1.VolumeSnapshot{}, indexed: true, definition: "volumesnapshots." + snapshots.Group,
				watch: func(c cache.Cache) source.TypedSource[Request] {
					return source.TypedKind(c, &snapshotv1.VolumeSnapshot{}, objectHandler[*snapshotv1.VolumeSnapshot](oneSnapshot), changed.By(changed.Snapshots))
				},
			},
			{
				kind: snapshots.WithKind(kindContents), object: &snapshotv1.VolumeSnapshotContent{}, indexed: true, definition: "volumesnapshotcontents." + snapshots.Group,
				watch: func(c cache.Cache) source.TypedSource[Request] {
					return source.TypedKind(c, &snapshotv1.VolumeSnapshotContent{}, objectHandler[*snapshotv1.VolumeSnapshotContent](oneContent), changed.By(changed.Contents))
				},
			},
			{
				kind: snapshots.WithKind(kindSnapshotClasses), object: &snapshotv1.VolumeSnapshotClass{}, definition: "volumesnapshotclasses." + snapshots.Group,
				watch: func(c cache.Cache) source.TypedSource[Request] {
					return source.TypedKind(c, &snapshotv1.VolumeSnapshotClass{}, classHandler[*snapshotv1.VolumeSnapshotClass](ofSnapshotClass), changed.By(changed.Versions[*snapshotv1.VolumeSnapshotClass]))
				},
			},
			{
				kind: storagev1.SchemeGroupVersion.WithKind(kindAttributesClasses), object: &storagev1.VolumeAttributesClass{},
				watch: func(c cache.Cache) source.TypedSource[Request] {
					return source.TypedKind(c, &storagev1.VolumeAttributesClass{}, known(objectHandler[*storagev1.VolumeAttributesClass](ofAttributes)), changed.By(changed.Versions[*storagev1.VolumeAttributesClass]))
				},
			},
		},
	}
}

// has reports whether a kind is watched, so that its indexes can be asked.
func (k *lateKinds) has(kind string) bool { return k.watched[kind] }

// watch watches the kinds that the cluster has by now, and comes back for those that are
// defined and not served yet.
func (k *lateKinds) watch(ctx context.Context) (reconcile.Result, error) {
	var again reconcile.Result
	for i := range k.wanted {
		late := &k.wanted[i]
		name := late.kind.Kind
		if k.watched[name] {
			continue
		}
		_, err := k.mapper.RESTMapping(late.kind.GroupKind(), late.kind.Version)
		if apimeta.IsNoMatchError(err) {
			defined, err := k.defined(ctx, late.definition)
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
		if late.indexed {
			if err := k.indexes.Setup(ctx, late.object); err != nil {
				return again, err
			}
		}
		if err := k.start(late.watch(k.cache)); err != nil {
			return again, fmt.Errorf("watching for the kind %s: %w", name, err)
		}
		k.watched[name] = true
	}
	return again, nil
}

// defined reports whether the cluster has a definition.
func (k *lateKinds) defined(ctx context.Context, definition string) (bool, error) {
	if definition == "" {
		return false, nil
	}
	ok, err := exists(k.cache.Get(ctx, client.ObjectKey{Name: definition}, NewDefinitionMetadata()))
	if err != nil {
		return false, fmt.Errorf("reading the definition %s: %w", definition, err)
	}
	return ok, nil
}

// NewDefinitionMetadata is an empty object to read the metadata of a definition of a kind into.
func NewDefinitionMetadata() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition"}}
}

// definitionHandler asks whether there are kinds to be watched.
func definitionHandler() handler.TypedFuncs[*metav1.PartialObjectMetadata, Request] {
	return asking(func(*metav1.PartialObjectMetadata) []Request { return []Request{{Kind: kinds}} })
}

// definesLateKind lets through the definitions of snapshots.
func definesLateKind() predicate.TypedPredicate[*metav1.PartialObjectMetadata] {
	return predicate.NewTypedPredicateFuncs(func(o *metav1.PartialObjectMetadata) bool {
		return strings.HasSuffix(o.Name, "."+snapshotv1.SchemeGroupVersion.Group)
	})
}
