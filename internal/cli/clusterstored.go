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
	"slices"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/manifest"
)

// live is the Source of facts in a cluster that is asked without a cache. What is asked for by
// driver and handle is found among all of its kind, which are listed once, and then only.
type live struct {
	*facts.Cluster
	asker *asker

	all facts.StoredObjects
	// index has all of them; nil until a kind was listed.
	index *facts.StoredIndex
	// listed are the kinds that were asked for, with what went wrong.
	listed map[string]error
}

func newLive(a *asker) *live {
	return &live{
		Cluster: &facts.Cluster{Cache: a.client, Live: a.client, Told: true}, asker: a,
		index: facts.StoredObjects{}.Index(), listed: map[string]error{},
	}
}

// list reads all objects of a kind once. A kind that the cluster does not have has none.
func (l *live) list(ctx context.Context, resource string, of client.ObjectList, add func(runtime.Object)) error {
	if err, ok := l.listed[resource]; ok {
		return err
	}
	err := l.asker.list(ctx, resource, of, add)
	if apierrors.IsNotFound(err) {
		err = nil
	}
	l.listed[resource], l.index = err, l.all.Index()
	return err
}

func (l *live) listVolumes(ctx context.Context) error {
	return l.list(ctx, resourceVolumes, &corev1.PersistentVolumeList{}, func(o runtime.Object) {
		if pv, ok := o.(*corev1.PersistentVolume); ok {
			l.all.Volumes = append(l.all.Volumes, *pv)
		}
	})
}

func (l *live) listSnapshotContents(ctx context.Context) error {
	return l.list(ctx, resourceSnapshotContents, &snapshotv1.VolumeSnapshotContentList{}, func(o runtime.Object) {
		if c, ok := o.(*snapshotv1.VolumeSnapshotContent); ok {
			l.all.SnapshotContents = append(l.all.SnapshotContents, *c)
		}
	})
}

// whole reports whether all objects of a kind are known.
func (l *live) whole(resource string) bool {
	err, ok := l.listed[resource]
	return ok && err == nil
}

// PersistentVolume returns a volume.
func (l *live) PersistentVolume(ctx context.Context, name string) (*corev1.PersistentVolume, error) {
	if l.whole(resourceVolumes) {
		return l.index.PersistentVolume(ctx, name)
	}
	return l.Cluster.PersistentVolume(ctx, name)
}

// PersistentVolumes returns those that hold the same data.
func (l *live) PersistentVolumes(ctx context.Context, driver, handle string) ([]*corev1.PersistentVolume, error) {
	if err := l.listVolumes(ctx); err != nil {
		return nil, err
	}
	return l.index.PersistentVolumes(ctx, driver, handle)
}

// VolumeSnapshotContent returns the content of a snapshot.
func (l *live) VolumeSnapshotContent(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotContent, error) {
	if l.whole(resourceSnapshotContents) {
		return l.index.VolumeSnapshotContent(ctx, name)
	}
	return l.Cluster.VolumeSnapshotContent(ctx, name)
}

// VolumeSnapshotContents returns those that hold the same data.
func (l *live) VolumeSnapshotContents(ctx context.Context, driver, handle string) ([]*snapshotv1.VolumeSnapshotContent, error) {
	if err := l.listSnapshotContents(ctx); err != nil {
		return nil, err
	}
	return l.index.VolumeSnapshotContents(ctx, driver, handle)
}

// readStored reads what holds data in a namespace, or in the cluster if a dataset is asked about.
// What is in a namespace without being the namespace's own is no part of the question.
func (r *sceneReader) readStored(ctx context.Context) error {
	t := &r.scene.target
	namespace := ""
	switch {
	case t.kind == kindNamespace:
		namespace = t.name
	case t.kind == kindDataset && !t.places:
	default:
		return nil
	}
	denied, err := r.readClaims(ctx, namespace, func(c *corev1.PersistentVolumeClaim) { r.add(kindClaim, c) })
	if err := r.missStored(denied, err); err != nil {
		return err
	}
	denied, err = may(Unknown{Verb: "list", Resource: resourceSnapshots, Namespace: namespace, Meaning: "which snapshots there are is not known"}, func() error {
		return r.list(ctx, resourceSnapshots, &snapshotv1.VolumeSnapshotList{}, func(o runtime.Object) {
			if s, ok := o.(*snapshotv1.VolumeSnapshot); ok {
				r.add(kindSnapshot, s)
			}
		}, client.InNamespace(namespace))
	})
	if err := r.missStored(denied, err); err != nil || namespace != "" {
		return err
	}
	denied, err = may(Unknown{Verb: "list", Resource: resourceVolumes, Meaning: "which volumes there are is not known"}, func() error { return r.live.listVolumes(ctx) })
	for i := range r.live.all.Volumes {
		r.add(kindVolume, &r.live.all.Volumes[i])
	}
	if err := r.missStored(denied, err); err != nil {
		return err
	}
	denied, err = may(Unknown{Verb: "list", Resource: resourceSnapshotContents, Meaning: "which contents of snapshots there are is not known"}, func() error {
		return r.live.listSnapshotContents(ctx)
	})
	for i := range r.live.all.SnapshotContents {
		r.add(kindSnapshotContent, &r.live.all.SnapshotContents[i])
	}
	return r.missStored(denied, err)
}

// missStored notes a right that is missing to know what holds data. If no policy restricts
// storage, no verdict rests on it. A kind that the cluster does not have has no objects.
func (r *sceneReader) missStored(denied *Unknown, err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	if denied != nil {
		restricted := slices.ContainsFunc(r.in.Policies, restrictsStorage)
		denied.aside = r.scene.rules == nil && !restricted
	}
	return r.note(denied, err)
}

// restrictsStorage reports whether a policy says something about where data is stored.
func restrictsStorage(p manifest.Policy) bool {
	return len(p.Object.Spec.Storage.Allowed) > 0 || len(p.Object.Spec.Storage.Denied) > 0
}
